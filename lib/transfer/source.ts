/** What a sender reads from: files and folders at the source, and what goes wrong there. */
import type { Sm3 } from "../crypto/sm3.ts";
import { reasonText } from "../errors.ts";
import type { Text } from "../text/text.ts";
import { commonLength } from "./chunks.ts";
import type { Ready, TransferEntry } from "./offers.ts";
import { nextTurn } from "./turn.ts";
import { bareText, codeOf, TransferCode, verdict, verdictText } from "./verdict.ts";

/** File data is read and sent this many bytes at a time. */
export const READ_BYTES = 256 * 1024;

/** Why (the rest of) a file is not sent: the code for the peer, the text for the person here. */
export interface SourceProblem {
  readonly code: number;
  readonly reason: Text;
}

/** The problem that `code` says by itself. */
export function problemOfCode(code: number): SourceProblem {
  return { code, reason: verdictText(verdict(code)) };
}

/** The source is no longer what its entry says. */
export const CHANGED = problemOfCode(TransferCode.changed);

/** Its author does not want it sent any more. */
export const CANCELLED = problemOfCode(TransferCode.cancelled);

/** An open file at the source. */
export interface SourceFile {
  /** Reads on; 0 at the end. */
  read(out: Uint8Array): Promise<number>;
  /** Continues at `offset`. */
  seek(offset: number): Promise<void>;
  /** Whether size and time are still what the entry says. */
  unchanged(): boolean;
  close(): void;
}

/** A file or folder to send. */
export interface SourceEntry extends Omit<TransferEntry, "index"> {
  /**
   * Reads a small file into `out`, which has its size, in one go. Whether it is still what the entry says.
   *
   * @throws FailureError when it cannot be read
   */
  readWhole(out: Uint8Array): Promise<boolean> | boolean;
  open(): Promise<SourceFile>;
}

/** Fills `out` from `file`, or says why not; less at its end. */
export async function readPiece(
  file: SourceFile,
  out: Uint8Array,
): Promise<Uint8Array | SourceProblem> {
  try {
    let length = 0;
    while (length < out.length) {
      const count = await file.read(out.subarray(length));
      if (count === 0) break;
      length += count;
    }
    return out.subarray(0, length);
  } catch (error) {
    return sourceProblem(error);
  }
}

/** Where sending begins: after what the receiver has and is still what the source has. */
export async function beginning(
  file: SourceFile,
  ready: Ready | undefined,
): Promise<number | SourceProblem> {
  if (ready === undefined || ready.have === 0) return 0;
  try {
    const { have, chunk, digests } = ready;
    const offset = await commonLength((out) => file.read(out), have, chunk, digests);
    await file.seek(offset);
    return offset;
  } catch (error) {
    return sourceProblem(error);
  }
}

/** Hashes the next `length` bytes that `file` reads; false when there are fewer. */
export async function hashPrefix(
  file: Pick<SourceFile, "read">,
  length: number,
  hash: Sm3,
): Promise<boolean> {
  const piece = new Uint8Array(Math.min(READ_BYTES, length));
  for (let left = length; left > 0;) {
    const count = await file.read(piece.subarray(0, Math.min(piece.length, left)));
    if (count === 0) return false;
    hash.update(piece.subarray(0, count));
    left -= count;
    await nextTurn();
  }
  return true;
}

/** What `error` of a source says to both sides. */
export function sourceProblem(error: unknown): SourceProblem {
  return { code: codeOf(error), reason: bareText(reasonText(error)) };
}
