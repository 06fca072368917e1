/**
 * Records over a byte stream: the small ones are collected and go out together, the large ones pass through.
 * One reader and one writer at a time.
 */
import { RemoteProtocolError } from "../errors.ts";
import { type RecordPiece, RecordReader } from "./records.ts";
import type { ByteStream } from "./stream.ts";

/** Read from the stream at once, in bytes: few enough calls, and a piece still fits the CPU's cache. */
const CHANNEL_READ_BYTES = 256 * 1024;

/** Small records are written when this many bytes of them wait. */
const COLLECT_BYTES = 128 * 1024;

/** Room for small records at first, in bytes: enough for a conversation. */
const FIRST_COLLECT_BYTES = 1024;

const EMPTY = new Uint8Array(0);

/** A byte stream seen as records in both directions. */
export class RecordChannel {
  readonly #stream: ByteStream;
  readonly #reader = new RecordReader();
  readonly #input: Uint8Array;
  #waiting = new Uint8Array(FIRST_COLLECT_BYTES);
  #waitingBytes = 0;

  /** Enough to read at once where only short records come. */
  static readonly SMALL = 16 * 1024;

  constructor(stream: ByteStream, readBytes = CHANNEL_READ_BYTES) {
    this.#stream = stream;
    this.#input = new Uint8Array(readBytes);
  }

  /**
   * The next record or data piece; undefined at the end of the stream. The body is valid until the next call of this,
   * `ready` or `more`.
   */
  async next(): Promise<RecordPiece | undefined> {
    for (;;) {
      const record = this.ready();
      if (record !== undefined) return record;
      if (!await this.more()) return undefined;
    }
  }

  /** The next record or data piece of what has already come. */
  ready(): RecordPiece | undefined {
    return this.#reader.next();
  }

  /** Waits for more, when `ready` has given all; false at the end of the stream. */
  async more(): Promise<boolean> {
    const length = await this.#stream.read(this.#input);
    if (length > 0) {
      this.#reader.push(this.#input.subarray(0, length));
      return true;
    }
    if (this.#reader.atBoundary) return false;
    throw new RemoteProtocolError("transfer.broken", { rule: "stream-end" });
  }

  /** Whether `next` can answer from what has already come. */
  get idle(): boolean {
    return this.#reader.exhausted;
  }

  /** Takes an encoded record that need not go out this instant; `flush` sends it. A promise when one has to wait. */
  put(record: Uint8Array): Promise<void> | undefined {
    const room = this.room(record.length);
    if (room === undefined) return this.#putLater(record);
    room.set(record);
    this.took(record.length);
    return undefined;
  }

  async #putLater(record: Uint8Array): Promise<void> {
    await this.flush();
    const room = this.room(record.length);
    if (room === undefined) return await this.#stream.write(record);
    room.set(record);
    this.took(record.length);
  }

  /** Room for a record of `length` bytes, to be written in place; undefined when `flush` has to come first. */
  room(length: number): Uint8Array | undefined {
    const end = this.#waitingBytes + length;
    if (end > this.#waiting.length) {
      if (end > COLLECT_BYTES) return undefined;
      const larger = new Uint8Array(
        Math.min(COLLECT_BYTES, Math.max(end, FIRST_COLLECT_BYTES, 4 * this.#waiting.length)),
      );
      larger.set(this.#waiting.subarray(0, this.#waitingBytes));
      this.#waiting = larger;
    }
    return this.#waiting.subarray(this.#waitingBytes, end);
  }

  /** Takes the `length` bytes that were written to the room. */
  took(length: number): void {
    this.#waitingBytes += length;
  }

  /** Sends what was put. */
  async flush(): Promise<void> {
    if (this.#waitingBytes === 0) return;
    const buffer = this.#waiting;
    const all = buffer.subarray(0, this.#waitingBytes);
    // Whoever puts meanwhile must not overwrite what is being sent.
    this.#waiting = EMPTY;
    this.#waitingBytes = 0;
    await this.#stream.write(all);
    if (this.#waiting.length === 0) this.#waiting = buffer;
  }

  /** Sends what was put, then `header` and a large `body`, which may be reused afterwards. */
  async write(header: Uint8Array, body: Uint8Array): Promise<void> {
    const waiting = this.put(header);
    if (waiting !== undefined) await waiting;
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
