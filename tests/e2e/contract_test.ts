/** The contract for scripts, held against the executable: exit codes, streams, errors, help, what it leaves. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { EXECUTABLE, makeHome, p2p, unpacksNothing, withFolder } from "../support/executable.ts";
import { COMMANDS } from "../../commands/table.ts";
import config from "../../deno.json" with { type: "json" };
import { notLinux, testUnless } from "../support/requires.ts";

Deno.test("--version prints the version on stdout and nothing else", async () => {
  const { code, stdout, stderr } = await p2p(["--version"]);
  assert.deepEqual([code, stdout, stderr], [0, `p2p ${config.version}\n`, ""]);
});

Deno.test("help names every command, and each command's help has two examples", async () => {
  const help = await p2p(["--help"]);
  assert.equal(help.code, 0);
  for (const { name } of COMMANDS) {
    assert.match(help.stdout, new RegExp(`\\b${name}\\b`), name);
    const own = await p2p([name, "--help"]);
    assert.equal(own.code, 0, name);
    const examples = own.stdout.match(/^\s+(?:.*\| )?(?:\$ )?(?:\S+=\S+ )?p2p .+$/gm) ?? [];
    assert.ok(examples.length >= 3, `${name} --help shows fewer than two examples:\n${own.stdout}`);
  }
});

Deno.test("a wrong command line ends with 2, says why in one line, and where help is", async () => {
  const lines: ReadonlyArray<readonly [args: string[], reason: RegExp]> = [
    [["kegen"], /did you mean `?keygen/],
    [["enc", "--nonsense"], /--nonsense/],
    [["keygen", "a", "b"], /too many arguments/i],
    [["sm4", "encrypt", "--mode", "xyz"], /mode/],
  ];
  for (const [args, reason] of lines) {
    const { code, stdout, stderr } = await p2p(args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, /^p2p: .+\n {5}see 'p2p.* --help'\n$/, args.join(" "));
    assert.match(stderr, reason);
  }
});

Deno.test("a failure is one line on stderr, without a stack trace unless P2P_DEBUG=1", async () => {
  const args = ["dec", "/nonexistent/file"];
  const { code, stdout, stderr } = await p2p(args);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^p2p: [^\n]+: [^\n]+\n( {5}[^\n]+\n)?$/);
  const debug = await p2p(args, { env: { P2P_DEBUG: "1" } });
  assert.match(debug.stderr, /\n\s+at /);
});

Deno.test("a new identity: key on stdout, path and fingerprint on stderr, private files, no overwrite", async () => {
  await withFolder(async (folder) => {
    const home = join(folder, "home");
    const made = await p2p(["keygen", "--no-passphrase"], { home });
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /^p2p1[02-9ac-hj-np-z]+\n$/);
    assert.match(made.stderr, /identity\.pem/);
    assert.equal((await Deno.stat(home)).mode! & 0o777, 0o700);
    assert.equal((await Deno.stat(join(home, "identity.pem"))).mode! & 0o777, 0o600);
    const again = await p2p(["keygen", "--no-passphrase"], { home });
    assert.equal(again.code, 1);
    assert.match(again.stderr, /there is a key already/);
    const same = await p2p(["pubkey"], { home });
    assert.equal(same.stdout, made.stdout);
  });
});

Deno.test("two first starts at the same time both work", async () => {
  await withFolder(async (folder) => {
    const env = { XDG_CACHE_HOME: join(folder, "cache"), P2P_CACHE: "" };
    const runs = await Promise.all([1, 2].map(() => p2p(["--version"], { env })));
    for (const { code, stdout, stderr } of runs) {
      assert.deepEqual([code, stdout, stderr], [0, `p2p ${config.version}\n`, ""]);
    }
  });
});

testUnless(await unpacksNothing(), "the unpacked program is private", async () => {
  await withFolder(async (folder) => {
    await p2p(["--version"], { env: { XDG_CACHE_HOME: join(folder, "cache"), P2P_CACHE: "" } });
    const cache = join(folder, "cache", "p2p");
    for await (const entry of Deno.readDir(cache)) {
      assert.equal((await Deno.stat(join(cache, entry.name))).mode! & 0o777, 0o700, entry.name);
    }
  });
});

Deno.test("stdout closed by its reader is no internal error", async () => {
  await withFolder(async (folder) => {
    const { home } = await makeHome(folder, "a");
    await Deno.writeFile(join(folder, "big"), new Uint8Array(4_000_000));
    const shell = new Deno.Command("sh", {
      args: [
        "-c",
        `"$0" enc -r "$("$0" pubkey 2>/dev/null)" big | head -c 10 >/dev/null`,
        EXECUTABLE,
      ],
      cwd: folder,
      env: { P2P_HOME: home },
      stderr: "piped",
      stdout: "null",
    });
    const { stderr } = await shell.output();
    assert.equal(new TextDecoder().decode(stderr), "");
  });
});

testUnless(
  notLinux,
  "a file that the runtime keeps out of reach is a plain error, never an internal one",
  async () => {
    for (
      const args of [["sm3", "/proc/version"], ["dec", "/proc/version"], [
        "pubkey",
        "-i",
        "/proc/x",
      ]]
    ) {
      const { code, stderr } = await p2p(args);
      assert.equal(code, 1, args[0]);
      assert.match(stderr, /^p2p: .*out of this program's reach\n$/, args[0]);
    }
    const elsewhere = await p2p(["keygen", "--no-passphrase"], { home: "/proc/x" });
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.stderr, /^p2p: make key \/proc\/x\S*: .*out of this program's reach\n$/);
  },
);

testUnless(
  notLinux,
  "a working folder that the runtime lets nobody look at is as good as any",
  async () => {
    const { code, stdout, stderr } = await p2p(["sm3"], { cwd: "/proc/self", stdin: "abc" });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^66c7f0f4/);
  },
);
