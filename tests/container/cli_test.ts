/** `p2p enc` and `p2p dec` as a person or a script runs them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fromHex } from "../../lib/bytes.ts";
import { encodePrivateKeyPem } from "../../lib/crypto/keys/encode.ts";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { nextTurn } from "../../lib/transfer/turn.ts";
import { alice, bob, storedCases } from "./support.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

interface Result {
  code: number;
  stdout: Uint8Array;
  text: string;
  stderr: string;
}

/** A folder with the homes of alice and bob, and `run` in it. */
class Session {
  constructor(readonly folder: string) {}

  static async use(work: (session: Session) => Promise<void>): Promise<void> {
    const folder = await Deno.makeTempDir({ prefix: "p2p-container-" });
    try {
      for (const [name, pair] of [["alice", alice], ["bob", bob]] as const) {
        await Deno.mkdir(join(folder, name));
        const pem = await encodePrivateKeyPem(pair.secretKey);
        await Deno.writeTextFile(join(folder, name, "identity.pem"), pem);
      }
      await work(new Session(folder));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async write(name: string, data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    await Deno.writeFile(this.path(name), bytes);
  }

  read(name: string): Promise<string> {
    return Deno.readTextFile(this.path(name));
  }

  /** What lies in the folder, besides the homes. */
  files(): string[] {
    return [...Deno.readDirSync(this.folder)].filter(({ isFile }) => isFile)
      .map(({ name }) => name).sort();
  }

  /** `p2p ARGS` with the home of `who`. */
  async run(who: string, args: string[], stdin?: string | Uint8Array): Promise<Result> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-check", `--config=${CONFIG}`, MAIN, ...args],
      cwd: this.folder,
      env: { P2P_HOME: this.path(who), NO_COLOR: "1" },
      stdin: stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const feeding = stdin === undefined ? undefined : this.#feed(child.stdin, stdin);
    const { code, stdout, stderr } = await child.output();
    await feeding;
    const decoder = new TextDecoder();
    return { code, stdout, text: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  async #feed(stream: WritableStream<Uint8Array>, data: string | Uint8Array): Promise<void> {
    const writer = stream.getWriter();
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    try {
      await writer.write(bytes);
      await writer.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error; // it refused without reading on
    }
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const ALICE = encodePublicKeyText(alice.publicKey);
const BOB = encodePublicKeyText(bob.publicKey);

Deno.test("a file goes to alice and back, through pipes too", () =>
  Session.use(async (s) => {
    await s.write("a.txt", "你好, alice\n");
    let run = await s.run("bob", ["enc", "-r", ALICE, "-o", "a.enc", "a.txt"]);
    assert.deepEqual([run.code, run.text, run.stderr], [0, "", ""]);
    run = await s.run("alice", ["dec", "-o", "out.txt", "a.enc"]);
    assert.deepEqual([run.code, run.text, run.stderr], [0, "", ""]);
    assert.equal(await s.read("out.txt"), "你好, alice\n");

    const sealed = await s.run("bob", ["enc", "-r", ALICE], "from a pipe");
    assert.equal((await s.run("alice", ["dec"], sealed.stdout)).text, "from a pipe");
    const armoured = await s.run("bob", ["enc", "-a", "-r", ALICE, "-"], "in text");
    assert.match(armoured.text, /^-----BEGIN P2P ENCRYPTED FILE-----\n[\s\S]+-----\n$/);
    assert.equal((await s.run("alice", ["dec", "-"], armoured.stdout)).text, "in text");
  }));

Deno.test("nobody else opens it: exit 3, no file, and an existing file stays", () =>
  Session.use(async (s) => {
    const { stdout } = await s.run("bob", ["enc", "-r", ALICE], "for alice");
    await s.write("a.enc", stdout);
    let run = await s.run("bob", ["dec", "-o", "out.txt", "a.enc"]);
    assert.equal(run.code, 3);
    assert.match(run.stderr, /^p2p: decrypt a\.enc: none of the keys given opens it\n/);
    assert.deepEqual(s.files(), ["a.enc"]);

    await s.write("out.txt", "precious");
    run = await s.run("alice", ["dec", "-o", "out.txt", "a.enc"]);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /already exists/);
    run = await s.run("bob", ["dec", "--force", "-o", "out.txt", "a.enc"]);
    assert.equal(run.code, 3);
    assert.equal(await s.read("out.txt"), "precious");
    run = await s.run("alice", ["dec", "--force", "-o", "out.txt", "a.enc"]);
    assert.equal(run.code, 0);
    assert.equal(await s.read("out.txt"), "for alice");
    assert.deepEqual(s.files(), ["a.enc", "out.txt"]);
  }));

Deno.test("a signed file names its sender; --from takes nobody else", () =>
  Session.use(async (s) => {
    const signed = (await s.run("bob", ["enc", "--sign", "-r", ALICE], "from bob")).stdout;
    const unsigned = (await s.run("bob", ["enc", "-r", ALICE], "from somebody")).stdout;
    let run = await s.run("alice", ["dec"], signed);
    assert.deepEqual([run.code, run.text, run.stderr], [0, "from bob", `signed by ${BOB}\n`]);
    run = await s.run("alice", ["dec", "-q", "--from", BOB], signed);
    assert.deepEqual([run.code, run.text, run.stderr], [0, "from bob", ""]);
    for (const file of [signed, unsigned]) {
      run = await s.run("alice", ["dec", "--from", ALICE, "-o", "out"], file);
      assert.deepEqual([run.code, s.files()], [3, []]);
    }
    assert.equal((await s.run("alice", ["dec", "--from", BOB], unsigned)).code, 3);
  }));

Deno.test("a passphrase, alone or beside recipients; an encrypted identity has its own", () =>
  Session.use(async (s) => {
    await s.write("pw", "correct horse\n");
    await s.write("bad", "wrong horse\n");
    const given = ["--passphrase-file", "pw"];
    const both = await s.run("bob", ["enc", "-p", ...given, "-r", ALICE], "by both");
    assert.equal(both.code, 0);
    assert.equal((await s.run("alice", ["dec"], both.stdout)).text, "by both");
    assert.equal((await s.run("bob", ["dec", "-p", ...given], both.stdout)).text, "by both");
    assert.equal((await s.run("bob", ["dec", ...given], both.stdout)).text, "by both");
    const wrong = await s.run("bob", ["dec", "-p", "--passphrase-file", "bad"], both.stdout);
    assert.equal(wrong.code, 3);
    assert.match(wrong.stderr, /^p2p: decrypt stdin: wrong passphrase\n/);

    const passphrase = new TextEncoder().encode("key horse");
    const pem = await encodePrivateKeyPem(alice.secretKey, { passphrase, iterations: 1000 });
    await s.write("locked.pem", pem);
    await s.write("keypw", "key horse\n");
    let run = await s.run(
      "bob",
      ["dec", "-i", "locked.pem", "--passphrase-file", "keypw"],
      both.stdout,
    );
    assert.equal(run.text, "by both", run.stderr);
    run = await s.run("bob", [
      ...["enc", "--sign", "-i", "locked.pem", "--identity-passphrase-file", "keypw"],
      ...["-p", ...given],
    ], "signed");
    run = await s.run("nobody", ["dec", "-p", ...given], run.stdout);
    assert.deepEqual([run.text, run.stderr], ["signed", `signed by ${ALICE}\n`]);
  }));

Deno.test("several identities, a file of recipients, hexadecimal keys", () =>
  Session.use(async (s) => {
    await s.write("people", `# friends\n${ALICE}\n\n${BOB}\n`);
    const { stdout } = await s.run("bob", ["enc", "-R", "people"], "to the file");
    for (const who of ["alice", "bob"]) {
      assert.equal((await s.run(who, ["dec"], stdout)).text, "to the file");
    }
    const keys = ["-i", s.path("bob/identity.pem"), "-i", s.path("alice/identity.pem")];
    const one = (await s.run("bob", ["enc", "-r", s.path("alice/identity.pem")], "by file")).stdout;
    assert.equal((await s.run("nobody", ["dec", ...keys], one)).text, "by file");
    await s.write("broken", `${ALICE}\nnobody-i-know\n`);
    const broken = await s.run("bob", ["enc", "-R", "broken"], "x");
    const unknown = await s.run("bob", ["enc", "-r", "nobody-i-know"], "x");
    assert.deepEqual([broken.code, unknown.code], [1, 1], "-R as -r");
    assert.match(broken.stderr, /^p2p: read recipients broken: line 2: .*nobody-i-know/);
    assert.match(unknown.stderr, /^p2p: find public key nobody-i-know: /);
  }));

Deno.test("a long file goes through the pool of workers, from file to file and through pipes", () =>
  Session.use(async (s) => {
    const bytes = new Uint8Array(25 * 2 ** 20 + 12345);
    for (let at = 0; at < bytes.length; at += 65536) {
      crypto.getRandomValues(bytes.subarray(at, at + 65536));
    }
    await s.write("long", bytes);
    let run = await s.run("bob", ["enc", "--sign", "-r", ALICE, "-o", "long.enc", "long"]);
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    run = await s.run("alice", ["dec", "-q", "--from", BOB, "-o", "out", "long.enc"]);
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    assert.ok(same(await Deno.readFile(s.path("out")), bytes));

    run = await s.run("bob", ["enc", "--force", "-r", ALICE, "-o", "long.enc", "long"]);
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    run = await s.run("alice", ["dec", "--force", "-o", "out", "long.enc"]);
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    assert.ok(same(await Deno.readFile(s.path("out")), bytes));

    const piped = await s.run("bob", ["enc", "-r", ALICE], bytes);
    run = await s.run("alice", ["dec"], piped.stdout);
    assert.ok(run.code === 0 && same(run.stdout, bytes));
    piped.stdout[20 * 2 ** 20]! ^= 1;
    run = await s.run("alice", ["dec"], piped.stdout);
    assert.equal(run.code, 3);
    assert.ok(same(run.stdout, bytes.subarray(0, run.stdout.length)), "only authentic chunks");
    assert.ok(run.stdout.length < 20 * 2 ** 20);
    await s.write("bad.enc", piped.stdout);
    run = await s.run("alice", ["dec", "-o", "bad", "bad.enc"]);
    assert.equal(run.code, 3);
    assert.deepEqual(s.files(), ["bad.enc", "long", "long.enc", "out"]);
  }));

Deno.test("mistakes are told in a line, with the right exit code", () =>
  Session.use(async (s) => {
    await s.write("a.txt", "text");
    for (
      const [code, args, message] of [
        [2, ["enc", "a.txt"], "encrypt: no recipient is named"],
        [1, ["enc", "-r", "nobody", "a.txt"], "find public key nobody: no contact or file"],
        [1, ["enc", "-r", ALICE, "missing.txt"], "read missing.txt: no such file"],
        [1, ["enc", "-r", ALICE, "alice"], "read alice: is a folder"],
        [1, ["dec", "-i", "missing.pem", "a.enc"], "read key missing.pem: no such file"],
        [3, ["dec", "a.txt"], "decrypt a.txt: not a p2p encrypted file"],
        [3, ["dec", "/dev/null"], "decrypt /dev/null: the file is empty"],
        [2, ["enc", "--nonsense"], "parse command line: "],
      ] as const
    ) {
      if (args.includes("a.enc" as never)) {
        await s.write("a.enc", (await s.run("bob", ["enc", "-r", ALICE], "x")).stdout);
      }
      const run = await s.run("bob", [...args]);
      assert.equal(run.code, code, run.stderr);
      assert.ok(run.stderr.startsWith(`p2p: ${message}`), run.stderr);
      assert.ok(run.stderr.trimEnd().split("\n").length <= 2, run.stderr);
      assert.equal(run.text, "");
    }
  }));

Deno.test("every bad case of the stream and MAC lists: exit 3 and no output file; every good one opens", () =>
  Session.use(async (s) => {
    const listed = storedCases().filter(({ name }) => /^(stream|hmac)_/.test(name));
    assert.ok(listed.length > 40);
    const secretKey = fromHex(listed[0]!.identities[0]!);
    await s.write("key.pem", await encodePrivateKeyPem(secretKey));
    const queue = [...listed];
    const worker = async () => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        await s.write(`${one.name}.enc`, one.file);
        const run = await s.run("nobody", [
          "dec",
          "-i",
          "key.pem",
          "-o",
          one.name,
          `${one.name}.enc`,
        ]);
        assert.equal(run.code, one.expect === "success" ? 0 : 3, `${one.name}: ${run.stderr}`);
      }
    };
    await Promise.all([worker(), worker(), worker()]);
    const left = s.files().filter((name) => name !== "key.pem" && !name.endsWith(".enc"));
    const good = listed.filter(({ expect }) => expect === "success").map(({ name }) => name);
    assert.deepEqual(left, good.sort());
  }));

Deno.test("an interrupted run leaves nothing behind", () =>
  Session.use(async (s) => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-check", `--config=${CONFIG}`, MAIN]
        .concat(["enc", "-r", ALICE, "-o", "out.enc", "-"]),
      cwd: s.folder,
      env: { P2P_HOME: s.path("bob") },
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const writer = child.stdin.getWriter();
    const partial = () => s.files().some((name) => name.startsWith(".out.enc."));
    const piece = new Uint8Array(1 << 20);
    for (let written = 0; written < 12 || !partial(); written++) await writer.write(piece);
    child.kill("SIGINT");
    const { code } = await child.status;
    await writer.abort();
    assert.equal(code, 130);
    assert.deepEqual(s.files(), []);
  }));

Deno.test("a large file that is interrupted leaves nothing behind, and no complaint", () =>
  Session.use(async (s) => {
    await Deno.writeFile(s.path("large"), new Uint8Array(0));
    await Deno.truncate(s.path("large"), 768 * 2 ** 20);
    for (const begun of [0, 8, 64]) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", "--no-check", `--config=${CONFIG}`, MAIN]
          .concat(["enc", "-r", ALICE, "-o", "out.enc", "large"]),
        cwd: s.folder,
        env: { P2P_HOME: s.path("bob") },
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      const output = child.output();
      const partial = () => s.files().find((name) => name.startsWith(".out.enc."));
      const written = () => Deno.lstatSync(s.path(partial() ?? "none")).size;
      while (partial() === undefined || written() < begun * 2 ** 20) await nextTurn();
      child.kill("SIGINT");
      const { code, stderr } = await output;
      assert.equal(new TextDecoder().decode(stderr), "", `${begun} MiB`);
      assert.equal(code, 130);
      assert.deepEqual(s.files(), ["large"]);
    }
  }));
