/**
 * A conversation with one peer over one connection: messages, files and voice in both directions. What the peer
 * begins goes to the handlers, which the program may set as soon as it has the conversation.
 */
import { basename } from "../system/path.ts";
import type { Bytes } from "../bytes.ts";
import { P2PError } from "../errors.ts";
import type { Connection } from "../peer/connection.ts";
import type { PeerEvent } from "../peer/endpoint.ts";
import type { StreamEvent } from "../peer/events.ts";
import type { ReceivedHello } from "../session/hello.ts";
import { type Outgoing, walkOutgoing } from "../files/outgoing.ts";
import { RecordChannel } from "../transfer/channel.ts";
import { decodeMessage, encodeDelivered, type Message } from "../transfer/messages.ts";
import { type Offer, OfferKind, type Verdict } from "../transfer/offers.ts";
import { decodePreface, PREFACE_BYTES, StreamKind } from "../transfer/preface.ts";
import { receiveTransfer } from "../transfer/receive.ts";
import { RecordType } from "../transfer/records.ts";
import { type SendHandlers, type SendReport, sendTransfer } from "../transfer/send.ts";
import { type ByteStream, StreamCode } from "../transfer/stream.ts";
import type { IncomingTarget, ReceivedRoot, ReceiveReport } from "../transfer/target.ts";
import type { Address } from "./address.ts";
import { CloseCode, closeError, type CloseInfo } from "./close.ts";
import { Outbox, type SentMessage } from "./outbox.ts";
import { NetStream } from "./streams.ts";

/** A transfer that a peer has begun. */
export interface IncomingTransfer {
  /** Names it in progress reports. */
  readonly id: string;
  readonly offer: Offer;
  /** Gives it up. */
  readonly cancel: (code?: number) => void;
}

/** What a program does about what a peer begins. All optional: without a handler messages count as read, files as declined. */
export interface ConversationHandlers {
  /** The message is acknowledged when this is done. */
  message?(message: Message): Promise<void> | void;
  offer?(transfer: IncomingTransfer): Promise<IncomingTarget | Verdict>;
  progress?(transfer: IncomingTransfer, bytes: number, resumed: number): void;
  received?(transfer: IncomingTransfer, root: ReceivedRoot): void;
  /** The peer has not answered for some seconds; or it does again. */
  silence?(silent: boolean): void;
  /** A transfer is over: how it went, or why it broke off. */
  ended?(transfer: IncomingTransfer, outcome: ReceiveReport | P2PError): void;
}

/** What a conversation needs of its node. */
export interface ConversationHost {
  wake(): void;
  time(): number;
  newId(): string;
}

/** Transfers of one peer that are read at the same time; more wait. */
const MAX_TRANSFERS = 8;

/** Urgency of streams (RFC 9218): a message never waits behind a file. */
const MESSAGE_URGENCY = 1;
const TRANSFER_URGENCY = 5;

/** The call that transports may offer beyond the port. */
interface Prioritised {
  setPriority(stream: number, urgency: number): void;
}

/** One conversation. */
export class Conversation {
  handlers: ConversationHandlers = {};
  /** Resolves when it is over. */
  readonly closed: Promise<CloseInfo>;
  readonly #connection: Connection;
  readonly #host: ConversationHost;
  readonly #streams = new Map<number, NetStream>();
  readonly #started = Promise.withResolvers<void>();
  readonly #resolveClosed: (info: CloseInfo) => void;
  #outbox: Outbox | undefined;
  #info: CloseInfo | undefined;
  #transfers = 0;
  #transferQueue: Array<() => void> = [];

  constructor(connection: Connection, host: ConversationHost) {
    this.#connection = connection;
    this.#host = host;
    const { promise, resolve } = Promise.withResolvers<CloseInfo>();
    this.closed = promise;
    this.#resolveClosed = resolve;
  }

  /** The peer's static key (33 bytes). */
  get key(): Bytes {
    return this.#connection.remoteKey!;
  }

  /** What the peer's program says of itself. */
  get hello(): ReceivedHello | undefined {
    return this.#connection.hello;
  }

  /** Where the peer is now. */
  get address(): Address {
    return this.#connection.address;
  }

  /** Whether the peer began it. */
  get incoming(): boolean {
    return this.#connection.incoming;
  }

  /** Why it is over; undefined while it is not. */
  get closeInfo(): CloseInfo | undefined {
    return this.#info;
  }

  /** Messages of ours that the peer has not acknowledged. */
  get pendingMessages(): number {
    return this.#outbox?.pending ?? 0;
  }

  /** The connection below, for its statistics. */
  get connection(): Connection {
    return this.#connection;
  }

  /** Begins to read what the peer sends: the peer is trusted, the handlers are set. */
  start(): void {
    this.#started.resolve();
  }

  /** Sends a text. Throws a LimitError when it is too long, an UnreachableError when the conversation is over. */
  sendMessage(text: string): SentMessage {
    if (this.#info !== undefined) throw closeError("send message", this.#info);
    this.#outbox ??= new Outbox(this.#open(MESSAGE_URGENCY));
    return this.#outbox.send(text, this.#host.time());
  }

  /** Sends what `walkOutgoing` found. */
  async sendFiles(outgoing: Outgoing, handlers: SendHandlers = {}): Promise<SendReport> {
    const { files, folders, bytes, entries } = outgoing;
    const name = entries[0]?.path ?? "";
    const offer = {
      kind: OfferKind.files,
      files,
      folders,
      bytes,
      milliseconds: 0,
      mediaType: "",
      name,
    };
    return await this.#send(offer, outgoing, handlers);
  }

  /** Sends the voice note in the file `path`, `seconds` long. */
  async sendVoice(
    path: string,
    seconds: number,
    options: { mediaType?: string; handlers?: SendHandlers } = {},
  ): Promise<SendReport> {
    const outgoing = await walkOutgoing([path]);
    const { files, folders, bytes } = outgoing;
    const milliseconds = Math.round(seconds * 1000);
    const mediaType = options.mediaType ?? "";
    const offer = {
      kind: OfferKind.voice,
      files,
      folders,
      bytes,
      milliseconds,
      mediaType,
      name: basename(path),
    };
    return await this.#send(offer, outgoing, options.handlers ?? {});
  }

  async #send(offer: Offer, outgoing: Outgoing, handlers: SendHandlers): Promise<SendReport> {
    if (this.#info !== undefined) throw closeError("send files", this.#info);
    const stream = this.#open(TRANSFER_URGENCY);
    return await sendTransfer(stream, offer, outgoing.entries, handlers);
  }

  /** Waits until the peer has acknowledged all messages, at most `milliseconds`. */
  async settle(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    while (this.pendingMessages > 0 && this.#info === undefined && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Says goodbye. */
  close(code: number = CloseCode.normal, reason = ""): void {
    this.#connection.close(code, reason);
    this.#host.wake();
  }

  // ---------------------------------------------------------------- for the node

  /** Something happened on a stream. */
  streamEvent(event: StreamEvent): void {
    if (event.type === "silent" || event.type === "heard") {
      return this.handlers.silence?.(event.type === "silent");
    }
    if (!("stream" in event)) return;
    if (event.type === "stream-opened") {
      const stream = this.#adopt(event.stream);
      void this.#serve(stream);
      return;
    }
    const stream = this.#streams.get(event.stream);
    switch (event.type) {
      case "readable":
        return stream?.readable();
      case "writable":
        return stream?.writable();
      case "stream-reset":
      case "stream-stopped":
        return stream?.aborted(event.code);
      case "finished-acked":
        return;
    }
  }

  /** The connection is over. */
  connectionClosed(event: Extract<PeerEvent, { type: "closed" }>): void {
    const { by, code, reason } = event;
    this.#info = { by, code, reason };
    const error = closeError("use connection", this.#info);
    for (const stream of this.#streams.values()) stream.fail(error);
    this.#streams.clear();
    for (const go of this.#transferQueue.splice(0)) go();
    this.#started.resolve();
    this.#resolveClosed(this.#info);
  }

  #open(urgency: number): NetStream {
    const id = this.#connection.openStream();
    const transport: Partial<Prioritised> = this.#connection.transport as Partial<Prioritised>;
    transport.setPriority?.(id, urgency);
    this.#host.wake();
    return this.#adopt(id);
  }

  #adopt(id: number): NetStream {
    const stream = new NetStream(
      id,
      this.#connection,
      () => this.#host.wake(),
      () => this.#streams.delete(id),
    );
    this.#streams.set(id, stream);
    return stream;
  }

  /** Reads a stream of the peer's to its end. Whatever goes wrong on it stays on it. */
  async #serve(stream: NetStream): Promise<void> {
    try {
      await this.#started.promise;
      switch (await readPreface(stream)) {
        case StreamKind.conversation:
          return await this.#serveMessages(stream);
        case StreamKind.transfer:
          return await this.#serveTransfer(stream);
      }
    } catch (error) {
      if (!(error instanceof P2PError)) {
        stream.abort(StreamCode.internal);
        throw error;
      }
      stream.abort(error.kind === "remote-protocol" ? StreamCode.protocol : StreamCode.cancelled);
    }
  }

  async #serveMessages(stream: ByteStream): Promise<void> {
    const channel = new RecordChannel(stream, RecordChannel.SMALL);
    for (;;) {
      if (channel.idle) await channel.flush();
      const record = await channel.next();
      if (record === undefined) break;
      if (record.type !== RecordType.message) {
        stream.abort(StreamCode.protocol);
        return;
      }
      const { rawId, ...message } = decodeMessage(record.body);
      await this.handlers.message?.(message);
      await channel.put(encodeDelivered(rawId));
    }
    await channel.finish();
  }

  async #serveTransfer(stream: NetStream): Promise<void> {
    await this.#transferTurn();
    let transfer: IncomingTransfer | undefined;
    try {
      const report = await receiveTransfer(stream, {
        decide: async (offer) => {
          const cancel = (code: number = StreamCode.cancelled) => stream.abort(code);
          transfer = { id: this.#host.newId(), offer, cancel };
          const declined = { code: 1, reason: "this program takes no files" };
          return await this.handlers.offer?.(transfer) ?? declined;
        },
        progress: (bytes, resumed) => this.handlers.progress?.(transfer!, bytes, resumed),
        root: (root) => this.handlers.received?.(transfer!, root),
      });
      this.handlers.ended?.(transfer!, report);
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
      if (transfer !== undefined) this.handlers.ended?.(transfer, error);
      else throw error;
    } finally {
      this.#transfers--;
      this.#transferQueue.shift()?.();
    }
  }

  async #transferTurn(): Promise<void> {
    while (this.#transfers >= MAX_TRANSFERS && this.#info === undefined) {
      await new Promise<void>((resolve) => this.#transferQueue.push(resolve));
    }
    this.#transfers++;
  }
}

async function readPreface(stream: ByteStream): Promise<StreamKind> {
  const preface = new Uint8Array(PREFACE_BYTES);
  let length = 0;
  while (length < PREFACE_BYTES) {
    const count = await stream.read(preface.subarray(length));
    if (count === 0) break;
    length += count;
  }
  return decodePreface(preface.subarray(0, length));
}
