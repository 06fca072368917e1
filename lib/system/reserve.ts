/** Room on the disk for a file whose length is known beforehand: fallocate(2) of Linux, by the GNU library. */
import { utf8 } from "../bytes.ts";
import { fromLibc, O_CLOEXEC, O_NOFOLLOW, O_WRONLY } from "./libc.ts";

const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  fallocate: { parameters: ["i32", "i32", "i64", "i64"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

const calls = fromLibc(SYMBOLS);

/** The file does not become longer: what is not written yet is not there. */
const FALLOC_FL_KEEP_SIZE = 1;

/**
 * Asks for room for `bytes` bytes in the file at `path`, in one piece where the disk has one: writing then costs less than
 * where each write looks for its own. Whether it was given; without it writing works as well, or says what is wrong.
 */
export function reserve(path: string, bytes: number): boolean {
  const libc = calls();
  if (libc === undefined || path.includes("\0")) return false;
  const file = libc.open(utf8(`${path}\0`), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return false;
  const given = libc.fallocate(file, FALLOC_FL_KEEP_SIZE, 0n, BigInt(bytes)) === 0;
  libc.close(file);
  return given;
}
