/** What is told of a group's membership: who came, who was removed, who left; once for each change. */
import { type Bytes, fromHex, hex } from "../../bytes.ts";
import { EntryKind } from "../../group/entry.ts";
import type { Group, GroupChange } from "../../group/group.ts";
import type { GroupMessage } from "../../group/message.ts";
import type { Identity } from "../../state/identity.ts";
import type { State } from "../../state/state.ts";
import type { Conversation } from "../../net/conversation.ts";
import type { Show, Tell } from "../events.ts";
import { clockOfMessage } from "../clock.ts";
import { cargoOfContent, wordsOfMessage } from "./store.ts";
import type { ShowsOwn } from "../own-copies.ts";
import type { CargoStore } from "../outgoing-item.ts";
import { type GroupName, type Person, personOf } from "../person.ts";
import type { Questions } from "../questions.ts";
import type { AcceptPolicy } from "../accept.ts";

/** What groups need of the application. */
export interface GroupsHost {
  readonly identity: Identity;
  readonly state: State;
  readonly tell: Tell;
  readonly show: (...of: Parameters<Show>) => Promise<void>;
  readonly questions: Questions;
  /** Whose invitations are taken; undefined: this program only does what it was started for. */
  readonly accept: AcceptPolicy | undefined;
  /** Whether members who are not there are called. */
  readonly calls: boolean;
  /** Whether what is said is kept. */
  readonly history: boolean;
  /** How long what cannot be delivered is kept, in milliseconds. */
  readonly expiryMs: number;
  /** Voice notes that outlive this program. */
  readonly cargo: CargoStore;
  readonly showsOwn: ShowsOwn | undefined;
  /** Calls a contact. */
  call(key: Bytes): Promise<unknown>;
  /** Something has come in a group. */
  heard(group: Person): void;
  /** A conversation with somebody who is there. */
  conversationWith(key: Bytes): Conversation | undefined;
}

/** Tells of one application's groups. */
export class MembershipNews {
  readonly #host: GroupsHost;
  readonly #self: string;
  /** Members as they were told last, by group. */
  readonly #told = new Map<string, readonly string[]>();

  constructor(host: GroupsHost, self: string) {
    this.#host = host;
    this.#self = self;
  }

  /** The members before changes that are in the log already. */
  membersBefore(group: Group, changes: readonly GroupChange[]): readonly string[] {
    const told = this.#told.get(group.id);
    if (told !== undefined) return told;
    const fresh = new Set(changes.flatMap(({ entries }) => entries).map(({ id }) => id));
    const before = group.log.entries.filter(({ id }) => !fresh.has(id));
    const inner = new Set(before.flatMap(({ parents }) => parents));
    const heads = before.map(({ id }) => id).filter((id) => !inner.has(id));
    return group.log.viewAt(heads)?.members ?? [];
  }

  /** We are in a group now. */
  joined(group: Group): void {
    const { members } = group.log.membership;
    this.#told.set(group.id, members);
    this.#event(group, this.#self, "added");
  }

  /** Tells what differs from `before`. */
  tell(group: Group, before: readonly string[]): void {
    const { members } = group.log.membership;
    this.#told.set(group.id, members);
    for (const key of members) if (!before.includes(key)) this.#event(group, key, "added");
    for (const key of before) if (!members.includes(key)) this.#event(group, key, "removed");
  }

  #event(group: Group, subject: string, change: "added" | "removed"): void {
    const { state, tell } = this.#host;
    const kind = change === "added" ? EntryKind.add : EntryKind.remove;
    const { counted } = group.log.membership;
    const entry = group.log.entries.findLast(({ id, action }) =>
      counted.has(id) && action.kind === kind && hex(action.subject) === subject
    );
    const by = entry === undefined ? undefined : personOf(state, fromHex(entry.author));
    const { id, name } = state.groups.byId(group.id)!;
    tell({
      type: "membership",
      group: { id, name },
      change: entry?.author === subject && change === "removed" ? "left" : change,
      peer: personOf(state, fromHex(subject)),
      by,
      self: subject === this.#self,
      mine: entry?.author === this.#self,
    });
  }
}

/** A message of a member's, as it is told. */
export function messageEvent(
  peer: Person,
  { id, name }: GroupName,
  message: GroupMessage,
  stored: boolean,
) {
  const text = wordsOfMessage(message);
  const what = cargoOfContent(message.content) ?? "message";
  const group = { id, name };
  const { id: messageId, time } = message;
  const about = { peer, id: messageId, time, text, group, what, stored } as const;
  return { type: "message", ...about, ...clockOfMessage(time, Date.now()) } as const;
}
