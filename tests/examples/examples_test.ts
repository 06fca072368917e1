/** The programs of examples/ do what they say: real processes, as docs/json.md shows them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { type Listener, listener } from "../e2e/support.ts";
import { Bot, type BotName, exampleCommand, exampleEnvironment, freePort } from "./support.ts";
import { testWithPrograms } from "../support/requires.ts";

const PROGRAMS = ["setsid", "python3", "tar"];

/** Two people who know each other; one of them is there. */
interface Two {
  readonly folder: string;
  readonly home: string;
  readonly robot: string;
  readonly port: number;
  readonly alice: Listener;
}

async function withTwo(
  use: (two: Two, start: (name: BotName, ...args: string[]) => Promise<Bot>) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const [a, r] = [await makeHome(folder, "a"), await makeHome(folder, "r")];
    const flags = ["--json", "--no-play", "--accept", "contacts", "--save-dir", "backups"];
    const alice = await listener(flags, { home: a.home, cwd: folder });
    const port = freePort();
    const address = `127.0.0.1:${port}`;
    await p2p(["contact", "add", "robot", r.key, "--address", address], { home: a.home });
    await p2p(["contact", "add", "alice", a.key, "--address", alice.peer], { home: r.home });
    const bots: Bot[] = [];
    try {
      await use({ folder, home: a.home, robot: r.home, port, alice }, async (name, ...args) => {
        const bot = new Bot(name, args, r.home, port);
        bots.push(bot);
        await bot.ready;
        return bot;
      });
    } finally {
      for (const bot of bots) await bot.kill("all");
      await alice.stop();
    }
  });
}

async function say(alice: Listener, text: string): Promise<void> {
  await alice.type(`${JSON.stringify({ type: "message", to: "robot", text })}\n`);
}

testWithPrograms(
  "echo-bot.sh gives every text back as it is, escapes and all",
  PROGRAMS,
  () =>
    withTwo(async ({ folder, alice }, start) => {
      await start("echo-bot.sh", join(folder, "state"));
      const text = `"quoted" \\ back, tab\t, 中文 😀, "cursor":"9"}`;
      await say(alice, text);
      const [line] = await alice.out.match(/^\{"type":"message".*$/m);
      assert.equal(JSON.parse(line).text, text);
    }),
);

testWithPrograms(
  "auto_reply.py answers by its rules, and what none fits not at all",
  PROGRAMS,
  () =>
    withTwo(async ({ folder, alice }, start) => {
      const rules = { ping: "pong", name: "you said {text}" };
      await Deno.writeTextFile(join(folder, "rules.json"), JSON.stringify(rules));
      await start("auto_reply.py", folder);
      for (const text of ["PING?", "nothing fits", "my name"]) await say(alice, text);
      await alice.out.match(/"text":"you said my name"/);
      const texts = [...alice.out.text.matchAll(/^\{"type":"message".*"text":"([^"]*)"/gm)];
      assert.deepEqual(texts.map(([, text]) => text), ["pong", "you said my name"]);
    }),
);

testWithPrograms(
  "drop_box.py puts files away by sender, none over another, and says that they came",
  PROGRAMS,
  () =>
    withTwo(async ({ folder, home, alice }, start) => {
      await start("drop_box.py", join(folder, "box"));
      await Deno.mkdir(join(folder, "again"));
      const paths = [join(folder, "letter.txt"), join(folder, "again", "letter.txt")];
      for (const [i, path] of paths.entries()) {
        await Deno.writeTextFile(path, `letter ${i}`);
        await alice.type(`${JSON.stringify({ type: "file", to: "robot", path })}\n`);
        await alice.out.match(new RegExp(`(?:"text":"got letter[^"]*".*[^]*){${i + 1}}`));
      }
      const photos = join(folder, "photos");
      await Deno.mkdir(photos);
      await Deno.writeTextFile(join(photos, "one"), "photo");
      const together = await p2p(["send-file", "robot", paths[0]!, photos], { home });
      assert.equal(together.code, 0, together.stderr);
      await alice.out.match(/"text":"got letter.txt and 1 more, thank you"/);
      const kept = (name: string) => Deno.readTextFile(join(folder, "box", "alice", name));
      assert.equal(await kept("letter.txt"), "letter 0");
      assert.equal(await kept("letter (1).txt"), "letter 1");
      assert.equal(await kept("letter (2).txt"), "letter 0");
      assert.equal(await kept("photos/one"), "photo");
      const incoming = [...Deno.readDirSync(join(folder, "box", ".incoming"))];
      assert.deepEqual(incoming.map(({ name }) => name), [], "all is put away");
    }),
);

testWithPrograms(
  "build_gateway.py posts each result once, and clears its spool",
  PROGRAMS,
  () =>
    withTwo(async ({ folder, alice }, start) => {
      const spool = join(folder, "spool");
      await Deno.mkdir(spool);
      const leave = async (name: string, result: unknown) => {
        const made = join(folder, name);
        await Deno.writeTextFile(made, JSON.stringify(result));
        await Deno.utime(made, 1, 1);
        await Deno.rename(made, join(spool, name));
      };
      using changes = Deno.watchFs(spool);
      const main = { job: "main", status: "passed", url: "http://localhost/1" };
      await leave("1.json", main);
      const bot = await start("build_gateway.py", spool, "alice");
      await alice.out.match(/"text":"✓ main: passed http:\/\/localhost\/1"/);
      // Killed before the file was removed: it is posted already.
      await bot.kill("all");
      await leave("1.json", main);
      await leave("2.json", { job: "docs", status: "failed" });
      await leave("3.json", ["nonsense"]);
      await start("build_gateway.py", spool, "alice");
      await alice.out.match(/"text":"✗ docs: failed"/);
      const left = () => [...Deno.readDirSync(spool)].map(({ name }) => name).join();
      if (left() !== "3.json.bad") {
        for await (const _ of changes) if (left() === "3.json.bad") break;
      }
      assert.equal(alice.out.text.match(/main: passed/g)?.length, 1);
    }),
);

testWithPrograms(
  "backup.sh sends a folder over a pipe, and says where it failed",
  PROGRAMS,
  () =>
    withTwo(async ({ folder, home, robot }) => {
      await Deno.mkdir(join(folder, "photos"));
      await Deno.writeTextFile(join(folder, "photos", "one"), "a picture");
      const run = async (path: string) => {
        const [program, ...args] = exampleCommand("backup.sh", ["alice", path]);
        const env = exampleEnvironment(robot);
        const { code, stdout, stderr } = await new Deno.Command(program!, {
          ...{ args, env, stdin: "null" },
        }).output();
        const text = new TextDecoder();
        return { code, name: text.decode(stdout).trim(), stderr: text.decode(stderr) };
      };
      const { code, name, stderr } = await run(join(folder, "photos"));
      assert.equal(code, 0, stderr);
      const listed = await new Deno.Command("tar", {
        args: ["-xzOf", join(folder, "backups", name), "photos/one"],
      }).output();
      assert.equal(new TextDecoder().decode(listed.stdout), "a picture");
      // Her program was told a folder below its own; others of hers find the file all the same.
      const { stdout: kept } = await p2p(["history", "--json"], { home });
      assert.equal(JSON.parse(kept).path, join(folder, "backups", name));
      const failed = await run(join(folder, "no such folder"));
      assert.deepEqual([failed.code, failed.name], [1, ""]);
      assert.match(failed.stderr, /tar failed: no such folder-\S+ is not whole/);
    }),
);
