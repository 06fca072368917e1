/** `p2p pubkey`: prints the public key of a key file. */
import { buildCommand } from "@stricli/core";
import { hex, wipe } from "../lib/bytes.ts";
import { encodePublicKeyPem } from "../lib/crypto/keys/encode.ts";
import { encodePublicKeyText, fingerprint } from "../lib/crypto/keys/text.ts";
import { uncompress } from "../lib/crypto/sm2.ts";
import { UsageError } from "../lib/errors.ts";
import { identityPath } from "../lib/state/identity.ts";
import type { CommandContext } from "./shared/context.ts";
import { passphraseFlags, quietFlag, switchFlag, textFlag } from "./shared/flags.ts";
import { passphraseSources } from "./shared/container.ts";
import { keyName, readKeyInput } from "./shared/load-identity.ts";
import { refuseStdinTwice } from "./shared/input.ts";
import { tell } from "./shared/language.ts";
import { printLine } from "./shared/output.ts";
import { publicKeyIn } from "./shared/public-key.ts";
import type { PassphraseFlags } from "./shared/secrets.ts";
import { docsOf, helpOf } from "./shared/help.ts";

interface Flags extends PassphraseFlags {
  identity?: string;
  pem?: boolean;
  hex?: boolean;
  quiet?: boolean;
}

async function pubkey(this: CommandContext, flags: Flags): Promise<void> {
  if (flags.pem && flags.hex) {
    throw new UsageError("pubkey.form", {});
  }
  refuseStdinTwice(["-i", flags.identity], ...passphraseSources(flags));
  const path = flags.identity ?? identityPath();
  const bytes = await readKeyInput(path);
  const publicKey = await publicKeyIn(bytes, keyName(path), flags).finally(() => wipe(bytes));
  if (flags.pem) await printLine(encodePublicKeyPem(publicKey).trimEnd());
  else if (flags.hex) await printLine(hex(uncompress(publicKey)));
  else await printLine(encodePublicKeyText(publicKey));
  await tell(flags, "keygen.fingerprint", { fingerprint: fingerprint(publicKey) });
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
