/** The interface for programs: every command once, cursors, and what is sent once however often it is said. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { texturedPng } from "../page/pictures.ts";
import { MAX_TEXT_BYTES } from "../../lib/transfer/records.ts";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { commandFault, RESULT_TYPES } from "../support/json-schema.ts";
import { deadAddress } from "../net/support.ts";
import { events, type Listener, listener, type Run, start, stopping } from "./support.ts";

type Json = Record<string, unknown>;

/** A program that gives commands and waits for what they cause. */
class Program {
  #count = 0;

  constructor(readonly run: Run) {}

  /** Gives a command; the first event of the types that carries its `ref`. */
  async ask(command: Json, types = "result"): Promise<Json> {
    const ref = `r${++this.#count}`;
    const whole = { ...command, ref };
    assert.equal(commandFault(whole), undefined);
    await this.run.type(`${JSON.stringify(whole)}\n`);
    const [line] = await this.run.out.match(
      new RegExp(`^\\{"type":"(?:${types}|error)".*"ref":"${ref}".*$`, "m"),
    );
    return JSON.parse(line);
  }

  /** The events of a type so far. */
  told(type: string): Json[] {
    const { text } = this.run.out;
    return events(text.slice(0, text.lastIndexOf("\n") + 1)).filter((event) =>
      event["type"] === type
    );
  }
}

async function twoPrograms(
  folder: string,
  keep: <R extends Run>(run: R) => R,
): Promise<
  { alice: Program; bob: Program; a: Listener; b: Listener; homes: string[]; keys: string[] }
> {
  const [as, bs] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
  const args = ["--json", "--accept", "all", "--no-play"];
  const [a, b] = [
    keep(await listener(args, { home: as.home, cwd: join(folder, "a") })),
    keep(await listener(args, { home: bs.home, cwd: join(folder, "b") })),
  ];
  return {
    ...{ a, b, alice: new Program(a), bob: new Program(b) },
    ...{ homes: [as.home, bs.home], keys: [as.key, bs.key] },
  };
}

Deno.test("every command is answered as the schema says", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { alice, bob, b, keys } = await twoPrograms(folder, keep);
      const answered = new Set<string>();
      const ask = async (command: Json): Promise<Json> => {
        const result = await alice.ask(command);
        assert.equal(result["type"], "result", JSON.stringify(result));
        assert.equal(result["command"], command["type"]);
        answered.add(String(command["type"]));
        return result;
      };
      assert.equal((await ask({ type: "identity" }))["key"], keys[0]);
      await ask({ type: "contact", name: "bob", key: keys[1], address: b.peer });
      const sent = await alice.ask(
        { type: "message", to: "bob", text: "hi", once: "1" },
        "delivered",
      );
      const again = await ask({ type: "message", to: "bob", text: "hi", once: "1" });
      assert.deepEqual([again["id"], again["state"], again["repeated"]], [
        sent["id"],
        "delivered",
        true,
      ]);
      await Deno.writeTextFile(join(folder, "letter"), "abc");
      const file = { type: "file", to: "bob", path: join(folder, "letter"), once: "2" };
      assert.equal((await alice.ask(file, "delivered"))["what"], "files");
      await ask(file);
      const voice = { type: "voice", to: "bob", path: "fixtures/voice/tone.wav" };
      voice.path = new URL("../../fixtures/voice/", import.meta.url).pathname + soundName();
      assert.equal((await alice.ask({ ...voice, once: "3" }, "delivered"))["what"], "voice");
      await ask({ ...voice, once: "3" });
      await hiddenFromTo(folder, alice, bob, { key: keys[0]!, ask });
      assert.equal(((await ask({ type: "who" }))["peers"] as Json[])[0]!["name"], "bob");
      await ask({ type: "call", to: "bob" });
      await ask({ type: "contacts" });
      await ask({ type: "rename", name: "bob", to: "robert" });
      const { safetyNumber } = await ask({ type: "verify", peer: "robert", verified: true });
      assert.match(String(safetyNumber), /^(\d{5}\s){11}\d{5}$/);
      const { line } = await bob.ask({ type: "invite", addresses: [b.peer] });
      await ask({ type: "invite" });
      await ask({ type: "accept-invitation", line });
      await ask({ type: "history", with: "robert", search: "hi" });
      const [talk] = (await ask({ type: "conversations" }))["conversations"] as Json[];
      assert.equal(talk!["messages"], 4);
      await ask({ type: "group-create", name: "friends" });
      await ask({ type: "group-invite", group: "@friends", members: ["robert"] });
      const post = { type: "message", to: "@friends", text: "all", once: "4" };
      assert.equal(((await alice.ask(post, "sent"))["group"] as Json)["name"], "friends");
      await ask(post);
      await bob.run.out.match(/"type":"message".*"text":"all"/);
      await ask({ type: "groups" });
      await ask({ type: "group-rename", group: "@friends", name: "family" });
      await ask({ type: "group-rename", group: "family", name: "friends" });
      await ask({ type: "group-remove", group: "@friends", member: "robert" });
      await ask({ type: "group-leave", group: "friends" });
      await ask({ type: "config" });
      await ask({ type: "set", name: "expiry", value: "7d" });
      assert.equal(
        ((await ask({ type: "set", name: "expiry", value: null }))["setting"] as Json)["value"],
        "30d",
      );
      await ask({ type: "block", peer: "robert" });
      await ask({ type: "block", peer: "robert", blocked: false });
      await bob.ask({ type: "block", peer: keys[0] });
      const waits = await alice.ask({ type: "message", to: "robert", text: "later" }, "waiting");
      const items = (await ask({ type: "outbox" }))["items"] as Json[];
      assert.deepEqual(items.map(({ id, text }) => [id, text]), [[waits["id"], "later"]]);
      await ask({ type: "cancel", id: waits["id"] });
      const none = await alice.ask({ type: "resend", with: "robert", message: waits["id"] });
      assert.equal((none["reason"] as Json)["code"], "outbox.not-failed");
      assert.ok(Number((await ask({ type: "resume", cursor: "0", own: true }))["cursor"]) >= 4);
      assert.equal((await ask({ type: "delete-history", with: "robert" }))["deleted"], 5);
      await ask({ type: "forget", name: "robert" });
      // Of a question, of a cursor file, of a pairing there are tests of their own.
      const others = ["answer", "ack", "pair", "reveal", "resend"];
      assert.deepEqual([...answered, ...others].toSorted(), RESULT_TYPES.toSorted());
    })
  ));

/** A text goes hidden in a picture, is found by the one it is for, by its message and by its path, and by nobody else. */
async function hiddenFromTo(
  folder: string,
  alice: Program,
  bob: Program,
  { key, ask }: { key: string; ask: (command: Json) => Promise<Json> },
): Promise<void> {
  const path = join(folder, "holiday.png");
  const picture = texturedPng(200, 150);
  await Deno.writeFile(path, picture);
  const hide = { type: "hide", to: "bob", path, text: "at noon, 中午", once: "hidden" };
  assert.equal((await alice.ask(hide, "delivered"))["what"], "files");
  await ask(hide);
  assert.deepEqual(await Deno.readFile(path), picture);
  const { messages } = await bob.ask({ type: "history", with: key });
  const { id, path: come } = (messages as Json[]).find(({ text }) => text === "holiday.png")!;
  const found = await bob.ask({ type: "reveal", with: key, message: id });
  assert.equal(found["text"], "at noon, 中午");
  assert.equal((await bob.ask({ type: "reveal", path: come }))["text"], "at noon, 中午");
  // Its author cannot find it: it was locked for another.
  assert.equal((await alice.ask({ type: "reveal", path: come }))["type"], "error");
  assert.equal((await bob.ask({ type: "reveal", path }))["type"], "error");
  const { reason } = await bob.ask({ type: "reveal", with: key });
  assert.equal((reason as Json)["code"], "api.no-picture");
}

/** A sound file of the fixtures. */
function soundName(): string {
  const folder = new URL("../../fixtures/voice/", import.meta.url).pathname;
  return [...Deno.readDirSync(folder)].map(({ name }) => name).find((name) =>
    name.endsWith(".wav")
  )!;
}

Deno.test("a pairing by commands: both sides end as verified contacts", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { alice, bob } = await twoPrograms(folder, keep);
      const paired = alice.ask({ type: "pair", name: "bob" });
      const code = JSON.parse((await alice.run.out.match(/^\{"type":"code".*$/m))[0]);
      const other = await bob.ask({
        ...{ type: "pair", code: code.code, peer: `127.0.0.1:${code.port}`, name: "alice" },
      });
      for (const result of [await paired, other]) {
        assert.equal(result["type"], "result", JSON.stringify(result));
        assert.equal(result["verified"], true);
      }
    })
  ));

Deno.test("what is wrong with a command comes back with its ref", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { alice } = await twoPrograms(folder, keep);
      const { run } = alice;
      const wrong: ReadonlyArray<readonly [string, string]> = [
        ['{"type":"message","ref":1}', "api.no-text"],
        ['{"type":"nonsense","ref":2}', "api.unknown"],
        ['{"type":"ack","cursor":"0","ref":3}', "api.no-cursor-file"],
        ['{"type":"resume","cursor":"999","ref":4}', "api.cursor-ahead"],
        ['{"type":"message","text":"a","to":"nobody","ref":5}', "talk"],
        ['{"type":"file","path":"/nonexistent","to":"p2p1x","ref":6}', ""],
        ['{"type":"answer","id":"x","yes":true,"ref":7}', "talk.no-question"],
        ['{"type":"message","text":"a","id":"XY","ref":8}', "api.no-id"],
        ['{"type":"history","limit":-1,"ref":9}', "api.no-number"],
      ];
      for (const [i, [line, code]] of wrong.entries()) {
        await run.type(`${line}\n`);
        const [told] = await run.out.match(
          new RegExp(`^.*"type":"error".*"ref":${i + 1}\\}$`, "m"),
        );
        assert.ok(JSON.parse(told).reason.code.startsWith(code) || code === "talk", told);
      }
    })
  ));

Deno.test("a program that was away is told what came meanwhile, from its cursor on, each once and in order", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { alice, b, a, homes, keys } = await twoPrograms(folder, keep);
      const cursor = join(folder, "cursor");
      const args = ["--json", "--cursor-file", cursor, "--accept", "all", "--no-play"];
      await b.stop();
      await alice.ask({ type: "contact", name: "bob", key: keys[1], address: b.peer });
      const bot = () => listener(args, { home: homes[1]!, cwd: join(folder, "b") }, b.port);
      const texts = (run: Run) =>
        new Program(run).told("message").map(({ text, cursor }) => [text, cursor]);
      let bob = keep(await bot());
      assert.equal(await Deno.readTextFile(cursor), "0\n", "where it begins is kept at once");
      for (const text of ["one", "two", "three"]) {
        await alice.ask({ type: "message", to: "bob", text }, "delivered");
      }
      await bob.out.match(/"text":"three"/);
      assert.deepEqual(texts(bob), [["one", "1"], ["two", "2"], ["three", "3"]]);
      // Two are dealt with; the third is told again.
      const acks = new Program(bob);
      await acks.ask({ type: "ack", cursor: "2" });
      await acks.ask({ type: "ack", cursor: "1" });
      assert.equal(await Deno.readTextFile(cursor), "2\n", "a cursor only moves forward");
      await bob.stop();
      // What another program of the same identity is given is told too.
      const other = keep(
        await listener(["--no-play"], { home: homes[1]!, cwd: join(folder, "b") }, b.port),
      );
      await alice.ask({ type: "message", to: "bob", text: "four" }, "delivered");
      await Deno.writeTextFile(join(folder, "letter"), "abc");
      await alice.ask(
        { type: "file", to: "bob", path: join(folder, "letter") },
        "delivered|failed",
      );
      await other.stop();
      bob = keep(await bot());
      await bob.out.match(/"text":"four"/);
      assert.deepEqual(texts(bob), [["three", "3"], ["four", "4"]]);
      // An answer that is not kept acknowledges nothing.
      const again = new Program(bob);
      const long = { type: "message", to: keys[0], text: "x".repeat(MAX_TEXT_BYTES + 1) };
      await again.ask({ ...long, once: "four", ack: "4" }, "failed");
      assert.equal(await Deno.readTextFile(cursor), "2\n");
      // One that is does, and is sent once however often it is given.
      const answer = { type: "message", to: keys[0], text: "re", once: "three", ack: "4" };
      const first = await again.ask(answer, "delivered|waiting");
      assert.notEqual(first["type"], "error", JSON.stringify(first));
      assert.equal((await again.ask(answer))["repeated"], true);
      assert.equal(await Deno.readTextFile(cursor), "4\n");
      await a.out.match(/"text":"re"/);
      assert.equal(alice.told("message").length, 1);
    })
  ));

Deno.test("cursors are for programs that read events, and of this history", () =>
  withFolder(async (folder) => {
    const { home } = await makeHome(folder, "a");
    const run = (...args: string[]) =>
      p2p(["listen", "--port", "0", "--bind", "127.0.0.1", ...args], { home, cwd: folder });
    assert.equal((await run("--since", "0")).code, 2);
    assert.equal((await run("--json", "--since", "x")).code, 2);
    assert.equal((await run("--json", "--since", "0", "--cursor-file", "c")).code, 2);
    const ahead = await run("--json", "--since", "99");
    assert.equal(ahead.code, 1);
    assert.match(ahead.stdout, /"code":"api\.cursor-ahead"/);
    await Deno.writeTextFile(join(folder, "c"), "no cursor");
    const broken = await run("--json", "--cursor-file", "c");
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /p2p: read cursor file c: no cursor in it/);
    assert.equal((await run("--json", "--no-history", "--since", "0")).code, 1);
  }));

Deno.test("exit codes tell failures of commands: an absent peer is 4, a wrong command 2", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { b, homes } = await twoPrograms(folder, keep);
      const chat = async (...lines: string[]) => {
        const run = keep(start(["chat", b.peer, "--json"], { home: homes[0]!, cwd: folder }));
        await run.type(lines.map((line) => `${line}\n`).join(""));
        await run.endInput();
        return await run.code();
      };
      assert.equal(await chat('{"type":"message","text":"a"}'), 0);
      assert.equal(await chat('{"type":"message","text":"a"}', "{}"), 2);
      assert.equal(await chat('{"type":"file","path":"/nonexistent"}'), 1);
      const { hostname, port } = deadAddress();
      const absent = await p2p(["chat", `${hostname}:${port}`, "--json"], {
        home: homes[0]!,
        stdin: '{"type":"message","text":"a"}\n',
      });
      assert.equal(absent.code, 4);
      assert.deepEqual(events(absent.stdout).map(({ code }) => code), ["unreachable"]);
    })
  ));
