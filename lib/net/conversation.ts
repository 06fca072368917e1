/**
 * A conversation with one peer over one connection: messages, files and voice in both directions. What the peer
 * begins goes to the handlers, which the program may set as soon as it has the conversation.
 */
import { basename } from "../system/path.ts";
import type { Bytes } from "../bytes.ts";
import { text } from "../text/catalogue.ts";
import type { Connection } from "../peer/connection.ts";
import type { PeerEvent } from "../peer/endpoint.ts";
import type { StreamEvent } from "../peer/events.ts";
import type { ReceivedHello } from "../session/hello.ts";
import { type Outgoing, walkOutgoing } from "../files/outgoing.ts";
import { Budget, PEER_MEMORY_BYTES } from "../transfer/budget.ts";
import { type Offer, OfferKind } from "../transfer/offers.ts";
import { type SendHandlers, type SendReport, sendTransfer } from "../transfer/send.ts";
import { type ByteStream, StreamCode } from "../transfer/stream.ts";
import type { Address } from "./address.ts";
import { Capability } from "./capabilities.ts";
import { CloseCode, closeError, type CloseInfo } from "./close.ts";
import type { ConversationHandlers, ConversationHost } from "./conversation-handlers.ts";
import {
  MessageStream,
  newMessageId,
  type OutgoingMessage,
  type SentMessage,
} from "./message-stream.ts";
import { IncomingStreams } from "./incoming-streams.ts";
import { NetStream } from "./streams.ts";

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
  readonly #resolveClosed: (info: CloseInfo) => void;
  #messages: MessageStream | undefined;
  #info: CloseInfo | undefined;
  readonly #incoming: IncomingStreams;
  #certificate: PromiseWithResolvers<ByteStream> | undefined;
  /** Whether the peer has shown one. */
  #certified = false;
  /** Whether it is trusted, and read. */
  #begun = false;
  /** How far the peer's clock is ahead of ours, in milliseconds, as far as its hello says. */
  readonly clockAhead: number | undefined;

  constructor(connection: Connection, host: ConversationHost) {
    this.#connection = connection;
    this.#host = host;
    this.#incoming = new IncomingStreams({
      handlers: () => this.handlers,
      newId: () => host.newId(),
      memory: new Budget(PEER_MEMORY_BYTES, host.memory),
      certificate: (stream) => this.#takeCertificate(stream),
      broken: () => this.close(CloseCode.protocol),
    });
    const clock = connection.hello?.timestamp;
    this.clockAhead = clock === undefined ? undefined : clock - host.time();
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
    return this.#messages?.pending ?? 0;
  }

  /** Whether the peer's program shows or stores messages at all. */
  get takesMessages(): boolean {
    return ((this.hello?.capabilities ?? 0) & Capability.takesNoMessages) === 0;
  }

  /** Whether the peer's program knows ids of 128 bits; version 0.1 does not. */
  get longIds(): boolean {
    return ((this.hello?.capabilities ?? 0) & Capability.longIds) !== 0;
  }

  /** Whether the peer's program calls again where another of ours takes over. */
  get knowsHandOver(): boolean {
    return ((this.hello?.capabilities ?? 0) & Capability.handOver) !== 0;
  }

  /** The connection below, for its statistics. */
  get connection(): Connection {
    return this.#connection;
  }

  /** Begins to read what the peer sends: the peer is trusted, the handlers are set. */
  start(): void {
    this.#begun = true;
    this.#incoming.start();
  }

  /**
   * Sends a text. Throws a LimitError when it is too long, an UnreachableError when the conversation is over.
   *
   * @param again the id and time of a message that was sent before and not acknowledged
   */
  sendMessage(words: string, again?: Omit<OutgoingMessage, "text">): SentMessage {
    if (this.#info !== undefined) throw closeError(text("conversation.send-message"), this.#info);
    if (this.#messages === undefined || this.#messages.failed) {
      this.#messages = new MessageStream(this.openStream(MESSAGE_URGENCY), this.longIds);
    }
    const message = again ?? { id: newMessageId(), time: this.#host.time() };
    return this.#messages.send({ ...message, text: words });
  }

  /** Sends what `walkOutgoing` found. */
  async sendFiles(
    outgoing: Outgoing,
    handlers: SendHandlers = {},
    mediaType = "",
  ): Promise<SendReport> {
    const name = outgoing.entries.at(0)?.path ?? "";
    const offer = offerOf(outgoing, { kind: OfferKind.files, name, mediaType });
    return await this.#send(offer, outgoing, handlers);
  }

  /** Sends the voice note in the file `path`, `seconds` long. */
  async sendVoice(
    path: string,
    seconds: number,
    { mediaType = "", handlers = {} }: { mediaType?: string; handlers?: SendHandlers } = {},
  ): Promise<SendReport> {
    const outgoing = await walkOutgoing([path]);
    const milliseconds = Math.round(seconds * 1000);
    const about = { kind: OfferKind.voice, name: basename(path), milliseconds, mediaType };
    return await this.#send(offerOf(outgoing, about), outgoing, handlers);
  }

  async #send(offer: Offer, outgoing: Outgoing, handlers: SendHandlers): Promise<SendReport> {
    if (this.#info !== undefined) throw closeError(text("conversation.send-files"), this.#info);
    const stream = this.openStream(TRANSFER_URGENCY);
    const { id, ...others } = handlers;
    const known = this.longIds ? { ...others, id } : others;
    return await sendTransfer(stream, offer, outgoing.entries, known);
  }

  /**
   * The stream on which the peer shows its certificate, before `start`: what it is for decides whether there is one.
   * Rejects when the conversation is over without.
   */
  certificateStream(): Promise<ByteStream> {
    this.#certificate ??= Promise.withResolvers<ByteStream>();
    if (this.#info !== undefined) {
      this.#certificate.reject(closeError(text("conversation.use"), this.#info));
    }
    return this.#certificate.promise;
  }

  /** One that nobody waits for, or a second one, is given up. */
  #takeCertificate(stream: NetStream): void {
    this.#certificate ??= Promise.withResolvers<ByteStream>();
    if (this.#certified || this.#begun) return stream.abort(StreamCode.unsupported);
    this.#certified = true;
    this.#certificate.resolve(stream);
  }

  /** Begins a stream of another kind; its preface is the first that is to be written. */
  begin(): ByteStream {
    if (this.#info !== undefined) throw closeError(text("conversation.use"), this.#info);
    return this.openStream(MESSAGE_URGENCY);
  }

  /** Waits until the peer has acknowledged all messages, at most `milliseconds`. */
  async settle(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    while (this.pendingMessages > 0 && this.#info === undefined && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /**
   * For whoever is about to leave: takes no more messages, and waits until the peer has the receipts of those that were
   * taken, at most `milliseconds`.
   */
  async acknowledged(milliseconds: number): Promise<void> {
    this.#incoming.stopMessages();
    const until = performance.now() + milliseconds;
    const { transport } = this.#connection;
    const owed = () => this.#incoming.owesReceipts((stream) => transport.buffered(stream));
    while (owed() && this.#info === undefined && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5));
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
      void this.#incoming.serve(stream);
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
    const error = closeError(text("conversation.use"), this.#info);
    for (const stream of this.#streams.values()) stream.fail(error);
    this.#streams.clear();
    this.#incoming.end();
    this.#certificate?.promise.catch(() => undefined); // whoever waits for it has the promise as well
    this.#certificate?.reject(error);
    this.#resolveClosed(this.#info);
  }

  /** Opens a stream of ours. */
  openStream(urgency: number): NetStream {
    const id = this.#connection.openStream();
    (this.#connection.transport as Partial<Prioritised>).setPriority?.(id, urgency);
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
}

/** What is offered with `outgoing`. */
function offerOf(
  { files, folders, bytes }: Outgoing,
  about: Pick<Offer, "kind" | "name"> & Partial<Offer>,
): Offer {
  return { milliseconds: 0, mediaType: "", ...about, files, folders, bytes };
}
