/** Messages on their way to one peer: written in order on one stream, each open until the peer's program has it. */
import { randomBytes } from "../crypto/random.ts";
import { P2PError, RemoteProtocolError } from "../errors.ts";
import { RecordChannel } from "../transfer/channel.ts";
import {
  decodeDelivered,
  encodeMessage,
  MESSAGE_ID_BYTES,
  messageId,
} from "../transfer/messages.ts";
import { encodePreface, StreamKind } from "../transfer/preface.ts";
import { RecordType } from "../transfer/records.ts";
import { type ByteStream, StreamCode } from "../transfer/stream.ts";

/** A message that was handed over for sending. */
export interface SentMessage {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
  /** Resolves when the peer's program has taken it; rejects with a P2PError when that can no longer happen. */
  readonly delivered: Promise<void>;
}

/** One conversation stream of ours. */
export class Outbox {
  readonly #channel: RecordChannel;
  readonly #waiting = new Map<string, { resolve: () => void; reject: (error: unknown) => void }>();
  #writing: Promise<void>;
  #error: unknown;

  constructor(stream: ByteStream) {
    this.#channel = new RecordChannel(stream, RecordChannel.SMALL);
    this.#writing = stream.write(encodePreface(StreamKind.conversation));
    this.#writing.catch((error) => this.#fail(error));
    void this.#listen();
  }

  /** Messages not yet acknowledged. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** Sends `text`; throws at once when it is too long. */
  send(text: string, time: number): SentMessage {
    const raw = randomBytes(MESSAGE_ID_BYTES);
    const id = messageId(raw);
    const record = encodeMessage(raw, time, text);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever does not wait for it must not bring the program down.
    promise.catch(() => undefined);
    if (this.#error !== undefined) reject(this.#error);
    else {
      this.#waiting.set(id, { resolve, reject });
      this.#writing = this.#writing.then(() => this.#write(record));
      this.#writing.catch((error) => this.#fail(error));
    }
    return { id, time, text, delivered: promise };
  }

  /** No more messages; what was sent still arrives. */
  async finish(): Promise<void> {
    try {
      await this.#writing;
      await this.#channel.finish();
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
    }
  }

  async #write(record: Uint8Array): Promise<void> {
    void this.#channel.put(record);
    await this.#channel.flush();
  }

  async #listen(): Promise<void> {
    try {
      for (;;) {
        const record = await this.#channel.next();
        if (record === undefined) throw new RemoteProtocolError("send message: the peer stopped");
        if (record.type !== RecordType.delivered) {
          throw new RemoteProtocolError("send message: no delivery");
        }
        const id = decodeDelivered(record.body);
        this.#waiting.get(id)?.resolve();
        this.#waiting.delete(id);
      }
    } catch (error) {
      this.#channel.abort(StreamCode.cancelled);
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
