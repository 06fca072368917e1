/** `p2p pubkey`: prints the public key of a key file. */
import { buildCommand } from "@stricli/core";
import { type Bytes, hex, wipe } from "../lib/bytes.ts";
import {
  decodePrivateKey,
  decodePublicKey,
  isEncryptedPrivateKey,
} from "../lib/crypto/keys/decode.ts";
import { encodePublicKeyPem } from "../lib/crypto/keys/encode.ts";
import { encodePublicKeyText } from "../lib/crypto/keys/text.ts";
import { publicKeyOf, uncompress } from "../lib/crypto/sm2.ts";
import { UsageError } from "../lib/errors.ts";
import { identityPath, MAX_KEY_FILE_BYTES, readKeyFile } from "../lib/state/identity.ts";
import { safeText } from "../lib/text/safe.ts";
import type { CommandContext } from "./shared/context.ts";
import { passphraseFlags, quietFlag, switchFlag, textFlag } from "./shared/flags.ts";
import { readAll } from "./shared/input.ts";
import { printLine } from "./shared/output.ts";
import { type PassphraseFlags, readPassphrase } from "./shared/secrets.ts";
import { docsOf, helpOf } from "./shared/help.ts";

interface Flags extends PassphraseFlags {
  identity?: string;
  pem?: boolean;
  hex?: boolean;
  quiet?: boolean;
}

async function publicKeyIn(path: string, flags: Flags): Promise<Bytes> {
  const bytes = path === "-"
    ? await readAll(path, MAX_KEY_FILE_BYTES, "key")
    : await readKeyFile(path);
  try {
    if (!isEncryptedPrivateKey(bytes)) return decodePublicKey(bytes);
    const prompt = `passphrase for ${safeText(path)}`;
    const secretKey = await decodePrivateKey(bytes, () => readPassphrase(flags, { prompt }));
    const publicKey = publicKeyOf(secretKey);
    wipe(secretKey);
    return publicKey;
  } finally {
    wipe(bytes);
  }
}

async function pubkey(this: CommandContext, flags: Flags): Promise<void> {
  if (flags.pem && flags.hex) {
    throw new UsageError("print public key: give --pem or --hex, not both");
  }
  const publicKey = await publicKeyIn(flags.identity ?? identityPath(), flags);
  if (flags.pem) await printLine(encodePublicKeyPem(publicKey).trimEnd());
  else if (flags.hex) await printLine(hex(uncompress(publicKey)));
  else await printLine(encodePublicKeyText(publicKey));
}

const help = helpOf("pubkey");

export const command = buildCommand<Flags, [], CommandContext>({
  func: pubkey,
  parameters: {
    flags: {
      identity: textFlag(help.flags.identity, "FILE"),
      pem: switchFlag(help.flags.pem),
      hex: switchFlag(help.flags.hex),
      ...passphraseFlags,
      quiet: quietFlag,
    },
    aliases: { i: "identity", q: "quiet" },
  },
  docs: docsOf(help),
});
