/** `p2p keygen`: makes an SM2 identity. */
import { buildCommand } from "@stricli/core";
import { type Bytes, utf8, wipe } from "../lib/bytes.ts";
import { encodePrivateKeyPem } from "../lib/crypto/keys/encode.ts";
import { encodePublicKeyText, fingerprint } from "../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../lib/crypto/sm2.ts";
import { UsageError } from "../lib/errors.ts";
import { ensureHome, PRIVATE_FILE } from "../lib/state/home.ts";
import { identityPath } from "../lib/state/identity.ts";
import { notice } from "../lib/terminal/notice.ts";
import { canAsk } from "../lib/terminal/prompt.ts";
import { safeText } from "../lib/text/safe.ts";
import type { CommandContext } from "./shared/context.ts";
import { forceFlag, outputFlag, passphraseFlags, quietFlag, switchFlag } from "./shared/flags.ts";
import { openOutput, printLine } from "./shared/output.ts";
import { type PassphraseFlags, passphraseGiven, readPassphrase } from "./shared/secrets.ts";
import { docsOf, helpOf } from "./shared/help.ts";

interface Flags extends PassphraseFlags {
  output?: string;
  noPassphrase?: boolean;
  prf: "sm3" | "sha256";
  force?: boolean;
  quiet?: boolean;
}

/** The passphrase for the new key; undefined for none. */
async function newPassphrase(flags: Flags): Promise<Bytes | undefined> {
  const given = passphraseGiven(flags);
  if (flags.noPassphrase) {
    if (given) throw new UsageError("make key: --no-passphrase contradicts a given passphrase");
    return undefined;
  }
  if (!given && !canAsk()) {
    notice("no terminal to ask for a passphrase: the key file is not encrypted", flags);
    return undefined;
  }
  const prompt = "passphrase for the new key (Enter for none)";
  const passphrase = await readPassphrase(flags, { prompt, confirm: true, allowEmpty: !given });
  return passphrase.length === 0 ? undefined : passphrase;
}

async function keygen(this: CommandContext, flags: Flags): Promise<void> {
  const path = flags.output ?? identityPath();
  if (flags.output === undefined) await ensureHome();
  const output = await openOutput(path, { force: flags.force, mode: PRIVATE_FILE });
  try {
    const passphrase = await newPassphrase(flags);
    const { secretKey, publicKey } = generateKeyPair();
    const pem = await encodePrivateKeyPem(secretKey, {
      prf: flags.prf,
      ...(passphrase === undefined ? {} : { passphrase }),
    });
    wipe(secretKey, passphrase);
    await output.write(utf8(pem));
    await output.commit();
    const text = encodePublicKeyText(publicKey);
    if (path === "-") notice(`public key: ${text}`, flags);
    else await printLine(text);
    notice(`fingerprint: ${fingerprint(publicKey)}`, flags);
    if (path !== "-") notice(`private key: ${safeText(path)}`, flags);
  } catch (error) {
    await output.abort();
    throw error;
  }
}

const help = helpOf("keygen");

export const command = buildCommand<Flags, [], CommandContext>({
  func: keygen,
  parameters: {
    flags: {
      output: outputFlag,
      ...passphraseFlags,
      noPassphrase: switchFlag(help.flags.noPassphrase),
      prf: {
        kind: "enum",
        values: ["sm3", "sha256"],
        default: "sm3",
        brief: help.flags.prf,
      },
      force: forceFlag,
      quiet: quietFlag,
    },
    aliases: { o: "output", q: "quiet" },
  },
  docs: docsOf(help),
});
