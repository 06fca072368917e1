/**
 * Records over a byte stream: the small ones are collected and go out together, the large ones pass through.
 * One reader and one writer at a time.
 */
import { RemoteProtocolError } from "../errors.ts";
import { type RecordPiece, RecordReader } from "./records.ts";
import type { ByteStream } from "./stream.ts";

/** Read from the stream at once, in bytes: few enough calls, and a piece still fits the CPU's cache. */
const READ_BYTES = 256 * 1024;

/** Small records are written when this many bytes of them wait. */
const COLLECT_BYTES = 32 * 1024;

/** A byte stream seen as records in both directions. */
export class RecordChannel {
  readonly #stream: ByteStream;
  readonly #reader = new RecordReader();
  readonly #input: Uint8Array;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  /** Enough to read at once where only short records come. */
  static readonly SMALL = 16 * 1024;

  constructor(stream: ByteStream, readBytes = READ_BYTES) {
    this.#stream = stream;
    this.#input = new Uint8Array(readBytes);
  }

  /**
   * The next record or data piece; undefined at the end of the stream. What was put before goes out first.
   * The body is valid until the next call.
   */
  async next(): Promise<RecordPiece | undefined> {
    const ready = this.#reader.next();
    if (ready !== undefined) return ready;
    for (;;) {
      const length = await this.#stream.read(this.#input);
      if (length === 0) {
        if (this.#reader.atBoundary) return undefined;
        throw new RemoteProtocolError("read record: the stream ended within a record");
      }
      this.#reader.push(this.#input.subarray(0, length));
      const record = this.#reader.next();
      if (record !== undefined) return record;
    }
  }

  /** Whether `next` can answer from what has already come. */
  get idle(): boolean {
    return this.#reader.exhausted;
  }

  /** Takes an encoded record that need not go out this instant; `flush` sends it. */
  put(record: Uint8Array): Promise<void> | undefined {
    this.#waiting.push(record);
    this.#waitingBytes += record.length;
    return this.#waitingBytes >= COLLECT_BYTES ? this.flush() : undefined;
  }

  /** Sends what was put. */
  async flush(): Promise<void> {
    if (this.#waitingBytes === 0) return;
    const parts = this.#waiting;
    const all = new Uint8Array(this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    await this.#stream.write(all);
  }

  /** Sends what was put, then `header` and a large `body`, which may be reused afterwards. */
  async write(header: Uint8Array, body: Uint8Array): Promise<void> {
    this.#waiting.push(header);
    this.#waitingBytes += header.length;
    await this.flush();
    await this.#stream.write(body);
  }

  /** Sends what was put and ends our direction. */
  async finish(): Promise<void> {
    await this.flush();
    this.#stream.finish();
  }

  /** Gives the stream up. */
  abort(code: number): void {
    this.#stream.abort(code);
  }
}
