/**
 * Voice notes that wait in the outbox, below the state folder, encrypted to the own identity: a note that was recorded
 * exists nowhere else. Files are sent from where they lie.
 */
import { basename, extname, join } from "../system/path.ts";
import { randomBytes } from "../crypto/random.ts";
import { exists } from "../files/look.ts";
import type { Copies } from "../state/copies.ts";
import { ensureHome, homePath } from "../state/home.ts";
import type { Identity } from "../state/identity.ts";
import { keepEncrypted, KEPT_EXTENSION, openKept } from "../voice/keep.ts";
import { Scratch } from "../voice/scratch.ts";
import type { CargoStore } from "./outgoing-item.ts";

/** The folder below the state folder. */
const FOLDER = "outbox";

/**
 * The notes of `identity`.
 *
 * @param stay whether they are put away among `copies`, since they stay with their messages: a row owns each
 */
export function cargoStore(identity: Identity, copies: Copies, stay: boolean): CargoStore {
  const { publicKey } = identity;
  return {
    async keep(path, id) {
      if (!stay) ensureHome(FOLDER);
      const target = stay
        ? join(copies.newFolder(), `${basename(path)}${KEPT_EXTENSION}`)
        : homePath(FOLDER, `${id}${extname(path)}${KEPT_EXTENSION}`);
      await keepEncrypted(path, target, { publicKey, random: randomBytes });
      return target;
    },
    async open(path, name, use) {
      const note = await openNote(path, name, identity, copies);
      try {
        return await use(note.path);
      } finally {
        await note.over();
      }
    },
    forget(paths) {
      forgetCargo(paths);
      for (const path of paths) copies.forget(path);
    },
  };
}

/** A note as it was, until `over` is called. */
export interface OpenNote {
  readonly path: string;
  readonly over: () => Promise<void>;
}

/** Opens a note, called `name`: one that was put away, or one that was received. */
export async function openNote(
  path: string,
  name: string,
  { secretKey }: Identity,
  copies: Copies,
): Promise<OpenNote> {
  const kept =
    copies.isCopy(path) && !copies.isNew(path) || path.startsWith(join(homePath(FOLDER), ""))
      ? path
      : keptBeside(path);
  if (kept === undefined && basename(path) === basename(name)) {
    return { path, over: () => Promise.resolve() };
  }
  const scratch = await Scratch.create();
  try {
    const open = kept === undefined
      ? await copied(path, scratch)
      : await openKept(kept, secretKey, scratch);
    const named = await scratch.rename(open, basename(name));
    return { path: named, over: () => scratch.remove() };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}

/** Whether the note at `path` is here, put away or not. */
export function isThere(path: string): boolean {
  return exists(path) || keptBeside(path) !== undefined;
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
