/** Several programs of one identity at once: a service that listens, and conversations beside it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { events, listener, start, stopping } from "./support.ts";

Deno.test("a service and two chats of one identity at once, the service stopped in the middle: nothing is lost", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const [alice, bobs] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
      const options = { home: bobs.home, cwd: folder };
      const bob = keep(await listener(["--json"], options));
      await p2p(["contact", "add", "bob", bobs.key, "--address", bob.peer], alice);
      const service = keep(
        await listener(["--json"], { home: alice.home, cwd: join(folder, "a") }),
      );
      const chats = [1, 2].map(() =>
        keep(start(["chat", "bob", "--json"], { home: alice.home, cwd: folder }))
      );
      for (const chat of chats) await chat.out.match(/"type":"connected"/);
      const say = (run: typeof bob, text: string, to?: string) =>
        run.type(`${JSON.stringify({ type: "message", text, to })}\n`);
      const programs = [...chats, service];
      const expected: string[] = [];
      for (let i = 0; i < 30; i++) {
        if (i === 15) service.kill("SIGTERM");
        const left = i < 15 ? programs : chats;
        for (const [n, run] of left.entries()) {
          expected.push(`${n} says ${i}`);
          await say(run as typeof bob, expected.at(-1)!, "bob");
        }
      }
      for (const n of chats.keys()) {
        await bob.out.match(new RegExp(`"${n} says 29"`));
      }
      // What the service did not get out before it ended is in the outbox that all of them share.
      await p2p(["outbox", "flush"], alice);
      const heard = events(bob.out.text).filter(({ type }) => type === "message")
        .map(({ text }) => String(text));
      assert.equal(new Set(heard).size, heard.length, "nothing is shown twice");
      const stored = events((await p2p(["history", "--json", "--limit", "1000"], alice)).stdout)
        .map(({ text }) => String(text));
      assert.deepEqual(stored.filter((text) => !heard.includes(text)), []);
      for (const text of expected.filter((text) => !text.startsWith("2"))) {
        assert.ok(heard.includes(text), text);
      }
    })
  ));
