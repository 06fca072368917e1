/** The two streams on which two programs speak of groups: each side's own, read by the other (docs/protocol.md, "Groups"). */
import type { Bytes } from "../../bytes.ts";
import { FormatError, RemoteProtocolError } from "../../errors.ts";
import type { MemberLink } from "../../group/link.ts";
import { Capability } from "../../net/capabilities.ts";
import type { Conversation } from "../../net/conversation.ts";
import { RecordChannel } from "../../transfer/channel.ts";
import { encodePreface, StreamKind } from "../../transfer/preface.ts";
import { RecordType } from "../../transfer/records.ts";
import type { ByteStream } from "../../transfer/stream.ts";

/** Records handed on together at most: their changes are stored in one transaction. */
const BATCH = 256;

/** What goes to one peer. The stream is opened by the first record. */
export class GroupOutput {
  readonly #conversation: Conversation;
  #channel: RecordChannel | undefined;
  #writing: Promise<void> = Promise.resolve();
  #waiting: Bytes[] = [];
  #over = false;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
    conversation.closed.then(() => this.#end(), () => this.#end());
  }

  /** Sends a record; what is on its way when the conversation ends is lost, and asked for again in the next. */
  send(record: Bytes): void {
    if (this.#over) return;
    this.#waiting.push(record);
    if (this.#waiting.length > 1) return;
    this.#writing = this.#writing.then(() => this.#write()).catch(() => this.#end());
  }

  #end(): void {
    this.#over = true;
    this.#waiting = [];
  }

  /** Resolves when all that was to be sent is with the transport. */
  get written(): Promise<void> {
    return this.#writing;
  }

  async #write(): Promise<void> {
    // What is told in one turn goes out together.
    await Promise.resolve();
    if (this.#channel === undefined) {
      const stream = this.#conversation.begin();
      this.#channel = new RecordChannel(stream, RecordChannel.SMALL);
      await stream.write(encodePreface(StreamKind.group));
    }
    while (this.#waiting.length > 0) {
      for (const record of this.#waiting.splice(0)) {
        const waiting = this.#channel.put(record);
        if (waiting !== undefined) await waiting;
      }
      await this.#channel.flush();
    }
  }
}

/** Reads what a peer says of groups, to the end. Rejects where it breaks the protocol. */
export async function readGroupStream(stream: ByteStream, link: MemberLink): Promise<void> {
  const channel = new RecordChannel(stream, RecordChannel.SMALL);
  let taken = 0;
  for (;;) {
    const record = channel.ready();
    if (record === undefined) {
      await link.flush();
      taken = 0;
      if (!await channel.more()) return;
      continue;
    }
    try {
      link.receive(record.type, record.body);
    } catch (error) {
      await link.flush();
      if (!(error instanceof FormatError)) throw error;
      throw new RemoteProtocolError("group.broken", { reason: error }, { cause: error });
    }
    if (++taken < BATCH) continue;
    await link.flush();
    taken = 0;
  }
}

/** Whether the peer's program knows groups; version 0.1 does not. */
export function knowsGroups({ hello }: Conversation): boolean {
  return ((hello?.capabilities ?? 0) & Capability.groups) !== 0;
}

/** Without anybody to show them to, messages are left to another program: they are not taken, and come again. */
export function withoutMessages(link: MemberLink): MemberLink {
  return {
    peer: link.peer,
    receive: (type, body) => {
      if (type !== RecordType.groupMessage) link.receive(type, body);
    },
    flush: () => link.flush(),
    close: () => link.close(),
  };
}
