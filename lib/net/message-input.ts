/**
 * The stream on which a peer's messages come and our receipts go (docs/protocol.md, "Conversation streams"). What has
 * come together is handed to the program together, so that it can be stored together; receipts go in the order of the
 * messages.
 */
import { RemoteProtocolError } from "../errors.ts";
import { RecordChannel } from "../transfer/channel.ts";
import { decodeMessage, decodeText, encodeReceipt, type Message } from "../transfer/messages.ts";
import { RecordType } from "../transfer/records.ts";
import type { ByteStream } from "../transfer/stream.ts";

/**
 * Messages, and characters of them, that the program is taking in at once: the peer waits beyond that. All peers' messages
 * are stored in turn, so what one may have there is what another's message may have to wait for.
 */
const WINDOW_MESSAGES = 256;
const WINDOW_CHARACTERS = 8 * 1024;

/** Takes a message; answers whether it is stored, and throws where there is to be no receipt. */
export type TakeMessage = (message: Message) => Promise<boolean>;

/** One conversation stream of a peer's. */
export class MessageInput {
  readonly #channel: RecordChannel;
  readonly #take: TakeMessage;
  /** Messages whose receipts are not written yet, the oldest first. */
  readonly #open: Array<{ readonly characters: number; readonly answered: Promise<void> }> = [];
  #characters = 0;
  /** Taken messages whose receipts are about to be written. */
  #taken = 0;
  #answering: Promise<void> = Promise.resolve();
  /** Why a message could not be taken. */
  #failure: { readonly error: unknown } | undefined;
  #stopped = false;
  /** Ends the wait for more. */
  #interrupt: (error: unknown) => void = () => undefined;

  constructor(stream: ByteStream, take: TakeMessage) {
    this.#channel = new RecordChannel(stream, RecordChannel.SMALL);
    this.#take = take;
  }

  /** Whether the peer has to wait for a receipt yet. */
  get owes(): boolean {
    return this.#open.length > 0;
  }

  /** Takes nothing more: whoever is about to leave could not answer it. */
  stop(): void {
    this.#stopped = true;
  }

  /** Reads the stream to its end; rejects when the peer breaks the protocol or a message cannot be taken. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const record = this.#channel.ready();
      if (record === undefined) {
        if (!await this.#more()) break;
        continue;
      }
      this.#begin(messageIn(record));
      while (this.#full) await this.#oldest();
    }
    while (this.owes) await this.#oldest();
    if (!this.#stopped) await this.#channel.finish();
  }

  /** Waits for more to read; a message that cannot be taken ends that too. */
  async #more(): Promise<boolean> {
    if (this.#failure !== undefined) throw this.#failure.error;
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    this.#interrupt = reject;
    this.#channel.more().then(resolve, reject);
    return await promise;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#interrupt(error);
  }

  get #full(): boolean {
    return this.#open.length >= WINDOW_MESSAGES || this.#characters >= WINDOW_CHARACTERS;
  }

  async #oldest(): Promise<void> {
    await this.#open[0]!.answered;
  }

  #begin(message: Message): void {
    const taking = this.#take(message).finally(() => this.#taken++);
    const answered = this.#answering.then(() => this.#answer(message.id, taking));
    this.#answering = answered;
    const characters = message.text.length;
    this.#characters += characters;
    this.#open.push({ characters, answered });
    answered.then(
      () => this.#characters -= this.#open.shift()!.characters,
      (error) => this.#fail(error),
    );
    // It may fail before its turn to be answered comes.
    taking.catch(() => undefined);
  }

  async #answer(id: string, taking: Promise<boolean>): Promise<void> {
    const stored = await taking;
    const waiting = this.#channel.put(encodeReceipt({ id, stored }));
    if (waiting !== undefined) await waiting;
    // A receipt behind which none follows goes out at once: the program may be about to leave.
    if (--this.#taken === 0) await this.#channel.flush();
  }
}

function messageIn({ type, body }: { readonly type: number; readonly body: Uint8Array }): Message {
  switch (type) {
    case RecordType.text:
      return decodeText(body);
    case RecordType.message:
      return decodeMessage(body);
    default:
      throw new RemoteProtocolError("transfer.broken", { rule: "message-record" });
  }
}
