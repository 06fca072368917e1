/**
 * The membership log of one group as one member has it: entries in any order of arrival, those whose parents are
 * missing waiting for them, and what others lack. Pure; whoever uses it stores and sends the entries.
 */
import { type Bytes, hex } from "../bytes.ts";
import { FormatError, LimitError } from "../errors.ts";
import {
  decodeEntry,
  type Entry,
  type EntryAction,
  entryId,
  EntryKind,
  isGroupName,
  MAX_PARENTS,
  signEntry,
} from "./entry.ts";
import type { Signer } from "./signed.ts";
import { evaluate, type Membership } from "./membership.ts";

/** Most entries of one group: what a hostile member can make the others keep and evaluate. */
export const MAX_ENTRIES_PER_GROUP = 256;
/** Entries that wait for their parents, at the most: the oldest of them give way. */
const MAX_WAITING = 256;
/** Memberships of earlier times that are kept. */
const MAX_VIEWS = 512;

type Removal = Extract<EntryAction, { kind: typeof EntryKind.remove }>;

/** One group's log. */
export class GroupLog {
  /** Id of the group, 64 hex digits. */
  readonly group: string;
  /** Parents before children. */
  readonly #entries: Entry[] = [];
  readonly #byId = new Map<string, Entry>();
  readonly #waiting = new Map<string, Entry>();
  #membership: Membership | undefined;
  /** Memberships in the view of some heads: what those stand upon never changes. */
  readonly #views = new Map<string, Membership>();

  /** A log of the group with this id; it is empty until its create entry comes. */
  constructor(group: string) {
    this.group = group;
  }

  /** Creates a group: a log with its first entry. `nonce` has 16 random bytes. */
  static create(name: string, nonce: Uint8Array, signer: Signer): GroupLog {
    if (!isGroupName(name)) throw new FormatError("group.name", {});
    const entry = signEntry("", [], { kind: EntryKind.create, name, nonce }, signer);
    const log = new GroupLog(entry.group);
    log.#take(entry);
    return log;
  }

  /** All entries, parents before children. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Ids of the entries that no other stands upon: what a member has seen, in short. */
  get heads(): string[] {
    const inner = new Set(this.#entries.flatMap(({ parents }) => parents));
    return this.#entries.filter(({ id }) => !inner.has(id)).map(({ id }) => id).sort();
  }

  /** Ids that entries stand upon and that have not come: to be asked for. */
  get missing(): string[] {
    const wanted = [...this.#waiting.values()].flatMap(({ parents }) => parents);
    return [...new Set(wanted)].filter((id) => !this.#byId.has(id) && !this.#waiting.has(id))
      .sort();
  }

  /** Who is in it and what it is called. */
  get membership(): Membership {
    return this.#membership ??= this.#entries.length === 0
      ? { members: [], name: "", counted: new Set() }
      : evaluate(this.#entries);
  }

  /** Whether an entry is there. */
  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** `heads` and all that they stand upon, as far as it is here. */
  ancestors(heads: readonly string[]): Set<string> {
    const found = new Set<string>();
    const visit = heads.filter((id) => this.#byId.has(id));
    for (let id = visit.pop(); id !== undefined; id = visit.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      visit.push(...this.#byId.get(id)!.parents);
    }
    return found;
  }

  /** The membership in the view of whoever has what `heads` stand upon; undefined where some of them are not here. */
  viewAt(heads: readonly string[]): Membership | undefined {
    const name = heads.join();
    let view = this.#views.get(name);
    if (view !== undefined) return view;
    if (heads.length === 0 || !heads.every((id) => this.#byId.has(id))) return undefined;
    const known = this.ancestors(heads);
    view = evaluate(this.#entries.filter(({ id }) => known.has(id)));
    if (this.#views.size >= MAX_VIEWS) this.#views.clear();
    this.#views.set(name, view);
    return view;
  }

  /** Removals that count, of everybody or of one. */
  removals(subject?: string): Array<Entry & { readonly action: Removal }> {
    const { counted } = this.membership;
    return this.#entries.filter((entry): entry is Entry & { readonly action: Removal } =>
      entry.action.kind === EntryKind.remove && counted.has(entry.id) &&
      (subject === undefined || hex(entry.action.subject) === subject)
    );
  }

  /** Whether somebody is named by any entry: the creator, or added once. */
  knows(key: string): boolean {
    return this.#entries.some(({ action, author }) =>
      action.kind === EntryKind.create
        ? author === key
        : action.kind === EntryKind.add && hex(action.subject) === key
    );
  }

  /** Takes an entry that was stored here: it was verified before. */
  restore(bytes: Uint8Array): void {
    const entry = decodeEntry(bytes, true);
    if (!this.#byId.has(entry.id)) this.#take(entry);
  }

  /**
   * Takes an entry from anywhere.
   *
   * @returns the entries that could be taken in by it, to be stored: none when it was known or waits for its parents
   * @throws FormatError for what is no entry of this group, LimitError when there are too many
   */
  receive(bytes: Uint8Array): readonly Entry[] {
    if (this.#byId.has(entryId(bytes))) return [];
    const entry = decodeEntry(bytes);
    if (entry.group !== this.group) throw new FormatError("group.other-group", {});
    if (!entry.parents.every((parent) => this.#byId.has(parent))) {
      this.#wait(entry);
      return [];
    }
    const taken = [entry];
    this.#take(entry);
    for (let at = 0; at < taken.length && !this.#full; at++) {
      for (const waiting of [...this.#waiting.values()]) {
        if (this.#full || !waiting.parents.every((parent) => this.#byId.has(parent))) continue;
        this.#waiting.delete(waiting.id);
        this.#take(waiting);
        taken.push(waiting);
      }
    }
    return taken;
  }

  /** Makes an entry upon all that is here. The caller has checked that it makes sense. */
  append(
    action: Exclude<EntryAction, { kind: typeof EntryKind.create }>,
    signer: Signer,
  ): Entry {
    // With more heads than an entry can name, this one joins the first of them and the next one the others.
    const entry = signEntry(this.group, this.heads.slice(0, MAX_PARENTS), action, signer);
    this.#take(entry);
    return entry;
  }

  /** What somebody lacks who has all that `heads` stand upon, parents first. Heads unknown here are passed over. */
  since(heads: readonly string[]): Bytes[] {
    const known = this.ancestors(heads);
    return this.#entries.filter(({ id }) => !known.has(id)).map(({ bytes }) => bytes);
  }

  #wait(entry: Entry): void {
    this.#waiting.set(entry.id, entry);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MAX_WAITING) this.#waiting.delete(oldest!);
  }

  get #full(): boolean {
    return this.#entries.length >= MAX_ENTRIES_PER_GROUP;
  }

  #take(entry: Entry): void {
    if (this.#full) {
      throw new LimitError("group.too-many-entries", { most: MAX_ENTRIES_PER_GROUP });
    }
    this.#entries.push(entry);
    this.#byId.set(entry.id, entry);
    this.#membership = undefined;
  }
}
