/**
 * Voice notes that wait in the outbox, below the state folder, encrypted to the own identity: a note that was recorded
 * exists nowhere else. Files are sent from where they lie.
 */
import { basename, extname, join } from "../system/path.ts";
import { randomBytes } from "../crypto/random.ts";
import { exists } from "../files/look.ts";
import { ensureHome, homePath } from "../state/home.ts";
import type { Identity } from "../state/identity.ts";
import { keepEncrypted, KEPT_EXTENSION, openKept } from "../voice/keep.ts";
import { Scratch } from "../voice/scratch.ts";
import type { CargoStore } from "./outgoing-item.ts";

/** The folder below the state folder. */
const FOLDER = "outbox";

/** The notes of `identity`. */
export function cargoStore({ publicKey, secretKey }: Identity): CargoStore {
  const isOurs = (path: string) => path.startsWith(homePath(FOLDER));
  return {
    async keep(path, id) {
      await ensureHome(FOLDER);
      const target = homePath(FOLDER, `${id}${extname(path)}${KEPT_EXTENSION}`);
      await keepEncrypted(path, target, { publicKey, random: randomBytes });
      return target;
    },
    async open(path, name, use) {
      const kept = isOurs(path) ? path : keptBeside(path);
      if (kept === undefined && basename(path) === basename(name)) return await use(path);
      const scratch = await Scratch.create();
      try {
        const open = kept === undefined
          ? await copied(path, scratch)
          : await openKept(kept, secretKey, scratch);
        return await use(await scratch.rename(open, basename(name)));
      } finally {
        await scratch.remove();
      }
    },
    forget: forgetCargo,
  };
}

/** A note that was received is kept encrypted where its owner wants that: in its place lies another file. */
function keptBeside(path: string): string | undefined {
  const kept = `${path}${KEPT_EXTENSION}`;
  return !exists(path) && exists(kept) ? kept : undefined;
}

async function copied(path: string, scratch: Scratch): Promise<string> {
  const copy = await scratch.file("copy");
  await Deno.copyFile(path, copy);
  return copy;
}

/** Removes what was put away for an item of the outbox that is over; the user's own files are left alone. */
export function forgetCargo(paths: readonly string[]): void {
  const folder = join(homePath(FOLDER), "");
  for (const path of paths) {
    if (path.startsWith(folder) && exists(path)) Deno.removeSync(path);
  }
}
