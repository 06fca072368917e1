/** A service and conversations of one identity on one port, which outlives whichever of them ends. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { events, listener, type Run, start, startOnTerminal, stopping } from "./support.ts";
import { notLinux, testUnless } from "../support/requires.ts";

/** The texts of messages that a program has told. */
function texts(run: Run): string[] {
  return events(run.out.text.replace(/[^\n]*$/, ""))
    .filter(({ type }) => type === "message").map(({ text }) => String(text));
}

Deno.test("a service and three chats on one port; the service ends, comes back, and is killed: nothing lost, nothing twice", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const [alice, bobs, carols] = [
        await makeHome(folder, "a"),
        await makeHome(folder, "b"),
        await makeHome(folder, "c"),
      ];
      const [bob, carol] = await Promise.all([bobs, carols].map(async ({ home }) =>
        keep(await listener(["--json"], { home, cwd: folder }))
      )) as [Awaited<ReturnType<typeof listener>>, Awaited<ReturnType<typeof listener>>];
      await p2p(["contact", "add", "bob", bobs.key, "--address", bob.peer], alice);
      await p2p(["contact", "add", "carol", carols.key, "--address", carol.peer], alice);
      await p2p(["contact", "add", "alice", alice.key], bobs);
      const serve = async (port = 0) =>
        keep(await listener(["--json"], { home: alice.home, cwd: folder }, port));
      let service = await serve();
      const { port } = service;
      const chat = (name: string) =>
        keep(start(["chat", name, "--port", String(port), "--json"], {
          home: alice.home,
          cwd: folder,
        }));
      const chats = [chat("bob"), chat("carol"), chat("bob")];
      for (const each of chats) {
        await each.out.match(/"type":"connected"/);
      }
      const say = (run: Run, text: string, to?: string) =>
        run.type(`${JSON.stringify({ type: "message", text, to })}\n`);
      await say(service, "hello", "bob");
      await bob.out.match(/"hello"/);
      // All of them come from the one port: Bob sees one address.
      const places = events(bob.out.text).filter(({ type }) =>
        type === "connected"
      );
      assert.deepEqual(
        new Set(places.map(({ address }) => address)),
        new Set([`127.0.0.1:${port}`]),
      );
      assert.equal(places.length, 3);

      const services = [service];
      const sent = { bob: ["hello"], carol: [] as string[], alice: [] as string[] };
      for (let round = 0; round < 30; round++) {
        // The owner of the port leaves; its next run is a guest of a chat; the owner of then is killed, and the service with it.
        if (round === 8) service.kill("SIGTERM");
        if (round === 12) services.push(service = await serve(port));
        if (round === 20) service.kill("SIGKILL");
        for (const [n, each] of chats.entries()) {
          const to = n === 1 ? "carol" : "bob";
          sent[to].push(`chat ${n} says ${round}`);
          await say(each, sent[to].at(-1)!);
        }
        if (round < 8 || (round >= 12 && round < 20)) {
          // What is said in the moment of a kill may be nowhere yet.
          const last = round === 7 || round === 19;
          if (!last) {
            sent.bob.push(`service says ${round}`);
            await say(service, sent.bob.at(-1)!, "bob");
          }
          if (last) await bob.out.match(new RegExp(`"service says ${round - 1}"`));
        }
        sent.alice.push(`bob says ${round}`);
        await say(bob, sent.alice.at(-1)!, "alice");
      }
      for (const [run, expected] of [[bob, sent.bob], [carol, sent.carol]] as const) {
        for (const text of expected.slice(-4)) await run.out.match(new RegExp(`"${text}"`));
      }
      // Whatever of Bob's waits for Alice goes out when one of her programs is there.
      await untilStored(alice.home, sent.alice);
      for (const [run, expected] of [[bob, sent.bob], [carol, sent.carol]] as const) {
        assert.deepEqual([...texts(run)].sort(), [...expected].sort());
      }
      const shown = [...services, ...chats].flatMap(texts);
      assert.equal(new Set(shown).size, shown.length, "one program shows what Bob says, once");
    })
  ));

testUnless(
  notLinux,
  "a listener is ended while another one stands by: a chat goes on with that one, without a key pressed",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const bobs = await makeHome(folder, "b");
        const options = { home: bobs.home, cwd: folder };
        const first = keep(await listener(["--json"], options));
        const second = keep(await listener(["--json"], options, first.port));
        const alice = keep(
          startOnTerminal(["chat", first.peer], { home: join(folder, "a"), cwd: folder }),
        );
        await alice.out.match(/connected to/);
        await alice.type("to the first\r");
        await first.out.match(/"to the first"/);
        first.kill("SIGTERM");
        await alice.out.match(/another one of theirs goes on[^]*connected to/);
        assert.equal(await first.code(), 143);
        await alice.type("to the second\r");
        await second.out.match(/"to the second"/);
        second.kill("SIGTERM");
        await alice.out.match(/the peer left[^]*Enter calls/);
        await alice.type("/quit\r");
        assert.equal(await alice.code(), 0);
      })
    ),
);

/** Waits until all of `expected` is in the history; each once. */
async function untilStored(home: string, expected: readonly string[]): Promise<void> {
  let missing: string[] = [];
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const { stdout } = await p2p(["history", "--json", "--limit", "1000"], { home });
    const stored = events(stdout).map(({ text }) => String(text));
    missing = expected.filter((text) => !stored.includes(text));
    if (missing.length > 0) continue;
    for (const text of expected) assert.equal(stored.filter((each) => each === text).length, 1);
    return;
  }
  assert.deepEqual(missing, []);
}
