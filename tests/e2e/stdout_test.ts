/** Standard streams that cannot be written or read are a failure that says so in one line. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { COMMAND_NAMES } from "../../commands/names.ts";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";

/** Runs `p2p ARGS` by sh, which redirects stdout as `redirection` says. */
async function redirected(
  args: readonly string[],
  redirection: string,
  home: string,
): Promise<{ code: number; stderr: string }> {
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", `"$@" ${redirection}`, "sh", EXECUTABLE, ...args],
    env: { P2P_HOME: home },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

/** A line of each command that prints something on stdout, besides its help. */
function printing(folder: string, key: string): Record<string, string[]> {
  const file = (name: string) => join(folder, name);
  const made = new URL("../../fixtures/", import.meta.url).pathname;
  return {
    version: ["--version"],
    "version as a word": ["version"],
    keygen: ["keygen", "--no-passphrase", "-o", file("new.pem"), "--force"],
    pubkey: ["pubkey"],
    enc: ["enc", "-r", key, file("a.txt")],
    "enc -o -": ["enc", "-a", "-r", key, "-o", "-", file("a.txt")],
    dec: ["dec", file("a.enc")],
    sign: ["sign", "-o", "-", file("a.txt")],
    sm2: ["sm2", "encrypt", "-k", key, file("a.txt")],
    sm3: ["sm3", file("a.txt")],
    "sm3 --check": ["sm3", "--check", file("SM3SUMS")],
    sm4: ["sm4", "encrypt", "--mode", "ecb", "--key", "0".repeat(32), file("a.txt")],
    stego: ["stego", "capacity", `${made}stego/cover.png`],
    contact: ["contact", "list"],
    doctor: ["doctor", "--crypto"],
    "listen --json": ["listen", "--json", "--port", "0", "--bind", "127.0.0.1"],
  };
}

Deno.test("a full stdout is one clear line and exit code 1, for every command", async () => {
  await withFolder(async (folder) => {
    const { home, key } = await makeHome(folder, "home");
    await Deno.writeTextFile(join(folder, "a.txt"), "words\n");
    const { stdout } = await p2p(["sm3", "a.txt"], { home, cwd: folder });
    await Deno.writeTextFile(
      join(folder, "SM3SUMS"),
      stdout.replace("a.txt", join(folder, "a.txt")),
    );
    await p2p(["enc", "-r", key, "-o", join(folder, "a.enc"), join(folder, "a.txt")], { home });
    await p2p(["contact", "add", "me", key], { home });
    const lines: Record<string, string[]> = printing(folder, key);
    for (const name of COMMAND_NAMES) lines[`${name} --help`] = [name, "--help"];
    for (const [what, args] of Object.entries(lines)) {
      const { code, stderr } = await redirected(args, ">/dev/full", home);
      const said = stderr.split("\n").filter((line) => line.startsWith("p2p: write"));
      assert.deepEqual(
        said,
        ["p2p: write stdout: no space left on the device"],
        `${what}: ${stderr}`,
      );
      assert.equal(code, 1, what);
      assert.doesNotMatch(stderr, /\bat \S+\.[jt]s/, what);
    }
  });
});

Deno.test("a stdout that is closed is said, too, by who prints", async () => {
  await withFolder(async (folder) => {
    const { home } = await makeHome(folder, "home");
    for (const args of [["pubkey"], ["--version"], ["--help"]]) {
      const closed = await redirected(args, ">&-", home);
      assert.equal(closed.code, 1);
      assert.equal(
        closed.stderr,
        "p2p: write stdout: it is closed\n",
        args.join(" "),
      );
    }
    // Who prints nothing needs no stdout.
    const quiet = await redirected(["sm3", "--check", "/dev/null", "-q"], ">&-", home);
    assert.doesNotMatch(quiet.stderr, /write stdout/);
  });
});

Deno.test("a stderr that cannot be written stops no work", async () => {
  await withFolder(async (folder) => {
    const { home } = await makeHome(folder, "home");
    const out = join(folder, "key.pem");
    const { code } = await redirected(
      ["keygen", "--no-passphrase", "-o", out],
      "2>/dev/full",
      home,
    );
    assert.equal(code, 0);
    await Deno.stat(out);
  });
});

Deno.test("a stdin that is closed is not taken for an empty one, wherever it would be read", async () => {
  await withFolder(async (folder) => {
    const { home, key } = await makeHome(folder, "home");
    const out = join(folder, "out");
    for (
      const line of [
        "sm3",
        `enc -r ${key} -o ${out}`,
        `dec -o ${out}`,
        "pubkey -i -",
        "stego capacity -",
        "send-file 127.0.0.1:1 -",
        `keygen --passphrase-fd 0 -o ${out}`,
        "contact import -",
      ]
    ) {
      const { code, stderr } = await redirected(line.split(" "), "<&-", home);
      assert.equal(code, 1, line);
      assert.equal(stderr, "p2p: read stdin: it is closed\n", line);
      await assert.rejects(Deno.stat(out), Deno.errors.NotFound, line);
    }
    // One that is open for writing alone has another reason, and so has a descriptor that is none.
    const wrong = await redirected(["sm3"], "0>/dev/null", home);
    assert.equal(wrong.stderr, "p2p: read stdin: it was not opened for that\n");
    const none = await redirected(["keygen", "--passphrase-fd", "7", "-o", out], "7<&-", home);
    assert.equal(none.stderr, "p2p: read /dev/fd/7: no such file\n");
    // Who reads nothing needs none, and what runs without all three does its work.
    const args = ["enc", "-r", key, "-o", out, join(home, "identity.pem")];
    assert.equal((await redirected(args, "<&- >&- 2>&-", home)).code, 0);
    assert.ok((await Deno.stat(out)).size > 0);
  });
});
