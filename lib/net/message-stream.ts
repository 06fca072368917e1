/**
 * The stream on which our messages go to one peer: written in order, each open until the peer's program acknowledges
 * it (docs/protocol.md, "Conversation streams").
 */
import { randomBytes } from "../crypto/random.ts";
import { P2PError, RemoteProtocolError } from "../errors.ts";
import { RecordChannel } from "../transfer/channel.ts";
import {
  decodeDelivered,
  decodeReceipt,
  encodeMessage,
  type Receipt,
  shortId,
} from "../transfer/messages.ts";
import { encodePreface, StreamKind } from "../transfer/preface.ts";
import { MESSAGE_ID_BYTES, RecordType } from "../transfer/records.ts";
import { type ByteStream, StreamCode } from "../transfer/stream.ts";
import { fromHex, hex } from "../bytes.ts";

/** A message that was handed over for sending. */
export interface SentMessage {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
  /** Resolves when the peer's program has taken it; rejects with a P2PError when that can no longer happen. */
  readonly delivered: Promise<Receipt>;
}

/** A message as its writer has it; the id is made where there is none. */
export interface OutgoingMessage {
  readonly id: string;
  readonly time: number;
  readonly text: string;
  readonly after?: readonly string[] | undefined;
}

/** A fresh id of a message. */
export function newMessageId(): string {
  return hex(randomBytes(MESSAGE_ID_BYTES));
}

interface Waiting {
  readonly promise: Promise<Receipt>;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

/** One conversation stream of ours. */
export class MessageStream {
  readonly #channel: RecordChannel;
  readonly #waiting = new Map<string, Waiting>();
  /** Whether the peer knows ids of 128 bits. */
  readonly #longIds: boolean;
  #writing: Promise<void>;
  #unwritten = 0;
  #error: unknown;

  constructor(stream: ByteStream, longIds: boolean) {
    this.#longIds = longIds;
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

  /** Sends a message, or answers with what becomes of the same that waits here already; throws at once when it is too long. */
  send({ id, time, text, after }: OutgoingMessage): SentMessage {
    const wireId = this.#longIds ? id : shortId(id);
    const record = encodeMessage(fromHex(wireId, "reading.message-id"), time, text, after);
    const waiting = this.#waiting.get(wireId);
    if (waiting !== undefined) return { id, time, text, delivered: waiting.promise };
    const { promise, resolve, reject } = Promise.withResolvers<Receipt>();
    // Whoever does not wait for it must not bring the program down.
    promise.catch(() => undefined);
    if (this.#error !== undefined) reject(this.#error);
    else {
      this.#waiting.set(wireId, { promise, resolve, reject });
      this.#unwritten++;
      this.#writing = this.#writing.then(() => this.#write(record));
      this.#writing.catch((error) => this.#fail(error));
    }
    return { id, time, text, delivered: promise };
  }

  async #write(record: Uint8Array): Promise<void> {
    const waiting = this.#channel.put(record);
    if (waiting !== undefined) await waiting;
    // What is to be written next goes out in the same packets.
    if (--this.#unwritten === 0) await this.#channel.flush();
  }

  /** Takes the peer's acknowledgements until its side ends. Never rejects: what went wrong fails what waits. */
  async #listen(): Promise<void> {
    try {
      for (;;) {
        const record = await this.#channel.next();
        if (record === undefined) {
          throw new RemoteProtocolError("conversation.no-more-receipts", {});
        }
        const receipt = receiptIn(record);
        this.#waiting.get(receipt.id)?.resolve(receipt);
        this.#waiting.delete(receipt.id);
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

function receiptIn({ type, body }: { readonly type: number; readonly body: Uint8Array }): Receipt {
  switch (type) {
    case RecordType.receipt:
      return decodeReceipt(body);
    case RecordType.delivered:
      return { id: decodeDelivered(body), stored: true };
    default:
      throw new RemoteProtocolError("conversation.no-receipt", {});
  }
}
