/**
 * What goes over the link to one peer, and what comes, for all groups. Each side says what it has (`have`) when the link
 * is there and whenever that has changed, and is sent what it lacks: entries first, then messages.
 */
import type { Bytes } from "../bytes.ts";
import { FormatError, LimitError, P2PError } from "../errors.ts";
import { RecordType } from "../transfer/records.ts";
import { entryId } from "./entry.ts";
import { Group, type GroupChange } from "./group.ts";
import { GroupLog } from "./log.ts";
import { type GroupMessage, groupMessageId } from "./message.ts";
import {
  decodeHave,
  decodeName,
  decodeSigned,
  encodeHave,
  encodeName,
  encodeSigned,
  type Have,
  type MessageName,
} from "./records.ts";

/** Groups that one link may speak of that are not known here. */
const MAX_INVITATIONS = 8;
/** Entries that are taken over a link from somebody who is no member as far as is known here. */
const MAX_FOREIGN_ENTRIES = 64;

/** Ids that a link remembers to have carried; beyond that some go out twice. */
const MAX_GIVEN = 8192;

/** What a member needs of whoever uses it. */
export interface MemberHost {
  /** The own public key in hex. */
  readonly self: string;
  /** Stores and shows what changed, in order; receipts go out when that is done, and not where it throws. */
  taken(group: Group, changes: readonly GroupChange[], from: string): Promise<void> | void;
  /** Somebody has stored a message, or all those for which the function answers true. */
  received(group: Group, peer: string, has: string | ((id: string) => boolean)): void;
  /** Somebody invites us into a group that is not known; comes again as its log grows. */
  invited(log: GroupLog, peer: string): void;
  /** Whether a group that is not known is not wanted either. */
  declined(group: string): boolean;
  /** A member wants the files of a message that it may have: whether they are sent, or not here. */
  wanted?(group: Group, peer: string, id: string): boolean;
  /** A member does not have the files that it was asked for. */
  missing?(group: Group, peer: string, id: string): void;
  /** What a member sent is none of what it may send. */
  refused(peer: string, error: P2PError): void;
}

/** A link to one peer; what it is given comes in order, and is answered by `send`. */
export interface MemberLink {
  readonly peer: string;
  /** Takes a record of a group stream. Throws where the peer broke the protocol. */
  receive(type: number, body: Uint8Array): void;
  /** What was received is handed on as one: when no more has come, and now and then. */
  flush(): Promise<void>;
  close(): void;
}

/** How far a link is in one group. */
interface MemberProgress {
  /** The latest that the peer said. */
  theirs?: Have;
  /** What was here when it was said last; and what was said, encoded. */
  have?: Have | undefined;
  said?: string;
  /** Ids of entries and messages that went out on this link, or came from it. */
  readonly given: Set<string>;
  foreign: number;
}

/** A link to one peer, for all groups. */
export class OpenLink implements MemberLink {
  readonly peer: string;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #host: MemberHost;
  readonly #send: (record: Bytes) => void;
  readonly #closed: (link: OpenLink) => void;
  readonly #progress = new Map<string, MemberProgress>();
  /** Logs of groups that are not known here. */
  readonly #invitations = new Map<string, GroupLog>();
  /** Those of them that have grown. */
  readonly #invitedTo = new Set<GroupLog>();
  /** What was received and not handed on yet, and messages whose receipts follow. */
  readonly #changes = new Map<Group, GroupChange[]>();
  readonly #owed: MessageName[] = [];

  constructor(
    groups: ReadonlyMap<string, Group>,
    host: MemberHost,
    peer: string,
    send: (record: Bytes) => void,
    closed: (link: OpenLink) => void,
  ) {
    this.#groups = groups;
    this.#host = host;
    this.peer = peer;
    this.#send = send;
    this.#closed = closed;
  }

  close(): void {
    this.#closed(this);
  }

  /** What the peer said last of a group. */
  saidOf(group: string): Have | undefined {
    return this.#progress.get(group)?.theirs;
  }

  /** Whether an entry has gone out. */
  gave(group: string, entry: string): boolean {
    return this.#progress.get(group)?.given.has(entry) ?? false;
  }

  /** Says what is here of a group, where that is the peer's business and news. */
  say(group: Group): void {
    if (!group.isMember(this.#host.self)) return;
    if (group.isMember(this.peer)) return this.#tell(group);
    // Whoever was removed is told of that.
    const { theirs } = this.#of(group.id);
    if (theirs !== undefined) this.#give(group, group.answer(this.peer, theirs).entries, []);
  }

  #tell(group: Group): void {
    const progress = this.#of(group.id);
    const { have } = group;
    if (progress.have === have) return;
    progress.have = have;
    // Whoever is no member as far as is known here may have entries that say otherwise, and is told of nothing else.
    const told = group.isMember(this.peer) ? have : { ...have, messages: [], lacking: [] };
    this.#say(progress, encodeHave(told));
  }

  #say(progress: MemberProgress, have: Bytes): void {
    const said = have.toBase64();
    if (progress.said === said) return;
    progress.said = said;
    this.#send(have);
  }

  /** Sends what was made here. */
  push(group: Group, messages: readonly GroupMessage[]): void {
    const { theirs } = this.#of(group.id);
    const joined = theirs !== undefined && theirs.entries.length > 0;
    if (!joined || !group.isMember(this.peer)) return this.say(group);
    this.#give(group, group.log.since(theirs.entries), messages);
  }

  want(name: MessageName): void {
    this.#send(encodeName(RecordType.groupWanted, name));
  }

  lacksFiles(name: MessageName): void {
    this.#send(encodeName(RecordType.groupMissing, name));
  }

  receive(type: number, body: Uint8Array): void {
    switch (type) {
      case RecordType.groupHave:
        return this.#have(decodeHave(body));
      case RecordType.groupEntry: {
        const { group, bytes } = decodeSigned(body);
        return this.#entry(group, bytes);
      }
      case RecordType.groupMessage: {
        const { group, bytes } = decodeSigned(body);
        return this.#message(group, bytes);
      }
      case RecordType.groupTaken: {
        const { group, id } = decodeName(body);
        const known = this.#groups.get(group);
        if (known !== undefined) this.#host.received(known, this.peer, id);
        return;
      }
      case RecordType.groupAbsent: {
        const { group, id } = decodeName(body);
        const known = this.#groups.get(group);
        if (known?.isMember(this.peer)) this.#take(known, known.receiveAbsent(id));
        return;
      }
      case RecordType.groupWanted:
        return this.#wanted(decodeName(body));
      case RecordType.groupMissing: {
        const { group, id } = decodeName(body);
        const known = this.#groups.get(group);
        if (known !== undefined) this.#host.missing?.(known, this.peer, id);
        return;
      }
      default:
        throw new FormatError("group.record", {});
    }
  }

  /** Files go to whoever may have their message. */
  #wanted(name: MessageName): void {
    const group = this.#groups.get(name.group);
    if (group?.mayHave(this.peer, name.id) && this.#host.wanted?.(group, this.peer, name.id)) {
      return;
    }
    this.lacksFiles(name);
  }

  #have(have: Have): void {
    const group = this.#groups.get(have.group);
    if (group === undefined) {
      if (this.#host.declined(have.group)) return;
      // Nothing is known of it: its entries are asked for.
      if (!this.#invitations.has(have.group) && this.#invitations.size >= MAX_INVITATIONS) return;
      this.#invitationOf(have.group);
      const nothing = { group: have.group, entries: [], messages: [], lacking: [] };
      const progress = this.#of(have.group);
      progress.theirs = have;
      if (progress.said === undefined) this.#send(encodeHave(nothing));
      progress.said = "";
      return;
    }
    if (!group.log.knows(this.peer) && have.entries.every((id) => group.log.has(id))) return;
    const progress = this.#of(group.id);
    const before = progress.theirs && encodeHave(progress.theirs).toBase64();
    const news = before !== encodeHave(have).toBase64();
    progress.theirs = have;
    // They have what is not here: saying again what is here asks for it. Only upon news, so that it comes to an end.
    if (news && group.lacks(have)) [progress.said, progress.have] = ["", undefined];
    this.#tell(group);
    this.#answer(group, have);
  }

  /** A group has come in that the peer has spoken of before. */
  joined(group: Group): void {
    const { theirs } = this.#of(group.id);
    this.say(group);
    if (theirs !== undefined) this.#answer(group, theirs);
  }

  #answer(group: Group, have: Have): void {
    const progress = this.#of(group.id);
    if (group.isMember(this.peer)) {
      const held = group.held(have);
      this.#host.received(group, this.peer, (id) => held.has(id));
    }
    // What they ask for by name goes out again, whatever went out before.
    for (const id of have.lacking) progress.given.delete(id);
    const { entries, messages, absent } = group.answer(this.peer, have);
    for (const id of absent) {
      this.#send(encodeName(RecordType.groupAbsent, { group: group.id, id }));
    }
    this.#give(group, entries, messages);
  }

  #give(group: Group, entries: readonly Bytes[], messages: readonly GroupMessage[]): void {
    const { given } = this.#of(group.id);
    const once = (id: string) => !given.has(id) && given.add(id) !== undefined;
    for (const bytes of entries) {
      if (once(entryId(bytes))) this.#send(encodeSigned(RecordType.groupEntry, group.id, bytes));
    }
    for (const { id, bytes } of messages) {
      if (!group.mayHave(this.peer, id) || !once(id)) continue;
      this.#send(encodeSigned(RecordType.groupMessage, group.id, bytes));
    }
  }

  #entry(id: string, bytes: Uint8Array): void {
    const group = this.#groups.get(id);
    if (group === undefined) {
      const log = this.#invitations.get(id);
      if (log === undefined || this.#host.declined(id)) return;
      log.receive(bytes);
      this.#invitedTo.add(log);
      return;
    }
    const progress = this.#of(id);
    if (!group.isMember(this.peer) && ++progress.foreign > MAX_FOREIGN_ENTRIES) return;
    progress.given.add(entryId(bytes));
    try {
      this.#take(group, group.receiveEntry(bytes));
    } catch (error) {
      // A log that is full takes nothing more; its peer has broken nothing.
      if (!(error instanceof LimitError)) throw error;
      this.#host.refused(this.peer, error);
    }
  }

  #message(id: string, bytes: Uint8Array): void {
    const group = this.#groups.get(id);
    // Somebody who is no member here may not have heard of it yet: what is theirs comes by others.
    if (group === undefined || !group.isMember(this.peer)) return;
    let change: GroupChange;
    try {
      change = group.receiveMessage(bytes);
    } catch (error) {
      if (error instanceof P2PError) this.#host.refused(this.peer, error);
      throw error;
    }
    this.#take(group, change);
    const message = groupMessageId(bytes);
    this.#of(id).given.add(message);
    this.#owed.push({ group: id, id: message });
  }

  #take(group: Group, change: GroupChange): void {
    const { entries, stored, shown, withdrawn, pruned } = change;
    if (entries.length + stored.length + shown.length + withdrawn.length + pruned.length === 0) {
      return;
    }
    const changes = this.#changes.get(group) ?? [];
    changes.push(change);
    this.#changes.set(group, changes);
  }

  async flush(): Promise<void> {
    const all = [...this.#changes];
    const owed = this.#owed.splice(0);
    this.#changes.clear();
    for (const [group, changes] of all) await this.#host.taken(group, changes, this.peer);
    for (const { group: of, id } of owed) {
      const group = this.#groups.get(of);
      if (group === undefined || !(group.counts(id) || group.forgot(id))) continue;
      this.#send(encodeName(RecordType.groupTaken, { group: of, id }));
    }
    for (const log of this.#invitedTo) {
      if (log.membership.members.includes(this.#host.self)) this.#host.invited(log, this.peer);
    }
    this.#invitedTo.clear();
  }

  #invitationOf(group: string): GroupLog {
    let log = this.#invitations.get(group);
    if (log === undefined) {
      log = new GroupLog(group);
      this.#invitations.set(group, log);
    }
    return log;
  }

  #of(group: string): MemberProgress {
    let progress = this.#progress.get(group);
    if (progress === undefined) {
      progress = { given: new Set(), foreign: 0 };
      this.#progress.set(group, progress);
    }
    if (progress.given.size > MAX_GIVEN) progress.given.clear();
    return progress;
  }
}
