/** `p2p keygen`: makes an SM2 identity. */
import { buildCommand } from "@stricli/core";
import { type Bytes, utf8, wipe } from "../lib/bytes.ts";
import { encodePrivateKeyPem } from "../lib/crypto/keys/encode.ts";
import { encodePublicKeyText, fingerprint } from "../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../lib/crypto/sm2.ts";
import { UsageError } from "../lib/errors.ts";
import { checkKeyPlace, writeIdentityFile } from "../lib/state/identity-file.ts";
import { identityPath } from "../lib/state/identity.ts";
import { canAsk } from "../lib/terminal/prompt.ts";
import type { CommandContext } from "./shared/context.ts";
import { forceFlag, outputFlag, passphraseFlags, quietFlag, switchFlag } from "./shared/flags.ts";
import { printLine, writeOutput } from "./shared/output.ts";
import { type PassphraseFlags, passphraseGiven, readPassphrase } from "./shared/secrets.ts";
import { tell } from "./shared/language.ts";
import { docsOf, helpOf } from "./shared/help.ts";
import { text } from "../lib/text/catalogue.ts";

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
    if (given) throw new UsageError("keygen.contradiction", {});
    return undefined;
  }
  if (!given && !canAsk()) {
    await tell(flags, "keygen.not-encrypted");
    return undefined;
  }
  const prompt = text("keygen.ask-passphrase");
  const passphrase = await readPassphrase(flags, { prompt, confirm: true, allowEmpty: !given });
  return passphrase.length === 0 ? undefined : passphrase;
}

async function keygen(this: CommandContext, flags: Flags): Promise<void> {
  const path = flags.output ?? identityPath();
  // What is in the way is told before a passphrase is asked for.
  if (path !== "-") await checkKeyPlace(path, flags);
  const passphrase = await newPassphrase(flags);
  const { secretKey, publicKey } = generateKeyPair();
  const pem = utf8(
    await encodePrivateKeyPem(secretKey, {
      prf: flags.prf,
      ...(passphrase === undefined ? {} : { passphrase }),
    }),
  );
  wipe(secretKey, passphrase);
  try {
    await keep(path, pem, flags);
  } finally {
    wipe(pem);
  }
  const key = encodePublicKeyText(publicKey);
  if (path === "-") await tell(flags, "keygen.public-key", { key });
  else await printLine(key);
  await tell(flags, "keygen.fingerprint", { fingerprint: fingerprint(publicKey) });
  if (path !== "-") await tell(flags, "keygen.private-key", { path });
}

async function keep(path: string, pem: Uint8Array, flags: Flags): Promise<void> {
  if (path === "-") return await writeOutput(path, pem);
  const { backup } = await writeIdentityFile(path, pem, flags);
  if (backup === undefined) return;
  await tell(flags, "keygen.kept-old", { backup });
  if (path === identityPath()) await tell(flags, "keygen.lost", { backup });
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
