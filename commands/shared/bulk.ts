/**
 * Bulk input for the encrypted file: fills buffers that are used again, so that a large file makes no garbage. A
 * regular file is read at once, which is fastest; anything that may make us wait is read without holding the thread.
 */
import type { Soon, Source } from "../../lib/container/source.ts";
import { isStdin, openFile, openStdin, readFailure } from "./input.ts";
import { type RegularFile, regularFile } from "./piece-files.ts";

/** An open input that fills buffers. */
export interface BulkInput extends Source {
  /** The name for messages: the path, or "stdin". */
  readonly name: string;
  /** Length in bytes, where it is a regular file. */
  readonly size: number | undefined;
  /** What it takes to open it once more, where it is a regular file. */
  readonly regular: RegularFile | undefined;
  /** Bytes read so far. */
  readonly consumed: number;
  close(): void;
}

interface Readable {
  read(buffer: Uint8Array): Promise<number | null>;
  readSync(buffer: Uint8Array): number | null;
}

class BulkReader implements BulkInput {
  readonly #file: Readable;
  readonly #close: () => void;
  #open = true;
  consumed = 0;

  constructor(
    readonly name: string,
    readonly regular: RegularFile | undefined,
    file: Readable,
    close: () => void,
  ) {
    this.#file = file;
    this.#close = close;
  }

  get size(): number | undefined {
    return this.regular?.size;
  }

  fill(into: Uint8Array): Soon<number> {
    return this.regular === undefined ? this.#fillLater(into) : this.#fillNow(into);
  }

  #fillNow(into: Uint8Array): number {
    let filled = 0;
    try {
      while (filled < into.length) {
        const count = this.#file.readSync(into.subarray(filled));
        if (count === null) break;
        filled += count;
      }
    } catch (cause) {
      throw readFailure(this.name, cause);
    }
    this.consumed += filled;
    return filled;
  }

  async #fillLater(into: Uint8Array): Promise<number> {
    let filled = 0;
    try {
      while (filled < into.length) {
        const count = await this.#file.read(into.subarray(filled));
        if (count === null) break;
        filled += count;
      }
    } catch (cause) {
      throw readFailure(this.name, cause);
    }
    this.consumed += filled;
    return filled;
  }

  close(): void {
    if (this.#open) this.#close();
    this.#open = false;
  }
}

/** Opens `path` for reading in bulk; "-" and no name are stdin. */
export async function openBulkInput(path: string | undefined): Promise<BulkInput> {
  if (isStdin(path)) return new BulkReader("stdin", undefined, openStdin(), () => undefined);
  const { file, info } = await openFile(path);
  return new BulkReader(path, regularFile(path, info), file, () => file.close());
}
