/** `p2p listen`: its input, its end, its terminal. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { p2p, withFolder } from "../support/executable.ts";
import { node } from "../net/support.ts";
import { Node } from "../../lib/net/node.ts";
import { decodeInvitation } from "../../lib/talk/invitation.ts";
import { listener, read, start, startOnTerminal, stopping } from "./support.ts";
import { notLinux, testUnless } from "../support/requires.ts";

/** What a hostile peer would write: clear the screen, recolour, go back over the line, pose as another speaker. */
const HOSTILE =
  "red\x1b[31m \x1b]0;title\x07 \x9b2J back\rforged: text\n[12:00] bob: forged\n\u202ecilbup\u2066 \u200b\x08\x00 end";

Deno.test("a typed line goes to the peer last heard from; the end of the input ends nothing", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
      await bob.type("early: kept until somebody is there\n");
      const alice = keep(start(["chat", bob.peer], { home: join(folder, "a"), cwd: folder }));
      await alice.out.match(/: early: kept/);
      const carol = keep(start(["chat", bob.peer], { home: join(folder, "c"), cwd: folder }));
      await carol.type("it is me, carol\n");
      await bob.out.match(/carol/);
      await bob.type("to carol\n");
      await carol.out.match(/: to carol/);
      await alice.type("and me, alice\n");
      await bob.out.match(/alice/);
      await bob.type("to alice\n");
      await bob.endInput();
      await alice.out.match(/: to alice/);
      assert.doesNotMatch(carol.out.text, /to alice/);
      await carol.type("still there?\n");
      await bob.out.match(/still there/);
    })
  ));

Deno.test("--once ends with 0 after the first conversation", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener(["--once"], { home: join(folder, "b"), cwd: folder }));
      assert.equal((await p2p(["chat", bob.peer, "-m", "x"], { home: join(folder, "a") })).code, 0);
      assert.equal(await bob.code(), 0);
    })
  ));

Deno.test("a port that is taken is an error with advice", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
      const { code, stderr } = await p2p(
        ["listen", "--bind", "127.0.0.1", "--port", String(bob.port)],
        { home: join(folder, "c") },
      );
      assert.equal(code, 1);
      assert.match(stderr, /another program has it\n {5}.*--port/);
    })
  ));

Deno.test("the JSON events of a listener begin with where it listens", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener(["--json"], { home: join(folder, "b"), cwd: folder }));
      const [line] = await bob.out.match(/.*"listening".*/);
      assert.deepEqual(JSON.parse(line), {
        type: "listening",
        address: "127.0.0.1",
        port: bob.port,
        cursor: "0",
      });
    })
  ));

Deno.test("--accept ask without a terminal is a wrong command line", () =>
  withFolder(async (home) => {
    const { code, stderr } = await p2p(["listen", "--accept", "ask"], { home });
    assert.equal(code, 2, stderr);
  }));

/** A peer of our own making, that may name files and write texts as it likes. */
async function withAttacker(use: (attacker: Node) => Promise<void>): Promise<void> {
  const attacker = node();
  try {
    await use(attacker);
  } finally {
    await attacker.close();
  }
}

testUnless(
  notLinux,
  "nothing a peer writes reaches a terminal as a control character, or passes for another's line",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const bob = keep(startOnTerminal(
          ["listen", "--bind", "127.0.0.1", "--port", "0", "--accept", "all", "--save-dir", folder],
          { home: join(folder, "b"), cwd: folder },
        ));
        const port = Number((await bob.out.match(/listening on 127\.0\.0\.1:(\d+)/))[1]);
        await bob.out.match(/> /);
        await withAttacker(async (attacker) => {
          const conversation = await attacker.connect({ hostname: "127.0.0.1", port });
          await bob.out.match(/connected to/);
          const quiet = bob.out.text.length;
          await conversation.sendMessage(HOSTILE).delivered;
          const name = "n\x1b[2J\r\nm\u202e.txt";
          const entry = {
            root: 0,
            folder: false,
            mode: 0o644,
            modified: 0,
            size: 0,
            path: name,
            readWhole: () => true,
          };
          const report = await conversation.sendFiles(
            { entries: [entry as never], files: 1, folders: 0, bytes: 0, skipped: [] },
          );
          assert.deepEqual(report.failures, []);
          conversation.close(1, "bye\x1b[2J\rforged");
          await bob.out.match(/the peer refused/);
          checkScreen(bob.out.text.slice(quiet));
        });
      })
    ),
);

/** What the program itself uses to keep its prompt: wiping what stands below, moving right, marking pastes. */
// deno-lint-ignore no-control-regex
const OWN = /(?:\r\x1b\[\d+A)?\r\x1b\[K\x1b\[C\x1b\[J\r|\r\x1b\[\d+C|\r\n|\x1b\[\?2004[hl]/g;

function checkScreen(shown: string): void {
  const rest = shown.replace(OWN, "\n");
  const bad = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029]/u.exec(rest);
  assert.equal(bad, null, `${JSON.stringify(bad?.[0])} in ${JSON.stringify(rest)}`);
  assert.match(rest, /red⟦U\+001B⟧\[31m/);
  // Only lines of the program's own making begin at the left edge.
  for (const line of rest.split("\n")) assert.doesNotMatch(line, /^(forged|\[12:00\] bob)/);
}

Deno.test("the same on a pipe: what goes to stdout is one speaker's line, the rest of it indented", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
      await withAttacker(async (attacker) => {
        const conversation = await attacker.connect({ hostname: "127.0.0.1", port: bob.port });
        await conversation.sendMessage(HOSTILE).delivered;
      });
      const lines = (await bob.out.match(/[\s\S]*end\n/))[0].split("\n").slice(0, -1);
      assert.match(lines[0]!, /^p2p1\S+: red⟦U\+001B⟧/);
      for (const line of lines.slice(1)) assert.match(line, /^ {2}/);
      assert.doesNotMatch(lines.join(""), /[\p{Cc}\u202a-\u202e]/u);
    })
  ));

testUnless(
  notLinux,
  "at a terminal a person is asked before a file is taken, and what they were typing stays",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const bob = keep(startOnTerminal(
          ["listen", "--bind", "127.0.0.1", "--port", "0", "--save-dir", join(folder, "in")],
          { home: join(folder, "b"), cwd: folder },
        ));
        const peer = (await bob.out.match(/listening on (127\.0\.0\.1:\d+)/))[1]!;
        await bob.out.match(/> /);
        await Deno.writeTextFile(join(folder, "letter.txt"), "dear bob");
        const home = join(folder, "a");
        const refused = p2p(["send-file", peer, join(folder, "letter.txt")], { home });
        await bob.out.match(/take from p2p1\S+: letter\.txt \(8 B\)\? \[y\/N\]/);
        await read();
        await bob.type("n\r");
        assert.equal((await refused).code, 1);
        assert.match((await refused).stderr, /the peer declined/);
        await bob.type("half a li");
        const taken = p2p(["send-file", peer, join(folder, "letter.txt")], { home });
        await bob.out.match(/\? n[\s\S]*take from p2p1\S+: letter\.txt/);
        await read();
        await bob.type("y\r");
        assert.equal((await taken).code, 0, (await taken).stderr);
        assert.equal(await Deno.readTextFile(join(folder, "in", "letter.txt")), "dear bob");
        await bob.out.match(/\? y[\s\S]*half a li/);
        await bob.type("\x03");
        assert.equal(await bob.code(), 130);
      })
    ),
);

Deno.test("a port that is taken is told before the passphrase is asked for", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
      const home = join(folder, "c");
      Deno.writeTextFileSync(join(folder, "pass"), "passphrase\n");
      const keygen = ["keygen", "--passphrase-file", join(folder, "pass")];
      assert.equal((await p2p(keygen, { home })).code, 0);
      const args = ["listen", "--bind", "127.0.0.1", "--port", String(bob.port)];
      // There is no terminal to ask at, which would be said if that came first.
      const { code, stderr } = await p2p(args, { home });
      assert.equal(code, 1);
      assert.match(stderr, /^p2p: bind UDP port \d+: another program has it\n/);
    })
  ));

Deno.test("a second listen of one identity says that the first shows what arrives, and when it does itself", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const options = { home: join(folder, "b"), cwd: folder };
      const first = keep(await listener([], options));
      const second = keep(await listener([], options, first.port));
      await second.err.match(/^another p2p of yours had the port first: /m);
      assert.doesNotMatch(first.err.text, /another p2p/);
      first.kill("SIGTERM");
      await second.err.match(/^what arrives is shown here from now on$/m);
    })
  ));

Deno.test("an invitation names the port at which this identity is reached", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const options = { home: join(folder, "b"), cwd: folder };
      const portIn = async () => {
        const args = ["contact", "invite", "--address", "10.0.0.7", "--address", "10.0.0.8:5"];
        const { stdout, code } = await p2p(args, options);
        assert.equal(code, 0);
        return decodeInvitation(stdout.trim()).addresses.map(({ port }) => port);
      };
      assert.deepEqual(await portIn(), [9999, 5]);
      const bob = keep(await listener([], options));
      assert.deepEqual(await portIn(), [bob.port, 5]);
      bob.kill("SIGKILL");
      await bob.code();
      assert.deepEqual(await portIn(), [9999, 5]);
    })
  ));
