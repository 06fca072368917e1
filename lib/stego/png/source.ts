/** Reads exact numbers of bytes from pieces that arrive in any size; a piece need be valid only until the next. */
import { type Bytes, concat } from "../../bytes.ts";
import { text } from "../../text/catalogue.ts";
import { PictureError } from "../problem.ts";

/** A reader over an asynchronous sequence of pieces. */
export class ByteSource {
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #kind: string;
  #piece: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** @param kind what errors call the file */
  constructor(pieces: AsyncIterable<Uint8Array>, kind = "PNG") {
    this.#kind = kind;
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** What is left of the current piece, the next one where nothing is; undefined at the end. */
  async #current(): Promise<Uint8Array | undefined> {
    while (this.#at === this.#piece.length) {
      const next = await this.#pieces.next();
      if (next.done) return undefined;
      this.#piece = next.value;
      this.#at = 0;
    }
    return this.#piece.subarray(this.#at);
  }

  /** The next bytes, at most `most`, as they come, valid until the next call; undefined at the end. */
  async some(most: number): Promise<Uint8Array | undefined> {
    const current = await this.#current();
    if (current === undefined) return undefined;
    const part = current.subarray(0, most);
    this.#at += part.length;
    return part;
  }

  /** Exactly `length` bytes, valid until the next call; a PictureError where there are fewer. */
  async exactly(length: number): Promise<Uint8Array> {
    const left = this.#piece.length - this.#at;
    if (left >= length) {
      this.#at += length;
      return this.#piece.subarray(this.#at - length, this.#at);
    }
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const part = await this.some(length - filled);
      if (part === undefined) throw new PictureError(this.#kind, text("picture.truncated"));
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  /** Passes over `length` bytes; a PictureError where there are fewer. */
  async skip(length: number): Promise<void> {
    for (let left = length; left > 0;) {
      const part = await this.some(left);
      if (part === undefined) throw new PictureError(this.#kind, text("picture.truncated"));
      left -= part.length;
    }
  }

  /** All that is left, at most `most` bytes; undefined where there is more. */
  async rest(most: number): Promise<Bytes | undefined> {
    const parts: Uint8Array[] = [];
    for (let length = 0;;) {
      const part = await this.some(Infinity);
      if (part === undefined) return concat(...parts);
      length += part.length;
      if (length > most) return undefined;
      parts.push(part.slice());
    }
  }

  /** Tells the producer of the pieces that no more are wanted. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
