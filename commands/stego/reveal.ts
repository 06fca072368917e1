/** `p2p stego reveal`: what is hidden in a picture, or in several. */
import { buildCommand } from "@stricli/core";
import { exists } from "../../lib/files/look.ts";
import { identityPath } from "../../lib/state/identity.ts";
import { type Bytes, wipe } from "../../lib/bytes.ts";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { saveUnderName } from "../../lib/files/save-free.ts";
import { find, type KeySource, requireSigner, type Revealed } from "../../lib/hidden/find.ts";
import type { UnlockKey } from "../../lib/hidden/unlock.ts";
import { MAX_CONTENT_BYTES } from "../../lib/stego/payload.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { isInteractive } from "../../lib/terminal/prompt.ts";
import {
  type BothPassphrases,
  identityPassphraseFlags,
  identitySource,
} from "../shared/container.ts";
import type { CommandContext } from "../shared/context.ts";
import {
  forceFlag,
  notEmpty,
  outputFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textFlag,
  textsFlag,
  wholeNumber,
} from "../shared/flags.ts";
import { loadIdentity, resolvePublicKey } from "../shared/identity.ts";
import { contactWithKey } from "../shared/own-state.ts";
import { openOutput, printLine } from "../shared/output.ts";
import { passphraseGiven, readPassphrase } from "../shared/secrets.ts";
import { say } from "../shared/speech.ts";
import { guardTerminal } from "../shared/terminal-guard.ts";
import { limitsOf, maxPixelsFlag, sourceOf } from "./pictures.ts";
import { docsOf, helpOf, sharedHelp } from "../shared/help.ts";
import { text } from "../../lib/text/catalogue.ts";

const help = helpOf("stego").reveal;

interface Flags extends BothPassphrases {
  readonly passphrase?: boolean;
  readonly identity?: readonly string[];
  readonly from?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly maxPixels?: number;
  readonly maxBytes?: number;
  readonly quiet?: boolean;
}

/** Most that a payload can say its content has. */
const MOST_BYTES = 2 ** 32 - 1;

/**
 * The keys in the order they are tried. What is named is tried alone; else the own identity where there is one,
 * then a passphrase asked for.
 */
function keySources(flags: Flags): KeySource[] {
  const named = flags.identity !== undefined;
  const passphrase: KeySource = async () => ({
    passphrase: await readPassphrase(flags, { prompt: text("stego.reveal.prompt") }),
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
  const own = exists(identityPath());
  if (own) sources.push(identity());
  if (isInteractive() || !own) sources.push(passphrase);
  return sources;
}

/** Keeps the keys that were used, to wipe them at the end. */
function remembering(sources: readonly KeySource[], used: UnlockKey[]): KeySource[] {
  return sources.map((source) => async () => {
    const key = await source();
    if (key !== undefined) used.push(key);
    return key;
  });
}

async function saySigner(signer: Uint8Array, flags: Flags): Promise<void> {
  const contact = await contactWithKey(signer as Bytes);
  const key = encodePublicKeyText(signer);
  notice(say("stego.signed-by", { name: contact?.name, key }), flags);
}

/** A file goes to its own name, made safe, or a free variant, unless `-o` names another place. */
async function deliver({ message }: Revealed, { output: path, force }: Flags): Promise<void> {
  if (message.name !== undefined && path === undefined) {
    await printLine(await saveUnderName(message.name, message.content(), { folder: "", force }));
    return;
  }
  const output = await openOutput(path, { force });
  try {
    const guarded = guardTerminal(output, path);
    for await (const piece of message.content()) await guarded.write(piece);
    await output.commit();
  } catch (error) {
    await output.abort();
    throw error;
  }
  if (path === undefined && Deno.stdout.isTerminal()) await printLine("");
}

async function run(this: CommandContext, flags: Flags, ...pictures: string[]): Promise<void> {
  const wanted = flags.from === undefined
    ? undefined
    : await resolvePublicKey(flags.from, "signing");
  const used: UnlockKey[] = [];
  try {
    const sources = remembering(keySources(flags), used);
    const limits = { ...limitsOf(flags), maxBytes: flags.maxBytes };
    const revealed = await find(pictures.map(sourceOf), sources, limits);
    if (wanted !== undefined) requireSigner(revealed, wanted);
    await deliver(revealed, flags);
    if (revealed.signer !== undefined) await saySigner(revealed.signer, flags);
  } finally {
    for (const key of used) {
      wipe(("passphrase" in key ? key.passphrase : key.identity.secretKey) as Bytes);
    }
  }
}

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
      maxBytes: {
        kind: "parsed",
        parse: wholeNumber(1, MOST_BYTES),
        optional: true,
        brief: help.flags.maxBytes({ byDefault: MAX_CONTENT_BYTES }),
        placeholder: "N",
      },
      quiet: quietFlag,
    },
    aliases: { p: "passphrase", i: "identity", o: "output", q: "quiet" },
    positional: {
      kind: "array",
      parameter: {
        parse: notEmpty,
        brief: help.args.img,
        placeholder: "IMG",
      },
      minimum: 1,
    },
  },
  docs: docsOf(help),
});
