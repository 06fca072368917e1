/**
 * Inflates compressed scanlines into a buffer whose size is known beforehand, and never past it, whatever the
 * data says. `node:zlib` is the codec; nothing here reads or writes files.
 */
import { createInflate, type Inflate } from "node:zlib";
import type { Bytes } from "../../bytes.ts";
import { FormatError, reasonOf } from "../../errors.ts";

/** How much is given to the codec at a time, and taken from it, in bytes. */
const PIECE_BYTES = 1 << 16;

/** A zlib stream (RFC 1950) that must inflate to exactly the length of the target. */
export class BoundedInflate {
  readonly #target: Bytes;
  readonly #codec: Inflate = createInflate({ chunkSize: PIECE_BYTES });
  readonly #pending = new Uint8Array(PIECE_BYTES);
  #held = 0;
  #filled = 0;
  #failure: FormatError | undefined;
  #wake: (() => void) | undefined;
  /** The codec has seen the end of the stream: it may come with a piece, before `finish` asks for it. */
  #ended = false;

  constructor(target: Bytes) {
    this.#target = target;
    this.#codec.on("data", (piece: Uint8Array) => this.#take(piece));
    this.#codec.on("end", () => {
      this.#ended = true;
      this.#wake?.();
    });
    this.#codec.on("error", (error) => this.#fail(`compressed data: ${reasonOf(error)}`));
  }

  #take(piece: Uint8Array): void {
    if (this.#failure !== undefined) return;
    if (this.#filled + piece.length > this.#target.length) {
      this.#fail("more image data than the header says");
      return;
    }
    this.#target.set(piece, this.#filled);
    this.#filled += piece.length;
  }

  #fail(reason: string): void {
    this.#failure ??= new FormatError(`read PNG: ${reason}`);
    this.#codec.destroy();
    this.#wake?.();
  }

  /** Runs one step of the codec; ends when it has taken its input or failed. */
  async #step(run: (done: () => void) => void): Promise<void> {
    if (this.#failure === undefined && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        run(resolve);
      });
      this.#wake = undefined;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #flush(): Promise<void> {
    if (this.#held === 0) return;
    const piece = this.#pending.subarray(0, this.#held);
    await this.#step((done) => this.#codec.write(piece, () => done()));
    this.#held = 0;
  }

  /** Takes more compressed bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + PIECE_BYTES - this.#held);
      this.#pending.set(part, this.#held);
      this.#held += part.length;
      at += part.length;
      if (this.#held === PIECE_BYTES) await this.#flush();
    }
  }

  /** Ends the stream: it must be complete and the target full. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#step(() => this.#codec.end());
    if (this.#filled !== this.#target.length) {
      throw new FormatError("read PNG: less image data than the header says");
    }
  }

  /** Lets go of the codec, wherever it stands. */
  close(): void {
    this.#codec.destroy();
  }
}
