/** `p2p voice` as a person uses it: at a terminal, with a meter, keys and questions; and as a script does. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { testWithPrograms } from "../support/requires.ts";
import { fixture } from "./fixtures.ts";
import { type AtTerminal, atTerminal } from "../support/pty.ts";
import { runs, type Scripted, withTools } from "./scripted.ts";
import { until } from "../support/until.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** A microphone with somebody before it: ten pieces of a tenth of a second each second. */
const SPEAKING = `echo $$ > "$TRACES/pid"
while :; do yes abcdefghijklmno | head -c 9600; sleep 0.1; done`;
/** A player that tells what it played. */
const PLAYER = `echo "$2" >> "$TRACES/played"`;

function p2p(...args: string[]): string[] {
  const flags = ["run", "--quiet", "--no-check", "-A", "--unstable-net", "--config", CONFIG];
  return [Deno.execPath(), ...flags, MAIN, ...args];
}

function environment({ traces }: Scripted): Record<string, string> {
  return {
    PATH: join(traces, "bin"),
    P2P_HOME: join(traces, "home"),
    TMPDIR: traces,
    XDG_RUNTIME_DIR: "",
  };
}

/** Records to a file at a terminal; answers the exit code, what was shown, and the file's size. */
async function recordAt(
  machine: Scripted,
  flags: readonly string[],
  use: (terminal: AtTerminal) => Promise<void>,
): Promise<{ code: number; shown: string; size: number | undefined }> {
  const file = join(machine.traces, "note.wav");
  return await atTerminal(
    p2p("voice", "-o", file, ...flags),
    { ...environment(machine), PATH: `${join(machine.traces, "bin")}:/usr/bin:/bin` },
    async (terminal) => {
      await use(terminal);
      const code = await terminal.ended();
      const left = [...Deno.readDirSync(machine.traces)].filter(({ name }) =>
        name.startsWith("p2p-voice")
      );
      assert.deepEqual(left, [], "no private file is left");
      return { code, shown: terminal.shown(), size: await sizeOf(file) };
    },
  );
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Only the made-up tools, and of the system's the few that the scripts use: no real recorder is ever found. */
const TOOLS = { ffmpeg: `case "$*" in *pipe:1*) ${SPEAKING};; *) exit 1;; esac`, aplay: PLAYER };
const HIDDEN = {
  ffplay: "exit 1",
  sox: "exit 1",
  play: "exit 1",
  mpv: "exit 1",
  paplay: "exit 1",
  ffprobe: "exit 1",
};

function test(name: string, run: (machine: Scripted) => Promise<void>): void {
  testWithPrograms(name, ["script", "stty"], () => withTools({ ...TOOLS, ...HIDDEN }, run));
}

test("a meter and a countdown run; Enter stops; Enter again keeps what was said", async (machine) => {
  const { code, shown, size } = await recordAt(machine, ["--seconds", "60"], async (terminal) => {
    await terminal.see("recording [█");
    await terminal.see("0:01, 0:59 left. Enter stops");
    await terminal.type("\r");
    await terminal.see("keep it?");
    await terminal.type("\r");
  });
  assert.equal(code, 0);
  assert.match(shown, /recorded 0:0[12] {2}█+ {2}[\d.]+ KiB WAV/);
  assert.ok(size !== undefined && size > 48_000 && size < 400_000, `${size}`);
  assert.ok(!runs(machine.trace("pid")), "the recorder still runs");
});

test("Ctrl-C stops too and asks; n drops the note, exit 130", async (machine) => {
  const { code, shown, size } = await recordAt(machine, ["--seconds", "60"], async (terminal) => {
    await terminal.see("0:01, ");
    await terminal.type("\x03");
    await terminal.see("keep it?");
    await terminal.type("n");
  });
  assert.equal(code, 130);
  assert.equal(size, undefined);
  assert.match(shown, /discarded/);
  assert.ok(!runs(machine.trace("pid")), "the recorder still runs");
});

test("Ctrl-C before a word was said just ends", async (machine) => {
  await Deno.writeTextFile(
    join(machine.traces, "bin", "ffmpeg"),
    `#!/bin/sh\nexec /bin/sleep 60\n`,
  );
  const { code, shown } = await recordAt(machine, [], async (terminal) => {
    await terminal.see("opening the microphone");
    await terminal.type("\x03");
  });
  assert.equal(code, 130);
  assert.ok(!shown.includes("keep it?"));
});

test("before it is kept it can be heard, and recorded again", async (machine) => {
  const { code, shown } = await recordAt(machine, ["--seconds", "60"], async (terminal) => {
    for (const answer of ["p", "a"]) {
      if (answer === "p") {
        await terminal.see("0:01, ");
        await terminal.type(" ");
      }
      await terminal.see("keep it?");
      await terminal.type(answer);
    }
    await terminal.see("0:01, ");
    await terminal.type("\r");
    await terminal.see("keep it?");
    await terminal.type("y");
  });
  assert.equal(code, 0);
  assert.match(machine.trace("played") ?? "", /voice-\d{8}-\d{6}\.wav/);
  assert.equal(shown.match(/recorded 0:0\d/g)?.length, 2);
});

test("the full length is kept without a question, and --yes keeps a stopped one too", async (machine) => {
  const full = await recordAt(machine, ["--seconds", "1"], () => Promise.resolve());
  assert.equal(full.code, 0);
  assert.ok(!full.shown.includes("keep it?"));
  assert.equal(full.size, 44 + 96_000);
  const stopped = await recordAt(
    machine,
    ["--seconds", "60", "--yes", "--force"],
    async (terminal) => {
      await terminal.see("0:01, ");
      await terminal.type("\r");
    },
  );
  assert.equal(stopped.code, 0);
  assert.ok(!stopped.shown.includes("keep it?"));
});

/** A run without a terminal. */
async function run(machine: Scripted, args: readonly string[]) {
  const [program, ...rest] = p2p(...args);
  const { code, stdout, stderr } = await new Deno.Command(program!, {
    args: rest,
    env: environment(machine),
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

test("without a terminal it records its length in plain lines", async (machine) => {
  const file = join(machine.traces, "note.wav");
  const { code, stdout, stderr } = await run(machine, ["voice", "-o", file, "--seconds", "1"]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /^recording 0:01\nrecorded 0:01 {2}█+ {2}93\.8 KiB WAV\nsaved: /);
  assert.ok(!stderr.includes("\r") && !stderr.includes("\x1b"));
  const again = await run(machine, ["voice", "-o", file, "--seconds", "1"]);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /already exists/);
  const quiet = await run(machine, ["voice", "-o", file, "--seconds", "1", "--force", "-q"]);
  assert.deepEqual([quiet.code, quiet.stderr], [0, ""]);
});

test("an interrupted recording leaves no process and no file", async (machine) => {
  const [program, ...args] = p2p(
    "voice",
    "-o",
    join(machine.traces, "note.wav"),
    "--seconds",
    "60",
  );
  const child = new Deno.Command(program!, {
    args,
    env: environment(machine),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until(() => machine.trace("pid"));
  child.kill("SIGINT");
  assert.equal((await child.status).code, 130);
  assert.ok(!runs(machine.trace("pid")), "the recorder still runs");
  const left = [...Deno.readDirSync(machine.traces)].map(({ name }) => name);
  assert.ok(
    !left.some((name) => name.startsWith("p2p-voice") || name.startsWith("note")),
    left.join(),
  );
});

test("--play hears files of any name, kept ones with the identity, and tells what is wrong", async (machine) => {
  const file = join(machine.traces, "-n $(x).wav");
  await Deno.copyFile(fixture("tone.wav"), file);
  const played = await run(machine, ["voice", "--play", file, "--play", fixture("tone.wav")]);
  assert.equal(played.code, 0, played.stderr);
  assert.match(played.stderr, /0:01 {2}█+ {2}15\.7 KiB WAV/);
  assert.deepEqual(machine.trace("played")?.trim().split("\n"), [file, fixture("tone.wav")]);
  assert.equal((await run(machine, ["keygen", "--no-passphrase", "-q"])).code, 0);
  const kept = join(machine.traces, "kept.enc");
  const saved = await run(machine, ["voice", "-o", kept, "--keep-encrypted", "--seconds", "1"]);
  assert.equal(saved.code, 0, saved.stderr);
  assert.equal((await Deno.stat(kept)).mode! & 0o777, 0o600);
  assert.match(await Deno.readTextFile(kept), /^p2p-encrypted-file/);
  assert.equal((await run(machine, ["voice", "--play", kept])).code, 0);
  const opened = machine.trace("played")?.trim().split("\n").at(-1) ?? "";
  assert.match(opened, /p2p-voice-.*\/note$/);
  await assert.rejects(Deno.stat(dirname(opened)), Deno.errors.NotFound);
  assert.equal((await run(machine, ["keygen", "--no-passphrase", "--force", "-q"])).code, 0);
  assert.equal((await run(machine, ["voice", "--play", kept])).code, 3, "another identity");
  const text = await run(machine, ["voice", "--play", CONFIG]);
  assert.equal(text.code, 1);
  assert.match(text.stderr, /not a sound file/);
});

test("what cannot become a note is told before anybody is called", async (machine) => {
  const fails = async (code: number, words: RegExp, ...args: string[]) => {
    const result = await run(machine, ["voice", ...args]);
    assert.equal(result.code, code, result.stderr);
    assert.match(result.stderr, words);
  };
  await fails(2, /name the peer/);
  await fails(2, /1 to 600/, "127.0.0.1", "--seconds", "601");
  await fails(2, /not a device name/, "127.0.0.1", "--device=-i");
  await fails(2, /takes no peer/, "127.0.0.1", "--play", "x.wav");
  await fails(1, /no such file/, "127.0.0.1", "--input", "/nowhere/x.wav");
  await fails(1, /not a sound file/, "127.0.0.1", "--input", CONFIG);
});
