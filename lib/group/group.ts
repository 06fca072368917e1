/**
 * One group as one member has it: the membership log, the messages, and which of them count. A pure function of the two
 * sets, so that all who have the same see the same. The rule (docs/protocol.md, "Groups"):
 *
 * 1. A message is for those who were members in the view of the heads that it names, and its author must be one of
 *    them. It is given to no one else, and to nobody who is no member now.
 * 2. It counts unless its author was removed by a removal that counts and that its author had not seen, and that
 *    removal does not stand upon it: what the remover had not seen comes too late.
 * 3. It does not count if its author never came in by an addition that counts.
 */
import { FormatError } from "../errors.ts";
import { type Bytes, hex } from "../bytes.ts";
import type { Entry } from "./entry.ts";
import { type GraphNode, MessageGraph } from "./graph.ts";
import { GroupLog } from "./log.ts";
import {
  decodeGroupMessage,
  type GroupContent,
  type GroupMessage,
  groupMessageId,
  MAX_LINKS,
  signMessage,
} from "./message.ts";
import { type Have, MAX_HAVE_MESSAGES, MAX_LACKING } from "./records.ts";
import type { Signer } from "./signed.ts";
import { MAX_PARENTS } from "./entry.ts";

/** Messages of a group that are kept to be passed on, and to judge others by. */
const MAX_MESSAGES_KEPT = 4096;
/** Messages that wait for what they link to. */
const MAX_WAITING = 512;
/** Links that nobody gives, and that messages count without. */
const MAX_ABSENT = 1024;
/** Heads of messages whose entries are remembered. */
const MAX_VIEWS = 512;
/** Messages, and bytes of them, that one answer holds; the next `have` asks for more. */
const PAGE_MESSAGES = 512;
const PAGE_BYTES = 4 << 20;

type Removal = ReturnType<GroupLog["removals"]>[number];

/** What became of something that was received or made. */
export interface GroupChange {
  readonly entries: readonly Entry[];
  /** Messages that are new here, to be stored. */
  readonly stored: readonly GroupMessage[];
  /** Messages that count now and did not: to be shown. */
  readonly shown: readonly GroupMessage[];
  /** Messages that no longer count: a removal came that its remover had made without them. */
  readonly withdrawn: readonly GroupMessage[];
  /** Ids of messages that are no longer kept for others. */
  readonly pruned: readonly string[];
}

/** What somebody is sent. */
export interface Answer {
  readonly entries: readonly Bytes[];
  readonly messages: readonly GroupMessage[];
  /** Ids that they ask for, or that those messages link to, and that are not for them. */
  readonly absent: readonly string[];
}

/** One group. */
export class Group {
  readonly log: GroupLog;
  readonly #graph = new MessageGraph();
  readonly #waiting = new Map<string, GroupMessage>();
  /** Links that were said not to be for us. */
  readonly #absent = new Set<string>();
  /** What each removal's author had seen, by the removal's id. */
  readonly #cuts = new Map<string, ReadonlySet<string>>();
  /** Entries that the heads of messages stand upon. */
  readonly #seen = new Map<string, ReadonlySet<string>>();
  /** Removals that count, by subject; undefined when they are to be looked up anew. */
  #removals: Map<string, Removal[]> | undefined;
  readonly #forgotten: (id: string) => boolean;
  /** What is said of it, while nothing changes. */
  #have: Have | undefined;

  /** @param forgotten whether a message was here once, and is not kept any more */
  constructor(log: GroupLog, forgotten: (id: string) => boolean = () => false) {
    this.log = log;
    this.#forgotten = forgotten;
  }

  /** 64 hex digits. */
  get id(): string {
    return this.log.group;
  }

  /** The messages that count, in an order in which each stands behind what it links to. */
  get messages(): GroupMessage[] {
    return [...this.#graph.nodes()].filter(({ counted }) => counted).map(({ message }) => message);
  }

  /** All messages that are here, also those that do not count. */
  get kept(): GroupMessage[] {
    return [...this.#graph.nodes()].map(({ message }) => message);
  }

  isMember(key: string): boolean {
    return this.log.membership.members.includes(key);
  }

  /** Whether a message is here and counts. */
  counts(id: string): boolean {
    return this.#graph.get(id)?.counted ?? false;
  }

  /** A message that is here and counts. */
  message(id: string): GroupMessage | undefined {
    const node = this.#graph.get(id);
    return node?.counted ? node.message : undefined;
  }

  /** Whether a message was here, and is not kept any more. */
  forgot(id: string): boolean {
    return !this.#graph.has(id) && this.#forgotten(id);
  }

  /** What a removal made now names as seen. */
  get seen(): string[] {
    return this.#graph.countedHeads.slice(-MAX_LINKS);
  }

  /** Takes entries that are new in the log into account. */
  entriesTaken(entries: readonly Entry[]): GroupChange {
    this.#cuts.clear();
    this.#removals = undefined;
    this.#have = undefined;
    return { ...this.#recount(this.#resume(), true), entries };
  }

  /** Takes an entry from anywhere; FormatError, LimitError: see `GroupLog.receive`. */
  receiveEntry(bytes: Uint8Array): GroupChange {
    const entries = this.log.receive(bytes);
    return entries.length === 0 ? NOTHING : this.entriesTaken(entries);
  }

  /** Takes a message from anywhere. FormatError: it is none of this group's, or its author was no member. */
  receiveMessage(bytes: Uint8Array): GroupChange {
    const id = groupMessageId(bytes);
    if (this.#graph.has(id) || this.#waiting.has(id) || this.#forgotten(id)) return NOTHING;
    const message = decodeGroupMessage(bytes);
    if (message.group !== this.id) throw new FormatError("group.other-group", {});
    if (!this.#ready(message)) {
      this.#have = undefined;
      this.#waiting.set(id, message);
      const [oldest] = this.#waiting.keys();
      if (this.#waiting.size > MAX_WAITING) this.#waiting.delete(oldest!);
      return NOTHING;
    }
    if (!this.#byMember(message)) throw new FormatError("group.no-author", {});
    return this.#recount([this.#store(message), ...this.#resume()]);
  }

  /** Somebody has a message that one here links to, and it is not for us: that one waits no longer. */
  receiveAbsent(id: string): GroupChange {
    if (!this.#wanted.includes(id) || this.#absent.size >= MAX_ABSENT) return NOTHING;
    this.#absent.add(id);
    this.#have = undefined;
    return this.#recount(this.#resume());
  }

  /** Writes a message upon all that is here. */
  write(content: GroupContent, nonce: Uint8Array, time: number, signer: Signer): GroupMessage {
    const message = signMessage({
      group: this.id,
      nonce,
      time,
      heads: this.log.heads.slice(0, MAX_PARENTS),
      after: this.#graph.countedHeads.slice(-MAX_LINKS),
      content,
    }, signer);
    this.#store(message);
    this.#graph.get(message.id)!.counted = true;
    return message;
  }

  /** Takes a message that was stored here before. */
  restore(bytes: Uint8Array): void {
    const message = decodeGroupMessage(bytes, true);
    if (this.#graph.has(message.id)) return;
    this.#store(message);
    for (const link of message.after) {
      if (this.#absent.size < MAX_ABSENT && !this.#graph.has(link) && !this.#forgotten(link)) {
        this.#absent.add(link);
      }
    }
  }

  /** Ends a series of `restore`: judges them. */
  restored(): void {
    this.#recount([], true);
  }

  /** What is here, in short. */
  get have(): Have {
    return this.#have ??= this.#summary();
  }

  #summary(): Have {
    const lacking = [...this.#wanted, ...this.#absent].slice(0, MAX_LACKING);
    const messages = [...this.#graph.heads.slice(-MAX_HAVE_MESSAGES / 2), ...this.#graph.locators];
    return {
      group: this.id,
      entries: this.log.heads.slice(0, MAX_PARENTS),
      messages: [...new Set(messages)].sort(),
      lacking: [...new Set(lacking)].sort(),
    };
  }

  /** Whether somebody who says `have` has what is not here. */
  lacks({ entries, messages }: Have): boolean {
    return !entries.every((id) => this.log.has(id)) ||
      !messages.every((id) => this.#graph.has(id) || this.#forgotten(id));
  }

  /** The messages that somebody who says `have` has, of those that are here. */
  held({ messages, lacking }: Have): Set<string> {
    return this.#graph.ancestors(messages, new Set(lacking));
  }

  /** What somebody lacks who has said what they have. Whoever was removed is told of that, and nothing else. */
  answer(peer: string, have: Have): Answer {
    if (!this.isMember(peer)) {
      return { entries: this.#farewell(peer, have), messages: [], absent: [] };
    }
    const entries = this.log.since(have.entries);
    // Without any entry they have not joined yet.
    if (have.entries.length === 0) return { entries, messages: [], absent: [] };
    const held = this.held(have);
    const messages: GroupMessage[] = [];
    let bytes = 0;
    for (const node of this.#graph.nodes()) {
      if (held.has(node.message.id) || !this.#isFor(peer, node)) continue;
      messages.push(node.message);
      bytes += node.message.bytes.length;
      if (messages.length >= PAGE_MESSAGES || bytes >= PAGE_BYTES) break;
    }
    const given = new Set(messages.map(({ id }) => id));
    const links = [...have.lacking, ...messages.flatMap(({ after }) => after)];
    const absent = new Set(links.filter((id) => {
      if (held.has(id) || given.has(id)) return false;
      const node = this.#graph.get(id);
      return node === undefined
        ? this.#forgotten(id) || this.#absent.has(id)
        : !this.#isFor(peer, node);
    }));
    return { entries, messages, absent: [...absent] };
  }

  /** Whether a message may be passed on to somebody. */
  mayHave(peer: string, id: string): boolean {
    const node = this.#graph.get(id);
    return node !== undefined && this.isMember(peer) && this.#isFor(peer, node);
  }

  /** Forgets the oldest messages where there are too many; answers their ids. */
  prune(): string[] {
    return this.#graph.size <= MAX_MESSAGES_KEPT
      ? []
      : this.#graph.prune(MAX_MESSAGES_KEPT * 7 / 8);
  }

  #farewell(peer: string, { entries: heads }: Have): Bytes[] {
    const removals = this.log.removals(peer).map(({ id }) => id);
    const told = this.log.ancestors(removals);
    const held = this.log.ancestors(heads);
    return this.log.entries.filter(({ id }) => told.has(id) && !held.has(id))
      .map(({ bytes }) => bytes);
  }

  #isFor(peer: string, { message, counted }: GraphNode): boolean {
    return counted && (this.log.viewAt(message.heads)?.members.includes(peer) ?? false);
  }

  /** Links of waiting messages that are nowhere. */
  get #wanted(): string[] {
    const links = [...this.#waiting.values()].flatMap(({ after }) => after);
    return links.filter((id) => !this.#waiting.has(id) && !this.#settled(id));
  }

  #settled(link: string): boolean {
    return this.#graph.has(link) || this.#absent.has(link) || this.#forgotten(link);
  }

  #ready({ heads, after }: GroupMessage): boolean {
    return heads.every((id) => this.log.has(id)) && after.every((id) => this.#settled(id));
  }

  #byMember({ author, heads }: GroupMessage): boolean {
    return this.log.viewAt(heads)?.members.includes(author) ?? false;
  }

  #store(message: GroupMessage): GroupMessage {
    this.#have = undefined;
    this.#graph.add({ message, counted: false });
    const gap = this.#absent.delete(message.id);
    for (const { id, action: { seen } } of [...this.#removalsOf.values()].flat()) {
      if (gap || seen.includes(message.id)) this.#cuts.delete(id);
    }
    return message;
  }

  /** Stores what waited for nothing but what has come. */
  #resume(): GroupMessage[] {
    const stored: GroupMessage[] = [];
    for (let again = true; again;) {
      again = false;
      for (const [id, message] of this.#waiting) {
        if (!this.#ready(message)) continue;
        this.#waiting.delete(id);
        again = true;
        if (this.#byMember(message)) stored.push(this.#store(message));
      }
    }
    return stored;
  }

  /** Judges what is new, or all where that may change others; answers what changed. */
  #recount(stored: readonly GroupMessage[], all = false): GroupChange {
    const shown: GroupMessage[] = [];
    const withdrawn: GroupMessage[] = [];
    const nodes = all || this.#removalsOf.size > 0
      ? this.#graph.nodes()
      : stored.map(({ id }) => this.#graph.get(id)!);
    for (const node of nodes) {
      const counted = this.#judge(node.message);
      if (counted === node.counted) continue;
      node.counted = counted;
      (counted ? shown : withdrawn).push(node.message);
    }
    return { entries: [], stored, shown, withdrawn, pruned: this.prune() };
  }

  /** Rules 2 and 3. */
  #judge({ id, author, heads }: GroupMessage): boolean {
    const removals = this.#removalsOf.get(author) ?? [];
    if (removals.length === 0) return this.isMember(author);
    const seen = this.#seenBy(heads);
    const unseen = removals.filter((removal) => !seen.has(removal.id));
    if (!unseen.every((removal) => this.#cut(removal).has(id))) return false;
    return unseen.length > 0 || this.isMember(author);
  }

  get #removalsOf(): ReadonlyMap<string, readonly Removal[]> {
    if (this.#removals === undefined) {
      this.#removals = new Map();
      for (const removal of this.log.removals()) {
        const subject = hex(removal.action.subject);
        this.#removals.set(subject, [...this.#removals.get(subject) ?? [], removal]);
      }
    }
    return this.#removals;
  }

  /** The entries that heads stand upon: the same for ever. */
  #seenBy(heads: readonly string[]): ReadonlySet<string> {
    const name = heads.join();
    let seen = this.#seen.get(name);
    if (seen === undefined) {
      seen = this.log.ancestors(heads);
      if (this.#seen.size >= MAX_VIEWS) this.#seen.clear();
      this.#seen.set(name, seen);
    }
    return seen;
  }

  #cut({ id, action: { seen } }: Removal): ReadonlySet<string> {
    let cut = this.#cuts.get(id);
    if (cut === undefined) {
      cut = this.#graph.ancestors(seen);
      this.#cuts.set(id, cut);
    }
    return cut;
  }
}

const NOTHING: GroupChange = { entries: [], stored: [], shown: [], withdrawn: [], pruned: [] };
