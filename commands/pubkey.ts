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

export const command = buildCommand<Flags, [], CommandContext>({
  func: pubkey,
  parameters: {
    flags: {
      identity: textFlag("Key file: private or public, of any readable form", "FILE"),
      pem: switchFlag("Print it as SubjectPublicKeyInfo PEM"),
      hex: switchFlag("Print it as 130 hex digits"),
      ...passphraseFlags,
      quiet: quietFlag,
    },
    aliases: { i: "identity", q: "quiet" },
  },
  docs: {
    brief: "Print a public key",
    fullDescription: `Print the public key of your identity, or of the key in FILE.

FILE may be a private or public key (PEM, DER, hex digits, p2p1… text), a certificate, or a certificate
request; '-' is stdin. A passphrase is asked for only where nothing in the file is readable without it.

Examples:
  p2p pubkey                        your own, to give to others
  p2p pubkey -i alice.crt           the key in a certificate, as p2p1…
  p2p pubkey --pem > me.pub.pem     for OpenSSL and GmSSL
  p2p pubkey -i me.pub.pem --hex    for sm-crypto`,
  },
});
