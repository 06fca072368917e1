/**
 * Groups in the application of conversations: who is in them, what is written to them, and what comes from their members.
 * What goes out is stored and put in the outbox for each member; what comes is stored, shown, then acknowledged.
 */
import { type Bytes, fromHex, hex } from "../../bytes.ts";
import { randomBytes } from "../../crypto/random.ts";
import { FailureError, type P2PError } from "../../errors.ts";
import { EntryKind } from "../../group/entry.ts";
import type { Group, GroupChange } from "../../group/group.ts";
import { GroupLog } from "../../group/log.ts";
import { Member } from "../../group/member.ts";
import type { Signer } from "../../group/signed.ts";
import { GROUP_MARK, type StoredGroup } from "../../state/groups.ts";
import type { StoredMessage } from "../../state/message-rows.ts";
import { text } from "../../text/catalogue.ts";
import type { Offer } from "../../transfer/offers.ts";
import type { Verdict } from "../../transfer/verdict.ts";
import type { VoiceNote } from "../delivery.ts";
import { problemOf } from "../events.ts";
import { GroupCalls } from "./calls.ts";
import { type GroupArrival, GroupArrivals } from "./arrivals.ts";
import { GroupFiles } from "./files.ts";
import { GroupInvitations } from "./invitations.ts";
import { GroupLinks } from "./links.ts";
import { GroupPassing } from "./passing.ts";
import { GroupReceipts } from "./receipts.ts";
import { GroupStore, wordsOfMessage } from "./store.ts";
import { type GroupsHost, MembershipNews, messageEvent } from "./news.ts";
import { type GroupSendOptions, GroupWriter } from "./writer.ts";
import type { Partner } from "../partners.ts";
import { refOf } from "../outgoing-item.ts";
import { groupPerson, type Person, personOf } from "../person.ts";

/** Changes are said to the others this long after the first of them, in milliseconds. */
const TICK_MS = 200;
/** What other programs of the same identity stored is looked for this often, in milliseconds. */
const LOOK_MS = 1000;
/** Members who are not there are called this often, in milliseconds. */
const CALL_MS = 30_000;

/** Groups of one application. */
export class Groups {
  readonly #host: GroupsHost;
  readonly #signer: Signer;
  readonly #self: string;
  readonly #store: GroupStore;
  readonly #member: Member;
  readonly #news: MembershipNews;
  readonly #invitations: GroupInvitations;
  readonly #files: GroupFiles;
  readonly #receipts: GroupReceipts;
  readonly #calls: GroupCalls;
  readonly #passing: GroupPassing;
  readonly #arrivals: GroupArrivals;
  readonly #writer: GroupWriter;
  readonly #links: GroupLinks;
  #tick: ReturnType<typeof setTimeout> | undefined;
  readonly #timers: Array<ReturnType<typeof setInterval>> = [];
  #closed = false;

  constructor(host: GroupsHost) {
    this.#host = host;
    const { identity, state } = host;
    this.#self = hex(identity.publicKey);
    this.#signer = { ...identity, random: randomBytes };
    this.#store = new GroupStore(state, host.history);
    this.#news = new MembershipNews(host, this.#self);
    this.#files = new GroupFiles(host);
    this.#receipts = new GroupReceipts(host);
    this.#invitations = new GroupInvitations(host, (log) => this.#join(log));
    this.#member = new Member({
      self: this.#self,
      taken: (group, changes) => this.#taken(group, changes),
      received: (group, peer, has) => this.#receipts.came(group.id, peer, has),
      invited: (log, peer) => this.#invitations.offer(log, peer),
      declined: (id) => state.groups.byId(id)?.state === "declined",
      wanted: (group, peer, id) => this.#passing.wanted(group, peer, id),
      missing: (_, peer, id) => this.#passing.missing(id, peer),
      refused: (peer, error) =>
        host.tell({ type: "error", error, peer: personOf(state, fromHex(peer)) }),
    });
    this.#calls = new GroupCalls(host, this.#self, this.#member);
    const within = { ...host, self: this.#self, store: this.#store, member: this.#member };
    this.#passing = new GroupPassing(within);
    this.#arrivals = new GroupArrivals(within, this.#passing);
    this.#links = new GroupLinks({
      ...within,
      files: this.#files,
      receipts: this.#receipts,
      passing: this.#passing,
    });
    this.#writer = new GroupWriter({
      ...{ ...within, signer: this.#signer, files: this.#files, receipts: this.#receipts },
      writable: (to) => this.#writable(to),
      wrote: () => {
        this.#soon();
        if (host.calls) this.callAll();
      },
    });
    this.#refresh();
    this.#every(LOOK_MS, () => {
      this.#refresh();
      this.#passing.look();
    });
    if (host.calls) {
      this.#every(CALL_MS, () => this.callAll());
      this.callAll();
    }
  }

  #every(ms: number, work: () => void): void {
    const timer = setInterval(() => this.#guarded(work), ms);
    Deno.unrefTimer(timer);
    this.#timers.push(timer);
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.#host.tell({ type: "error", error: problemOf(text("group.use"), cause) });
    }
  }

  // ---------------------------------------------------------------- groups

  /** A group by its name here, as an addressee. */
  find(name: string): Person | undefined {
    const found = this.#host.state.groups.find(name);
    return found && groupPerson(found);
  }

  /** The same; a FailureError where there is none. */
  needed(name: string): Person {
    return groupPerson(this.#host.state.groups.needed(name));
  }

  /** Who is in a group, most senior first. */
  members(name: string): readonly Bytes[] {
    return this.#of(this.#host.state.groups.needed(name)).log.membership.members
      .map((key) => fromHex(key));
  }

  /** Makes a group. */
  create(given: string, members: readonly Bytes[]): void {
    const name = this.#host.state.groups.newName(given);
    const log = GroupLog.create(name, randomBytes(16), this.#signer);
    for (const subject of members) {
      if (hex(subject) === this.#self) continue;
      log.append({ kind: EntryKind.add, subject }, this.#signer);
    }
    this.#member.joined(this.#store.begin(log, name));
  }

  /** Adds somebody; false when they are in it. */
  invite(name: string, subject: Bytes): boolean {
    return this.#act(name, (group) => {
      if (group.isMember(hex(subject))) return undefined;
      return { kind: EntryKind.add, subject };
    });
  }

  /** Removes somebody; false when they are not in it. */
  remove(name: string, subject: Bytes): boolean {
    return this.#act(name, (group) => {
      if (!group.isMember(hex(subject))) return undefined;
      return { kind: EntryKind.remove, subject, seen: group.seen };
    });
  }

  /** Leaves a group; what was said in it stays. */
  leave(name: string): void {
    const stored = this.#host.state.groups.needed(name);
    if (this.#of(stored).isMember(this.#self)) this.remove(name, fromHex(this.#self));
  }

  /** Leaving has been said to whoever is there: nothing of the group is kept up from now on. */
  forget(name: string): void {
    const { groups } = this.#host.state;
    const stored = groups.needed(name);
    groups.save({ ...stored, state: "left" });
    this.#store.end(stored.id);
    this.#member.groups.delete(stored.id);
  }

  #act(
    name: string,
    action: (group: Group) => Parameters<GroupLog["append"]>[0] | undefined,
  ): boolean {
    const group = this.#of(this.#host.state.groups.needed(name));
    this.#checkMember(group, name);
    const wanted = action(group);
    if (wanted === undefined) return false;
    const before = group.log.membership.members;
    const entry = group.log.append(wanted, this.#signer);
    const change = group.entriesTaken([entry]);
    if (wanted.kind === EntryKind.remove) {
      this.#calls.removed(group.id, entry.id, hex(wanted.subject));
    }
    this.#store.keep(group, [change]);
    this.#news.tell(group, before);
    this.#member.made(group, []);
    this.#soon();
    return true;
  }

  #checkMember(group: Group, name: string): void {
    if (!group.isMember(this.#self)) throw new FailureError("group.not-member", { name });
  }

  #of({ id, name }: Pick<StoredGroup, "id" | "name">): Group {
    this.#refresh();
    const group = this.#member.groups.get(id);
    if (group === undefined) throw new FailureError("group.not-member", { name });
    return group;
  }

  #refresh(): void {
    for (const group of this.#store.refresh()) {
      this.#passing.missed(group, group.messages);
      if (this.#member.groups.get(group.id) === group) this.#soon();
      else this.#member.joined(group);
    }
  }

  #join(log: GroupLog): void {
    const { groups } = this.#host.state;
    const known = groups.byId(log.group);
    const name = known?.name ?? groups.freeName(log.membership.name);
    const group = this.#store.begin(log, name);
    this.#member.joined(group);
    this.#news.joined(group);
    this.callAll();
  }

  // ---------------------------------------------------------------- sending

  /** Sends a text to a group and tells what becomes of it; answers why it could not be. */
  send(to: Person, words: string, options: GroupSendOptions = {}): P2PError | undefined {
    try {
      this.post(to, words, options);
      return undefined;
    } catch (cause) {
      const error = problemOf(text("conversation.send-message"), cause);
      this.#host.tell({ type: "error", error, peer: to, ...refOf(options.ref) });
      return error;
    }
  }

  /** Writes a text to a group: it goes to whoever is there, and waits for the others in the outbox. Answers its id. */
  post(to: Person, words: string, options: GroupSendOptions = {}): string {
    return this.#writer.text(to, words, options);
  }

  /** Announces files to a group and sends them likewise. Answers the message's id. */
  postFiles(
    to: Person,
    paths: readonly string[],
    options: GroupSendOptions = {},
  ): Promise<string> {
    return this.#writer.files(to, paths, options);
  }

  /** The same of a voice note, whose file may be gone afterwards. */
  postVoice(to: Person, note: VoiceNote, options: GroupSendOptions = {}): Promise<string> {
    return this.#writer.voice(to, note, options);
  }

  #writable(to: Person): Group {
    const group = this.#of(to.group!);
    this.#checkMember(group, to.label);
    return group;
  }

  /** A text that failed goes once more to those who did not get it; false where it did not fail. */
  again(message: Pick<StoredMessage, "talk" | "id">): boolean {
    return this.#writer.again(message);
  }

  /** Those who have not taken a message by now never get it. */
  giveUp(id: string): void {
    this.#writer.giveUp(id);
  }

  /** Members of a group who do not have a message, or the files that it announces; and whether it still goes to them. */
  lacking(id: string): ReadonlyArray<{ readonly person: Person; readonly waits: boolean }> {
    return this.#writer.lacking(id);
  }

  /** Waits until all who are there have what we wrote to groups and all changes, at most `milliseconds`. */
  async settle(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    const pending = () => {
      const owing = this.#receipts.debtors.some((key) => this.#member.reaches(key));
      return owing || this.#member.behind || this.#calls.busy || this.#files.busy;
    };
    while (pending() && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Members of a group who have not said that they know of all changes. */
  uninformed(name: string): readonly Person[] {
    const { state } = this.#host;
    const group = this.#of(state.groups.needed(name));
    return group.log.membership.members
      .filter((key) => key !== this.#self && !this.#member.upToDate(group, key))
      .map((key) => personOf(state, fromHex(key)));
  }

  // ---------------------------------------------------------------- who is there

  /** Sets a conversation up, before anything of it is read. */
  joined(partner: Partner): void {
    this.#links.join(partner);
  }

  /** Whether somebody is in a group with us. */
  concerns(key: Bytes): boolean {
    const peer = hex(key);
    return [...this.#member.groups.values()].some((group) =>
      group.isMember(peer) && group.isMember(this.#self)
    );
  }

  /** Files and notes go to somebody who is there, perhaps by another conversation than before. */
  flush(key: Bytes): void {
    this.#files.flush(key);
  }

  /** Calls members who are not there and of whom an address is known. */
  callAll(): void {
    this.#calls.callAll();
  }

  // ---------------------------------------------------------------- what comes

  async #taken(group: Group, changes: readonly GroupChange[]): Promise<void> {
    if (!this.#member.groups.has(group.id)) return;
    const { state, show, tell, heard } = this.#host;
    const before = this.#news.membersBefore(group, changes);
    const fresh = this.#store.keep(group, changes);
    this.#soon();
    const name = this.#name(group.id);
    if (changes.some(({ entries }) => entries.length > 0)) this.#news.tell(group, before);
    for (const message of fresh) this.#arrivals.announced(group, message);
    this.#passing.missed(group, fresh);
    for (const message of fresh) {
      const peer = personOf(state, fromHex(message.author));
      heard(groupPerson(name));
      await show(messageEvent(peer, name, message, this.#host.history));
    }
    for (const message of changes.flatMap(({ withdrawn }) => withdrawn)) {
      const { label } = personOf(state, fromHex(message.author));
      const params = { label, group: `${GROUP_MARK}${name.name}`, text: wordsOfMessage(message) };
      tell({ type: "notice", level: "warning", text: text("group.withdrawn", params) });
    }
  }

  #name(id: string): StoredGroup {
    return this.#host.state.groups.byId(id)!;
  }

  /** Says what has changed, once for all that changes meanwhile. */
  #soon(): void {
    if (this.#tick !== undefined || this.#closed) return;
    this.#tick = setTimeout(() => {
      this.#tick = undefined;
      this.#guarded(() => this.#member.tick());
    }, TICK_MS);
  }

  /** The message that an offer belongs to; a verdict where it is not taken, undefined where it is of no group. */
  arrival(sender: Person, offer: Offer, saveDir: string): GroupArrival | Verdict | undefined {
    return this.#arrivals.of(sender, offer, saveDir);
  }

  /** Stops; what is on its way may still go out. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#tick);
    for (const timer of this.#timers) clearInterval(timer);
    this.#guarded(() => this.#member.tick());
    await this.#links.written();
  }

  /** The conversations are over: resolves when nothing uses what is remembered any more. */
  async over(): Promise<void> {
    await Promise.all([this.#files.close(), this.#passing.close()]);
  }
}
