/** Groups through the application of conversations: real sockets on loopback, real databases, a face that writes down. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { hex } from "../../lib/bytes.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { openState } from "../../lib/state/state.ts";
import { node } from "../net/support.ts";
import { people, together } from "./group-people.ts";
import { until } from "../support/until.ts";
import { ToyFace } from "./toy-face.ts";

Deno.test("a contact is in the group at once; what is said reaches all, with a receipt of each", () =>
  people("abc", async (a, b, c) => {
    a!.face.talk.groups.create("friends", [b!.identity.publicKey, c!.identity.publicKey]);
    a!.face.talk.groups.callAll();
    for (const each of [b!, c!]) {
      const { group, by, self } = await each.face.next("membership");
      assert.deepEqual([group.name, by?.name, self], ["friends", "a", true]);
    }
    const group = a!.face.talk.groups.needed("@friends");
    assert.equal(await a!.face.talk.sendText(group, "大家好", { ref: "r" }), undefined);
    assert.equal((await a!.face.next("sent")).ref, "r");
    for (const each of [b!, c!]) {
      const { text, group, peer } = await each.face.next("message");
      assert.deepEqual([text, group?.name, peer.name], ["大家好", "friends", "a"]);
      assert.equal(each.face.talk.recipients.addressee?.label, "@friends");
    }
    const from = [await a!.face.next("delivered"), await a!.face.next("delivered")];
    assert.deepEqual(from.map(({ peer, group }) => [peer.name, group?.name]).sort(), [
      ["b", "friends"],
      ["c", "friends"],
    ]);
    await b!.face.talk.type("我在");
    assert.equal((await a!.face.next("message")).text, "我在");
    await until(() => c!.history("friends").length === 2);
    assert.deepEqual(a!.history("friends"), ["大家好", "我在"]);
    assert.deepEqual(a!.state.outbox.list(), []);
  }));

Deno.test("what a member wrote by a clock that is ahead is marked, whoever passes it on", () =>
  people("ab", async (a, b) => {
    const group = await together(a!, b!);
    const now = Date.now;
    Date.now = () => now() + 3_600_000;
    try {
      a!.face.talk.groups.post(group, "from the future");
    } finally {
      Date.now = now;
    }
    const { clockAhead = 0 } = await b!.face.next("message");
    assert.ok(clockAhead > 3_000_000 && clockAhead <= 3_600_000);
    a!.face.talk.groups.post(group, "from now");
    assert.equal((await b!.face.next("message")).clockAhead, undefined);
  }));

Deno.test("who was away gets what was missed from whoever is up, and its author's copy is not shown again", () =>
  people("abc", async (a, b, c) => {
    a!.face.talk.groups.create("friends", [b!.identity.publicKey, c!.identity.publicKey]);
    a!.face.talk.groups.callAll();
    for (const each of [b!, c!]) await each.face.next("membership");
    const { port } = c!.face.talk.address;
    await until(() => a!.face.talk.groups.uninformed("friends").length === 0);
    await c!.stop();
    const group = a!.face.talk.groups.needed("@friends");
    for (const text of ["one", "two"]) a!.face.talk.groups.post(group, text);
    await until(() => b!.history("friends").length === 2);
    await a!.stop();
    await c!.start({}, port);
    await until(() => c!.history("friends").length === 2);
    assert.deepEqual(c!.history("friends"), ["one", "two"]);
    for (const text of ["one", "two"]) assert.equal((await c!.face.next("message")).text, text);
    // The author comes back: its copies for c are settled by what c says it has.
    await a!.start();
    assert.ok(a!.state.outbox.list().length >= 2);
    await until(() => a!.state.outbox.list().length === 0);
    assert.ok(!c!.face.has("message"));
  }));

Deno.test("an invitation by somebody who is no contact asks first", () =>
  people("ab", async (a, b) => {
    b!.state.contacts.remove("a");
    a!.face.talk.groups.create("friends", [b!.identity.publicKey]);
    a!.face.talk.groups.callAll();
    const question = await b!.face.next("question");
    assert.deepEqual([question.what, question.name], ["group", "friends"]);
    assert.equal((await b!.face.next("membership")).self, true);
  }));

Deno.test("a member whose program knows no groups is named, and what is said waits for them", () =>
  people("a", async (a) => {
    const identity = generateKeyPair();
    const { groups } = a!.face.talk;
    groups.create("friends", [identity.publicKey]);
    const old = node({ identity });
    try {
      await old.connect(a!.face.talk.address);
      assert.equal((await a!.face.next("notice")).text.code, "group.old-program");
      groups.post(groups.needed("friends"), "later");
      const [waiting] = a!.state.outbox.list();
      assert.deepEqual([waiting?.text, waiting?.state], ["later", "waiting"]);
    } finally {
      await old.close();
    }
  }));

Deno.test("without anybody to ask, a stranger's invitation is refused and said", () =>
  people("ab", async (a, b) => {
    const { port } = b!.face.talk.address;
    await b!.stop();
    await b!.start({
      receive: { accept: "contacts", saveDir: b!.folder, digests: false, play: false, look: false },
    }, port);
    b!.state.contacts.remove("a");
    a!.face.talk.groups.create("friends", [b!.identity.publicKey]);
    a!.face.talk.groups.callAll();
    const told = await b!.face.next("notice");
    assert.equal(told.text.code, "group.refused-stranger");
    assert.deepEqual(b!.state.groups.list(), []);
  }));

Deno.test("who is removed hears of it and gets nothing more; groups with one name are told apart", () =>
  people("abc", async (a, b, c) => {
    c!.face.talk.groups.create("friends", []);
    a!.face.talk.groups.create("friends", [b!.identity.publicKey, c!.identity.publicKey]);
    a!.face.talk.groups.callAll();
    assert.equal((await c!.face.next("membership")).group.name, "friends 2");
    await b!.face.next("membership");
    await until(() => a!.face.talk.groups.uninformed("friends").length === 0);
    assert.ok(a!.face.talk.groups.remove("friends", c!.identity.publicKey));
    const { change, self } = await c!.face.next("membership");
    assert.deepEqual([change, self], ["removed", true]);
    a!.face.talk.groups.post(a!.face.talk.groups.needed("friends"), "secret");
    assert.equal((await b!.face.next("message")).text, "secret");
    const theirs = c!.face.talk.groups.needed("friends 2");
    assert.equal((await c!.face.talk.sendText(theirs, "still me"))?.code, "group.not-member");
    assert.deepEqual(c!.history("friends 2"), []);
  }));

Deno.test("an invitation that is refused stays refused: nothing of the group is kept, nobody asks again", () =>
  people("ab", async (a, b) => {
    b!.state.contacts.remove("a");
    b!.face.answers = false;
    const { groups } = a!.face.talk;
    groups.create("friends", [b!.identity.publicKey]);
    groups.callAll();
    assert.equal((await b!.face.next("question")).what, "group");
    await until(() => b!.state.groups.list()[0]?.state === "declined");
    const { port } = b!.face.talk.address;
    await b!.stop();
    await b!.start({}, port);
    groups.post(groups.needed("friends"), "hello?");
    groups.callAll();
    await b!.face.next("connected");
    groups.create("others", [b!.identity.publicKey]);
    // The group after it is asked about: had the first been asked about again, that would have come before.
    assert.equal((await b!.face.next("question")).name, "others");
    assert.deepEqual(b!.history("friends"), []);
    assert.equal(a!.state.outbox.list().length, 1);
  }));

Deno.test("two programs of one identity see what the other does in a group", () =>
  people("ab", async (a, b) => {
    a!.face.talk.groups.create("friends", [b!.identity.publicKey]);
    a!.face.talk.groups.callAll();
    await b!.face.next("membership");
    const home = join(a!.folder, "a");
    const state = await openState({
      home,
      identity: a!.identity,
      now: Date.now,
      trouble: () => undefined,
    });
    const second = new ToyFace(a!.identity, state, a!.folder, { port: 0 });
    try {
      const group = second.talk.groups.needed("friends");
      second.talk.groups.post(group, "from the second program");
      assert.equal((await b!.face.next("message")).text, "from the second program");
      a!.face.talk.groups.post(group, "from the first");
      await until(() => b!.history("friends").length === 2);
      assert.equal(hex(group.key), a!.state.groups.needed("friends").id);
    } finally {
      await second.talk.close();
      state.close();
    }
  }));
