/**
 * Files of groups: announced by a message, and sent by their author to each member, those who are away getting them when
 * they are there. The offer names the group and the message, so that the receiver knows where they belong.
 */
import { base64, type Bytes, hex } from "../bytes.ts";
import { P2PError, UnreachableError } from "../errors.ts";
import { walkOutgoing } from "../files/outgoing.ts";
import type { OutboxEntry } from "../state/outbox.ts";
import { text } from "../text/catalogue.ts";
import { deliverFiles } from "./delivery.ts";
import { problemOf } from "./events.ts";
import type { GroupsHost } from "./group-news.ts";
import { personOf } from "./person.ts";

const MEDIA_TYPE = /^group\/([0-9a-f]{64})\/([0-9a-f]{64})$/;

/** Ids of transfers have 128 bits: the first of the message's. */
const TRANSFER_ID_DIGITS = 32;

/** The group and message that an offer's media type names. */
export function groupMediaType(type: string): { group: string; message: string } | undefined {
  const [, group, message] = MEDIA_TYPE.exec(type) ?? [];
  return group === undefined || message === undefined ? undefined : { group, message };
}

/** The files on their way to members. */
export class GroupFiles {
  readonly #host: GroupsHost;
  readonly #sending = new Map<string, Promise<void>>();

  constructor(host: GroupsHost) {
    this.#host = host;
  }

  /** Sends what waits for somebody who is there. */
  flush(key: Bytes): void {
    const name = base64(key);
    if (this.#sending.has(name)) return;
    const work = this.#flush(key).finally(() => this.#sending.delete(name));
    this.#sending.set(name, work);
    work.catch((cause) => {
      const error = problemOf(text("conversation.send-files"), cause);
      this.#host.tell({ type: "error", error, peer: personOf(this.#host.state, key) });
    });
  }

  /** Whether something is being sent. */
  get busy(): boolean {
    return this.#sending.size > 0;
  }

  async #flush(key: Bytes): Promise<void> {
    const tried = new Set<string>();
    for (;;) {
      const next = this.#host.state.outbox.pending(key).find(({ id, kind, talk, to }) =>
        kind === "file" && hex(talk) !== hex(to) && !tried.has(id)
      );
      if (next === undefined) return;
      tried.add(next.id);
      await this.#send(key, next);
    }
  }

  async #send(key: Bytes, { id, talk, paths }: OutboxEntry): Promise<void> {
    const { state, tell, conversationWith } = this.#host;
    const conversation = conversationWith(key);
    if (conversation === undefined) return;
    const peer = personOf(state, key);
    try {
      state.outbox.advance(id, key, "sent");
      const mediaType = `group/${hex(talk)}/${id}`;
      await deliverFiles(conversation, peer, await walkOutgoing(paths), {
        id: id.slice(0, TRANSFER_ID_DIGITS),
        tell,
        mediaType,
      });
      state.outbox.advance(id, key, "delivered");
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
      if (!(error instanceof UnreachableError)) state.outbox.advance(id, key, "failed", error.code);
      tell({ type: "error", error, peer });
    }
  }
}
