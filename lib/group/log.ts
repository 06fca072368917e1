/**
 * The membership log of one group as one member has it: entries in any order of arrival, those whose parents are
 * missing waiting for them, and what others lack. Pure; whoever uses it stores and sends the entries.
 */
import type { Bytes } from "../bytes.ts";
import { FormatError, LimitError } from "../errors.ts";
import {
  decodeEntry,
  type Entry,
  type EntryAction,
  EntryKind,
  type EntrySigner,
  isGroupName,
  MAX_PARENTS,
  signEntry,
} from "./entry.ts";
import { evaluate, type Membership } from "./membership.ts";

/** Most entries of one group: what a hostile member can make the others keep and evaluate. */
export const MAX_ENTRIES_PER_GROUP = 256;
/** Entries that wait for their parents, at the most: the oldest of them give way. */
const MAX_WAITING = 256;

/** One group's log. */
export class GroupLog {
  /** Id of the group, 64 hex digits. */
  readonly group: string;
  /** Parents before children. */
  readonly #entries: Entry[] = [];
  readonly #ids = new Set<string>();
  readonly #waiting = new Map<string, Entry>();
  #membership: Membership | undefined;

  /** A log of the group with this id; it is empty until its create entry comes. */
  constructor(group: string) {
    this.group = group;
  }

  /** Creates a group: a log with its first entry. `nonce` has 16 random bytes. */
  static create(name: string, nonce: Uint8Array, signer: EntrySigner): GroupLog {
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
    return [...new Set(wanted)].filter((id) => !this.#ids.has(id) && !this.#waiting.has(id)).sort();
  }

  /** Who is in it and what it is called. */
  get membership(): Membership {
    return this.#membership ??= this.#entries.length === 0
      ? { members: [], name: "", counted: new Set() }
      : evaluate(this.#entries);
  }

  /** Whether an entry is there. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /**
   * Takes an entry from anywhere.
   *
   * @returns the entries that could be taken in by it, to be stored: none when it was known or waits for its parents
   * @throws FormatError for what is no entry of this group, LimitError when there are too many
   */
  receive(bytes: Uint8Array): readonly Entry[] {
    const entry = decodeEntry(bytes);
    if (entry.group !== this.group) throw new FormatError("group.other-group", {});
    if (this.#ids.has(entry.id)) return [];
    if (!entry.parents.every((parent) => this.#ids.has(parent))) {
      this.#wait(entry);
      return [];
    }
    const taken = [entry];
    this.#take(entry);
    for (let at = 0; at < taken.length; at++) {
      for (const waiting of [...this.#waiting.values()]) {
        if (!waiting.parents.every((parent) => this.#ids.has(parent))) continue;
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
    signer: EntrySigner,
  ): Entry {
    // With more heads than an entry can name, this one joins the first of them and the next one the others.
    const entry = signEntry(this.group, this.heads.slice(0, MAX_PARENTS), action, signer);
    this.#take(entry);
    return entry;
  }

  /** What somebody lacks who has all that `heads` stand upon, parents first. Heads unknown here are passed over. */
  since(heads: readonly string[]): Bytes[] {
    const known = new Set<string>();
    const byId = new Map(this.#entries.map((entry) => [entry.id, entry]));
    const visit = [...heads];
    for (let id = visit.pop(); id !== undefined; id = visit.pop()) {
      if (known.has(id)) continue;
      known.add(id);
      visit.push(...byId.get(id)?.parents ?? []);
    }
    return this.#entries.filter(({ id }) => !known.has(id)).map(({ bytes }) => bytes);
  }

  #wait(entry: Entry): void {
    this.#waiting.set(entry.id, entry);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MAX_WAITING) this.#waiting.delete(oldest!);
  }

  #take(entry: Entry): void {
    if (this.#entries.length >= MAX_ENTRIES_PER_GROUP) {
      throw new LimitError("group.too-many-entries", { most: MAX_ENTRIES_PER_GROUP });
    }
    this.#entries.push(entry);
    this.#ids.add(entry.id);
    this.#membership = undefined;
  }
}
