/** Passphrases: from a file, a file descriptor, or the terminal; never from argv or the environment. */
import { type Bytes, equalConstantTime, wipe } from "../../lib/bytes.ts";
import type { KdfOptions } from "../../lib/crypto/kdf-cost.ts";
import { newPassphrase } from "../../lib/crypto/passphrase.ts";
import { FailureError, UsageError } from "../../lib/errors.ts";
import { askSecret, canAsk } from "../../lib/terminal/prompt.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { Text } from "../../lib/text/text.ts";
import { nextTurn } from "../../lib/transfer/turn.ts";
import { readAll } from "./input.ts";
import { tell, words } from "./language.ts";

/** Longest passphrase source read, in bytes. */
const MAX_PASSPHRASE_BYTES = 4096;

/** Flags that name a source of a passphrase. */
export interface PassphraseFlags {
  readonly passphraseFile?: string | undefined;
  readonly passphraseFd?: number | undefined;
  readonly slowKdf?: boolean | undefined;
}

/** How to ask for it on a terminal. */
export interface PassphraseQuestion {
  /** What is asked for: "passphrase for identity.pem". */
  readonly prompt: Text;
  /** Ask twice: for a new passphrase. */
  readonly confirm?: boolean;
  /** An empty answer is taken (it then means "none"). */
  readonly allowEmpty?: boolean;
}

/** Whether the flags name a source. */
export function passphraseGiven(flags: PassphraseFlags): boolean {
  return flags.passphraseFile !== undefined || flags.passphraseFd !== undefined;
}

/** What deriving a key from a passphrase may cost, and that signals have their turn meanwhile. */
export function kdfOptions({ slowKdf }: PassphraseFlags): KdfOptions {
  return { costly: slowKdf, turn: nextTurn };
}

/**
 * Reads a passphrase (UTF-8 bytes, without the line end) from what the flags name, else from the terminal. A new one
 * is taken in the form that all new ones have. The caller wipes it. Without flags and terminal: UsageError.
 */
export async function readPassphrase(
  flags: PassphraseFlags,
  question: PassphraseQuestion,
): Promise<Bytes> {
  const typed = await readTyped(flags, question);
  if (!question.confirm) return typed;
  const taken = newPassphrase(typed);
  wipe(typed);
  return taken;
}

async function readTyped(flags: PassphraseFlags, question: PassphraseQuestion): Promise<Bytes> {
  if (flags.passphraseFile !== undefined && flags.passphraseFd !== undefined) {
    throw new UsageError("passphrase.both", {});
  }
  if (flags.passphraseFile !== undefined) return await firstLine(flags.passphraseFile, question);
  if (flags.passphraseFd !== undefined) {
    const path = flags.passphraseFd === 0 ? "-" : descriptorPath(flags.passphraseFd);
    return await firstLine(path, question);
  }
  if (!canAsk()) {
    throw new UsageError("passphrase.no-terminal", { prompt: question.prompt }, {
      hint: text("passphrase.no-terminal.hint"),
    });
  }
  return await ask(question);
}

/** Where an inherited file descriptor can be opened. */
function descriptorPath(descriptor: number): string {
  if (Deno.build.os === "windows") {
    throw new UsageError("passphrase.windows", {}, { hint: text("passphrase.windows.hint") });
  }
  return `/dev/fd/${descriptor}`;
}

async function firstLine(path: string, question: PassphraseQuestion): Promise<Bytes> {
  const bytes = await readAll(path, MAX_PASSPHRASE_BYTES);
  const newline = bytes.indexOf(0x0a);
  let end = newline < 0 ? bytes.length : newline;
  if (end > 0 && bytes[end - 1] === 0x0d) end--;
  const line = bytes.slice(0, end);
  wipe(bytes);
  if (line.length === 0 && !question.allowEmpty) {
    throw new FailureError("passphrase.empty", { name: path === "-" ? "stdin" : path });
  }
  return line;
}

async function ask(question: PassphraseQuestion): Promise<Bytes> {
  const speaker = await words();
  for (;;) {
    const first = await askSecret(
      speaker.text(text("passphrase.ask", { prompt: question.prompt })),
    );
    if (first.length === 0 && !question.allowEmpty) {
      await tell({}, "passphrase.not-empty");
      continue;
    }
    if (!question.confirm || first.length === 0) return first;
    const second = await askSecret(speaker.text(text("passphrase.again")));
    const same = equalConstantTime(first, second);
    wipe(second);
    if (same) return first;
    wipe(first);
    await tell({}, "passphrase.differ");
  }
}
