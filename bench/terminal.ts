/**
 * A conversation at a terminal, the real executable on a pseudo-terminal: how soon a key is on the screen while a real
 * peer floods it, how soon `p2p chat` shows anything, how much memory the flood leaves it with, and Tab among many.
 */
import { join } from "node:path";
import { decodePrivateKey } from "../lib/crypto/keys/decode.ts";
import { generateKeyPair, publicKeyOf } from "../lib/crypto/sm2.ts";
import { openState } from "../lib/state/state.ts";
import type { Text } from "../lib/text/text.ts";
import { deadAddress } from "../tests/net/support.ts";
import { EXECUTABLE, makeHome } from "../tests/support/executable.ts";
import { script } from "../tests/support/processes.ts";
import { TerminalRun } from "../tests/support/pty.ts";
import { Run } from "../tests/support/runs.ts";
import { type Bench, costRow, inTurn, median, type Row } from "./harness.ts";

/** Messages that the peer sends in a second. */
const RATE = 1000;
/** Pauses between two keys, in milliseconds. */
const PAUSE_MS = 20;
/** Keys before the line is emptied. */
const KEYS_A_LINE = 40;
const CONTACTS = 1000;
const LAST = "last-of-them";

const GOALS = { keyMs: 10, paintOverMs: 80, memoryMiB: 120, tabMs: 50 } as const;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The value of which 99 of 100 are no larger. */
function percentile99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1]!;
}

/** Types one key after the other, each once the one before is on the screen; milliseconds of each until it was. */
async function keystrokes(run: TerminalRun, count: number): Promise<number[]> {
  const times: number[] = [];
  let draft = "";
  for (let i = 0; i < count; i++) {
    await pause(PAUSE_MS);
    if (draft.length === KEYS_A_LINE) {
      await run.type("\x15");
      await run.rowWhere((row) => !row.endsWith(draft));
      draft = "";
    }
    const key = String.fromCharCode("a".charCodeAt(0) + i % 26);
    draft += key;
    const began = performance.now();
    await run.type(key);
    await run.rowWhere((row) => row.endsWith(draft));
    times.push(performance.now() - began);
  }
  return times;
}

/** The same keys at the readline of bash, where nothing arrives. */
async function readline(count: number): Promise<number[]> {
  const run = new TerminalRun(["bash", "--norc", "-i"], { env: { PS1: "> " } });
  try {
    await run.see("> ");
    return await keystrokes(run, count);
  } finally {
    await run.stop();
  }
}

interface UnderFlood {
  readonly quiet: number[];
  readonly keys: number[];
  readonly sent: number;
  /** Messages that the terminal had shown when the last key was. */
  readonly shown: number;
  readonly seconds: number;
  readonly residentMiB: number;
  readonly peakMiB: number;
}

async function memory(pid: number): Promise<{ residentMiB: number; peakMiB: number }> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const mebibytes = (field: string) =>
    Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)![1]) / 1024;
  return { residentMiB: mebibytes("VmRSS"), peakMiB: mebibytes("VmHWM") };
}

async function underFlood(folder: string, count: number): Promise<UnderFlood> {
  const [program, ...args] = script("bench/network/text-flood.ts", String(RATE));
  const streams = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const peer = new Run(new Deno.Command(program!, { args, ...streams }));
  const [port] = await peer.out.match(/^\d+(?=\n)/);
  const home = join(folder, "chat");
  const command = [EXECUTABLE, "chat", `127.0.0.1:${port}`];
  const chat = new TerminalRun(command, { home, cwd: folder });
  try {
    await chat.see("/quit leaves");
    const quiet = await keystrokes(chat, count);
    await peer.type("begin\n");
    await chat.see("message 0 of the flood");
    const began = performance.now();
    const keys = await keystrokes(chat, count);
    const seconds = (performance.now() - began) / 1000;
    const shown = Number(/.*message (\d+) of the flood/s.exec(chat.shown().slice(-20_000))?.[1]);
    await peer.type("end\n");
    const sent = Number((await peer.out.match(/\n(\d+)\n/))[1]);
    await chat.see(`message ${sent - 1} of the flood`);
    return { quiet, keys, sent, shown, seconds, ...await memory(await chat.process()) };
  } finally {
    await chat.stop();
    await peer.stop();
  }
}

/** Milliseconds until `command` has shown `text` at a terminal; until it ends where there is none. */
async function shows(command: readonly string[], home: string, text?: string): Promise<number> {
  const began = performance.now();
  const run = new TerminalRun(command, { home });
  try {
    await (text === undefined ? run.code() : run.see(text));
    return performance.now() - began;
  } finally {
    await run.stop();
  }
}

/** Until the prompt of `p2p chat` stands, and until an empty Deno script has ended. */
async function firstPaint(folder: string, rounds: number): Promise<number[]> {
  const empty = join(folder, "empty.js");
  await Deno.writeTextFile(empty, "");
  const { hostname, port } = deadAddress();
  const chat = [EXECUTABLE, "chat", `${hostname}:${port}`];
  const home = join(folder, "paint");
  return await inTurn(
    rounds,
    () => shows([Deno.execPath(), "run", empty], home),
    () => shows(chat, home, "calling"),
  );
}

/** Gives the owner of `home` many contacts. */
async function knowMany(home: string): Promise<void> {
  const secretKey = await decodePrivateKey(await Deno.readFile(join(home, "identity.pem")));
  const identity = { secretKey, publicKey: publicKeyOf(secretKey) };
  const trouble = (problem: Text) => {
    throw new Error(`the state is in trouble: ${problem.code}`);
  };
  const state = await openState({ home, identity, now: Date.now, trouble });
  const added = new Date(0).toISOString();
  state.transaction(() => {
    for (let i = 0; i < CONTACTS; i++) {
      const name = i < CONTACTS - 1 ? `someone ${i}` : LAST;
      state.contacts.save({ name, key: generateKeyPair().publicKey, added });
    }
  });
  state.close();
}

/** Milliseconds that Tab takes: where one name fits, and where many do, which are listed. */
async function tab(folder: string, rounds: number): Promise<{ one: number; list: number }> {
  const { home } = await makeHome(folder, "many");
  await knowMany(home);
  const args = ["listen", "--bind", "127.0.0.1", "--port", "0"];
  const run = new TerminalRun([EXECUTABLE, ...args], { home, cwd: folder });
  const press = async (line: string, wanted: (row: string) => boolean, text?: string) => {
    await run.type(`\x15${line}`);
    await run.rowWhere((row) => row.endsWith(line.trimEnd()));
    const began = performance.now();
    await run.type("\t");
    if (text !== undefined) await run.see(text);
    await run.rowWhere(wanted);
    return performance.now() - began;
  };
  try {
    await run.see("> ");
    const [one, list]: [number[], number[]] = [[], []];
    for (let i = 0; i < rounds; i++) {
      one.push(await press("/to las", (row) => row.endsWith(`/to ${LAST}`)));
      list.push(await press("/to someone\\ ", (row) => row.endsWith("/to someone\\"), "more"));
    }
    return { one: median(one), list: median(list) };
  } finally {
    await run.stop();
  }
}

function goal(what: string, unit: string, ours: number, most: number, note: string): Row {
  return costRow(what, unit, ours, "goal", most, note);
}

export const bench: Bench = {
  name: "terminal",
  async run({ quick }): Promise<Row[]> {
    const folder = await Deno.makeTempDir({ prefix: "p2p-bench-" });
    try {
      const [empty, chat] = await firstPaint(folder, quick ? 5 : 21) as [number, number];
      const tabs = await tab(folder, quick ? 5 : 21);
      const count = quick ? 100 : 500;
      const bash = await readline(count);
      const figures = await underFlood(folder, count);
      const { quiet, keys, shown, seconds } = figures;
      const most = Math.max(...keys).toFixed(1);
      const about =
        `99th percentile of ${count}, median ${median(keys).toFixed(1)} ms, most ${most};` +
        ` ${(shown / seconds).toFixed(0)} messages a second shown of ${RATE}`;
      return [
        costRow(
          "a key on the screen, quiet",
          "ms",
          percentile99(quiet),
          "readline of bash",
          percentile99(bash),
          "99th percentile of both",
        ),
        goal("a key on the screen, flooded", "ms", percentile99(keys), GOALS.keyMs, about),
        costRow("the same", "ms", percentile99(keys), "readline of bash", percentile99(bash)),
        goal(
          "first paint of p2p chat, over an empty Deno script",
          "ms",
          chat - empty,
          GOALS.paintOverMs,
          `${chat.toFixed(0)} ms to the first line, ${empty.toFixed(0)} ms the empty script`,
        ),
        goal(
          `memory of the chat after ${figures.sent} messages`,
          "MiB",
          figures.residentMiB,
          GOALS.memoryMiB,
          `${figures.peakMiB.toFixed(0)} MiB at the most`,
        ),
        goal(`Tab, one of ${CONTACTS} contacts`, "ms", tabs.one, GOALS.tabMs, "median"),
        goal(`Tab, the list of ${CONTACTS} contacts`, "ms", tabs.list, GOALS.tabMs, "median"),
      ];
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};
