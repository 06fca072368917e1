/** Membership logs: the same for everybody, whatever arrived when; removals that hold; forgeries refused. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { hex } from "../../lib/bytes.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { FormatError, LimitError } from "../../lib/errors.ts";
import { decodeEntry, type Entry, EntryKind, signEntry } from "../../lib/group/entry.ts";
import { GroupLog, MAX_ENTRIES_PER_GROUP } from "../../lib/group/log.ts";
import { evaluate } from "../../lib/group/membership.ts";

const PEOPLE = Array.from({ length: 6 }, () => ({ ...generateKeyPair(), random: randomBytes }));
const [A, B, C, D] = PEOPLE as [Person, Person, Person, Person, Person, Person];
type Person = { secretKey: Uint8Array; publicKey: Uint8Array; random: typeof randomBytes };

const add = ({ publicKey: subject }: Person) => ({ kind: EntryKind.add, subject }) as const;
const remove = ({ publicKey: subject }: Person) =>
  ({ kind: EntryKind.remove, subject, seen: [] }) as const;
const names = (keys: readonly string[]) =>
  keys.map((key) => "ABCDEF"[PEOPLE.findIndex(({ publicKey }) => hex(publicKey) === key)]).join("");

/** A group of A, B and C, as each of them has it. */
function three(): [GroupLog, GroupLog, GroupLog] {
  const a = GroupLog.create("friends", randomBytes(16), A);
  a.append(add(B), A);
  a.append(add(C), A);
  return [a, copy(a), copy(a)];
}

function copy(log: GroupLog): GroupLog {
  const other = new GroupLog(log.group);
  give(log, other);
  return other;
}

/** Gives `to` all that `from` has. */
function give(from: GroupLog, to: GroupLog): void {
  for (const bytes of from.since(to.heads)) to.receive(bytes);
}

function exchange(...logs: GroupLog[]): void {
  for (const from of logs) for (const to of logs) give(from, to);
  const [first, ...others] = logs.map((log) => log.membership);
  for (const other of others) assert.deepEqual(other, first);
}

Deno.test("A removes C while B removes and adds C again: C is out, everywhere, until added by who saw both", () => {
  const [a, b, c] = three();
  a.append(remove(C), A);
  b.append(remove(C), B);
  b.append(add(C), B);
  assert.equal(names(b.membership.members), "ABC");
  exchange(a, b, c);
  assert.equal(names(a.membership.members), "AB");
  a.append(add(C), A);
  exchange(a, b, c);
  assert.equal(names(c.membership.members), "ABC");
});

Deno.test("two who remove each other: the senior one stays; whoever the other let in meanwhile is out", () => {
  const [a, b] = three();
  a.append(remove(B), A);
  b.append(add(D), B);
  b.append(remove(A), B);
  exchange(a, b);
  assert.equal(names(a.membership.members), "AC");
});

Deno.test("somebody who was removed changes nothing, not even upon old entries", () => {
  const [a, b, c] = three();
  a.append(remove(C), A);
  c.append(add(D), C);
  c.append(remove(B), C);
  exchange(a, b, c);
  assert.equal(
    names(a.membership.members),
    "AB",
    "the removal of B by C, who is junior, is overruled",
  );
  const late = signEntry(c.group, c.heads, add(D), C);
  a.receive(late.bytes);
  assert.equal(names(a.membership.members), "AB");
});

Deno.test("leaving is a removal of oneself; names follow the latest rename", () => {
  const [a, b, c] = three();
  c.append(remove(C), C);
  b.append({ kind: EntryKind.rename, name: "朋友们" }, B);
  exchange(a, b, c);
  assert.equal(names(a.membership.members), "AB");
  assert.equal(a.membership.name, "朋友们");
});

Deno.test("forged, foreign, altered and re-signed entries", () => {
  const [a] = three();
  const other = GroupLog.create("other", randomBytes(16), D);
  assert.throws(() => a.receive(other.entries[0]!.bytes), FormatError);
  const stranger = signEntry(a.group, a.heads, add(D), D);
  a.receive(stranger.bytes);
  assert.equal(names(a.membership.members), "ABC", "an entry of no member counts for nothing");
  const good = a.append(remove(C), A);
  assert.deepEqual(a.receive(good.bytes), [], "replayed");
  const again = signEntry(a.group, good.parents, remove(C), A);
  assert.notDeepEqual(again.bytes, good.bytes);
  assert.equal(again.id, good.id, "a second signature is no second entry");
  fc.assert(fc.property(fc.nat(good.bytes.length * 8 - 1), (bit) => {
    const changed = good.bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => decodeEntry(changed), FormatError);
  }));
  for (let length = 0; length < good.bytes.length; length++) {
    assert.throws(() => decodeEntry(good.bytes.subarray(0, length)), FormatError);
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
    assert.throws(() => decodeEntry(bytes), FormatError);
  }));
});

/** What one member does in a random history. */
const STEP = fc.record({
  who: fc.nat(PEOPLE.length - 1),
  what: fc.constantFrom("add", "add", "remove", "rename", "sync", "sync"),
  whom: fc.nat(PEOPLE.length - 1),
});

/** Everybody acts upon what they have; some exchange; the entries of all. */
function history(steps: ReadonlyArray<{ who: number; what: string; whom: number }>): Entry[] {
  const origin = GroupLog.create("g", new Uint8Array(16), A);
  const logs = PEOPLE.map(() => copy(origin));
  for (const { who, what, whom } of steps) {
    const log = logs[who]!, person = PEOPLE[who]!;
    if (what === "sync") give(logs[whom]!, log);
    else if (what === "rename") log.append({ kind: EntryKind.rename, name: `n${whom}` }, person);
    else log.append((what === "add" ? add : remove)(PEOPLE[whom]!), person);
  }
  for (const log of logs) give(log, origin);
  return [...origin.entries];
}

Deno.test("random histories: the same members in whatever order the entries come", () => {
  fc.assert(
    fc.property(
      fc.array(STEP, { maxLength: 25 }),
      fc.infiniteStream(fc.nat()),
      (steps, chance) => {
        const entries = history(steps);
        const reference = evaluate(entries);
        const rest = [...entries], shuffled = new GroupLog(entries[0]!.group);
        while (rest.length > 0) {
          const [entry] = rest.splice(chance.next().value! % rest.length, 1);
          shuffled.receive(entry!.bytes);
        }
        assert.deepEqual(shuffled.missing, []);
        assert.deepEqual(shuffled.heads.length > 0, true);
        assert.deepEqual(shuffled.membership.members, reference.members);
        assert.equal(shuffled.membership.name, reference.name);
        assert.deepEqual(shuffled.membership.counted, reference.counted);
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("random histories: nobody is a member whose latest removals they were not added after", () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 25 }), (steps) => {
      const entries = history(steps);
      const { members, counted } = evaluate(entries);
      const byId = new Map(entries.map((entry) => [entry.id, entry]));
      const upon = (id: string, ancestor: string): boolean =>
        byId.get(id)!.parents.some((parent) => parent === ancestor || upon(parent, ancestor));
      for (const member of members) {
        const about = entries.filter(({ id, action, author }) =>
          counted.has(id) &&
          ("subject" in action ? hex(action.subject) === member : author === member)
        );
        const removals = about.filter(({ action }) => action.kind === EntryKind.remove);
        assert.ok(
          about.some(({ id, action }) =>
            action.kind !== EntryKind.remove && action.kind !== EntryKind.rename &&
            removals.every((removal) => upon(id, removal.id))
          ),
        );
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("as many entries as a hostile member can make are still evaluated at once", () => {
  const log = GroupLog.create("g", randomBytes(16), A);
  log.append(add(B), A);
  const [base] = log.heads;
  // Half of them in a chain, half beside it: additions and removals that all have to be held against each other.
  for (let i = 0; log.entries.length < MAX_ENTRIES_PER_GROUP; i++) {
    const parent = i % 2 === 0 ? log.entries.at(-2)!.id : base!;
    const action = (i % 3 === 0 ? add : remove)(PEOPLE[2 + i % 4]!);
    log.receive(signEntry(log.group, [parent], action, B).bytes);
  }
  const started = performance.now();
  evaluate(log.entries);
  // It takes a tenth of this; what is to be found is work that grows with the cube.
  assert.ok(performance.now() - started < 3000);
  assert.throws(() => log.append(remove(B), A), LimitError);
});
