/** The streams that a peer begins in a conversation: read to their end, a few at a time, and given to the handlers. */
import { InternalError, P2PError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Budget } from "../transfer/budget.ts";
import { readPreface, StreamKind } from "../transfer/preface.ts";
import { receiveTransfer } from "../transfer/receive.ts";
import { StreamCode, streamCodeOf } from "../transfer/stream.ts";
import { TransferCode, verdict } from "../transfer/verdict.ts";
import type { ConversationHandlers, IncomingTransfer } from "./conversation-handlers.ts";
import { MessageInput } from "./message-input.ts";
import type { NetStream } from "./streams.ts";

/** Transfers of one peer that are read at the same time; more wait. */
const MAX_TRANSFERS = 8;

/** Conversation streams of one peer that are read at the same time; a program needs one. */
const MAX_MESSAGE_STREAMS = 4;

/** Streams on which a peer may break the application protocol before the conversation ends. */
const MAX_VIOLATIONS = 16;

/** What the streams need of their conversation. */
export interface IncomingStreamsHost {
  /** What the program does with what comes, as it stands now. */
  handlers(): ConversationHandlers;
  /** An id for a transfer. */
  newId(): IncomingTransfer["id"];
  /** What the peer's transfers may keep in memory. */
  readonly memory: Budget;
  /** The peer shows its certificate on this stream. */
  certificate(stream: NetStream): void;
  /** The peer goes on breaking the protocol. */
  broken(): void;
}

/** The streams of one peer. */
export class IncomingStreams {
  readonly #host: IncomingStreamsHost;
  readonly #started = Promise.withResolvers<void>();
  /** Streams on which the peer's messages come and our receipts go. */
  readonly #receipts = new Map<number, MessageInput>();
  #transfers = 0;
  readonly #transferQueue: Array<() => void> = [];
  #violations = 0;
  /** Whether messages are taken no more. */
  #stopped = false;
  #over = false;

  constructor(host: IncomingStreamsHost) {
    this.#host = host;
  }

  get #handlers(): ConversationHandlers {
    return this.#host.handlers();
  }

  /** The peer is trusted, the handlers are set: what it sends is read from now on. */
  start(): void {
    this.#started.resolve();
  }

  /** The conversation is over: nothing waits any more. */
  end(): void {
    this.#over = true;
    for (const go of this.#transferQueue.splice(0)) go();
    this.#started.resolve();
  }

  /** Takes no more messages. */
  stopMessages(): void {
    this.#stopped = true;
    for (const input of this.#receipts.values()) input.stop();
  }

  /** Whether the peer lacks receipts of messages that were taken. */
  owesReceipts(buffered: (stream: number) => number): boolean {
    return [...this.#receipts].some(([stream, input]) => input.owes || buffered(stream) > 0);
  }

  /** Reads a stream of the peer's to its end. Never rejects: whatever goes wrong on it stays on it. */
  async serve(stream: NetStream): Promise<void> {
    let doing = text("conversation.read-stream");
    try {
      const kind = await readPreface(stream);
      if (kind === StreamKind.certificate) return this.#host.certificate(stream);
      await this.#started.promise;
      const handlers = this.#handlers;
      switch (kind) {
        case StreamKind.conversation:
          doing = text("conversation.take-messages");
          return await this.#serveMessages(stream);
        case StreamKind.transfer:
          doing = text("conversation.take-files");
          return await this.#serveTransfer(stream);
        default:
          if (handlers.stream !== undefined) return await handlers.stream(kind, stream);
          stream.abort(StreamCode.unsupported);
      }
    } catch (error) {
      if (error instanceof P2PError) return this.#giveUp(stream, streamCodeOf(error));
      stream.abort(StreamCode.internal);
      this.#handlers.failed?.(new InternalError(doing, error));
    }
  }

  /** Gives a stream of the peer's up. Whoever goes on breaking the protocol is sent away. */
  #giveUp(stream: NetStream, code: number): void {
    stream.abort(code);
    if (code === StreamCode.protocol) this.#violated();
  }

  #violated(): void {
    if (++this.#violations >= MAX_VIOLATIONS) this.#host.broken();
  }

  async #serveMessages(stream: NetStream): Promise<void> {
    const full = this.#stopped || this.#receipts.size >= MAX_MESSAGE_STREAMS;
    if (this.#handlers.message === undefined || full) {
      stream.abort(StreamCode.unsupported);
      return;
    }
    const input = new MessageInput(
      stream,
      async (message) => await this.#handlers.message!(message) ?? true,
    );
    this.#receipts.set(stream.id, input);
    try {
      await input.run();
    } finally {
      // What was written there may not be out yet.
      if (!this.#stopped) this.#receipts.delete(stream.id);
    }
  }

  async #serveTransfer(stream: NetStream): Promise<void> {
    await this.#transferTurn();
    let transfer: IncomingTransfer | undefined;
    try {
      const report = await receiveTransfer(stream, {
        decide: async (offer, lasting) => {
          const cancel = (code: number = StreamCode.cancelled) => stream.abort(code);
          transfer = { id: this.#host.newId(), lasting, offer, cancel };
          return await this.#handlers.offer?.(transfer) ?? verdict(TransferCode.takesNone);
        },
        progress: (bytes, resumed) => this.#handlers.progress?.(transfer!, bytes, resumed),
        root: (root) => this.#handlers.received?.(transfer!, root),
        digests: this.#handlers.digests ?? false,
      }, this.#host.memory);
      this.#handlers.ended?.(transfer!, report);
    } catch (error) {
      if (transfer === undefined) throw error;
      const known = error instanceof P2PError
        ? error
        : new InternalError(text("conversation.take-files"), error);
      if (known !== error) stream.abort(StreamCode.internal);
      this.#handlers.ended?.(transfer, known);
      if (streamCodeOf(known) === StreamCode.protocol) this.#violated();
    } finally {
      this.#transfers--;
      this.#transferQueue.shift()?.();
    }
  }

  async #transferTurn(): Promise<void> {
    while (this.#transfers >= MAX_TRANSFERS && !this.#over) {
      await new Promise<void>((resolve) => this.#transferQueue.push(resolve));
    }
    this.#transfers++;
  }
}
