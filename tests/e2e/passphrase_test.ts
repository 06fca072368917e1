/** Passphrases asked at the terminal while the data goes through pipes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { EXECUTABLE, withFolder } from "../support/executable.ts";
import { lacks, notLinux, testUnless } from "../support/requires.ts";
import { atTerminal } from "../support/pty.ts";

/** Only Linux lets p2p reach the terminal past its streams. */
const reason = notLinux ?? lacks("script");

/** A shell that runs `pipeline`, where "p2p" is the executable and `$D` is `folder`. */
function shell(pipeline: string): string[] {
  return ["sh", "-c", `p2p() { '${EXECUTABLE}' "$@"; }; ${pipeline}`];
}

testUnless(
  reason,
  "a passphrase is asked for at the terminal while data goes through pipes",
  () =>
    withFolder(async (folder) => {
      const env = { P2P_HOME: join(folder, "home"), D: folder };
      const data = crypto.getRandomValues(new Uint8Array(60_000));
      await Deno.writeFile(join(folder, "data"), data);
      const seal = shell('cat "$D/data" | p2p enc -p > "$D/data.enc"');
      await atTerminal(seal, env, async (terminal) => {
        await terminal.see("new passphrase: ");
        await terminal.type("sesamx\x7fe\r");
        await terminal.see("the same again: ");
        await terminal.type("sesame\r");
        assert.equal(await terminal.ended(), 0, terminal.shown());
        assert.ok(!terminal.shown().includes("sesam"), "the passphrase was shown");
      });
      const open = shell('cat "$D/data.enc" | p2p dec > "$D/opened"; code=$?; stty -a; exit $code');
      await atTerminal(open, env, async (terminal) => {
        await terminal.see("passphrase: ");
        await terminal.type("sesame\r");
        assert.equal(await terminal.ended(), 0, terminal.shown());
        assert.match(terminal.shown(), /\bicanon\b[^]* echo /, "the terminal is as it was");
      });
      assert.deepEqual(await Deno.readFile(join(folder, "opened")), data);
    }),
);

testUnless(
  reason,
  "Ctrl-C at such a question ends the program and leaves the terminal as it was",
  () =>
    withFolder(async (folder) => {
      const env = { P2P_HOME: join(folder, "home"), D: folder };
      const seal = shell('echo | p2p enc -p > "$D/enc"; code=$?; stty -a; exit $code');
      await atTerminal(seal, env, async (terminal) => {
        await terminal.see("new passphrase: ");
        await terminal.type("half\x03");
        assert.equal(await terminal.ended(), 130, terminal.shown());
        assert.match(terminal.shown(), /\bicanon\b[^]* echo /, "the terminal is as it was");
      });
      assert.equal((await Deno.stat(join(folder, "enc"))).size, 0);
    }),
);

testUnless(
  reason,
  "without a stream at the terminal nobody is asked",
  () =>
    withFolder(async (folder) => {
      const env = { P2P_HOME: join(folder, "home"), D: folder };
      const seal = shell('echo | p2p enc -p 2> "$D/err" | cat > "$D/enc"; cat "$D/err"');
      await atTerminal(seal, env, async (terminal) => {
        await terminal.see("no terminal to ask for the new passphrase");
        assert.equal(await terminal.ended(), 0);
      });
    }),
);

testUnless(
  notLinux,
  "--passphrase-fd reads whatever the descriptor is: a file, a pipe",
  async () => {
    await withFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "pw"), "correct horse\n");
      await Deno.writeTextFile(join(folder, "plain"), "words");
      const script = `
      set -e
      "$P" enc -p --passphrase-fd 3 -o sealed plain 3<pw
      "$P" dec -p --passphrase-fd 7 sealed 7<pw
      cat pw | "$P" dec -p --passphrase-fd 9 sealed 9<&0
    `;
      const { code, stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", script],
        cwd: folder,
        env: { P: EXECUTABLE, P2P_HOME: join(folder, "home") },
        stdin: "null",
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      assert.match(new TextDecoder().decode(stdout), /^wordswords$/);
    });
  },
);
