/**
 * The stream on which our messages go to one peer: written in order, each open until the peer's program acknowledges
 * it (docs/protocol.md, "Conversation streams").
 */
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
import { fromHex, hex } from "../bytes.ts";

/** A message that was handed over for sending. */
export interface SentMessage {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
  /** Resolves when the peer's program has taken it; rejects with a P2PError when that can no longer happen. */
  readonly delivered: Promise<void>;
}

/** A message as its writer has it; the id is made where there is none. */
export interface OutgoingMessage {
  readonly id: string;
  readonly time: number;
  readonly text: string;
}

/** A fresh id of a message. */
export function newMessageId(): string {
  return hex(randomBytes(MESSAGE_ID_BYTES));
}

/** One conversation stream of ours. */
export class MessageStream {
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

  /** Whether nothing more can be sent on it. */
  get failed(): boolean {
    return this.#error !== undefined;
  }

  /** Sends a message; throws at once when it is too long. */
  send({ id, time, text }: OutgoingMessage): SentMessage {
    const raw = fromHex(id, "reading.message-id");
    const record = encodeMessage(raw, time, text);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever does not wait for it must not bring the program down.
    promise.catch(() => undefined);
    if (this.#error !== undefined) reject(this.#error);
    else {
      this.#waiting.set(messageId(raw), { resolve, reject });
      this.#writing = this.#writing.then(() => this.#write(record));
      this.#writing.catch((error) => this.#fail(error));
    }
    return { id, time, text, delivered: promise };
  }

  async #write(record: Uint8Array): Promise<void> {
    const waiting = this.#channel.put(record);
    if (waiting !== undefined) await waiting;
    await this.#channel.flush();
  }

  /** Takes the peer's acknowledgements until its side ends. Never rejects: what went wrong fails what waits. */
  async #listen(): Promise<void> {
    try {
      for (;;) {
        const record = await this.#channel.next();
        if (record === undefined) {
          throw new RemoteProtocolError("conversation.no-more-receipts", {});
        }
        if (record.type !== RecordType.delivered) {
          throw new RemoteProtocolError("conversation.no-receipt", {});
        }
        const id = decodeDelivered(record.body);
        this.#waiting.get(id)?.resolve();
        this.#waiting.delete(id);
      }
    } catch (error) {
      this.#channel.abort(error instanceof P2PError ? StreamCode.cancelled : StreamCode.internal);
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
