/** Groups in the database: names that cannot be confused, objects once and in order, nothing of them in plain. */
import assert from "node:assert/strict";
import { allBytes, asBytes, withStateHome } from "./support.ts";

const ID = "ab".repeat(32), OTHER = "cd".repeat(32);

Deno.test("groups keep their names, entries and messages over programs, once, in order", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    const { groups } = state;
    groups.save({ id: ID, name: groups.newName("@朋友 friends"), state: "member" });
    const object = (n: number) => ({
      id: n.toString(16).padStart(64, "0"),
      bytes: Uint8Array.of(n),
    });
    groups.addEntries(ID, [object(1), object(2)]);
    groups.addEntries(ID, [object(2), object(3)]);
    groups.addMessages(ID, [object(4), object(5)]);
    groups.addMessages(OTHER, [object(4)]);
    const before = groups.latest();
    const again = (await home.open()).groups;
    assert.equal(again.find("@朋友 friends")?.id, ID);
    assert.deepEqual(again.entries(ID).map(({ bytes }) => bytes[0]), [1, 2, 3]);
    assert.deepEqual(again.messages(ID).map(({ bytes }) => bytes[0]), [4, 5]);
    again.addMessages(ID, [object(6)]);
    assert.ok(groups.latest() > before);
    const { seq } = groups.messages(ID)[1]!;
    assert.deepEqual(groups.messages(ID, seq).map(({ bytes }) => bytes[0]), [6]);
    again.dropMessages(ID, [object(4).id]);
    assert.equal(groups.messages(ID).length, 2);
    assert.equal(groups.messages(OTHER).length, 1);
    assert.ok(!allBytes(home.path).includes(asBytes("朋友")));
  }));

Deno.test("no two groups have names that can be taken for each other", () =>
  withStateHome(async (home) => {
    const { groups } = await home.open();
    groups.save({ id: ID, name: groups.newName("paypal"), state: "member" });
    assert.throws(() => groups.newName("pаypаl"), { code: "group.confusable" });
    assert.equal(groups.freeName("Paypa1"), "Paypa1 2");
    assert.equal(groups.freeName("\u202e.."), "group");
    groups.save({ id: ID, name: "money", state: "left" });
    assert.equal(groups.find("paypal"), undefined);
    assert.equal(groups.byId(ID)?.state, "left");
    assert.equal(groups.find(`@${ID}`)?.name, "money", "an id stays what it is");
    assert.equal(groups.find(`@${OTHER}`), undefined);
  }));

Deno.test("a message to several is over when it is over for all of them", () =>
  withStateHome(async (home) => {
    const { outbox, history } = await home.open();
    const talk = Uint8Array.fromHex(ID);
    const [one, two] = [new Uint8Array(33).fill(2), new Uint8Array(33).fill(3)];
    const common = { id: OTHER, talk, kind: "text", text: "hi", written: 1, after: [] } as const;
    history.add({ ...common, stored: 1, state: "waiting" });
    for (const to of [one, two]) outbox.add({ ...common, to, paths: [], expires: home.now + 1e6 });
    outbox.advance(OTHER, one, "delivered");
    assert.equal(history.get(talk, OTHER)?.state, "sent");
    outbox.advance(OTHER, two, "delivered");
    assert.equal(history.get(talk, OTHER)?.state, "delivered");
    history.remove(talk, OTHER);
    assert.equal(history.get(talk, OTHER), undefined);
  }));
