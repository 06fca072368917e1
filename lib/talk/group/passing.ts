/**
 * Files of groups that did not come: their author is away, so members who are there are asked for them, one after the
 * other; whoever has them as they were announced sends them (docs/protocol.md, "Files of groups").
 */
import { fromHex } from "../../bytes.ts";
import { P2PError } from "../../errors.ts";
import { filesDigest } from "../../files/digest.ts";
import { type Outgoing, walkOutgoing } from "../../files/outgoing.ts";
import type { Group } from "../../group/group.ts";
import type { Member } from "../../group/member.ts";
import { ContentKind, type GroupContent, type GroupMessage } from "../../group/message.ts";
import { settle } from "../../system/settle.ts";
import type { StoredRoot } from "../../state/message-rows.ts";
import { text } from "../../text/catalogue.ts";
import { deliverFiles, deliverVoice } from "../delivery.ts";
import { problemOf } from "../events.ts";
import { mediaTypeOf, transferIdOf } from "./media.ts";
import type { GroupsHost } from "./news.ts";
import type { GroupStore } from "./store.ts";
import { personOf } from "../person.ts";

/** An author who is about to appear sends them; members are asked after this long, in milliseconds. */
const GRACE_MS = 1000;
/** Whoever was asked and sends nothing is waited for this long; all are asked again after that long. */
const ANSWER_MS = 10_000;
const AGAIN_MS = 60_000;
/** Messages whose files are looked for, and how many at once. */
const MAX_MISSED = 256;
const MAX_ASKED = 4;
/** Requests of one peer that wait, and how often one is served the same. */
const MAX_QUEUED = 16;
const MAX_SERVED = 3;
/** Pairs of peer and message that are counted. */
const MAX_COUNTED = 4096;

/** Files that are not here. */
interface Lacking {
  readonly group: Group;
  readonly message: GroupMessage;
  /** When they were missed first. */
  readonly since: number;
  /** Those who were asked; and those whose files were none of the author's. */
  readonly asked: Set<string>;
  readonly wrong: Set<string>;
  /** Who is asked now, and since when. */
  whom: string | undefined;
  at: number;
  /** They are coming. */
  coming: boolean;
}

/** What it needs of the groups. */
export interface PassingHost extends GroupsHost {
  readonly self: string;
  readonly member: Member;
  readonly store: GroupStore;
}

/** The files that the members of one application's groups pass on. */
export class GroupPassing {
  readonly #host: PassingHost;
  readonly #lacking = new Map<string, Lacking>();
  /** How often somebody was sent the files of a message. */
  readonly #served = new Map<string, number>();
  readonly #queued = new Map<string, number>();
  #serving: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(host: PassingHost) {
    this.#host = host;
  }

  /** Looks which files of messages have not come. */
  missed(group: Group, messages: readonly GroupMessage[]): void {
    const { accept, self, store } = this.#host;
    if (accept === undefined) return;
    for (const message of messages) {
      const { id, author, content } = message;
      if (content.kind === ContentKind.text || author === self || this.#lacking.has(id)) continue;
      if (!store.lacksFiles(group.id, message)) continue;
      const [asked, wrong] = [new Set<string>(), new Set<string>()];
      const since = performance.now();
      const lacking = { group, message, since, asked, wrong, whom: undefined, at: since };
      this.#lacking.set(id, { ...lacking, coming: false });
      if (this.#lacking.size > MAX_MISSED) {
        this.#lacking.delete(this.#lacking.keys().next().value!);
      }
    }
  }

  /** Asks for what is not here; to be called now and then. */
  look(): void {
    const now = performance.now();
    let asked = 0;
    for (const [id, lacking] of this.#lacking) {
      if (!lacking.group.counts(id)) {
        this.#lacking.delete(id);
        continue;
      }
      if (lacking.coming || this.#isAsked(lacking, now)) asked++;
      else if (asked < MAX_ASKED && now - lacking.since >= GRACE_MS && this.#ask(lacking, now)) {
        asked++;
      }
    }
  }

  #isAsked({ whom, at }: Lacking, now: number): boolean {
    return whom !== undefined && this.#host.member.reaches(whom) && now - at < ANSWER_MS;
  }

  #ask(lacking: Lacking, now: number): boolean {
    const { member, self, store } = this.#host;
    const { group, message, asked, wrong } = lacking;
    const { id, author } = message;
    lacking.whom = undefined;
    if (member.reaches(author)) return false;
    const whom = group.log.membership.members.find((key) =>
      key !== self && !asked.has(key) && !wrong.has(key) && member.reaches(key)
    );
    if (whom === undefined) {
      if (now - lacking.at >= AGAIN_MS) asked.clear();
      return false;
    }
    // Another program of the same identity may have them by now.
    if (!store.lacksFiles(group.id, message)) {
      this.over(id);
      return false;
    }
    asked.add(whom);
    lacking.whom = whom;
    lacking.at = now;
    return member.want(whom, { group: group.id, id });
  }

  /** Somebody does not have what they were asked for. */
  missing(id: string, peer: string): void {
    const lacking = this.#lacking.get(id);
    if (lacking?.whom !== peer) return;
    lacking.whom = undefined;
    this.look();
  }

  /** Somebody is there anew, and may be asked again. */
  there(peer: string): void {
    for (const { asked } of this.#lacking.values()) asked.delete(peer);
  }

  /** Whether `peer` was asked for the files of a message, and nobody else sends them. */
  expects(id: string, peer: string): boolean {
    const lacking = this.#lacking.get(id);
    return lacking?.whom === peer && !lacking.coming;
  }

  /** They come, or come no more; `wrong`: what came was something else. */
  coming(id: string, coming: boolean, wrong = false): void {
    const lacking = this.#lacking.get(id);
    if (lacking === undefined) return;
    lacking.coming = coming;
    if (coming) return;
    if (wrong && lacking.whom !== undefined) lacking.wrong.add(lacking.whom);
    lacking.whom = undefined;
  }

  /** They are here, or not wanted. */
  over(id: string): void {
    this.#lacking.delete(id);
  }

  // ---------------------------------------------------------------- for others

  /** A member wants the files of a message that it may have; false where they are not here. */
  wanted(group: Group, peer: string, id: string): boolean {
    const roots = this.#host.store.rootsOf(group.id, id);
    const message = group.message(id);
    const [queued, times] = [this.#queued.get(peer) ?? 0, this.#served.get(`${peer} ${id}`) ?? 0];
    if (this.#closed || message === undefined || roots.length === 0) return false;
    if (queued >= MAX_QUEUED || times >= MAX_SERVED) return false;
    this.#queued.set(peer, queued + 1);
    if (this.#served.size >= MAX_COUNTED) this.#served.clear();
    this.#served.set(`${peer} ${id}`, times + 1);
    this.#serving = this.#serving.then(() => this.#serve(group, message, roots, peer))
      .finally(() => {
        const left = this.#queued.get(peer)! - 1;
        if (left === 0) this.#queued.delete(peer);
        else this.#queued.set(peer, left);
      });
    settle(this.#serving, () => undefined);
    return true;
  }

  /** Begins nothing more; resolves when what was under way is over, which the end of the conversations makes it. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#serving;
  }

  /** Never rejects: what goes wrong is told, but for what is merely not there any more. */
  async #serve(
    group: Group,
    message: GroupMessage,
    roots: readonly StoredRoot[],
    peer: string,
  ): Promise<void> {
    const { tell, state, member } = this.#host;
    try {
      if (await this.#send(group, message, roots, peer)) return;
    } catch (cause) {
      if (!(cause instanceof P2PError) && !(cause instanceof Deno.errors.NotFound)) {
        const error = problemOf(text("conversation.send-files"), cause);
        tell({ type: "error", error, peer: personOf(state, fromHex(peer)) });
      }
    }
    member.lacksFiles(peer, { group: group.id, id: message.id });
  }

  /** Sends them; false where they are not what was announced any more. */
  async #send(
    group: Group,
    { id, content }: GroupMessage,
    roots: readonly StoredRoot[],
    peer: string,
  ): Promise<boolean> {
    const { state, conversationWith, cargo } = this.#host;
    const key = fromHex(peer);
    const conversation = conversationWith(key);
    if (this.#closed || conversation === undefined || !group.mayHave(peer, id)) return true;
    const to = personOf(state, key);
    const mediaType = mediaTypeOf(group.id, id);
    // Its author is told of nothing, and its owner neither: it is nobody's news here.
    const options = { id: transferIdOf(id), tell: () => undefined };
    if (content.kind === ContentKind.voice) {
      const [{ path, name }] = roots as [StoredRoot];
      return await cargo.open(path, name, async (path) => {
        if (!await isAnnounced(content, await walkOutgoing([path]))) return false;
        const seconds = content.milliseconds / 1000;
        await deliverVoice(conversation, to, { path, seconds, mediaType }, options);
        return true;
      });
    }
    const names = roots.map(({ name }) => name);
    const outgoing = await walkOutgoing(roots.map(({ path }) => path), { names });
    if (!await isAnnounced(content, outgoing)) return false;
    await deliverFiles(conversation, to, outgoing, { ...options, mediaType });
    return true;
  }
}

/** Whether files are those that a message announces. */
export async function isAnnounced(content: GroupContent, outgoing: Outgoing): Promise<boolean> {
  return content.kind !== ContentKind.text && outgoing.bytes === content.bytes &&
    await filesDigest(outgoing) === content.digest;
}
