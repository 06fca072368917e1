/**
 * The files of a root that have arrived, of which there may be a million: their paths, sizes and digests in blocks of
 * bytes, in the order in which they came.
 */
import { type Bytes, utf8, utf8Text } from "../bytes.ts";
import { SM3_BYTES } from "../crypto/sm3.ts";

/** Bytes of a block; longer ones are made for what does not fit. */
const BLOCK_BYTES = 16 * 1024;

/** In front of a path: its kind, its length, the size of the file. */
const HEAD_BYTES = 1 + 2 + 8;

/** Kinds; nothing more is in a block after a zero. */
const PLAIN = 1;
const HASHED = 2;

/** A file that arrived whole. */
export interface ReceivedFile {
  /** Components below the root (none: the root is the file). */
  readonly below: readonly string[];
  readonly size: number;
  /** SM3 of its content, where that was asked for. */
  readonly sm3: Bytes | undefined;
}

/** See the file comment. */
export class Ledger implements Iterable<ReceivedFile> {
  readonly #blocks: Bytes[] = [];
  /** Bytes used of the last block. */
  #used = BLOCK_BYTES;
  #length = 0;
  #bytes = 0;

  /** How many files. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of all of them. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes that a file with this path takes. */
  static cost(path: string, digest: boolean): number {
    return HEAD_BYTES + path.length + (digest ? SM3_BYTES : 0);
  }

  /** Adds a file. */
  add({ below, size, sm3 }: ReceivedFile): void {
    const path = utf8(below.join("/"));
    const length = HEAD_BYTES + path.length + (sm3?.length ?? 0);
    if (this.#used + length > (this.#blocks.at(-1)?.length ?? 0)) {
      this.#blocks.push(new Uint8Array(this.#length < 16 ? length : Math.max(BLOCK_BYTES, length)));
      this.#used = 0;
    }
    const block = this.#blocks.at(-1)!;
    const view = new DataView(block.buffer, this.#used);
    view.setUint8(0, sm3 === undefined ? PLAIN : HASHED);
    view.setUint16(1, path.length);
    view.setFloat64(3, size);
    block.set(path, this.#used + HEAD_BYTES);
    if (sm3 !== undefined) block.set(sm3, this.#used + HEAD_BYTES + path.length);
    this.#used += length;
    this.#length++;
    this.#bytes += size;
  }

  *[Symbol.iterator](): Iterator<ReceivedFile> {
    for (const block of this.#blocks) {
      for (let at = 0; at + HEAD_BYTES <= block.length && block[at] !== 0;) {
        const view = new DataView(block.buffer, at);
        const end = at + HEAD_BYTES + view.getUint16(1);
        const path = utf8Text(block.subarray(at + HEAD_BYTES, end));
        const next = block[at] === HASHED ? end + SM3_BYTES : end;
        yield {
          below: path === "" ? [] : path.split("/"),
          size: view.getFloat64(3),
          sm3: next === end ? undefined : block.slice(end, next),
        };
        at = next;
      }
    }
  }
}
