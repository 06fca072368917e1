/** What becomes of words and files whose peer goes away: each is named, kept, and delivered when it is back. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";
import { lacks, notLinux, testUnless } from "../support/requires.ts";
import { events, listener, start, stopping } from "./support.ts";

Deno.test("a piped chat ends as soon as its peer leaves, without another line", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
      const alice = keep(start(["chat", bob.peer], { home: join(folder, "a"), cwd: folder }));
      await alice.type("hello\n");
      await bob.out.match(/: hello\n/);
      bob.kill("SIGTERM");
      assert.equal(await alice.code(), 4, alice.err.text);
      assert.match(alice.err.text, /^p2p: talk: the peer left$/m);
    })
  ));

Deno.test("who answers and leaves at once has acknowledged what was read, each time", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener(["--json"], { home: join(folder, "b"), cwd: folder }));
      for (let i = 0; i < 20; i++) {
        const alice = keep(
          start(["chat", bob.peer, "--json"], { home: join(folder, "a"), cwd: folder }),
        );
        await alice.out.match(/"type":"connected"/);
        await bob.type(`${JSON.stringify({ type: "message", text: `to ${i}`, ref: i })}\n`);
        await alice.out.match(new RegExp(`"text":"to ${i}"`));
        await alice.type('{"type":"quit"}\n');
        assert.equal(await alice.code(), 0, alice.err.text);
        await bob.out.match(new RegExp(`"type":"delivered"[^\\n]*"ref":${i}[,}]`));
      }
      assert.deepEqual(events(bob.out.text).filter(({ type }) => type === "failed"), []);
    })
  ));

Deno.test("a text that is kept for later goes out when the peer appears, once", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const [alice, bobHome] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
      const bob = await listener(["--json"], { home: bobHome.home, cwd: folder });
      await p2p(["contact", "add", "bob", bobHome.key, "--address", bob.peer], alice);
      await bob.stop();
      const later = await p2p(["chat", "bob", "-m", "-for later", "--later"], alice);
      assert.equal(later.code, 0, later.stderr);
      assert.equal((await p2p(["chat", "bob", "-m", "now", "--now"], alice)).code, 4);
      const back = keep(await listener(["--json"], { home: bobHome.home, cwd: folder }, bob.port));
      for (const text of ["one", "two"]) {
        assert.equal((await p2p(["chat", "bob", "-m", text], alice)).code, 0);
      }
      await back.out.match(/"text":"two"/);
      const texts = events(back.out.text).filter(({ type }) => type === "message");
      assert.deepEqual(texts.map(({ text }) => text), ["-for later", "one", "two"]);
    })
  ));

Deno.test("what is no UTF-8 is refused by the line, and nothing else is sent in its place", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
      const stdin = Uint8Array.of(0x6f, 0x6b, 0x0a, 0xd6, 0xd0, 0x0a);
      const { code, stderr } = await p2p(["chat", bob.peer], { home: join(folder, "a"), stdin });
      assert.equal(code, 1, stderr);
      assert.match(stderr, /line 2 is not UTF-8[^\n]*\n {5}convert it first/);
      await bob.out.match(/: ok\n/);
      assert.doesNotMatch(bob.out.text, /\ufffd/);
    })
  ));

testUnless(
  notLinux ?? lacks("setpriv"),
  "a folder that cannot be written is told at the start",
  () =>
    withFolder(async (folder) => {
      await Deno.mkdir(join(folder, "in"), { mode: 0o500 });
      // Root, whom no mode keeps out, gives up what lets it in.
      const capabilities = Deno.uid() === 0 ? ["--inh-caps=-all", "--bounding-set=-all"] : [];
      const listen = ["listen", "--port", "0", "--save-dir", join(folder, "in")];
      const { code, stderr } = await new Deno.Command("setpriv", {
        args: [...capabilities, EXECUTABLE, ...listen],
        env: { P2P_HOME: join(folder, "b") },
        stdin: "null",
      }).output();
      assert.equal(code, 1);
      assert.match(new TextDecoder().decode(stderr), /save in .*in: permission denied/);
    }),
);
