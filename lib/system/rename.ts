/** Moving a file or folder to a name that nobody has: renameat2(2) of Linux, by the GNU library. */
import { utf8 } from "../bytes.ts";
import { AT_FDCWD, fromLibc } from "./libc.ts";

const calls = fromLibc(
  {
    renameat2: {
      parameters: ["i32", "buffer", "i32", "buffer", "u32"],
      result: "i32",
    },
  } as const,
);

const RENAME_NOREPLACE = 1;

/**
 * Moves what is at `from` to `to`, in one step that never replaces anything. False when it did not: something is there, or
 * this system or file system cannot do it.
 *
 * @param folder the descriptor of the folder that both are names in
 */
export function renameNoReplace(from: string, to: string, folder = AT_FDCWD): boolean {
  const libc = calls();
  if (libc === undefined || from.includes("\0") || to.includes("\0")) return false;
  const [old, fresh] = [utf8(`${from}\0`), utf8(`${to}\0`)];
  return libc.renameat2(folder, old, folder, fresh, RENAME_NOREPLACE) === 0;
}
