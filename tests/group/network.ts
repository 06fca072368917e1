/**
 * Members of groups in one process: the group code as programs use it, over links that take their time, with a clock of
 * their own and a seed for everything.
 */
import assert from "node:assert/strict";
import { type Bytes, hex } from "../../lib/bytes.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { type EntryAction, EntryKind } from "../../lib/group/entry.ts";
import { Group, type GroupChange } from "../../lib/group/group.ts";
import { GroupLog } from "../../lib/group/log.ts";
import type { MemberLink } from "../../lib/group/link.ts";
import { Member } from "../../lib/group/member.ts";
import { ContentKind } from "../../lib/group/message.ts";
import { RECORD_HEADER_BYTES } from "../../lib/transfer/records.ts";

/** How often a member says what is new, in milliseconds. */
const TICK_MS = 100;
/** A record is on its way for at least and at most so many milliseconds. */
const LATENCY_MS = [5, 60] as const;

/** One person and program. */
export class Person {
  readonly signer = { ...generateKeyPair(), random: randomBytes };
  readonly key = hex(this.signer.publicKey);
  /** What was shown and stands, by id; and what it says. */
  readonly shown = new Map<string, string>();
  /** Ids that were shown more than once. */
  readonly twice: string[] = [];
  /** Ids of own messages that somebody has: by whom. */
  readonly receipts = new Map<string, Set<string>>();
  /** What would be on the disk: entries and messages as they came. */
  readonly #entries: Bytes[] = [];
  readonly #messages: Bytes[] = [];
  member = this.#begin();

  #begin(): Member {
    return new Member({
      self: this.key,
      taken: (_, changes) => changes.forEach((change) => this.#keep(change)),
      received: (_, peer, has) => {
        for (const [id, peers] of this.receipts) {
          if (typeof has === "string" ? has === id : has(id)) peers.add(peer);
        }
      },
      invited: (log) => {
        if (this.member.groups.has(log.group)) return;
        this.#entries.push(...log.entries.map(({ bytes }) => bytes));
        this.member.joined(new Group(log));
      },
      declined: () => false,
      refused: () => undefined,
    });
  }

  #keep({ entries, stored, shown, withdrawn }: GroupChange): void {
    this.#entries.push(...entries.map(({ bytes }) => bytes));
    this.#messages.push(...stored.map(({ bytes }) => bytes));
    for (const { id, content } of shown) {
      if (this.shown.has(id)) this.twice.push(id);
      this.shown.set(id, content.kind === ContentKind.text ? content.text : content.name);
    }
    for (const { id } of withdrawn) this.shown.delete(id);
  }

  get group(): Group | undefined {
    return [...this.member.groups.values()][0];
  }

  create(name: string): Group {
    const group = new Group(GroupLog.create(name, randomBytes(16), this.signer));
    this.#entries.push(...group.log.entries.map(({ bytes }) => bytes));
    this.member.joined(group);
    return group;
  }

  /** Changes the membership, where this person is a member. */
  act(kind: "add" | "remove", whom: Person): void {
    const { group } = this;
    if (!group?.isMember(this.key) || group.isMember(whom.key) === (kind === "add")) return;
    const subject = whom.signer.publicKey;
    const action: EntryAction = kind === "add"
      ? { kind: EntryKind.add, subject }
      : { kind: EntryKind.remove, subject, seen: group.seen };
    this.#keep(group.entriesTaken([group.log.append(action, this.signer)]));
    this.member.made(group, []);
  }

  write(text: string): string | undefined {
    const { group } = this;
    if (!group?.isMember(this.key)) return undefined;
    const content = { kind: ContentKind.text, text } as const;
    const message = group.write(content, randomBytes(16), 0, this.signer);
    this.#messages.push(message.bytes);
    this.shown.set(message.id, text);
    this.receipts.set(message.id, new Set());
    this.member.made(group, [message]);
    return message.id;
  }

  /** Another program with the same disk. */
  restart(): void {
    const { group } = this;
    this.member = this.#begin();
    if (group === undefined) return;
    const log = new GroupLog(group.id);
    for (const bytes of this.#entries) log.restore(bytes);
    const again = new Group(log);
    for (const bytes of this.#messages) again.restore(bytes);
    again.restored();
    this.member.groups.set(again.id, again);
  }
}

interface Wire {
  readonly ends: readonly [MemberLink, MemberLink];
  up: boolean;
}

/** The links between people, and the time. */
export class Network {
  now = 0;
  readonly #chance: () => number;
  readonly #wires = new Map<string, Wire>();
  /** The next one at the end. */
  readonly #due: Array<{ at: number; work: () => Promise<void> | void }> = [];

  /** @param chance numbers from 0 to 1 */
  constructor(readonly people: readonly Person[], chance: () => number) {
    this.#chance = chance;
    for (const person of people) {
      const tick = () => {
        person.member.tick();
        this.#at(this.now + TICK_MS, tick);
      };
      this.#at(TICK_MS * chance(), tick);
    }
  }

  #at(at: number, work: () => Promise<void> | void): void {
    let place = this.#due.length;
    while (place > 0 && this.#due[place - 1]!.at < at) place--;
    this.#due.splice(place, 0, { at, work });
  }

  connect(a: Person, b: Person): void {
    const name = [a.key, b.key].sort().join();
    if (a === b || this.#wires.get(name)?.up) return;
    // One direction each: the other end is there only when both are.
    const towards: Array<MemberLink | undefined> = [undefined, undefined];
    const wire: { up: boolean } = { up: true };
    const sender = (to: 0 | 1) => {
      let last = this.now;
      return (record: Bytes) => {
        const [least, most] = LATENCY_MS;
        last = Math.max(last, this.now + least + (most - least) * this.#chance());
        this.#at(last, async () => {
          if (!wire.up) return;
          towards[to]!.receive(record[0]!, record.subarray(RECORD_HEADER_BYTES));
          await towards[to]!.flush();
        });
      };
    };
    towards[0] = a.member.connect(b.key, sender(1));
    towards[1] = b.member.connect(a.key, sender(0));
    const made: Wire = Object.assign(wire, { ends: [towards[0], towards[1]] as const });
    this.#wires.set(name, made);
  }

  disconnect(a: Person, b: Person): void {
    const wire = this.#wires.get([a.key, b.key].sort().join());
    if (wire === undefined) return;
    wire.up = false;
    for (const end of wire.ends) end.close();
  }

  /** Connects all with all of each part, and cuts what is between them. */
  partition(parts: ReadonlyArray<readonly Person[]>): void {
    const part = (person: Person) => parts.findIndex((each) => each.includes(person));
    this.people.forEach((a, i) => {
      for (const b of this.people.slice(i + 1)) {
        if (part(a) === part(b)) this.connect(a, b);
        else this.disconnect(a, b);
      }
    });
  }

  restart(person: Person): void {
    for (const other of this.people) this.disconnect(person, other);
    person.restart();
  }

  /** Lets `milliseconds` pass, or less when `until` holds. */
  async run(milliseconds: number, until: () => boolean = () => false): Promise<void> {
    const end = this.now + milliseconds;
    while (!until()) {
      const { at, work } = this.#due.at(-1)!;
      if (at > end) break;
      this.#due.pop();
      this.now = at;
      await work();
    }
  }
}

/** What everybody should have, from all that anybody has. */
export function judge(
  people: readonly Person[],
): { members: readonly string[]; of: (key: string) => string[] } {
  const all = people.flatMap(({ group }) => group === undefined ? [] : [group]);
  const log = new GroupLog(all[0]!.id);
  for (const { log: { entries } } of all) for (const { bytes } of entries) log.receive(bytes);
  const group = new Group(log);
  const messages = new Map(
    all.flatMap((each) => each.kept.map((message) => [message.id, message] as const)),
  );
  for (const { bytes } of messages.values()) group.receiveMessage(bytes);
  assert.equal(group.kept.length, messages.size, "all of them have what they link to");
  return {
    members: log.membership.members,
    of: (key) =>
      group.messages.filter(({ heads }) => log.viewAt(heads)!.members.includes(key))
        .map(({ id }) => id).sort(),
  };
}

/** Whether all members have what they should. */
export function agree(people: readonly Person[]): boolean {
  const { members, of } = judge(people);
  return people.filter(({ key }) => members.includes(key)).every((person) =>
    person.group !== undefined &&
    person.group.log.membership.members.join() === members.join() &&
    [...person.shown.keys()].sort().join() === of(person.key).join()
  );
}
