/** The input and the output of a direct run, opened once per thread. */
import { FailureError } from "../../lib/errors.ts";
import { plainReason } from "../../lib/store/atomic.ts";
import type { PieceFiles } from "../../lib/container/direct.ts";
import { readFailure } from "./input.ts";

/** A regular file as it was when it was first opened. */
export interface RegularFile {
  readonly path: string;
  readonly size: number;
  readonly device: number;
  /** Absent on systems without. */
  readonly inode: number | null;
}

/** What one thread opens. */
export interface PieceFilePaths {
  readonly input: RegularFile;
  /** The file that is written. */
  readonly output: string;
  /** Its name for messages: it may have another one until it is complete. */
  readonly outputName: string;
}

/** Both files of a run. */
export class OpenPieceFiles implements PieceFiles {
  readonly #input: Deno.FsFile;
  readonly #output: Deno.FsFile;
  readonly #paths: PieceFilePaths;
  #inputAt = 0;
  #outputAt = 0;

  constructor(paths: PieceFilePaths) {
    const { input, output } = paths;
    this.#paths = paths;
    this.#input = Deno.openSync(input.path, { read: true });
    const { dev, ino } = this.#input.statSync();
    if (dev !== input.device || ino !== input.inode) {
      throw new FailureError(`read ${input.path}: the file was replaced while it was read`);
    }
    this.#output = Deno.openSync(output, { write: true });
  }

  readAt(into: Uint8Array, at: number): number {
    let filled = 0;
    try {
      if (at !== this.#inputAt) this.#input.seekSync(at, Deno.SeekMode.Start);
      while (filled < into.length) {
        const count = this.#input.readSync(into.subarray(filled));
        if (count === null) break;
        filled += count;
      }
    } catch (cause) {
      throw readFailure(this.#paths.input.path, cause);
    }
    this.#inputAt = at + filled;
    return filled;
  }

  writeAt(bytes: Uint8Array, at: number): void {
    try {
      if (at !== this.#outputAt) this.#output.seekSync(at, Deno.SeekMode.Start);
      for (let rest = bytes; rest.length > 0;) rest = rest.subarray(this.#output.writeSync(rest));
    } catch (cause) {
      throw new FailureError(`write ${this.#paths.outputName}: ${plainReason(cause)}`, { cause });
    }
    this.#outputAt = at + bytes.length;
  }

  close(): void {
    this.#input.close();
    this.#output.close();
  }
}
