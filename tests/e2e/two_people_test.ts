/** Two people, from the first word to the last: met by an invitation, away and back, searched, exported, deleted without a trace. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { allBytes, asBytes } from "../state/support.ts";
import { fixture } from "../voice/fixtures.ts";
import { events, listener, stopping } from "./support.ts";

/** What must be in no file: texts, names of files, names of people. */
const PRIVATE = ["前言你好世界", "你好", "see you", "eins", "letter.txt", "tone.opus", "爱丽丝"];

Deno.test("two people meet by an invitation, talk, one is away and back, and what is deleted is in no file", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const [alice, bob] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
      const run = async (who: { home: string }, ...args: string[]) => {
        const { code, stdout, stderr } = await p2p(args, { home: who.home, cwd: folder });
        assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
        return stdout;
      };
      const listen = async (port = 0) => {
        const saved = ["--accept", "all", "--no-play", "--save-dir", join(folder, "in")];
        return keep(await listener(["--json", ...saved], { home: alice.home, cwd: folder }, port));
      };
      const first = await listen();
      const line = (await run(alice, "contact", "invite", "--name", "爱丽丝")).trim();
      await run(bob, "contact", "accept", line, "--name", "爱丽丝");
      await run(bob, "contact", "add", "爱丽丝", "--address", first.peer);
      await run(alice, "contact", "add", "bob", bob.key);
      await run(bob, "chat", "爱丽丝", "-m", "前言你好世界");
      await first.type(`${JSON.stringify({ type: "quit" })}\n`);
      assert.equal(await first.code(), 0);

      const letter = join(folder, "letter.txt");
      await Deno.writeTextFile(letter, "dear alice");
      await run(bob, "chat", "爱丽丝", "-m", "eins", "--later");
      await run(bob, "send-file", "爱丽丝", letter, "--later");
      await run(bob, "chat", "爱丽丝", "-m", "zwei", "--later");
      await run(bob, "voice", "爱丽丝", "--input", fixture("tone.opus"), "--later");
      await run(bob, "chat", "爱丽丝", "-m", "see you", "--later");
      const back = await listen(first.port);
      await run(bob, "outbox", "flush");
      await back.out.match(/"text":"see you"/);
      const came = events(back.out.text).flatMap(({ type, text, name }) =>
        type === "message" ? [text] : type === "file" ? [name] : type === "voice" ? ["voice"] : []
      );
      assert.deepEqual(came, ["eins", "letter.txt", "zwei", "voice", "see you"]);

      const whole = ["前言你好世界", "eins", "letter.txt", "zwei", "tone.opus", "see you"];
      for (const [who, other] of [[alice, "bob"], [bob, "爱丽丝"]] as const) {
        const said = events(await run(who, "history", other, "--json"));
        assert.deepEqual(said.map(({ text }) => text), whole);
        const found = events(await run(who, "history", "--search", "你好", "--json"));
        assert.deepEqual(found.map(({ text }) => text), ["前言你好世界"]);
        const exported = join(folder, `${other}.jsonl`);
        await run(who, "history", other, "--export", exported);
        assert.equal(events(await Deno.readTextFile(exported)).length, whole.length);
        // Alice's service is running: her log is there, too.
        for (const word of PRIVATE) assert.ok(!allBytes(who.home).includes(asBytes(word)), word);
      }
      const names = [...Deno.readDirSync(alice.home)].map(({ name }) => name);
      assert.ok(names.includes("p2p.db-wal"), names.join());
      await back.type(`${JSON.stringify({ type: "quit" })}\n`);
      assert.equal(await back.code(), 0);
      for (const [who, other] of [[alice, "bob"], [bob, "爱丽丝"]] as const) {
        await run(who, "history", "delete", other, "--yes");
        assert.equal(await run(who, "history", other), "");
        assert.equal(await run(who, "outbox"), "");
        for (const word of PRIVATE) assert.ok(!allBytes(who.home).includes(asBytes(word)), word);
      }
      assert.equal(await Deno.readTextFile(join(folder, "in", "letter.txt")), "dear alice");
    })
  ));
