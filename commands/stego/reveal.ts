/** `p2p stego reveal`: what is hidden in a picture, or in several. */
import { buildCommand } from "@stricli/core";
import { type Bytes, wipe } from "../../lib/bytes.ts";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { FailureError } from "../../lib/errors.ts";
import { writeFileAtomic } from "../../lib/files/atomic.ts";
import { contactByKey } from "../../lib/state/contacts.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { isInteractive } from "../../lib/terminal/prompt.ts";
import { safeText } from "../../lib/text/safe.ts";
import { numberedName, safeTopName } from "../../lib/transfer/names.ts";
import {
  type BothPassphrases,
  identityPassphraseFlags,
  identitySource,
} from "../shared/container.ts";
import type { CommandContext } from "../shared/context.ts";
import {
  forceFlag,
  outputFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textFlag,
  textsFlag,
} from "../shared/flags.ts";
import { loadIdentity, resolvePublicKey } from "../shared/identity.ts";
import { openOutput, printLine } from "../shared/output.ts";
import { passphraseGiven, readPassphrase } from "../shared/secrets.ts";
import { guardTerminal } from "../shared/terminal-guard.ts";
import { find, type KeySource, requireSigner, type Revealed } from "./find.ts";
import { hasIdentity } from "./own-key.ts";
import { limitsOf, maxPixelsFlag } from "./picture-file.ts";
import type { Key } from "./unlock.ts";
import { docsOf, helpOf, sharedHelp } from "../shared/help.ts";

interface Flags extends BothPassphrases {
  readonly passphrase?: boolean;
  readonly identity?: readonly string[];
  readonly from?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly maxPixels?: number;
  readonly quiet?: boolean;
}

/** Free names that are tried for a file. */
const MAX_NAMES = 1000;

/**
 * The keys in the order they are tried. What is named is tried alone; else the own identity where there is one,
 * then a passphrase asked for.
 */
async function keySources(flags: Flags): Promise<KeySource[]> {
  const named = flags.identity !== undefined;
  const passphrase: KeySource = async () => ({
    passphrase: await readPassphrase(flags, { prompt: "passphrase of the picture" }),
  });
  const byPassphrase = flags.passphrase === true || passphraseGiven(flags) && !named;
  const source = identitySource(flags, byPassphrase);
  const identity = (path?: string): KeySource => async () => ({
    identity: await loadIdentity(path, source),
  });
  const sources: KeySource[] = [];
  if (byPassphrase) sources.push(passphrase);
  for (const path of flags.identity ?? []) sources.push(identity(path));
  if (sources.length > 0) return sources;
  const own = await hasIdentity();
  if (own) sources.push(identity());
  if (isInteractive() || !own) sources.push(passphrase);
  return sources;
}

/** Keeps the keys that were used, to wipe them at the end. */
function remembering(sources: readonly KeySource[], used: Key[]): KeySource[] {
  return sources.map((source) => async () => {
    const key = await source();
    if (key !== undefined) used.push(key);
    return key;
  });
}

async function saySigner(signer: Uint8Array, flags: Flags): Promise<void> {
  const contact = await contactByKey(signer);
  const name = contact === undefined ? "" : `${safeText(contact.name)} `;
  notice(`signed by ${name}${encodePublicKeyText(signer)}`, flags);
}

/** Saves under the name that came along, made safe, or a free variant; answers the path. */
async function saveAs(name: string, content: Bytes, flags: Flags): Promise<string> {
  const safe = safeTopName(name);
  for (let n = 0; n < MAX_NAMES; n++) {
    const path = flags.force ? safe : numberedName(safe, n);
    try {
      await writeFileAtomic(path, content, { force: flags.force ?? false, durable: false });
      return path;
    } catch (error) {
      const taken = error instanceof FailureError && error.message.endsWith("already exists");
      if (!taken) throw error;
    }
  }
  throw new FailureError(`save ${safeText(safe)}: no free name is left`);
}

async function deliver({ message }: Revealed, flags: Flags): Promise<void> {
  const content = message.content.slice();
  if (message.name !== undefined && flags.output === undefined) {
    await printLine(await saveAs(message.name, content, flags));
    return;
  }
  const output = await openOutput(flags.output, { force: flags.force });
  try {
    await guardTerminal(output, flags.output).write(content);
    await output.commit();
  } catch (error) {
    await output.abort();
    throw error;
  }
  if (flags.output === undefined && Deno.stdout.isTerminal()) await printLine("");
}

async function run(this: CommandContext, flags: Flags, ...pictures: string[]): Promise<void> {
  const wanted = flags.from === undefined ? undefined : await resolvePublicKey(flags.from);
  const used: Key[] = [];
  try {
    const sources = remembering(await keySources(flags), used);
    const revealed = await find(pictures, sources, limitsOf(flags));
    if (wanted !== undefined) requireSigner(revealed, wanted);
    await deliver(revealed, flags);
    if (revealed.signer !== undefined) await saySigner(revealed.signer, flags);
  } finally {
    for (const key of used) {
      wipe("passphrase" in key ? key.passphrase : key.identity.secretKey);
    }
  }
}

const help = helpOf("stego").reveal;

export const command = buildCommand({
  func: run,
  parameters: {
    flags: {
      passphrase: switchFlag(help.flags.passphrase),
      ...passphraseFlags,
      identity: textsFlag(help.flags.identity, "FILE"),
      ...identityPassphraseFlags,
      from: textFlag(sharedHelp.flags.from, "PUBKEY"),
      output: outputFlag,
      force: forceFlag,
      maxPixels: maxPixelsFlag,
      quiet: quietFlag,
    },
    aliases: { p: "passphrase", i: "identity", o: "output", q: "quiet" },
    positional: {
      kind: "array",
      parameter: {
        parse: String,
        brief: help.args.img,
        placeholder: "IMG",
      },
      minimum: 1,
    },
  },
  docs: docsOf(help),
});
