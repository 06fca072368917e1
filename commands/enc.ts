/** `p2p enc`: encrypts a file or a stream to SM2 recipients and/or a passphrase. */
import { buildCommand } from "@stricli/core";
import { type Bytes, utf8Text, wipe } from "../lib/bytes.ts";
import { encrypt } from "../lib/container/encrypt.ts";
import { randomBytes } from "../lib/crypto/random.ts";
import { P2PError, UsageError } from "../lib/errors.ts";
import { onInterrupt } from "../lib/system/cleanup.ts";
import { Progress } from "../lib/terminal/progress.ts";
import { safeText } from "../lib/text/safe.ts";
import { openBulkInput } from "./shared/bulk.ts";
import {
  type BothPassphrases,
  fileWorkersFor,
  identityPassphraseFlags,
  identitySource,
  runnerFor,
} from "./shared/container.ts";
import type { CommandContext } from "./shared/context.ts";
import {
  forceFlag,
  identityFlag,
  outputFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textsFlag,
} from "./shared/flags.ts";
import { loadIdentity, resolvePublicKey } from "./shared/identity.ts";
import { readAll, refuseTerminalInput } from "./shared/input.ts";
import { openOutput } from "./shared/output.ts";
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
  const text = utf8Text(
    await readAll(path, MAX_RECIPIENTS_BYTES, "recipients"),
    `read recipients ${safeText(path)}`,
  );
  const keys: Bytes[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const name = line.trim();
    if (name === "" || name.startsWith("#")) continue;
    try {
      keys.push(await resolvePublicKey(name));
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
      throw new UsageError(
        `read recipients ${safeText(path)}: line ${index + 1}: ${error.message}`,
        { cause: error },
      );
    }
  }
  if (keys.length === 0) throw new UsageError(`read recipients ${safeText(path)}: there are none`);
  return keys;
}

async function recipientsOf(flags: Flags): Promise<Bytes[]> {
  const keys: Bytes[] = [];
  for (const name of flags.recipient ?? []) keys.push(await resolvePublicKey(name));
  for (const path of flags.recipientsFile ?? []) keys.push(...await recipientsIn(path));
  return keys;
}

/** A passphrase for the file is wanted: asked for with -p, or given with nothing else that could need one. */
function wantsPassphrase(flags: Flags): boolean {
  return flags.passphrase === true || passphraseGiven(flags) && !flags.sign;
}

async function enc(this: CommandContext, flags: Flags, path?: string): Promise<void> {
  const byPassphrase = wantsPassphrase(flags);
  const recipients = await recipientsOf(flags);
  if (recipients.length === 0 && !byPassphrase) {
    throw new UsageError("encrypt: no recipient is named", {
      hint: "-r RECIPIENT for somebody's key, -p for a passphrase",
    });
  }
  refuseTerminalInput(path, "p2p enc -r RECIPIENT FILE");
  const input = await openBulkInput(path);
  try {
    const output = await openOutput(flags.output, { force: flags.force, binary: !flags.armor });
    const progress = new Progress(`encrypt ${safeText(input.name)}`, input.size, flags);
    const workers = flags.armor || flags.sign ? undefined : fileWorkersFor(input, output);
    const forget = onInterrupt(() => progress.finish());
    let passphrase: Bytes | undefined;
    try {
      const sender = flags.sign
        ? await loadIdentity(flags.identity, identitySource(flags, byPassphrase))
        : undefined;
      if (byPassphrase) {
        passphrase = await readPassphrase(flags, { prompt: "new passphrase", confirm: true });
      }
      await encrypt(input, output, {
        recipients,
        passphrase,
        sender,
        armour: flags.armor,
        random: randomBytes,
        runner: runnerFor(input),
        direct: workers && input.size !== undefined
          ? { inputBytes: input.size, run: workers.run }
          : undefined,
        onProgress: (bytes) => progress.update(workers ? bytes : input.consumed),
      });
      progress.finish();
      await output.commit();
    } catch (error) {
      workers?.close();
      await output.abort();
      throw error;
    } finally {
      forget();
      workers?.close();
      progress.finish();
      wipe(passphrase);
    }
  } finally {
    input.close();
  }
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
    positional: {
      kind: "tuple",
      parameters: [{
        parse: String,
        optional: true,
        brief: help.args.in,
        placeholder: "IN",
      }],
    },
  },
  docs: docsOf(help),
});
