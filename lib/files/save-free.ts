/** Saves something under a name that others chose: made safe, never over another file. */
import { hex } from "../bytes.ts";
import { randomBytes } from "../crypto/random.ts";
import { join } from "../system/path.ts";
import { safeTopName } from "../transfer/names.ts";
import { writeAtomically } from "./atomic.ts";
import { takeFreeName } from "./free-name.ts";

/** Where and how to save. */
export interface SaveOptions {
  readonly folder: string;
  /** Replace what has the name, rather than take a free variant of it. */
  readonly force?: boolean | undefined;
}

/** Saves `pieces` whole, as `name` or the first free `name (n).ext`; answers the path. */
export async function saveUnderName(
  name: string,
  pieces: AsyncIterable<Uint8Array>,
  { folder, force = false }: SaveOptions,
): Promise<string> {
  const safe = safeTopName(name);
  if (force) {
    const target = join(folder, safe);
    await writePieces(target, pieces, true);
    return target;
  }
  const part = join(folder, `.${hex(randomBytes(8))}.part`);
  await writePieces(part, pieces, false);
  try {
    return takeFreeName(part, folder, safe);
  } catch (error) {
    await Deno.remove(part);
    throw error;
  }
}

async function writePieces(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  force: boolean,
): Promise<void> {
  await writeAtomically(path, async (file) => {
    for await (const piece of pieces) await file.write(piece);
  }, { force });
}
