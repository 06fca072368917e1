/** `p2p sm3`: SM3 digests and HMAC-SM3, printed and checked like sha256sum. */
import { buildCommand } from "@stricli/core";
import { type Bytes, fromHex, hex, utf8Text, wipe } from "../lib/bytes.ts";
import { HmacSm3 } from "../lib/crypto/hmac.ts";
import { Sm3 } from "../lib/crypto/sm3.ts";
import {
  AuthenticationError,
  FailureError,
  FormatError,
  P2PError,
  UsageError,
} from "../lib/errors.ts";
import { text } from "../lib/text/catalogue.ts";
import { notice } from "../lib/terminal/notice.ts";
import { checksumLine, parseChecksums } from "./shared/checksums.ts";
import type { CommandContext } from "./shared/context.ts";
import { feedInput } from "./shared/feed.ts";
import { notEmpty, quietFlag, textFlag } from "./shared/flags.ts";
import { readAll, refuseTerminalInput } from "./shared/input.ts";
import { printLine } from "./shared/output.ts";
import { words } from "./shared/language.ts";
import { docsOf, helpOf } from "./shared/help.ts";

interface Flags {
  hmacKeyFile?: string;
  check?: string;
  quiet?: boolean;
}

const MAX_KEY_BYTES = 64 * 1024;
const MAX_LIST_BYTES = 64 * 2 ** 20;

/** A key file holds hex digits (a line end may follow), or else the key itself. */
async function readHmacKey(path: string): Promise<Bytes> {
  const bytes = await readAll(path, MAX_KEY_BYTES);
  const digits = /^((?:[0-9a-fA-F]{2})+)\r?\n?$/.exec(String.fromCharCode(...bytes))?.[1];
  return digits === undefined ? bytes : fromHex(digits);
}

async function digestOf(path: string, key: Bytes | undefined, flags: Flags): Promise<string> {
  const hash = key === undefined ? new Sm3() : new HmacSm3(key);
  await feedInput(path, flags, (piece) => void hash.update(piece));
  return hex(hash.digest());
}

/** One line for each file; a file that cannot be read does not keep the others from being hashed. */
async function printDigests(
  files: readonly string[],
  key: Bytes | undefined,
  flags: Flags,
): Promise<void> {
  const failures: P2PError[] = [];
  for (const file of files) {
    try {
      await printLine(checksumLine(await digestOf(file, key, flags), file));
    } catch (error) {
      if (!(error instanceof P2PError) || files.length === 1) throw error;
      notice(`p2p: ${(await words()).text(error)}`);
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw new FailureError("sm3.unreadable-files", { failed: failures.length });
  }
}

function textOf(bytes: Bytes, name: string): string {
  try {
    return utf8Text(bytes).replace(/^\ufeff/, "");
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new FormatError("input.not-text", { name }, { cause });
  }
}

/** Verifies every line of a list; a difference counts for more than a file that cannot be read. */
async function checkList(list: string, key: Bytes | undefined, flags: Flags): Promise<void> {
  const name = list === "-" ? "stdin" : list;
  const { entries, malformed } = parseChecksums(textOf(await readAll(list, MAX_LIST_BYTES), name));
  if (entries.length === 0) throw new FailureError("sm3.no-checksum", { name });
  let different = 0, unreadable = 0;
  for (const { digest, name } of entries) {
    let verdict: string;
    try {
      const same = await digestOf(name, key, flags) === digest;
      verdict = same ? "OK" : "FAILED";
      if (!same) different++;
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
      notice(`p2p: ${(await words()).text(error)}`);
      verdict = "FAILED open or read";
      unreadable++;
    }
    if (verdict !== "OK" || !flags.quiet) await printLine(`${name}: ${verdict}`);
  }
  if (malformed > 0) {
    const { text: said } = await words();
    notice(`p2p: warning: ${said(text("sm3.malformed", { lines: malformed }))}`, flags);
  }
  if (different > 0) {
    throw new AuthenticationError("sm3.differ", { failed: different, total: entries.length });
  }
  if (unreadable > 0) {
    throw new FailureError("sm3.check-unreadable", { failed: unreadable, total: entries.length });
  }
}

async function sm3(this: CommandContext, flags: Flags, ...files: string[]): Promise<void> {
  if (flags.check !== undefined && files.length > 0) {
    throw new UsageError("sm3.check-names", {});
  }
  if (flags.check === undefined) refuseTerminalInput(files[0], text("sm3.usage"));
  const key = flags.hmacKeyFile === undefined ? undefined : await readHmacKey(flags.hmacKeyFile);
  try {
    if (flags.check !== undefined) await checkList(flags.check, key, flags);
    else await printDigests(files.length === 0 ? ["-"] : files, key, flags);
  } finally {
    wipe(key);
  }
}

const help = helpOf("sm3");

export const command = buildCommand<Flags, string[], CommandContext>({
  func: sm3,
  parameters: {
    flags: {
      hmacKeyFile: textFlag(help.flags.hmacKeyFile, "FILE"),
      check: textFlag(help.flags.check, "FILE"),
      quiet: quietFlag,
    },
    positional: {
      kind: "array",
      parameter: { brief: help.args.file, parse: notEmpty, placeholder: "FILE" },
    },
    aliases: { q: "quiet", c: "check" },
  },
  docs: docsOf(help),
});
