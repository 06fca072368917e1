/** Becoming known by an invitation: the line, the picture, the terminal; and contacts that move between homes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { qrPng } from "../../lib/qr/code.ts";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";
import { atTerminal } from "../support/pty.ts";
import { testWithPrograms } from "../support/requires.ts";
import { codeOnTerminal } from "../support/terminal-picture.ts";

async function zbarimg(path: string): Promise<string> {
  const { stdout } = await new Deno.Command("zbarimg", { args: ["-q", "--raw", path] }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("bob accepts alice's line and knows her key and address; the name is his to choose", () =>
  withFolder(async (folder) => {
    const [alice, bob] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
    const invite = ["contact", "invite", "--name", "Alice", "--address", "10.0.0.7:9998"];
    const invited = await p2p(invite, alice);
    assert.equal(invited.code, 0, invited.stderr);
    assert.match(invited.stdout, /^p2p:\/\/[a-z2-7]+\n$/);
    assert.equal(invited.stderr, "", "no code where there is no terminal");
    const line = invited.stdout.trim();
    const accepted = await p2p(["contact", "accept", line], bob);
    assert.equal(accepted.code, 0, accepted.stderr);
    assert.match(accepted.stderr, /^Alice: .* at 10\.0\.0\.7:9998/);
    const shown = JSON.parse((await p2p(["contact", "show", "Alice", "--json"], bob)).stdout);
    assert.equal(shown.key, alice.key);
    assert.equal(shown.address, "10.0.0.7:9998");
    assert.equal(shown.verified, undefined, "an invitation proves nothing");
    // Again, and under another name: nothing is overwritten.
    const again = await p2p(["contact", "accept", line.toUpperCase(), "--name", "eve"], bob);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /known already: it is Alice/);
    // A twin of her name for another key is refused.
    const other = (await p2p(["contact", "invite", "--name", "Аlice"], bob)).stdout.trim();
    const carol = await makeHome(folder, "c");
    await p2p(["contact", "accept", line], carol);
    const twin = await p2p(["contact", "accept", other, "--name", "Аlice"], carol);
    assert.equal(twin.code, 1, twin.stderr);
    assert.match(twin.stderr, /can be taken for the contact Alice/);
    const unnamed = await p2p(["contact", "accept", other], carol);
    assert.equal(unnamed.code, 2, unnamed.stderr);
    const own = await p2p(["contact", "accept", line], alice);
    assert.equal(own.code, 1, own.stderr);
    const broken = await p2p(["contact", "accept", line.slice(0, -1)], carol);
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /a character is wrong or missing/);
  }));

testWithPrograms(
  "the picture is read by zbarimg and by accept",
  ["zbarimg", "ffmpeg"],
  () =>
    withFolder(async (folder) => {
      const [alice, bob] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
      const png = join(folder, "me.png");
      const invite = [
        "contact",
        "invite",
        "--name",
        "alice",
        "--address",
        "10.0.0.7",
        "--png",
        png,
      ];
      const { stdout, stderr, code } = await p2p(invite, alice);
      assert.equal(code, 0, stderr);
      assert.equal((await zbarimg(png)).toLowerCase(), stdout.trim());
      const photo = join(folder, "photo.jpg");
      const args = ["-v", "error", "-i", png, "-vf", "rotate=0.1:fillcolor=white", photo];
      await new Deno.Command("ffmpeg", { args, stdin: "null" }).output();
      for (const [name, picture] of [["alice", png], ["alice", photo]] as const) {
        const { code, stderr } = await p2p(["contact", "accept", picture, "--name", name], bob);
        assert.equal(code, 0, stderr);
      }
      assert.equal((await p2p(["contact", "list"], bob)).stdout.split("\t")[1], alice.key);
      const blank = join(folder, "blank.png");
      await Deno.writeFile(blank, qrPng({ size: 21, dark: () => false }));
      const none = await p2p(["contact", "accept", blank], bob);
      assert.equal(none.code, 1);
      assert.match(none.stderr, /there is no QR code in/);
      assert.equal((await p2p([...invite], alice)).code, 1, "nothing is overwritten");
    }),
);

testWithPrograms(
  "at a terminal the code fits 80×24 and is read from it",
  ["zbarimg"],
  () =>
    withFolder(async (folder) => {
      const { home } = await makeHome(folder, "a");
      const command = [EXECUTABLE, "contact", "invite", "--name", "alice", "--address", "10.0.0.7"];
      await atTerminal(command, { P2P_HOME: home, NO_COLOR: "" }, async (terminal) => {
        assert.equal(await terminal.ended(), 0);
        const shown = terminal.shown();
        const line = /p2p:\/\/[a-z2-7]+/.exec(shown)![0];
        const rows = shown.split(/\r?\n/).filter((row) => row.includes("▀") || row.includes("█"));
        assert.ok(rows.length <= 21, `${rows.length} rows`);
        const path = join(folder, "screen.png");
        await Deno.writeFile(path, qrPng(codeOnTerminal(shown, true)));
        assert.equal((await zbarimg(path)).toLowerCase(), line);
      });
    }),
);

Deno.test("contacts move to another home whole; conflicts are named, nothing is overwritten", () =>
  withFolder(async (folder) => {
    const [alice, bob, carol] = [
      await makeHome(folder, "a"),
      await makeHome(folder, "b"),
      await makeHome(folder, "c"),
    ];
    await p2p(["contact", "add", "bob", bob.key, "--address", "10.0.0.7"], alice);
    await p2p(["contact", "verify", "bob", "--yes"], alice);
    await p2p(["contact", "add", "carol", carol.key], alice);
    const file = join(folder, "contacts.p2p");
    const exported = await p2p(["contact", "export", file, "-r", bob.key], alice);
    assert.equal(exported.code, 0, exported.stderr);
    assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
    assert.equal((await p2p(["contact", "export", file], alice)).code, 1, "nothing is overwritten");
    // The same identity on another machine.
    const moved = join(folder, "moved");
    await Deno.mkdir(moved, { mode: 0o700 });
    await Deno.copyFile(join(alice.home, "identity.pem"), join(moved, "identity.pem"));
    await p2p(["contact", "add", "carol", bob.key], { home: moved });
    const clash = await p2p(["contact", "import", file], { home: moved });
    assert.equal(clash.code, 1, clash.stderr);
    assert.match(clash.stderr, /left out bob: here the key is called carol/);
    assert.match(clash.stderr, /left out carol: here the name stands for another key/);
    await p2p(["contact", "remove", "carol"], { home: moved });
    const whole = await p2p(["contact", "import", file], { home: moved });
    assert.equal(whole.code, 0, whole.stderr);
    const list = (home: string) => p2p(["contact", "list"], { home });
    assert.equal((await list(moved)).stdout, (await list(alice.home)).stdout);
    // Bob may read it, and takes it only when he says from whom; her marks are not his.
    assert.equal((await p2p(["contact", "import", file], bob)).code, 3);
    const taken = await p2p(["contact", "import", file, "--from", alice.key], bob);
    assert.equal(taken.code, 0, taken.stderr);
    assert.match((await list(bob.home)).stdout, /^carol\t.*\tunverified\n$/, "and not himself");
    assert.equal((await p2p(["contact", "import", file], carol)).code, 3);
    // One changed byte.
    const text = await Deno.readTextFile(file);
    const at = text.length >> 1;
    const other = text[at] === "A" ? "B" : "A";
    await Deno.writeTextFile(file, text.slice(0, at) + other + text.slice(at + 1));
    const damaged = await p2p(["contact", "import", file], { home: moved });
    assert.notEqual(damaged.code, 0, damaged.stderr);
    const foreign = join(folder, "foreign.p2p");
    await Deno.writeTextFile(foreign, "hello");
    const sealed = join(folder, "sealed.p2p");
    await p2p(["enc", "-r", alice.key, "--sign", "-o", sealed, foreign], alice);
    const none = await p2p(["contact", "import", sealed], alice);
    assert.equal(none.code, 1, none.stderr);
    assert.match(none.stderr, /holds no contacts of p2p/);
  }));
