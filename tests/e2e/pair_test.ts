/** Two people pair: by address and without one, with a wrong code, at a terminal, for a program, and not at all. */
import assert from "node:assert/strict";
import { parsePairCode } from "../../lib/session/pair-code.ts";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";
import { LOOPBACK } from "../support/lan.ts";
import { atTerminal } from "../support/pty.ts";
import { start, stopping } from "./support.ts";

const LOCAL = ["--bind", "127.0.0.1", "--port", "0"];

async function two(folder: string) {
  const [alice, bob] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
  const on = ({ home }: { home: string }) => ({ home, env: LOOPBACK, cwd: folder });
  return { alice, bob, here: on(alice), there: on(bob) };
}

/** Another code of the same place that is well formed. */
function otherCode(code: string): string {
  const digits = parsePairCode(code).digits.slice(0, 8);
  const wrong = digits.slice(0, 2) + String((Number(digits.slice(2)) + 1) % 1e6).padStart(6, "0");
  for (let last = 0; last < 10; last++) {
    try {
      return parsePairCode(`${wrong}${last}`).text;
    } catch {
      continue; // not the check digit
    }
  }
  throw new Error("no check digit");
}

Deno.test("on one LAN the code is enough: both know each other, verified", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { alice, bob, here, there } = await two(folder);
      const waiting = keep(start(["pair", ...LOCAL, "--suggest", "alice", "--name", "bob"], here));
      const [code] = await waiting.out.match(/\d{3}-\d{3}-\d{3}/);
      await waiting.err.match(/waiting on 127\.0\.0\.1:\d+/);
      const joined = await p2p(["pair", "--code", code, "--suggest", "bob"], there);
      assert.equal(joined.code, 0, joined.stderr);
      assert.match(joined.stderr, /alice is a contact now, and verified/);
      assert.equal(await waiting.code(), 0, waiting.err.text);
      const listed = async (whose: typeof here) => (await p2p(["contact", "list"], whose)).stdout;
      assert.equal(await listed(here), `bob\t${bob.key}\t-\tverified\n`);
      assert.equal(await listed(there), `alice\t${alice.key}\t-\tverified\n`);
    })
  ));

Deno.test("a wrong code is refused on both sides with exit code 3, and nobody is remembered", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { here, there } = await two(folder);
      const waiting = keep(start(["pair", ...LOCAL], here));
      const [code] = await waiting.out.match(/\d{3}-\d{3}-\d{3}/);
      const [, peer] = await waiting.err.match(/waiting on (127\.0\.0\.1:\d+)/);
      const slip = await p2p([
        "pair",
        peer!,
        "--code",
        `${code.slice(0, -1)}${(Number(code.at(-1)) + 1) % 10}`,
      ], there);
      assert.equal(slip.code, 2, "a slip costs no guess");
      const wrong = await p2p(["pair", peer!, "--code", otherCode(code)], there);
      assert.equal(wrong.code, 3, wrong.stderr);
      assert.match(wrong.stderr, /the codes are not the same, or somebody is in between/);
      assert.equal(await waiting.code(), 3, waiting.err.text);
      assert.match(waiting.err.text, /this one is dead now/);
      for (const whose of [here, there]) {
        assert.equal((await p2p(["contact", "list"], whose)).stdout, "");
      }
    })
  ));

Deno.test("programs: the code, then who it was; a peer that does not pair is named", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { alice, bob, here, there } = await two(folder);
      const waiting = keep(start(["pair", ...LOCAL, "--json"], here));
      const shown = JSON.parse((await waiting.out.match(/.*"code".*/))[0]);
      const peer = `${shown.address}:${shown.port}`;
      const joined = await p2p(
        ["pair", peer, "--code", shown.code, "--json", "--name", "爱丽丝"],
        there,
      );
      assert.equal(joined.code, 0, joined.stderr);
      const paired = JSON.parse(joined.stdout);
      assert.deepEqual([paired.type, paired.peer.key, paired.peer.name, paired.verified], [
        ...["paired", alice.key, "爱丽丝", true],
      ]);
      const other = JSON.parse((await waiting.out.match(/.*"paired".*/))[0]);
      assert.equal(other.peer.key, bob.key);
      assert.equal(other.verified, true, "verified though nobody named it");
      const listening = keep(start(["listen", ...LOCAL], here));
      const [, where] = await listening.err.match(/listening on (127\.0\.0\.1:\d+)/);
      const nobody = await p2p(["pair", where!, "--code", shown.code], there);
      assert.equal(nobody.code, 1, nobody.stderr);
      assert.match(nobody.stderr, /nobody pairs there/);
    })
  ));

Deno.test("at two terminals: the code is typed, names are asked for, with the suggestion as default", () =>
  withFolder(async (folder) => {
    const { alice, bob } = await two(folder);
    const env = (home: string) => ({ P2P_HOME: home, ...LOOPBACK });
    await atTerminal([EXECUTABLE, "pair", ...LOCAL], env(alice.home), async (waiting) => {
      const code = /\d{3}-\d{3}-\d{3}/.exec(await waiting.see("waiting on 127.0.0.1:"))![0];
      await waiting.see("\n");
      const peer = /127\.0\.0\.1:\d+/.exec(waiting.shown())![0];
      const join = [EXECUTABLE, "pair", peer, "--suggest", "Bob"];
      await atTerminal(join, env(bob.home), async (joining) => {
        await joining.see("code that the other side shows:");
        await joining.type(`${code}\n`);
        await joining.see("which name?");
        await joining.type("alice\n");
        await joining.see("alice is a contact now, and verified");
        assert.equal(await joining.ended(), 0);
      });
      await waiting.see("(Enter for Bob)");
      await waiting.type("\n");
      await waiting.see("Bob is a contact now, and verified");
      assert.equal(await waiting.ended(), 0);
    });
  }));

Deno.test("who cancels ends in order; the code is worth nothing then", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { here, there } = await two(folder);
      const waiting = keep(start(["pair", ...LOCAL], here));
      const [code] = await waiting.out.match(/\d{3}-\d{3}-\d{3}/);
      const [, peer] = await waiting.err.match(/waiting on (127\.0\.0\.1:\d+)/);
      waiting.kill("SIGINT");
      assert.equal(await waiting.code(), 130);
      const late = await p2p(["pair", peer!, "--code", code], there);
      assert.equal(late.code, 4, late.stderr);
    })
  ));
