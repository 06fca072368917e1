/** What is sent to somebody who is away: kept, visible, and delivered once, in order, when either side appears. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { decodePrivateKey } from "../../lib/crypto/keys/decode.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { openState } from "../../lib/state/state.ts";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { fixture } from "../voice/fixtures.ts";
import { events, type Listener, listener, start, stopping } from "./support.ts";

type Keep = Parameters<Parameters<typeof stopping>[0]>[0];

interface Scene {
  readonly folder: string;
  readonly keep: Keep;
  /** Alice's home, who has Bob among her contacts. */
  readonly alice: { readonly home: string };
  /** Starts Bob, always at the same place. */
  readonly bob: (...args: string[]) => Promise<Listener>;
  readonly bobHome: string;
}

async function scene(use: (scene: Scene) => Promise<void>): Promise<void> {
  await withFolder((folder) =>
    stopping(async (keep) => {
      const [alice, bobs] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
      let port = 0;
      const bob = async (...args: string[]) => {
        const options = { home: bobs.home, cwd: folder };
        const run = keep(await listener(["--json", "--accept", "all", ...args], options, port));
        port = run.port;
        return run;
      };
      const first = await bob();
      await p2p(["contact", "add", "bob", bobs.key, "--address", first.peer], alice);
      await first.stop();
      await use({ folder, keep, alice: { home: alice.home }, bob, bobHome: bobs.home });
    })
  );
}

async function done(args: string[], options: { home: string }): Promise<string> {
  const { code, stderr, stdout } = await p2p(args, options);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function waiting(alice: { home: string }): Promise<Array<Record<string, unknown>>> {
  return events(await done(["outbox", "--json"], alice));
}

/** Puts a text for Bob in Alice's outbox that has waited too long. */
async function outdated(home: string): Promise<void> {
  const secretKey = await decodePrivateKey(await Deno.readFile(join(home, "identity.pem")));
  const identity = { secretKey, publicKey: publicKeyOf(secretKey) };
  const trouble = () => assert.fail("the state is in trouble");
  const state = await openState({ home, identity, now: Date.now, trouble });
  try {
    const { key: to } = state.contacts.find("bob")!;
    state.outbox.add({
      ...{ id: "0e".repeat(16), to, talk: to, kind: "text", text: "too old", paths: [], after: [] },
      ...{ written: 1, expires: Date.now() - 1 },
    });
  } finally {
    state.close();
  }
}

/** What reached a listener, in a word each, as it came. */
function arrived(run: Listener): unknown[] {
  return events(run.out.text).flatMap(({ type, text, name, seconds }) =>
    type === "message" ? [text] : type === "file" ? [name] : type === "voice" ? [seconds] : []
  );
}

Deno.test("texts, a file and a voice note wait for somebody who is away, and arrive once, in order", () =>
  scene(async ({ folder, keep, alice, bob }) => {
    const letter = join(folder, "letter.txt");
    await Deno.writeTextFile(letter, "dear bob");
    const tone = fixture("tone.opus");
    await done(["chat", "bob", "-m", "one", "--later"], alice);
    await done(["send-file", "bob", letter, "--later"], alice);
    await done(["chat", "bob", "-m", "two", "--later"], alice);
    await done(["voice", "bob", "--input", tone, "--later"], alice);
    await done(["chat", "bob", "-m", "three", "--later"], alice);
    const kept = await waiting(alice);
    assert.deepEqual(kept.map(({ kind, state }) => [kind, state]), [
      ["text", "waiting"],
      ["file", "waiting"],
      ["text", "waiting"],
      ["voice", "waiting"],
      ["text", "waiting"],
    ]);
    const back = await bob("--no-play");
    const flushed = await p2p(["outbox", "flush"], alice);
    assert.equal(flushed.code, 0, flushed.stderr);
    await back.out.match(/"text":"three"/);
    const [one, name, two, seconds, three] = arrived(back);
    assert.deepEqual([one, name, two, three], ["one", "letter (1).txt", "two", "three"]);
    assert.equal(typeof seconds, "number");
    assert.equal(await Deno.readTextFile(join(folder, "letter (1).txt")), "dear bob");
    assert.deepEqual(await waiting(alice), []);
    const said = events(await done(["history", "bob", "--json"], alice));
    assert.deepEqual(said.map(({ state }) => state), Array(5).fill("delivered"));
    assert.deepEqual(
      [...Deno.readDirSync(join(alice.home, "outbox"))].map(({ name }) => name),
      [],
      "nothing of the note is left",
    );
    // Another program of hers has nothing to send again.
    await back.stop();
    const again = await bob("--no-play");
    keep(start(["chat", "bob", "-m", "four"], alice));
    await again.out.match(/"text":"four"/);
    assert.deepEqual(arrived(again), ["four"]);
  }));

Deno.test("a listener sends what waits as soon as the other side calls", () =>
  scene(async ({ keep, alice, bob, folder }) => {
    await done(["chat", "bob", "-m", "until you call", "--later"], alice);
    const listening = keep(await listener(["--json"], { home: alice.home, cwd: folder }));
    const back = await bob();
    await back.type(
      `${JSON.stringify({ type: "message", to: listening.peer, text: "hello" })}\n`,
    );
    await listening.out.match(/"text":"hello"/);
    await back.out.match(/"text":"until you call"/);
    await listening.out.match(/"type":"delivered"[^\n]*"stored":true/);
  }));

Deno.test("a listener sends what other programs left in the outbox, whether it is connected or has to call", () =>
  scene(async ({ keep, alice, bob, folder }) => {
    const listening = keep(await listener(["--json"], { home: alice.home, cwd: folder }));
    await done(["chat", "bob", "-m", "while you are away", "--later"], alice);
    const back = await bob();
    await back.out.match(/^\{"type":"message".*"text":"while you are away"/m);
    await listening.out.match(/"type":"delivered"/);
    await done(["chat", "bob", "-m", "while you are here", "--later"], alice);
    await back.out.match(/^\{"type":"message".*"text":"while you are here"/m);
    assert.deepEqual(arrived(back), ["while you are away", "while you are here"]);
  }));

Deno.test("what waits can be taken back, and --now keeps nothing", () =>
  scene(async ({ alice }) => {
    await done(["chat", "bob", "-m", "a slip", "--later"], alice);
    const [{ id }] = await waiting(alice) as [{ id: string }];
    assert.match(id, /^[0-9a-f]{32}$/);
    const cancelled = await p2p(["outbox", "cancel", id.slice(0, 8)], alice);
    assert.equal(cancelled.stderr, `cancelled ${id.slice(0, 8)} to bob\n`);
    assert.deepEqual((await waiting(alice)).map(({ state }) => state), ["cancelled"]);
    for (const flags of [["--now"], []]) {
      const { code, stderr } = await p2p(["chat", "bob", "-m", "now", ...flags], alice);
      assert.equal(code, 4, stderr);
    }
    assert.equal((await waiting(alice)).length, 1, "a script that gets 4 may try again");
    const both = await p2p(["chat", "bob", "-m", "x", "--now", "--later"], alice);
    assert.equal(both.code, 2);
  }));

Deno.test("kill -9 of both sides: a file and a note arrive once; what was taken back or is too old never goes out", () =>
  scene(async ({ folder, alice, bob, keep }) => {
    const [letter, draft] = [join(folder, "letter.txt"), join(folder, "draft.txt")];
    for (const path of [letter, draft]) await Deno.writeTextFile(path, path);
    const tone = fixture("tone.opus");
    for (const path of [letter, draft]) await done(["send-file", "bob", path, "--later"], alice);
    for (let i = 0; i < 2; i++) await done(["voice", "bob", "--input", tone, "--later"], alice);
    await outdated(alice.home);
    const all = await waiting(alice);
    assert.deepEqual(all.map(({ kind, state }) => `${kind} ${state}`), [
      ...["file waiting", "file waiting", "voice waiting", "voice waiting", "text failed"],
    ]);
    for (const at of [1, 3]) await done(["outbox", "cancel", String(all[at]!["id"])], alice);
    const chinese = await p2p(["outbox"], { ...alice, env: { P2P_LANG: "zh" } });
    assert.match(chinese.stdout, /\[文件\] letter\.txt[^]*\[语音\] tone\.opus/);
    const kept = () => [...Deno.readDirSync(join(alice.home, "outbox"))].length;
    assert.equal(kept(), 1, "the note that was taken back is gone");

    const saved = join(folder, "in");
    const first = await bob("--no-play", "--save-dir", saved);
    const sender = keep(start(["outbox", "flush"], alice));
    await first.out.match(/"type":"file"/);
    for (const run of [sender, first]) {
      run.kill();
      await run.code();
    }
    const second = await bob("--no-play", "--save-dir", saved);
    await done(["outbox", "flush"], alice);
    await second.out.match(/"type":"voice"/);
    assert.deepEqual(arrived(first).concat(arrived(second)).map((each) => typeof each), [
      "string",
      "number",
    ]);
    const names = [...Deno.readDirSync(saved)].map(({ name }) => name).sort();
    assert.deepEqual(names, ["letter.txt", "tone.opus"]);
    assert.equal(kept(), 0);
    const left = (await waiting(alice)).map(({ kind, state }) => `${kind} ${state}`);
    assert.deepEqual(left, ["file cancelled", "voice cancelled", "text failed"]);
    const states = events(await done(["history", "bob", "--json"], alice)).map(({ state }) =>
      state
    );
    assert.deepEqual(states, ["delivered", "cancelled", "delivered", "cancelled"]);
  }));

Deno.test("a program gets a message to somebody who is away kept, and is told each state of it", () =>
  scene(async ({ keep, alice, bob, folder }) => {
    const first = await bob();
    const listening = keep(await listener(["--json"], { home: alice.home, cwd: folder }));
    const say = (text: string, ref: number) =>
      listening.type(`${JSON.stringify({ type: "message", to: "bob", text, ref })}\n`);
    await say("there?", 1);
    await listening.out.match(/"type":"delivered"[^\n]*"ref":1[,}]/);
    first.kill("SIGTERM");
    await listening.out.match(/"type":"disconnected"/);
    await done(["chat", "bob", "-m", "and this", "--later"], alice);
    const back = await bob();
    await back.type(
      `${JSON.stringify({ type: "message", to: listening.peer, text: "I am back" })}\n`,
    );
    await back.out.match(/"text":"and this"/);
    await listening.out.match(/"type":"delivered"(?![^\n]*"ref")/);
    const types = events(listening.out.text).flatMap(({ id, type }) =>
      id === undefined || type === "message" ? [] : [type]
    );
    assert.deepEqual(types, ["sent", "delivered", "sent", "delivered"]);
  }));

Deno.test("with --no-history nothing is stored, the receipt says so, and nothing is shown twice", () =>
  scene(async ({ alice, bob, bobHome }) => {
    const back = await bob("--no-history");
    const { code, stderr } = await p2p(["chat", "bob", "-m", "for your eyes"], alice);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^shown to bob, who keeps no history$/m);
    await back.stop();
    assert.equal(await done(["history"], { home: bobHome }), "");
    assert.equal(await done(["config", "set", "history", "off"], alice), "");
    await bob();
    await done(["chat", "bob", "-m", "nor here"], alice);
    assert.doesNotMatch(await done(["history"], alice), /nor here/);
  }));

Deno.test("settings: listed, set, refused, put back; the language is one of them", () =>
  scene(async ({ alice }) => {
    assert.match(await done(["config"], alice), /^expiry = 30d {2}\(default\)$/m);
    await done(["config", "set", "expiry", "7d"], alice);
    assert.equal(await done(["config", "get", "expiry"], alice), "7d\n");
    const later = await p2p(["chat", "bob", "-m", "x", "--later"], alice);
    assert.equal(later.code, 0);
    const [entry] = await waiting(alice);
    const days = Date.parse(entry!["expires"] as string) - Date.parse(entry!["written"] as string);
    assert.equal(Math.round(days / 86_400_000), 7);
    assert.equal((await p2p(["config", "set", "expiry", "soon"], alice)).code, 2);
    assert.equal((await p2p(["config", "get", "colour"], alice)).code, 2);
    await done(["config", "unset", "expiry"], alice);
    assert.equal(await done(["config", "get", "expiry"], alice), "30d\n");
    await done(["config", "set", "language", "zh"], alice);
    assert.match(await done(["config"], alice), /（默认）/);
    const spoken = await p2p(["config"], { ...alice, env: { P2P_LANG: "en" } });
    assert.match(spoken.stdout, /\(default\)/, "the environment is stronger");
    await done(["config", "unset", "language"], alice);
    assert.match(await done(["config"], alice), /\(default\)/);
  }));
