/** docs/classroom.md, run as it stands: its commands in its order, with other addresses, codes and numbers. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { EXECUTABLE, withFolder } from "../support/executable.ts";
import { listener, Run, start, startOnTerminal, stopping } from "./support.ts";

const PUPILS = 30;

/** The commands of the page, in order. */
function commandsOf(page: string): string[][] {
  return [...page.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = ""]) => block.trim().split("\n"))
    .map((line) =>
      Array.from(line.matchAll(/"([^"]*)"|[^\s"]+/g), ([word, quoted]) => quoted ?? word)
    );
}

Deno.test("the page about a class with its own authority does what it says", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const page = await Deno.readTextFile(new URL("../../docs/classroom.md", import.meta.url));
      const commands = commandsOf(page);
      const next = (...begin: string[]): string[] => {
        const found = commands.shift();
        assert.deepEqual(found?.slice(1, 1 + begin.length), begin);
        return found!.slice(1);
      };
      const at = (name: string) => ({
        home: join(folder, name),
        cwd: join(folder, `desk ${name}`),
      });
      const run = async (name: string, args: readonly string[], to?: string): Promise<string> => {
        await Deno.mkdir(at(name).cwd, { recursive: true });
        const made = keep(start(args, at(name)));
        await made.endInput();
        assert.equal(await made.code(), 0, `${args.join(" ")}: ${made.err.text}`);
        if (to !== undefined) await Deno.writeTextFile(join(at(name).cwd, to), made.out.text);
        return made.err.text;
      };
      const typing = async (args: readonly string[], answers: readonly string[]): Promise<Run> => {
        const terminal = keep(startOnTerminal(args, at("teacher")));
        for (const [i, answer] of answers.entries()) {
          await terminal.out.match(new RegExp(`(?:passphrase|again)[^\\n]*: [^]*`.repeat(i + 1)));
          await terminal.type(`${answer}\r`);
        }
        return terminal;
      };

      // The teacher.
      const desk = at("teacher").cwd;
      await Deno.mkdir(desk);
      const names = Array.from({ length: PUPILS }, (_, i) => `pupil ${i}`);
      await Deno.writeTextFile(join(desk, "class.txt"), names.join("\n"));
      const secret = "the passphrase of a class";
      const authority = await typing(next("cert", "ca", "class"), [secret, secret]);
      await authority.out.match(/fingerprint of the certificate/);
      assert.equal(await authority.code(), 0);
      const [, , ...codeArgs] = next("cert", "code");
      assert.deepEqual(codeArgs, ["-f", "class.txt", ">", "codes.txt"]);
      await Deno.writeTextFile(join(folder, "pw"), `${secret}\n`);
      const pw = ["--passphrase-file", join(folder, "pw")];
      await run("teacher", ["cert", "code", "-f", "class.txt", ...pw], "codes.txt");
      const codes = (await Deno.readTextFile(join(desk, "codes.txt"))).trim().split("\n")
        .map((line) => line.split("\t")[0]!);
      const loopback = ["--bind", "127.0.0.1", "--port", "0"];
      const server = await typing([...next("cert", "serve"), ...loopback], [secret]);
      const [, place = ""] = await server.out.match(/issuing on (127\.0\.0\.1:\d+)/);

      // The pupils, all at once.
      const enroll = next("cert", "enroll");
      const filled = (args: readonly string[], code = "") =>
        args.map((word) =>
          word === "192.168.1.10" ? place : /^\w{4}(-\w{4}){3}$/.test(word) ? code : word
        );
      await Promise.all(codes.map((code, i) => run(`p${i}`, filled(enroll, code))));
      const late = keep(
        start([...filled(next("cert", "enroll")), "--ca", join(desk, "class.crt")], {
          home: join(folder, "late"),
        }),
      );
      await server.out.match(/issue to CN=Han Meimei/);
      await server.type("y\r");
      assert.equal(await late.code(), 0, late.err.text);

      // Talking.
      const listening = keep(await listener(next("listen").slice(1), at("p0")));
      const chat = next("chat").map((word) => word === "192.168.1.23" ? listening.peer : word);
      const caller = keep(start(chat, at("p1")));
      await caller.type("hello\n");
      await listening.out.match(/pupil 1: hello/);
      const stranger = keep(
        start([...chat.slice(0, 2), "-m", "let me in"], { home: join(folder, "x") }),
      );
      assert.notEqual(await stranger.code(), 0);
      assert.doesNotMatch(stranger.err.text, /certificate|pupil/);

      // Signing and encrypting.
      await Deno.writeTextFile(join(at("p2").cwd, "homework.txt"), "done\n");
      await run("p2", next("cms", "sign"));
      await Deno.copyFile(join(at("p2").cwd, "homework.p7s"), join(at("p3").cwd, "homework.p7s"));
      assert.match(await run("p3", next("cms", "verify")), /signed by pupil 2/);
      await Deno.copyFile(
        join(folder, "p2", "certificates", "own.pem"),
        join(at("p3").cwd, "own.pem"),
      );
      await Deno.writeTextFile(join(at("p3").cwd, "answer.txt"), "well done\n");
      await run("p3", next("enc"));

      // Somebody lost their computer.
      await run("teacher", next("cert", "list"), "list.txt");
      const list = await Deno.readTextFile(join(desk, "list.txt"));
      const serial = list.split("\n").find((line) => /\tCN=pupil 1\t/.test(line))!.split("\t")[0]!;
      const revoke = next("cert", "revoke").map((word) => word.endsWith("…") ? serial : word);
      await run("teacher", [...revoke, ...pw]);
      await run("teacher", [...next("cert", "crl"), ...pw]);
      await Deno.copyFile(join(desk, "class.crl"), join(at("p0").cwd, "class.crl"));
      await run("p0", next("cert", "trust"));
      assert.notEqual(await caller.code(), 0, "the conversation is over");
      await run("p4", filled(next("cert", "enroll")));
      assert.deepEqual(commands, [], "nothing of the page is left");
      assert.ok(EXECUTABLE.endsWith("p2p"));
    })
  ));
