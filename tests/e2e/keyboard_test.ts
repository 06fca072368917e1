/** What a person types while things arrive: no answer that was not meant, no word lost, nobody else held up. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Conversation } from "../../lib/net/conversation.ts";
import type { Node } from "../../lib/net/node.ts";
import { node, stalled } from "../net/support.ts";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";
import type { TerminalRun } from "../support/pty.ts";
import { read, startOnTerminal, stopping } from "./support.ts";
import { until } from "../support/until.ts";
import { notLinux, testUnless } from "../support/requires.ts";

const COLUMNS = 40;

interface Scene {
  readonly bob: TerminalRun;
  readonly peer: string;
  readonly folder: string;
  /** A peer that has connected. */
  readonly connect: () => Promise<Conversation>;
  /** What the terminal shows. */
  readonly rows: () => Promise<readonly string[]>;
}

/** Bob listens at a terminal. */
async function scene(use: (scene: Scene) => Promise<void>): Promise<void> {
  await withFolder((folder) =>
    stopping(async (keep) => {
      const nodes: Node[] = [];
      const bob = keep(startOnTerminal(
        ["listen", "--bind", "127.0.0.1", "--port", "0", "--save-dir", join(folder, "in")],
        { home: join(folder, "b"), cwd: folder },
        COLUMNS,
      ));
      const port = Number((await bob.out.match(/listening on 127\.0\.0\.1:(\d+)/))[1]);
      await bob.out.match(/> /);
      const connect = () => {
        nodes.push(node({ config: { accept: false } }));
        return nodes.at(-1)!.connect({ hostname: "127.0.0.1", port });
      };
      const rows = async () => (await bob.screen()).rows.filter((row) => row !== "");
      try {
        await use({ bob, peer: `127.0.0.1:${port}`, folder, connect, rows });
      } finally {
        await Promise.all(nodes.map((each) => each.close()));
      }
    })
  );
}

/** Someone who sends a file to Bob; resolves with the exit code. */
async function offer({ folder, peer }: Scene): Promise<{ code: Promise<number> }> {
  const file = join(folder, "letter.txt");
  await Deno.writeTextFile(file, "dear bob");
  const { home } = await makeHome(folder, `sender ${crypto.randomUUID()}`);
  return { code: p2p(["send-file", peer, file], { home }).then(({ code }) => code) };
}

testUnless(
  notLinux,
  "keys of the first half second of a question are no answer",
  () =>
    scene(async (scene) => {
      const { bob, folder } = scene;
      const { code } = await offer(scene);
      await bob.out.match(/\[y\/N\]/);
      await bob.type("y\r");
      await read();
      assert.deepEqual([...Deno.readDirSync(join(folder, "in"))], []);
      await bob.type("n\r");
      assert.equal(await code, 1);
      await bob.out.match(/> y/);
    }),
);

testUnless(
  notLinux,
  "lines typed while a question stands come back as the lines they were",
  () =>
    scene(async (scene) => {
      const { bob, connect } = scene;
      const heard: string[] = [];
      const alice = await connect();
      alice.handlers = { message: ({ text }) => void heard.push(text) };
      await alice.sendMessage("hello").delivered;
      const { code } = await offer(scene);
      await bob.out.match(/\[y\/N\]/);
      await read();
      for (const line of ["yes let us meet", "at nine"]) {
        await bob.type(`${line}\r`);
        await read();
      }
      await bob.type("n\r");
      assert.equal(await code, 1);
      await bob.type("\r");
      await bob.out.match(/me →[^:]*:\s+yes\s+let\s+us\s+meet\s+at\s+nine/);
      await until(() => heard.length);
      assert.deepEqual(heard, ["yes let us meet\nat nine"]);
    }),
);

testUnless(
  notLinux,
  "a question stays whole below whatever arrives meanwhile",
  () =>
    scene(async (scene) => {
      const { bob, connect, rows } = scene;
      const alice = await connect();
      const { code } = await offer(scene);
      await bob.out.match(/\[y\/N\]/);
      for (let i = 0; i < 50; i++) await alice.sendMessage(`line ${i}`).delivered;
      await bob.out.match(/line 49/);
      await read();
      const shown = (await rows()).slice(-3).join("\n");
      assert.match(shown, /line 49\ntake from p2p1\S+:\n? +letter\.txt \(8 B\)\? \[y\/N\]/);
      await bob.type("y\r");
      assert.equal(await code, 0);
      assert.match((await rows()).join("\n"), /take from p2p1\S+:\n? +letter\.txt \(8 B\)\? y/);
    }),
);

testUnless(
  notLinux,
  "a line that had nobody to go to is back once somebody is chosen",
  () =>
    scene(async ({ bob, connect }) => {
      const heard: string[] = [];
      const [alice, mallory] = [await connect(), await connect()];
      alice.handlers = { message: ({ text }) => void heard.push(text) };
      await bob.out.match(/connected[\s\S]*connected/);
      await bob.type("a secret\r");
      await bob.out.match(/choose with \/to/);
      // It counts as begun: whoever writes now does not get it.
      await mallory.sendMessage("me, me").delivered;
      await bob.out.match(/me, me/);
      await bob.type("\r");
      const labels = /to whom\?\s+(p2p1\S+…\S{4}),\s+(p2p1\S+…\S{4})/.exec(bob.out.text)!;
      const speaker = /(p2p1\S+):\s+me, me/.exec(bob.out.text)![1]!;
      const other = [labels[1]!, labels[2]!].find((label) => label !== speaker)!;
      await bob.type(`/to ${other}\r`);
      await bob.out.match(new RegExp(`${other}> a secret`));
      await bob.type("\r");
      await bob.out.match(/me → p2p1\S+:\s+a secret/);
      await until(() => heard.length);
      assert.deepEqual(heard, ["a secret"]);
    }),
);

testUnless(
  notLinux,
  "a terminal that takes nothing holds up nobody but those who wait for what is shown",
  () =>
    withFolder(async (folder) => {
      // A terminal whose other end reads nothing until it is told to.
      const port = 20_000 + crypto.getRandomValues(new Uint16Array(1))[0]! % 20_000;
      const line =
        `stty cols 80 rows 24; exec '${EXECUTABLE}' listen --bind 127.0.0.1 --port ${port}`;
      const terminal = new Deno.Command("script", {
        args: ["-qfec", line, "/dev/null"],
        env: { P2P_HOME: join(folder, "b"), TERM: "xterm", SHELL: "/bin/sh" },
        cwd: folder,
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const [flooder, honest] = [node(), node()];
      try {
        const to = { hostname: "127.0.0.1", port };
        const first = await eventually(() => flooder.connect(to));
        let shown = 0;
        for (let i = 0; i < 300; i++) {
          first.sendMessage(`${i} ${"x".repeat(4000)}`).delivered.then(
            () => shown++,
            () => undefined,
          );
        }
        await stalled(first);
        assert.ok(shown < 300, "what nobody can see is not acknowledged");
        const begun = performance.now();
        const second = await honest.connect(to);
        const took = performance.now() - begun;
        assert.ok(took < 2000, `connected after ${took} ms`);
        const delivered = second.sendMessage("and me").delivered;
        const text = (async () => {
          let all = "";
          for await (const piece of terminal.stdout.pipeThrough(new TextDecoderStream())) {
            all += piece;
          }
          return all;
        })();
        await delivered;
        await until(() => shown === 300);
        terminal.kill("SIGTERM");
        assert.match(await text, /and me/);
      } finally {
        await Promise.all([flooder.close(), honest.close()]);
        end(terminal);
        await terminal.status;
        await terminal.stdin.close().catch(() => undefined);
      }
    }),
);

/** Ends a program, unless it has ended by itself. */
function end(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

/** What `work` gives, once it succeeds: the other side may not be there yet. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  let last: unknown;
  const done = await until(() =>
    work().then((value) => ({ value }), (error) => {
      last = error;
      return undefined;
    })
  ).catch(() => {
    throw last;
  });
  return done.value;
}
