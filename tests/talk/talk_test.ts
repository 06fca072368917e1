/** The application of conversations through a face of some fifty lines: what it tells is all that a face needs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { hex, utf8 } from "../../lib/bytes.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { LimitError, UsageError } from "../../lib/errors.ts";
import { formatAddress } from "../../lib/net/address.ts";
import type { Identity } from "../../lib/state/identity.ts";
import { openState, type State } from "../../lib/state/state.ts";
import type { TalkOptions } from "../../lib/talk/talk.ts";
import { MAX_TEXT_BYTES } from "../../lib/transfer/records.ts";
import { withFolder } from "../support/executable.ts";
import { ToyFace } from "./toy-face.ts";

/** Texts in the outbox at once. */
const QUEUED = 1000;

interface Scene {
  readonly folder: string;
  readonly face: (options?: Partial<TalkOptions>, identity?: Identity) => Promise<ToyFace>;
}

async function scene(use: (scene: Scene) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const faces: ToyFace[] = [];
    const states: State[] = [];
    const face: Scene["face"] = async (options, identity = generateKeyPair()) => {
      const home = join(folder, `home ${states.length}`);
      const trouble = () => assert.fail("the state is in trouble");
      states.push(await openState({ home, identity, now: Date.now, trouble }));
      faces.push(new ToyFace(identity, states.at(-1)!, folder, options));
      return faces.at(-1)!;
    };
    try {
      await use({ folder, face });
    } finally {
      await Promise.all(faces.map(({ talk }) => talk.close()));
      for (const state of states) state.close();
    }
  });
}

async function whereIs(face: ToyFace): Promise<string> {
  return formatAddress((await face.next("listening")).address);
}

Deno.test("who leaves while received files are being told has told all of them", () =>
  scene(async ({ folder, face }) => {
    const many = join(folder, "many");
    await Deno.mkdir(many);
    for (let i = 0; i < 200; i++) await Deno.writeTextFile(join(many, `${i}.txt`), `${i}`);
    let told = 0;
    const slow = await face({
      show: async ({ type }) => {
        if (type !== "file") return;
        await new Promise((resolve) => setTimeout(resolve, 50));
        told++;
      },
      receive: { accept: "all", saveDir: folder, digests: true, play: false, look: false },
    });
    const alice = await face();
    const { person } = await alice.talk.reach(formatAddress(slow.talk.address));
    assert.equal(await alice.talk.sendFiles(person, [many]), undefined);
    await slow.talk.close();
    assert.equal(told, 200);
  }));

Deno.test("two programs of one person: who comes and goes beside the other is told as such, and what one leaves goes to the other", () =>
  scene(async ({ face }) => {
    const bob = await face();
    const identity = generateKeyPair();
    const at = await whereIs(bob);
    const [first, second] = [await face({}, identity), await face({}, identity)];
    await first.talk.reach(at);
    assert.equal((await bob.next("connected")).beside, false);
    await second.talk.reach(at);
    const { peer, beside } = await bob.next("connected");
    assert.equal(beside, true);
    // The second one ends without having read what was said to it.
    const words = Array.from({ length: 50 }, (_, i) => `line ${i}`);
    const said = Promise.all(words.map((line) => bob.talk.sendText(peer, line)));
    await second.talk.close();
    assert.equal((await bob.next("disconnected")).beside, true);
    await said;
    const heard = new Set<string>();
    while (second.has("message")) heard.add((await second.next("message")).text);
    while (heard.size < words.length) heard.add((await first.next("message")).text);
    await first.talk.close();
    assert.equal((await bob.next("disconnected")).beside, false);
  }));

Deno.test("a fourth face holds a conversation and receives a file, through lib/talk alone", () =>
  scene(async ({ folder, face }) => {
    const [alice, bob] = [await face(), await face()];
    const { person } = await alice.talk.reach(await whereIs(bob));
    assert.equal(await alice.talk.sendText(person, "你好", { ref: "r1" }), undefined);
    const got = await bob.next("message");
    assert.equal(got.text, "你好");
    const [sent, delivered] = [await alice.next("sent"), await alice.next("delivered")];
    assert.deepEqual([sent.id, sent.ref, delivered.id, delivered.ref], [
      got.id,
      "r1",
      got.id,
      "r1",
    ]);
    assert.equal((await bob.next("addressee")).peer?.keyText, got.peer.keyText);
    await bob.talk.type("back");
    assert.equal((await alice.next("message")).text, "back");

    await Deno.writeTextFile(join(folder, "letter.txt"), "dear bob");
    await alice.talk.sendFiles(person, [join(folder, "letter.txt")]);
    const received = await bob.next("received");
    assert.equal(await Deno.readTextFile(received.path), "dear bob");
    const file = await bob.next("file");
    assert.deepEqual([file.name, file.sm3], ["letter (1).txt", hex(sm3(utf8("dear bob")))]);
    await alice.talk.close();
    assert.equal((await bob.next("disconnected")).info.by, "peer");
  }));

Deno.test("a stranger who merely connects gets no line; /to chooses him", () =>
  scene(async ({ face }) => {
    const [bob, mallory] = [await face(), await face()];
    await mallory.talk.reach(await whereIs(bob));
    const { peer } = await bob.next("connected");
    await assert.rejects(bob.talk.type("a secret"), UsageError);
    await bob.talk.choose(peer.label);
    await bob.talk.type("hello");
    assert.equal((await mallory.next("message")).text, "hello");
  }));

Deno.test("a program that names nobody while two are there gets an error", () =>
  scene(async ({ face }) => {
    const [bob, one, two] = [await face(), await face(), await face()];
    const where = await whereIs(bob);
    await one.talk.reach(where);
    await bob.next("connected");
    const only = await bob.talk.recipients.onlyOne();
    await two.talk.reach(where);
    assert.notEqual((await bob.next("connected")).peer.keyText, only.keyText);
    await assert.rejects(bob.talk.recipients.onlyOne(), UsageError);
  }));

Deno.test("whoever only sends takes no line: it is not delivered, named, and kept for the return", () =>
  scene(async ({ face }) => {
    const bob = await face();
    const where = await whereIs(bob);
    const identity = generateKeyPair();
    const sender = await face({ receive: undefined }, identity);
    await sender.talk.reach(where);
    const { peer } = await bob.next("connected");
    assert.deepEqual(bob.talk.recipients.present, []);
    const error = await bob.talk.sendText(peer, "are you there?");
    assert.notEqual(error, undefined);
    const waiting = await bob.next("waiting");
    assert.equal(waiting.text, "are you there?");
    assert.ok(!bob.has("delivered"));
    const back = await face({}, identity);
    await back.talk.reach(where);
    assert.equal((await back.next("message")).id, waiting.id);
    assert.equal((await bob.next("delivered")).id, waiting.id);
  }));

Deno.test("a message that no face could show is not acknowledged, and its sender keeps it", () =>
  scene(async ({ face }) => {
    const broken = await face({
      show: (event) => event.type === "message" ? Promise.reject(new Error("no room")) : undefined,
    });
    const alice = await face();
    const probe = Promise.race([broken.talk.broken, new Promise((done) => setTimeout(done, 5000))]);
    probe.catch(() => undefined);
    const { person } = await alice.talk.reach(formatAddress(broken.talk.address));
    assert.notEqual(await alice.talk.sendText(person, "shown?"), undefined);
    await assert.rejects(probe, /no room/);
  }));

Deno.test("a message that comes twice because its receipt was lost is shown once", () =>
  scene(async ({ face }) => {
    const [alice, bob] = [await face(), await face()];
    const { person } = await alice.talk.reach(await whereIs(bob));
    const again = { id: "0123456789abcdef", time: Date.now() };
    await alice.talk.sendText(person, "once", again);
    await alice.talk.sendText(person, "once", again);
    await bob.next("message");
    assert.ok(!bob.has("message"));
  }));

Deno.test("a text that is too long is told, with its peer and the caller's reference, and is not kept", () =>
  scene(async ({ face }) => {
    const [alice, bob] = [await face(), await face()];
    const { person } = await alice.talk.reach(await whereIs(bob));
    const error = await alice.talk.sendText(person, "x".repeat(MAX_TEXT_BYTES + 1), { ref: 7 });
    assert.ok(error instanceof LimitError);
    const failed = await alice.next("failed");
    assert.deepEqual([failed.ref, failed.peer.keyText], [7, person.keyText]);
  }));

Deno.test("a thousand texts that waited are delivered when the peer appears, in order", () =>
  scene(async ({ face }) => {
    const bob = await face();
    const where = await whereIs(bob);
    const alice = await face();
    const { publicKey } = bob.talk.identity;
    for (let i = 0; i < QUEUED; i++) alice.talk.outgoing.later.text(publicKey, `message ${i}`);
    const began = performance.now();
    await alice.talk.reach(where);
    for (let i = 0; i < QUEUED; i++) await alice.next("delivered");
    const ms = performance.now() - began;
    for (let i = 0; i < QUEUED; i++) {
      assert.equal((await bob.next("message")).text, `message ${i}`);
    }
    // Both programs are this one, on a machine that may be busy.
    assert.ok(ms < 15_000, `${Math.round(ms)} ms`);
  }));
