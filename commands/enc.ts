/** `p2p enc`: encrypts a file or a stream to SM2 recipients and/or a passphrase. */
import { buildCommand } from "@stricli/core";
import { type Bytes, utf8Text, wipe } from "../lib/bytes.ts";
import { encryptContainer } from "../lib/container/encrypt.ts";
import { randomBytes } from "../lib/crypto/random.ts";
import { FailureError, FormatError, P2PError, UsageError } from "../lib/errors.ts";
import { text } from "../lib/text/catalogue.ts";
import { nextTurn } from "../lib/transfer/turn.ts";
import {
  type BothPassphrases,
  identityPassphraseFlags,
  identitySource,
  passphraseSources,
  prepareForFile,
  runContainer,
} from "./shared/container.ts";
import type { CommandContext } from "./shared/context.ts";
import {
  forceFlag,
  identityFlag,
  optionalArgument,
  outputFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textsFlag,
} from "./shared/flags.ts";
import { loadIdentity, resolvePublicKey } from "./shared/identity.ts";
import { readAll, refuseStdinTwice, refuseTerminalInput } from "./shared/input.ts";
import { passphraseGiven, readPassphrase } from "./shared/secrets.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";

/** Largest file of recipients, in bytes. */
const MAX_RECIPIENTS_BYTES = 1 << 20;

interface Flags extends BothPassphrases {
  readonly recipient?: readonly string[];
  readonly recipientsFile?: readonly string[];
  readonly passphrase?: boolean;
  readonly sign?: boolean;
  readonly identity?: string;
  readonly armor?: boolean;
  readonly output?: string;
  readonly force?: boolean;
  readonly quiet?: boolean;
}

/** The recipients named in `path`: one a line; blank lines and lines that start with # do not count. */
async function recipientsIn(path: string): Promise<Bytes[]> {
  const name = path === "-" ? "stdin" : path;
  const lines = textIn(await readAll(path, MAX_RECIPIENTS_BYTES), name).split(/\r?\n/);
  const keys: Bytes[] = [];
  for (const [index, line] of lines.entries()) {
    const given = line.trim();
    if (given === "" || given.startsWith("#")) continue;
    try {
      keys.push(await resolvePublicKey(given, "encryption"));
    } catch (error) {
      throw inLine(error, name, index + 1);
    }
  }
  if (keys.length === 0) throw new FailureError("recipient.none", { name });
  return keys;
}

function textIn(bytes: Bytes, name: string): string {
  try {
    return utf8Text(bytes).replace(/^\ufeff/, "");
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new FormatError("input.not-text", { name }, { cause });
  }
}

/** What is wrong with one line, with the exit code that the same on the command line has. */
function inLine(error: unknown, name: string, line: number): unknown {
  if (!(error instanceof P2PError)) return error;
  const params = { name, line, reason: error }, detail = { hint: error.hint, cause: error };
  return error instanceof UsageError
    ? new UsageError("recipient.line", params, detail)
    : new FailureError("recipient.line", params, detail);
}

async function recipientsOf(flags: Flags): Promise<Bytes[]> {
  const keys: Bytes[] = [];
  for (const name of flags.recipient ?? []) keys.push(await resolvePublicKey(name, "encryption"));
  for (const path of flags.recipientsFile ?? []) keys.push(...await recipientsIn(path));
  return keys;
}

/** A passphrase for the file is wanted: asked for with -p, or given with nothing else that could need one. */
function wantsPassphrase(flags: Flags): boolean {
  return flags.passphrase === true || passphraseGiven(flags) && !flags.sign;
}

async function enc(this: CommandContext, flags: Flags, path?: string): Promise<void> {
  const ready = prepareForFile(path);
  refuseStdinTwice(
    ["IN", path ?? "-"],
    ...(flags.recipient ?? []).map((name) => ["-r", name] as const),
    ...(flags.recipientsFile ?? []).map((name) => ["-R", name] as const),
    ["-i", flags.identity],
    ...passphraseSources(flags),
  );
  const byPassphrase = wantsPassphrase(flags);
  const recipients = await recipientsOf(flags);
  if (recipients.length === 0 && !byPassphrase) {
    throw new UsageError("enc.nobody", {}, { hint: text("enc.nobody.hint") });
  }
  refuseTerminalInput(path, text("enc.usage"));
  const how = { progress: "enc.progress", binary: !flags.armor } as const;
  await runContainer(path, flags, how, async ({ input, output, threads }) => {
    await ready;
    const working = threads(Boolean(flags.armor || flags.sign));
    const sender = flags.sign
      ? await loadIdentity(flags.identity, identitySource(flags, byPassphrase))
      : undefined;
    const passphrase = byPassphrase
      ? await readPassphrase(flags, { prompt: text("passphrase.new"), confirm: true })
      : undefined;
    try {
      await encryptContainer(input, output, {
        recipients,
        passphrase,
        sender,
        armour: flags.armor,
        random: randomBytes,
        turn: nextTurn,
        ...working,
      });
    } finally {
      wipe(passphrase, sender?.secretKey);
    }
  });
}

const help = helpOf("enc");

export const command = buildCommand({
  func: enc,
  parameters: {
    flags: {
      recipient: textsFlag(
        help.flags.recipient,
        "RECIPIENT",
      ),
      recipientsFile: textsFlag(help.flags.recipientsFile, "FILE"),
      passphrase: switchFlag(help.flags.passphrase),
      ...passphraseFlags,
      sign: switchFlag(sharedHelp.flags.sign),
      identity: { ...identityFlag, brief: sharedHelp.flags.signingIdentity },
      ...identityPassphraseFlags,
      armor: switchFlag(help.flags.armor),
      output: outputFlag,
      force: forceFlag,
      quiet: quietFlag,
    },
    aliases: {
      r: "recipient",
      R: "recipientsFile",
      p: "passphrase",
      i: "identity",
      a: "armor",
      o: "output",
      q: "quiet",
    },
    positional: optionalArgument(help.args.in, "IN"),
  },
  docs: docsOf(help),
});
