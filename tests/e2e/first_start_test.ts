/** The first start of the executable: it unpacks into a private folder, says so, and takes nothing typed meanwhile. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { EXECUTABLE, p2p, unpacksNothing, withFolder } from "../support/executable.ts";
import { atTerminal } from "../support/pty.ts";
import { lacks, testUnless } from "../support/requires.ts";

const reason = await unpacksNothing() ?? lacks("script") ??
  (Deno.uid() === 0 ? undefined : "only root can give a folder to another");

testUnless(
  reason,
  "what is typed before a prompt is neither shown nor taken for the passphrase",
  () =>
    withFolder(async (folder) => {
      const env = { P2P_HOME: join(folder, "home"), P2P_CACHE: join(folder, "cache") };
      const plain = join(folder, "a.txt");
      const sealed = join(folder, "a.enc");
      await Deno.writeTextFile(plain, "words\n");
      await atTerminal([EXECUTABLE, "enc", "-p", "-o", sealed, plain], env, async (terminal) => {
        await terminal.see("unpacking once…");
        await terminal.type("too early\rtoo early\r");
        await terminal.see("new passphrase: ");
        await terminal.type("sesame\r");
        await terminal.see("the same again: ");
        await terminal.type("sesame\r");
        assert.equal(await terminal.ended(), 0, terminal.shown());
        assert.doesNotMatch(terminal.shown(), /too early|sesame/);
      });
      const open = [EXECUTABLE, "dec", "-p", sealed];
      await atTerminal(open, env, async (terminal) => {
        await terminal.see("passphrase: ");
        await terminal.type("sesame\r");
        await terminal.see("words");
        assert.equal(await terminal.ended(), 0);
        assert.doesNotMatch(terminal.shown(), /unpacking/, "the second start unpacks nothing");
      });
    }),
);

testUnless(
  reason,
  "lines pasted after the first command are left for the shell",
  () =>
    withFolder(async (folder) => {
      const env = { P2P_CACHE: join(folder, "cache") };
      await atTerminal(["sh"], env, async (terminal) => {
        await terminal.type(`${EXECUTABLE} --version\r`);
        await terminal.see("unpacking once…");
        await terminal.type("expr 40 + 2\rexit\r");
        await terminal.see("p2p ");
        await terminal.see("42\r\n");
        assert.equal(await terminal.ended(), 0);
      });
    }),
);

testUnless(
  reason,
  "it unpacks into nothing that others may write to, and through nobody's link",
  () =>
    withFolder(async (folder) => {
      const cache = join(folder, "cache");
      const env = { P2P_CACHE: cache, HOME: folder };
      await Deno.mkdir(join(cache, "p2p"), { recursive: true });
      await Deno.chmod(join(cache, "p2p"), 0o770);
      const open = await p2p(["--version"], { env });
      assert.match(open.stderr, /^p2p: unpack: .* is not yours alone/);
      assert.equal(open.code, 1);
      await Deno.remove(cache, { recursive: true });

      // Opened to others later: whoever could write there could have put anything in place of the program.
      const version = () => p2p(["--version"], { env });
      assert.equal((await version()).code, 0);
      const [unpacked] = [...Deno.readDirSync(join(cache, "p2p"))].map(({ name }) => name);
      for (const place of [join(cache, "p2p"), join(cache, "p2p", unpacked!)]) {
        await Deno.chmod(place, 0o770);
        const later = await version();
        assert.equal(later.code, 1);
        assert.match(later.stderr, /^p2p: unpack: .* is not yours alone/);
        await Deno.chmod(place, 0o700);
      }
      assert.equal((await version()).code, 0);
      await Deno.remove(cache, { recursive: true });

      const theirs = join(folder, "theirs");
      await Deno.mkdir(cache);
      await Deno.mkdir(theirs);
      await Deno.symlink(theirs, join(cache, "p2p"));
      const link = await p2p(["--version"], { env });
      assert.match(link.stderr, /^p2p: unpack: /);

      // Where the cache cannot be used: a folder in TMPDIR, never through a link that was there before.
      const temporary = join(folder, "tmp");
      await Deno.mkdir(temporary);
      await Deno.symlink(theirs, join(temporary, `p2p-${Deno.uid()}`));
      const fallback = await p2p(["--version"], {
        env: { P2P_CACHE: "/dev/null/none", TMPDIR: temporary },
      });
      assert.match(fallback.stderr, /^p2p: unpack: no private folder/);
      assert.deepEqual([...Deno.readDirSync(theirs)], []);
    }),
);

testUnless(
  reason,
  "what the first start writes has the permissions that any later one gives",
  () =>
    withFolder(async (folder) => {
      const env = { P2P_CACHE: join(folder, "cache"), P2P_HOME: join(folder, "home") };
      await Deno.writeTextFile(join(folder, "a"), "words\n");
      await Deno.writeTextFile(join(folder, "pass"), "sesame\n");
      const modes: number[] = [];
      for (const name of ["first", "second"]) {
        const args = ["enc", "--passphrase-file", "pass", "-o", name, "a"];
        const { code, stderr } = await p2p(args, { env, cwd: folder });
        assert.equal(code, 0, stderr);
        modes.push((await Deno.stat(join(folder, name))).mode! & 0o777);
      }
      assert.equal(modes[0], modes[1]);
    }),
);
