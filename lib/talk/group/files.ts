/**
 * Files and voice notes of groups: announced by a message, and sent by their author to each member, those who are away
 * getting them when they are there. The offer names the group and the message, so that the receiver knows where they
 * belong.
 */
import { base64, type Bytes, hex } from "../../bytes.ts";
import { P2PError, UnreachableError } from "../../errors.ts";
import { walkOutgoing } from "../../files/outgoing.ts";
import type { Conversation } from "../../net/conversation.ts";
import type { OutboxEntry } from "../../state/outbox.ts";
import { StateError } from "../../state/sqlite.ts";
import { text } from "../../text/catalogue.ts";
import { untilCancelled } from "../cancel.ts";
import { deliverFiles, deliverVoice } from "../delivery.ts";
import { problemOf, type Tell } from "../events.ts";
import { mediaTypeOf, transferIdOf } from "./media.ts";
import type { GroupsHost } from "./news.ts";
import { cargoOf, excerpt } from "../outgoing-item.ts";
import { type GroupName, type Person, personOf } from "../person.ts";

/** What waited for one member is being sent. */
interface GroupSending {
  /** Whether there is more meanwhile, or another connection. */
  again: boolean;
  work: Promise<void>;
}

/** The files and notes on their way to members. */
export class GroupFiles {
  readonly #host: GroupsHost;
  readonly #sending = new Map<string, GroupSending>();
  #closed = false;

  constructor(host: GroupsHost) {
    this.#host = host;
  }

  /** Sends what waits for somebody who is there, perhaps by another connection than before. */
  flush(key: Bytes): void {
    const name = base64(key);
    if (this.#closed) return;
    const sending = this.#sending.get(name);
    if (sending !== undefined) {
      sending.again = true;
      return;
    }
    const begun: GroupSending = { again: false, work: Promise.resolve() };
    this.#sending.set(name, begun);
    begun.work = this.#flush(key, begun).catch((cause) => {
      const error = problemOf(text("conversation.send-files"), cause);
      this.#host.tell({ type: "error", error, peer: personOf(this.#host.state, key) });
    });
  }

  /** Begins nothing more; resolves when what was under way is over, which the end of the conversations makes it. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#sending.values()].map(({ work }) => work));
  }

  /** Whether something is being sent. */
  get busy(): boolean {
    return this.#sending.size > 0;
  }

  async #flush(key: Bytes, sending: GroupSending): Promise<void> {
    try {
      do {
        sending.again = false;
        await this.#sendWaiting(key);
      } while (sending.again);
    } finally {
      this.#sending.delete(base64(key));
    }
  }

  /** Sends what waits for somebody, each item once. */
  async #sendWaiting(key: Bytes): Promise<void> {
    const tried = new Set<string>();
    while (!this.#closed) {
      const next = this.#host.state.outbox.pending(key).find(({ id, kind, talk, to }) =>
        kind !== "text" && hex(talk) !== hex(to) && !tried.has(id)
      );
      if (next === undefined) return;
      tried.add(next.id);
      await this.#send(key, next);
    }
  }

  async #send(key: Bytes, entry: OutboxEntry): Promise<void> {
    const { state, tell, conversationWith, cargo } = this.#host;
    const { id, talk, kind, paths } = entry;
    const conversation = conversationWith(key);
    if (conversation === undefined) return;
    const peer = personOf(state, key);
    const group = this.#nameOf(hex(talk));
    try {
      state.outbox.advance(id, key, "sent");
      await untilCancelled(
        () => this.#cancelled(id, key),
        (signal) => this.#deliver(conversation, peer, entry, signal, ofMessage(id, group, tell)),
      );
      state.outbox.advance(id, key, "delivered");
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
      if (this.#cancelled(id, key)) return;
      if (error instanceof UnreachableError) return tell({ type: "error", error, peer });
      state.outbox.advance(id, key, "failed", error.code);
      const what = cargoOf(entry);
      tell({ type: "failed", peer, id, what, text: excerpt(entry.text), error, ...group });
    }
    if (kind === "voice" && !state.outbox.waits(id)) cargo.forget(paths);
  }

  /** Whether its author took it back, by whatever program; what the disk does not tell now was not. */
  #cancelled(id: string, to: Bytes): boolean {
    try {
      return this.#host.state.outbox.get(id, to)?.state === "cancelled";
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      return false;
    }
  }

  async #deliver(
    conversation: Conversation,
    peer: Person,
    { id, kind, talk, paths, text: name, seconds = 0 }: OutboxEntry,
    signal: AbortSignal,
    tell: Tell,
  ): Promise<void> {
    const mediaType = mediaTypeOf(hex(talk), id);
    const options = { id: transferIdOf(id), tell, signal };
    if (kind === "file") {
      const outgoing = await walkOutgoing(paths);
      return await deliverFiles(conversation, peer, outgoing, { ...options, mediaType });
    }
    await this.#host.cargo.open(
      paths[0]!,
      name,
      (path) => deliverVoice(conversation, peer, { path, seconds, mediaType }, options),
    );
  }

  #nameOf(id: string): { readonly group?: GroupName } {
    const found = this.#host.state.groups.byId(id);
    return found === undefined ? {} : { group: { id, name: found.name } };
  }
}

/** Events of a transfer under the id of the message that it belongs to. */
function ofMessage(id: string, group: { readonly group?: GroupName }, tell: Tell): Tell {
  return (event) => {
    if (event.type === "delivered") tell({ ...event, id, ...group });
    else if (event.type === "progress" || event.type === "progress-over") tell({ ...event, id });
    else tell(event);
  };
}
