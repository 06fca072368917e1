/** Passphrases: from a file, a file descriptor, or the terminal; never from argv or the environment. */
import { type Bytes, equalConstantTime, wipe } from "../../lib/bytes.ts";
import { FailureError, UsageError } from "../../lib/errors.ts";
import { askSecret, canAsk } from "../../lib/terminal/prompt.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { readAll } from "./input.ts";

/** Longest passphrase source read, in bytes. */
const MAX_PASSPHRASE_BYTES = 4096;

/** Flags that name a source of a passphrase. */
export interface PassphraseFlags {
  readonly passphraseFile?: string | undefined;
  readonly passphraseFd?: number | undefined;
}

/** How to ask for it on a terminal. */
export interface PassphraseQuestion {
  /** "passphrase for identity.pem" */
  readonly prompt: string;
  /** Ask twice: for a new passphrase. */
  readonly confirm?: boolean;
  /** An empty answer is taken (it then means "none"). */
  readonly allowEmpty?: boolean;
}

/** Whether the flags name a source. */
export function passphraseGiven(flags: PassphraseFlags): boolean {
  return flags.passphraseFile !== undefined || flags.passphraseFd !== undefined;
}

/**
 * Reads a passphrase (UTF-8 bytes, without the line end) from what the flags name, else from the terminal.
 * The caller wipes it. Without flags and terminal: UsageError.
 */
export async function readPassphrase(
  flags: PassphraseFlags,
  question: PassphraseQuestion,
): Promise<Bytes> {
  if (flags.passphraseFile !== undefined && flags.passphraseFd !== undefined) {
    throw new UsageError("read passphrase: give --passphrase-file or --passphrase-fd, not both");
  }
  if (flags.passphraseFile !== undefined) return await firstLine(flags.passphraseFile, question);
  if (flags.passphraseFd !== undefined) {
    const path = flags.passphraseFd === 0 ? "-" : descriptorPath(flags.passphraseFd);
    return await firstLine(path, question);
  }
  if (!canAsk()) {
    throw new UsageError(`read passphrase: no terminal to ask for the ${question.prompt}`, {
      hint: "use --passphrase-file FILE or --passphrase-fd N",
    });
  }
  return await ask(question);
}

/** Where an inherited file descriptor can be opened. */
function descriptorPath(descriptor: number): string {
  if (Deno.build.os === "windows") {
    throw new UsageError("read passphrase: --passphrase-fd does not work on Windows", {
      hint: "use --passphrase-file FILE, or --passphrase-fd 0 for stdin",
    });
  }
  return `/dev/fd/${descriptor}`;
}

async function firstLine(path: string, question: PassphraseQuestion): Promise<Bytes> {
  const bytes = await readAll(path, MAX_PASSPHRASE_BYTES, "passphrase");
  const newline = bytes.indexOf(0x0a);
  let end = newline < 0 ? bytes.length : newline;
  if (end > 0 && bytes[end - 1] === 0x0d) end--;
  const line = bytes.slice(0, end);
  wipe(bytes);
  if (line.length === 0 && !question.allowEmpty) {
    throw new FailureError("read passphrase: it is empty");
  }
  return line;
}

async function ask(question: PassphraseQuestion): Promise<Bytes> {
  for (;;) {
    const first = await askSecret(`${question.prompt}: `);
    if (first.length === 0 && !question.allowEmpty) {
      notice("a passphrase must not be empty");
      continue;
    }
    if (!question.confirm || first.length === 0) return first;
    const second = await askSecret("the same again: ");
    const same = equalConstantTime(first, second);
    wipe(second);
    if (same) return first;
    wipe(first);
    notice("the two differ, once more");
  }
}
