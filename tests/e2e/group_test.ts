/** Groups with the executable: three homes that talk, one of which restarts, and one of which is removed and added again. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import {
  events,
  type Listener,
  listener,
  type Run,
  start,
  startOnTerminal,
  stopping,
} from "./support.ts";

interface Home {
  readonly name: string;
  readonly home: string;
  readonly key: string;
  run: Listener;
}

/** Three homes that know each other by name and address, each with a listener. */
async function three(
  use: (homes: readonly [Home, Home, Home], keep: <R extends Run>(run: R) => R) => Promise<void>,
): Promise<void> {
  await withFolder((folder) =>
    stopping(async (keep) => {
      const homes: Home[] = [];
      for (const name of ["alice", "bob", "carol"]) {
        const made = await makeHome(folder, name);
        const run = keep(await listener(["--json"], { home: made.home, cwd: made.home }));
        homes.push({ name, home: made.home, key: made.key, run });
      }
      for (const { home, name } of homes) {
        for (const other of homes.filter((each) => each.name !== name)) {
          const args = ["contact", "add", other.name, other.key, "--address", other.run.peer];
          assert.equal((await p2p(args, { home })).code, 0);
        }
      }
      await use(homes as [Home, Home, Home], keep);
    })
  );
}

async function ok(args: readonly string[], home: Home): Promise<string> {
  return (await done(args, home)).stdout;
}

async function done(args: readonly string[], { home }: Home) {
  const { code, stdout, stderr } = await p2p(args, { home });
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
  return { stdout, stderr };
}

/** A change of one's own is told once, and not as somebody's whom one does not know. */
async function toldOnce(args: readonly string[], home: Home, line: string): Promise<void> {
  const { stderr } = await done(args, home);
  const told = stderr.split("\n").filter((line) => line.includes("@friends"));
  assert.deepEqual(told, [line]);
}

/** What a home's history of the group says, in its order. */
async function said(home: Home, group: string): Promise<string[]> {
  const lines = await ok(["history", group, "--json", "--limit", "1000"], home);
  return events(lines).map(({ text }) => String(text));
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let i = 0; !await what(); i++) assert.ok(i < 60, "it never happened");
}

function say(home: Home, text: string): Promise<void> {
  return home.run.type(`${JSON.stringify({ type: "message", to: "@friends", text })}\n`);
}

Deno.test("three homes: one restarts in the middle, one is removed while another adds it again; all agree", () =>
  three(async ([alice, bob, carol], keep) => {
    await ok(["group", "create", "friends", "bob", "carol"], alice);
    for (const { run } of [bob, carol]) await run.out.match(/"type":"group".*"change":"added"/);
    await say(alice, "你好，朋友们");
    for (const { run } of [bob, carol]) {
      await run.out.match(/"text":"你好，朋友们".*"name":"friends"/);
    }
    await alice.run.out.match(/"type":"delivered".*"friends"[^]*"type":"delivered".*"friends"/);

    // Carol's program is killed; what is said meanwhile waits, and comes once.
    await carol.run.stop();
    await say(bob, "carol is away");
    await alice.run.out.match(/carol is away/);
    const { port } = carol.run;
    carol.run = keep(await listener(["--json"], { home: carol.home, cwd: carol.home }, port));
    await carol.run.out.match(/"text":"carol is away"/);
    await say(carol, "back again");
    await alice.run.out.match(/back again/);
    await bob.run.out.match(/back again/);

    // Alice removes carol while bob, who is cut off, removes and adds her.
    await bob.run.stop();
    await alice.run.stop();
    await ok(["group", "remove", "@friends", "carol"], alice);
    await carol.run.out.match(/"change":"removed"/);
    await carol.run.stop();
    const change = ["@friends", "carol"];
    await toldOnce(["group", "remove", ...change], bob, "removed carol from @friends");
    await toldOnce(["group", "invite", ...change], bob, "invited carol to @friends");
    for (const each of [alice, bob, carol]) {
      each.run = keep(
        await listener(["--json"], { home: each.home, cwd: each.home }, each.run.port),
      );
    }
    await say(alice, "without carol");
    await bob.run.out.match(/without carol/);
    await until(async () => {
      const members = await Promise.all(
        [alice, bob, carol].map(async (each) =>
          JSON.parse(await ok(["group", "show", "@friends", "--json"], each)).members.length
        ),
      );
      return members.every((count) => count === 2);
    });
    const histories = [await said(alice, "@friends"), await said(bob, "@friends")];
    assert.deepEqual(histories[0], histories[1]);
    assert.deepEqual(histories[0], [
      "你好，朋友们",
      "carol is away",
      "back again",
      "without carol",
    ]);
    assert.deepEqual(await said(carol, "@friends"), histories[0]!.slice(0, 3));
    const texts = events(carol.run.out.text).map(({ text }) => text);
    assert.ok(!texts.includes("without carol"));
  }));

Deno.test("a group at the command line: made, shown, written to, left, forgotten", () =>
  three(async ([alice, bob, carol]) => {
    await ok(["group", "create", "friends", "bob", "carol"], alice);
    await bob.run.out.match(/"change":"added"/);
    assert.match(await ok(["group", "list"], bob), /^@friends\tmember\t3$/m);
    const shown = await ok(["group", "show", "@friends"], bob);
    assert.match(shown, /^member\talice\tp2p1/m);
    for (
      const [words, english] of [[["list"], "@friends\tmember\t3\n"], [
        ["show", "@friends"],
        shown,
      ]] as const
    ) {
      assert.equal(await ok(["group", ...words, "--lang", "zh"], bob), english, "scripts read it");
    }
    const twin = await p2p(["group", "create", "Friends"], { home: alice.home });
    assert.equal(twin.code, 1);
    assert.match(twin.stderr, /can be taken for the group friends/);

    const sent = await p2p(["chat", "@friends", "-m", "dinner?"], { home: alice.home });
    assert.equal(sent.code, 0, sent.stderr);
    assert.match(sent.stderr, /2 of 2 in @friends have it/);
    await carol.run.out.match(/"text":"dinner\?"/);

    await carol.run.stop();
    const partly = await p2p(["chat", "@friends", "-m", "at eight"], { home: alice.home });
    assert.equal(partly.code, 0, partly.stderr);
    assert.match(partly.stderr, /1 of 2 in @friends has it[^]*goes out when they appear: carol/);
    assert.match(await ok(["outbox"], alice), /carol.*at eight/);

    // Names are everybody's own.
    await ok(["group", "rename", "@friends", "@climbing"], alice);
    assert.match(await ok(["group", "list"], alice), /^@climbing\tmember\t3$/m);
    assert.match(await ok(["group", "list"], bob), /^@friends\tmember\t3$/m);
    await ok(["group", "rename", "climbing", "friends"], alice);

    await ok(["group", "leave", "@friends"], bob);
    assert.match(await ok(["group", "list"], bob), /^@friends\tleft\t/m);
    assert.deepEqual(await said(bob, "@friends"), ["dinner?", "at eight"]);
    await ok(["history", "delete", "@friends", "--yes"], bob);
    assert.deepEqual(await said(bob, "@friends"), []);

    await bob.run.stop();
    const nobody = await p2p(["chat", "@friends", "-m", "hello?", "--now"], { home: alice.home });
    assert.equal(nobody.code, 4, nobody.stderr);
    assert.equal((await p2p(["chat", "@nobody", "-m", "x"], { home: alice.home })).code, 1);
  }));

Deno.test("files and a voice note to a group, by send-file and voice; lines of a pipe", () =>
  three(async ([alice, bob, carol]) => {
    await ok(["group", "create", "friends", "bob", "carol"], alice);
    for (const { run } of [bob, carol]) await run.out.match(/"change":"added"/);
    const path = join(alice.home, "notes.txt");
    await Deno.writeTextFile(path, "notes");
    const sent = await p2p(["send-file", "@friends", path], { home: alice.home });
    assert.match(sent.stderr, /sent to bob @friends: notes\.txt[^]*2 of 2 in @friends have it/);
    for (const { run } of [bob, carol]) await run.out.match(/"type":"file".*"name":"notes/);
    const sound = join(alice.home, "memo.wav");
    await Deno.copyFile(new URL("../../fixtures/voice/stereo-24.wav", import.meta.url), sound);
    const spoken = await p2p(["voice", "@friends", "--input", sound, "-q"], { home: alice.home });
    assert.equal(spoken.code, 0, spoken.stderr);
    for (const { run } of [bob, carol]) await run.out.match(/"type":"voice".*"name":"friends"/);
    await carol.run.stop();
    await ok(["voice", "@friends", "--input", sound], alice);
    assert.match(await ok(["outbox"], alice), /carol.*\[voice\] memo\.wav/);
    const piped = start(["chat", "@friends"], { home: alice.home });
    await piped.type("one\ntwo\n");
    await piped.endInput();
    assert.equal(await piped.code(), 0, piped.err.text);
    await bob.run.out.match(/"text":"one"[^]*"text":"two"/);
    const shown = await said(bob, "@friends");
    assert.deepEqual(shown, ["notes.txt", "memo.wav", "memo.wav", "one", "two"]);
  }));

Deno.test("in a conversation /to @GROUP makes the group the addressee, and the prompt names it", () =>
  three(async ([alice, bob, carol], keep) => {
    await ok(["group", "create", "friends", "bob", "carol"], alice);
    for (const { run } of [bob, carol]) await run.out.match(/"change":"added"/);
    const options = { home: alice.home, cwd: alice.home };
    const screen = keep(startOnTerminal(["chat", "bob"], options));
    await screen.out.match(/bob> /);
    await screen.type("/to @friends\r");
    await screen.out.match(/@friends> /);
    await screen.type("to all of you\r");
    await bob.run.out.match(/"text":"to all of you".*"name":"friends"/);
    await bob.run.type(`${JSON.stringify({ type: "message", to: "@friends", text: "yes?" })}\n`);
    await screen.out.match(/bob @friends: yes\?/);
    await screen.type("/quit\r");
    assert.equal(await screen.code(), 0);
    // So does a conversation with the group from its start.
    const group = keep(startOnTerminal(["chat", "@friends"], options));
    await group.out.match(/@friends> /);
    await group.type("/quit\r");
    assert.equal(await group.code(), 0);
  }));
