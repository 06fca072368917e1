/** /outbox, /cancel, /history and /search at a terminal; and the mark of a clock that is off. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { node } from "../net/support.ts";
import { listener, type Run, startOnTerminal, stopping } from "./support.ts";
import { notLinux, testUnless } from "../support/requires.ts";

/** What the screen showed since `from`, without the moves of its cursor. */
function shown({ out }: Run, from: number): string {
  // deno-lint-ignore no-control-regex
  return out.text.slice(from).replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "");
}

/** Types a line, and waits for what it shows. */
async function types(run: Run, line: string, until: RegExp): Promise<string> {
  const from = run.out.text.length;
  await run.type(`${line}\r`);
  await run.out.match(new RegExp(`^[^]{${from}}[^]*?(?:${until.source})`));
  return shown(run, from);
}

testUnless(
  notLinux,
  "what waits is listed and taken back, what was said is shown and searched, at the terminal",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const [alice, bobs] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
        const carol = await makeHome(folder, "c");
        const bob = keep(await listener(["--json"], { home: bobs.home, cwd: folder }));
        for (
          const [name, { key }, where] of [["bob", bobs, bob.peer], [
            "carol",
            carol,
            "127.0.0.1:9",
          ]] as const
        ) {
          assert.equal(
            (await p2p(["contact", "add", name, key, "--address", where], alice)).code,
            0,
          );
        }
        await p2p(["chat", "carol", "-m", "until you are back", "--later"], alice);
        const screen = keep(startOnTerminal(["chat", "bob"], { home: alice.home, cwd: folder }));
        await screen.out.match(/bob> /);
        for (const text of ["前言你好世界", "good morning", "last words"]) {
          await screen.type(`${text}\r`);
          await bob.out.match(new RegExp(`"text":"${text}"`));
        }
        await p2p(["outbox", "--json"], alice);

        const outbox = await types(screen, "/outbox", /until you are back/);
        assert.match(outbox, /waiting +\S+ \S+ +→ carol: until you are back/);
        const id = /\* ([0-9a-f]{8}) /.exec(outbox)![1]!;
        assert.match(await types(screen, "/cancel", /cancel: name it/), /\/cancel ID/);
        await types(screen, "/cancel ffffffff0", /nothing of that id waits/);
        await types(screen, `/cancel ${id}`, /cancelled/);
        assert.doesNotMatch(
          await types(screen, "/outbox", /nothing waits/),
          /until you are/,
        );

        assert.match(await types(screen, "/history 2", /last words/), /good morning[^]*last words/);
        assert.doesNotMatch(await types(screen, "/history 1", /last words/), /good morning/);
        await types(screen, "/history 0", /from 1 to/);
        const found = await types(screen, "/search 你好", /前言你好世界/);
        assert.doesNotMatch(found, /good morning|last words/);
        await types(screen, "/search 再见", /nothing found/);
        assert.doesNotMatch(await types(screen, "/search", /for what\?[^]*> /), /lists them/);
        await screen.type("/quit\r");
        assert.equal(await screen.code(), 0);
        assert.match((await p2p(["outbox"], alice)).stdout, /cancelled.*until you are back/);
      })
    ),
);

/** A peer whose clock is an hour ahead. */
function earlyPeer(): ReturnType<typeof node> {
  const now = Date.now;
  // The endpoint looks at the clock once, when it is made.
  Date.now = () => now() + 3_600_000;
  try {
    return node();
  } finally {
    Date.now = now;
  }
}

testUnless(
  notLinux,
  "a clock that is off is said once, and times by it are marked",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const args = ["listen", "--bind", "127.0.0.1", "--port", "0"];
        const screen = keep(startOnTerminal(args, { home: join(folder, "a"), cwd: folder }));
        const [, port] = await screen.out.match(/listening on 127\.0\.0\.1:(\d+)/);
        const [early, right] = [earlyPeer(), node()];
        try {
          const to = { hostname: "127.0.0.1", port: Number(port) };
          const first = await early.connect(to);
          first.start();
          await first.sendMessage("by my clock").delivered;
          await screen.out.match(/\[\d\d:\d\d\?\] p2p1\S+: by my clock/);
          await screen.out.match(/the clock of p2p1\S+ is (?:1:00:00|59:59) ahead/);
          const second = await right.connect(to);
          second.start();
          await second.sendMessage("by yours").delivered;
          await screen.out.match(/\[\d\d:\d\d\] p2p1\S+: by yours/);
          assert.equal(screen.out.text.match(/the clock of/g)?.length, 1);
        } finally {
          await early.close();
          await right.close();
        }
      })
    ),
);
