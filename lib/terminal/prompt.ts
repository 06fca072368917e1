/** Questions to the person at the terminal: a hidden passphrase, a yes or no. */
import { yesOrNo } from "./yes-no.ts";
import { FailureError, InterruptedError } from "../errors.ts";
import { type Bytes, wipe } from "../bytes.ts";
import { ControllingTerminal, dropTyped } from "../system/terminal.ts";
import { readTyped } from "./typed.ts";
import { writeStderr } from "./stderr.ts";

/** Longest passphrase taken, in bytes. */
const MAX_TYPED_LINE_BYTES = 4096;

/** How much is read of what was typed at once. */
const PROMPT_BYTES = 256;

const BACKSPACE = 0x08;
const DELETE = 0x7f;
const CTRL_C = 0x03;
const CTRL_D = 0x04;
const CTRL_U = 0x15;

/** Whether a person sits at the program's own streams: both the input and the error stream are a terminal. */
export function isInteractive(): boolean {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
}

/** The terminal that one of the program's streams belongs to, where the others are pipes or files. */
function terminalBehind(): ControllingTerminal | undefined {
  const streams = [Deno.stdin, Deno.stdout, Deno.stderr];
  // Without any a script runs unattended, though perhaps started from a terminal.
  return streams.some((stream) => stream.isTerminal()) ? ControllingTerminal.open() : undefined;
}

/** Whether a person can be asked, if need be past the program's streams. */
export function canAsk(): boolean {
  if (isInteractive()) return true;
  const terminal = terminalBehind();
  terminal?.close();
  return terminal !== undefined;
}

/**
 * Reads one line without showing it. The caller has made sure of `canAsk()` and wipes the result.
 * Ctrl-C is an InterruptedError.
 */
export async function askSecret(question: string): Promise<Bytes> {
  if (!isInteractive()) return await askBehind(question);
  Deno.stdin.setRaw(true);
  try {
    dropTyped();
    writeStderr(question);
    return await readSecretLine(readTyped);
  } finally {
    Deno.stdin.setRaw(false);
    writeStderr("\n");
  }
}

/** The same while stdin or stderr is something else. */
async function askBehind(question: string): Promise<Bytes> {
  const terminal = terminalBehind();
  try {
    if (terminal === undefined || !terminal.makeRaw() || !terminal.write(question)) {
      throw new FailureError("terminal.no-answer", {});
    }
    return await readSecretLine(() => terminal.read(PROMPT_BYTES));
  } finally {
    terminal?.write("\n");
    terminal?.close();
  }
}

async function readSecretLine(read: () => Promise<Uint8Array | null>): Promise<Bytes> {
  const line = new Uint8Array(MAX_TYPED_LINE_BYTES);
  let length = 0;
  let piece: Uint8Array | null = null;
  try {
    for (;;) {
      wipe(piece ?? undefined);
      piece = await read();
      if (piece === null) return line.slice(0, length);
      for (const byte of piece) {
        if (byte === 0x0d || byte === 0x0a) return line.slice(0, length);
        if (byte === CTRL_C) throw new InterruptedError("terminal.interrupted", {});
        if (byte === CTRL_D && length === 0) return line.slice(0, 0);
        length = edit(line, length, byte);
      }
    }
  } finally {
    wipe(line, piece ?? undefined);
  }
}

/** The line's length after one key. A backspace takes a whole UTF-8 character. */
function edit(line: Uint8Array, length: number, byte: number): number {
  if (byte === CTRL_U) return 0;
  if (byte === BACKSPACE || byte === DELETE) {
    let at = length;
    while (at > 0 && (line[at - 1]! & 0xc0) === 0x80) at--;
    return Math.max(at - 1, 0);
  }
  if (byte < 0x20) return length;
  if (length === MAX_TYPED_LINE_BYTES) {
    throw new FailureError("terminal.too-long", { limit: MAX_TYPED_LINE_BYTES });
  }
  line[length] = byte;
  return length + 1;
}

/** Asks a question; whatever is no yes is a no. */
export async function askYesNo(question: string): Promise<boolean> {
  writeStderr(`${question} [y/N] `);
  const typed = await readTyped();
  return typed !== null && yesOrNo(new TextDecoder().decode(typed)) === true;
}
