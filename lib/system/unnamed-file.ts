/**
 * Files that have no name until they are whole (open(2), O_TMPFILE): a program that is killed leaves nothing of them.
 * Linux alone, through the C library, and not on every file system; elsewhere the caller does without.
 */
import { basename, dirname } from "./path.ts";
import { AT_FDCWD, fromLibc, O_CLOEXEC, O_WRONLY } from "./libc.ts";

const calls = fromLibc(
  {
    openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
    write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    fchmod: { parameters: ["i32", "u32"], result: "i32" },
    fsync: { parameters: ["i32"], result: "i32" },
    linkat: { parameters: ["i32", "buffer", "i32", "buffer", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  } as const,
);

const AT_SYMLINK_FOLLOW = 0x400;
const O_TMPFILE = 0o20000000 | (Deno.build.arch === "aarch64" ? 0o40000 : 0o200000);

/**
 * Writes `bytes`, has them on the disk, and gives them the name `path`, where there is nothing yet, with exactly
 * `mode`. False where any of it cannot be done, and then there is nothing: the caller tries in another way, which
 * tells the reason.
 */
export function createUnnamed(path: string, bytes: Uint8Array, mode: number): boolean {
  const c = calls();
  if (c === undefined || basename(path) === "") return false;
  const file = c.openat(AT_FDCWD, cString(dirname(path)), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
  if (file < 0) return false;
  try {
    return c.fchmod(file, mode) === 0 &&
      Number(c.write(file, bytes as Uint8Array<ArrayBuffer>, BigInt(bytes.length))) ===
        bytes.length &&
      c.fsync(file) === 0 &&
      c.linkat(
          AT_FDCWD,
          cString(`/proc/self/fd/${file}`),
          AT_FDCWD,
          cString(path),
          AT_SYMLINK_FOLLOW,
        ) === 0;
  } finally {
    c.close(file);
  }
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
