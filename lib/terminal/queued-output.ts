/**
 * A stream that is written in order without anybody waiting for its reader: each write is a promise, settled when its
 * bytes have really been taken. A reader that sleeps holds up those who wait for it, and nobody else.
 */
import { concat } from "../bytes.ts";
import { writeAll } from "./write.ts";

/** Bytes that are written together, at most. */
const TOGETHER_BYTES = 64 * 1024;

interface Waiting {
  readonly bytes: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The queue in front of one stream. */
export class QueuedOutput {
  readonly #stream: { write(bytes: Uint8Array): Promise<number> };
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #writing: Promise<void> | undefined;
  #broken: { readonly error: unknown } | undefined;

  constructor(stream: { write(bytes: Uint8Array): Promise<number> }) {
    this.#stream = stream;
  }

  /** Bytes that wait. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  /** Writes `text` after all before it. Rejects when the stream takes nothing more. */
  write(text: string): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken.error);
    const bytes = new TextEncoder().encode(text);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      this.#bytes += bytes.length;
      this.#writing ??= this.#write();
    });
  }

  /** Resolves when everything is written, or nothing more can be. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** Never rejects: each of those who wait is told. */
  async #write(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#batch();
      const bytes = batch.length === 1 ? batch[0]!.bytes : concat(...batch.map((w) => w.bytes));
      try {
        await writeAll(this.#stream, bytes);
        this.#bytes -= bytes.length;
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#broken = { error };
        for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(error);
        this.#bytes = 0;
      }
    }
    this.#writing = undefined;
  }

  #batch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && (count === 0 || bytes < TOGETHER_BYTES)) {
      bytes += this.#waiting[count++]!.bytes.length;
    }
    return this.#waiting.splice(0, count);
  }
}
