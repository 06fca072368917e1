/** Groups over links: messages and members agree after partitions, removals that cross, restarts; forgeries are refused. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { randomBytes } from "../../lib/crypto/random.ts";
import { FormatError } from "../../lib/errors.ts";
import { Group } from "../../lib/group/group.ts";
import { ContentKind, decodeGroupMessage, signMessage } from "../../lib/group/message.ts";
import { decodeHave, encodeHave } from "../../lib/group/records.ts";
import { RECORD_HEADER_BYTES } from "../../lib/transfer/records.ts";
import { SeededRandom } from "../lab/random.ts";
import { agree, Network, Person } from "./network.ts";
import { groupOf, healPartitions, people } from "./partitions.ts";

Deno.test("32 members in 3 partitions that add, remove and write: the same everywhere within 2 s of healing", async () => {
  const { agreed, members, messages, twice, seed } = await healPartitions();
  assert.ok(agreed, `seed ${seed}`);
  assert.equal(twice, 0);
  assert.ok(members >= 26 && members < 34);
  assert.ok(messages > 20);
});

const STEP = fc.record({
  who: fc.nat(4),
  what: fc.constantFrom(
    "write",
    "write",
    "add",
    "remove",
    "connect",
    "connect",
    "cut",
    "restart",
    "wait",
  ),
  whom: fc.nat(4),
});

Deno.test("random histories of messages and members: in the end everybody has what is theirs, once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 40 }), fc.nat(), async (steps, seed) => {
      const all = people(5);
      const random = new SeededRandom(seed);
      const network = new Network(all, () => random.next());
      await groupOf(all.slice(0, 4), network);
      for (const { who, what, whom } of steps) {
        const [one, other] = [all[who]!, all[whom]!];
        if (what === "write") one.write(`${who}`);
        else if (what === "add" || what === "remove") one.act(what, other);
        else if (what === "connect") network.connect(one, other);
        else if (what === "cut") network.disconnect(one, other);
        else if (what === "restart") network.restart(one);
        await network.run(what === "wait" ? 200 : 20);
      }
      network.partition([all]);
      await network.run(5000, () => agree(all));
      assert.ok(agree(all));
      for (const { twice } of all) assert.deepEqual(twice, []);
    }),
    { numRuns: 60 },
  );
});

Deno.test("who was away gets what was missed from whoever is up, and its author hears of it later", async () => {
  const [a, b, c] = people(3) as [Person, Person, Person];
  const network = new Network([a, b, c], () => 0.5);
  await groupOf([a, b, c], network);
  network.partition([[a, b], [c]]);
  const id = a.write("while you were away")!;
  await network.run(500);
  network.partition([[a], [b, c]]);
  await network.run(500);
  assert.equal(c.shown.get(id), "while you were away");
  assert.deepEqual([...a.receipts.get(id)!], [b.key]);
  network.connect(a, c);
  await network.run(500);
  assert.deepEqual(a.receipts.get(id), new Set([b.key, c.key]));
});

Deno.test("what comes to one is passed on to those whom its author does not reach", async () => {
  const [a, b, c] = people(3) as [Person, Person, Person];
  const network = new Network([a, b, c], () => 0.5);
  await groupOf([a, b, c], network);
  network.disconnect(a, c);
  const id = a.write("through b")!;
  await network.run(600);
  assert.equal(c.shown.get(id), "through b");
});

Deno.test("pages: a thousand messages reach who was away", async () => {
  const [a, b] = people(2) as [Person, Person];
  const network = new Network([a, b], () => 0.5);
  await groupOf([a, b], network);
  network.partition([[a], [b]]);
  for (let i = 0; i < 1200; i++) a.write(`${i}`);
  network.connect(a, b);
  await network.run(3000, () => b.shown.size === 1200);
  assert.deepEqual([...b.shown.values()], Array.from({ length: 1200 }, (_, i) => `${i}`));
});

Deno.test("who was removed gets nothing more, and is told so; what they wrote before the removal stays", async () => {
  const [a, b, c] = people(3) as [Person, Person, Person];
  const network = new Network([a, b, c], () => 0.5);
  await groupOf([a, b, c], network);
  const before = c.write("still in")!;
  await network.run(500);
  a.act("remove", c);
  const secret = a.write("without you")!;
  await network.run(500);
  assert.ok(!c.shown.has(secret) && !c.group!.isMember(c.key));
  assert.equal(c.write("too late"), undefined);
  assert.ok(a.shown.has(before) && b.shown.has(before));
  // A program that does not care writes all the same, as if it had not heard.
  const late = signMessage({
    group: c.group!.id,
    nonce: randomBytes(16),
    time: 0,
    heads: a.group!.log.entries.slice(2, 3).map(({ id }) => id),
    after: [before],
    content: { kind: ContentKind.text, text: "back-dated" },
  }, c.signer);
  assert.deepEqual(b.group!.receiveMessage(late.bytes).shown, []);
  assert.ok(!b.group!.counts(late.id));
});

Deno.test("what is concurrent with a removal is withdrawn by those who showed it, so that all agree", async () => {
  const [a, b, c] = people(3) as [Person, Person, Person];
  const network = new Network([a, b, c], () => 0.5);
  await groupOf([a, b, c], network);
  network.partition([[a], [b, c]]);
  a.act("remove", c);
  const late = c.write("unheard")!;
  await network.run(500);
  assert.ok(b.shown.has(late));
  network.connect(a, b);
  await network.run(500);
  assert.ok(!b.shown.has(late) && !a.shown.has(late));
  assert.ok(agree([a, b, c]));
});

Deno.test("forged, altered and misplaced messages are refused, whoever passes them on", async () => {
  const [a, b, c] = people(3) as [Person, Person, Person];
  const network = new Network([a, b, c], () => 0.5);
  await groupOf([a, b, c], network);
  const draft = {
    group: a.group!.id,
    nonce: randomBytes(16),
    time: 1,
    heads: a.group!.have.entries,
    after: [],
    content: { kind: ContentKind.text, text: "我写的" },
  } as const;
  const { bytes } = signMessage(draft, a.signer);
  fc.assert(fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => decodeGroupMessage(changed), FormatError);
  }));
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeGroupMessage(bytes.subarray(0, length)), FormatError);
  }
  const stranger = new Person();
  const foreign = signMessage(draft, stranger.signer);
  assert.throws(() => b.group!.receiveMessage(foreign.bytes), { code: "group.no-author" });
  const elsewhere = signMessage({ ...draft, group: "ab".repeat(32) }, a.signer);
  assert.throws(() => b.group!.receiveMessage(elsewhere.bytes), { code: "group.other-group" });
  assert.equal(b.group!.receiveMessage(bytes).shown.length, 1);
  assert.equal(b.group!.receiveMessage(bytes).shown.length, 0, "replayed");
});

Deno.test("records of group streams: what is written is read, anything else refused", () => {
  const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toHex());
  const ids = fc.uniqueArray(id, { maxLength: 16 }).map((all) => all.sort());
  fc.assert(fc.property(id, ids, ids, ids, (group, entries, messages, lacking) => {
    const have = { group, entries, messages, lacking };
    const body = encodeHave(have).subarray(RECORD_HEADER_BYTES);
    assert.deepEqual(decodeHave(body), have);
    assert.throws(() => decodeHave(body.subarray(1)), FormatError);
    assert.throws(() => decodeHave(Uint8Array.of(...body, 0)), FormatError);
  }));
  assert.ok(Group);
});
