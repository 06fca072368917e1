/**
 * Who is a member, from a set of entries: a pure function of the set, so that everybody who has the same entries sees
 * the same members, whatever order they came in. The rule (docs/protocol.md, "Groups"):
 *
 * 1. An entry counts only if its author was a member in the view of what the entry stands upon (its ancestors).
 * 2. A removal counts unless its author was, without knowing it, removed by somebody senior: of two who remove each
 *    other at the same time the senior one stays. Seniority is the order in which people first came into the group
 *    in the view of the removal's ancestors; its creator is the most senior.
 * 3. Any other entry counts unless its author was removed without knowing it by a removal that counts.
 * 4. Somebody is a member if an entry that counts added them having seen every removal of them that counts. So a
 *    removal wins over an addition made at the same time, and nobody is let in by people who had not heard of it.
 */
import { hex } from "../bytes.ts";
import { type Entry, EntryKind } from "./entry.ts";

/** What a set of entries amounts to. */
export interface Membership {
  /** Public keys in hex, most senior first. */
  readonly members: readonly string[];
  /** The name of the latest rename that counts. */
  readonly name: string;
  /** Ids of the entries that count. */
  readonly counted: ReadonlySet<string>;
}

/** A set of ids as bits, by the place of each in the order of evaluation. */
type Bits = Uint32Array;

function has(bits: Bits, index: number): boolean {
  return (bits[index >>> 5]! >>> (index & 31) & 1) === 1;
}

function add(bits: Bits, index: number): void {
  bits[index >>> 5]! |= 1 << (index & 31);
}

function count(bits: Bits): number {
  let ones = 0;
  for (let word of bits) for (; word !== 0; word &= word - 1) ones++;
  return ones;
}

/**
 * Evaluates entries of one group.
 *
 * @param entries parents before children, the create entry first; all parents are among them
 */
export function evaluate(entries: readonly Entry[]): Membership {
  return new Evaluation(entries).result();
}

class Evaluation {
  readonly #entries: readonly Entry[];
  /** Ancestors of each entry, itself left out. */
  readonly #ancestors: Bits[] = [];
  /** How many those are. */
  readonly #depths: number[] = [];
  /** Subjects in hex; the author of the first entry. */
  readonly #subjects: string[];
  /** Whether each entry's author was a member in the view of its ancestors. */
  readonly #byMember: boolean[] = [];

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    this.#subjects = entries.map(({ action, author }) =>
      "subject" in action ? hex(action.subject) : author
    );
    const places = new Map(entries.map(({ id }, i) => [id, i]));
    const words = (entries.length + 31) >>> 5;
    for (const { parents } of entries) {
      const bits = new Uint32Array(words);
      for (const parent of parents) {
        const place = places.get(parent)!;
        add(bits, place);
        this.#ancestors[place]!.forEach((word, i) => bits[i]! |= word);
      }
      this.#ancestors.push(bits);
      this.#depths.push(count(bits));
    }
    // Parents stand before children, so that each view finds those of its own entries done.
    entries.forEach(({ action, author }, i) => {
      this.#byMember.push(
        action.kind === EntryKind.create
          ? i === 0
          : this.#view(this.#ancestors[i]!).members.includes(author),
      );
    });
  }

  result(): Membership {
    const all = new Uint32Array((this.#entries.length + 31) >>> 5);
    this.#entries.forEach((_, i) => add(all, i));
    const { members, counted } = this.#view(all);
    const ids = new Set([...counted].map((i) => this.#entries[i]!.id));
    return { members: [...members], name: this.#name(counted), counted: ids };
  }

  /** What the entries of `set` amount to; `set` has the ancestors of each of its entries. */
  #view(set: Bits): View {
    const eligible = this.#entries.map((_, i) => i)
      .filter((i) => has(set, i) && this.#byMember[i]!);
    const seniority = this.#seniority(eligible);
    const removals = eligible
      .filter((i) => this.#kind(i) === EntryKind.remove)
      .sort((a, b) => seniority(this.#author(a)) - seniority(this.#author(b)) || a - b);
    const standing: number[] = [];
    for (const removal of removals) {
      const author = this.#author(removal);
      const overruled = standing.some((other) =>
        this.#subject(other) === author && this.#author(other) !== author &&
        seniority(this.#author(other)) < seniority(author) && this.#concurrent(other, removal)
      );
      if (!overruled) standing.push(removal);
    }
    const counted = new Set(standing);
    for (const i of eligible) {
      if (this.#kind(i) === EntryKind.remove) continue;
      const author = this.#author(i);
      const removed = standing.some((removal) =>
        this.#subject(removal) === author && this.#concurrent(removal, i)
      );
      if (!removed) counted.add(i);
    }
    return { counted, members: this.#membersOf(counted, seniority) };
  }

  /** Rule 4. */
  #membersOf(counted: ReadonlySet<number>, seniority: (key: string) => number): string[] {
    const added = new Map<string, number[]>();
    const removed = new Map<string, number[]>();
    for (const i of counted) {
      const kind = this.#kind(i);
      if (kind === EntryKind.rename) continue;
      const into = kind === EntryKind.remove ? removed : added;
      const subject = this.#subject(i);
      into.set(subject, [...into.get(subject) ?? [], i]);
    }
    return [...added].filter(([subject, additions]) =>
      additions.some((i) =>
        (removed.get(subject) ?? []).every((removal) => has(this.#ancestors[i]!, removal))
      )
    ).map(([subject]) => subject).sort((a, b) => seniority(a) - seniority(b));
  }

  /** The order in which people first were added, by entries of members: by depth, then by id. */
  #seniority(eligible: readonly number[]): (key: string) => number {
    const first = eligible
      .filter((i) => this.#kind(i) === EntryKind.add || this.#kind(i) === EntryKind.create)
      .sort((a, b) => this.#depth(a) - this.#depth(b) || (this.#id(a) < this.#id(b) ? -1 : 1));
    const ranks = new Map<string, number>();
    for (const i of first) {
      const subject = this.#subject(i);
      if (!ranks.has(subject)) ranks.set(subject, ranks.size);
    }
    return (key) => ranks.get(key) ?? Infinity;
  }

  /** The latest rename: of several the one that stands upon most, then by id. */
  #name(counted: ReadonlySet<number>): string {
    let best: number | undefined;
    for (const i of counted) {
      const { action } = this.#entries[i]!;
      if (action.kind !== EntryKind.create && action.kind !== EntryKind.rename) continue;
      if (best === undefined || this.#later(i, best)) best = i;
    }
    const action = this.#entries[best ?? 0]!.action;
    return "name" in action ? action.name : "";
  }

  #later(a: number, b: number): boolean {
    return this.#depth(a) - this.#depth(b) > 0 ||
      (this.#depth(a) === this.#depth(b) && this.#id(a) > this.#id(b));
  }

  /** How many entries an entry stands upon: the same for everybody who has them. */
  #depth(i: number): number {
    return this.#depths[i]!;
  }

  #concurrent(a: number, b: number): boolean {
    return a !== b && !has(this.#ancestors[a]!, b) && !has(this.#ancestors[b]!, a);
  }

  #kind(i: number): EntryKind {
    return this.#entries[i]!.action.kind;
  }

  #author(i: number): string {
    return this.#entries[i]!.author;
  }

  #id(i: number): string {
    return this.#entries[i]!.id;
  }

  /** Whom an entry is about. */
  #subject(i: number): string {
    return this.#subjects[i]!;
  }
}

interface View {
  readonly members: readonly string[];
  /** Places of the entries that count. */
  readonly counted: ReadonlySet<number>;
}
