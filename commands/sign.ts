/** `p2p sign`: a detached SM2 signature of a file. */
import { buildCommand } from "@stricli/core";
import { type Bytes, utf8, wipe } from "../lib/bytes.ts";
import { encodeFor } from "../lib/crypto/encoding.ts";
import { randomBytes } from "../lib/crypto/random.ts";
import { decodeScalar } from "../lib/crypto/sm2-curve.ts";
import { hedgedNonces } from "../lib/crypto/sm2-nonce.ts";
import { rawSignature } from "../lib/crypto/sm2-sign.ts";
import { Sm2Signer } from "../lib/crypto/sm2.ts";
import { UsageError } from "../lib/errors.ts";
import { text } from "../lib/text/catalogue.ts";
import type { CommandContext } from "./shared/context.ts";
import { readDigestE } from "./shared/digest-e.ts";
import { feedInput } from "./shared/feed.ts";
import {
  anyTextFlag,
  forceFlag,
  identityFlag,
  optionalArgument,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textFlag,
} from "./shared/flags.ts";
import { loadIdentity } from "./shared/identity.ts";
import { passphraseSources } from "./shared/container.ts";
import { checkInput, isStdin, refuseStdinTwice, refuseTerminalInput } from "./shared/input.ts";
import { tell } from "./shared/language.ts";
import { openOutput } from "./shared/output.ts";
import type { PassphraseFlags } from "./shared/secrets.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";

interface Flags extends PassphraseFlags {
  identity?: string;
  id?: string;
  format: SignatureFormat;
  digestE?: boolean;
  output?: string;
  force?: boolean;
  quiet?: boolean;
}

/** The forms that others verify. */
type SignatureFormat = "der" | "raw" | "hex" | "base64";

/** DER or r ‖ s; digits are of r ‖ s, which those want who take digits, and base64 is of DER. */
function inFormat(signature: Bytes, format: SignatureFormat): Bytes {
  switch (format) {
    case "der":
      return signature;
    case "raw":
      return rawSignature(signature);
    case "hex":
      return encodeFor(rawSignature(signature), "hex");
    case "base64":
      return encodeFor(signature, "base64");
  }
}

async function signMessage(
  secretKey: Bytes,
  publicKey: Bytes,
  file: string | undefined,
  flags: Flags,
): Promise<Bytes> {
  const id = flags.id === undefined ? undefined : utf8(flags.id);
  const signer = new Sm2Signer(secretKey, id, publicKey);
  await feedInput(file, flags, (piece) => void signer.update(piece));
  return signer.sign();
}

/** Signs an e that somebody else has made, of who knows what: only because the person has said so. */
async function signE(secretKey: Bytes, file: string | undefined, flags: Flags): Promise<Bytes> {
  const e = await readDigestE(file);
  await tell(flags, "sign.digest-e");
  const { signatureOf } = await import("../lib/crypto/sm2-scheme.ts");
  return signatureOf(decodeScalar(secretKey), e, randomBytes, hedgedNonces);
}

async function sign(this: CommandContext, flags: Flags, file?: string): Promise<void> {
  refuseStdinTwice(
    ["FILE", file ?? "-"],
    ["-i", flags.identity],
    ...passphraseSources(flags),
  );
  refuseTerminalInput(file, text("sign.usage"));
  if (flags.digestE && flags.id !== undefined) throw new UsageError("sign.digest-e-id", {});
  const target = flags.output ?? (isStdin(file) ? undefined : `${file}.sig`);
  await checkInput(file);
  const { secretKey, publicKey } = await loadIdentity(flags.identity, flags);
  const output = await openOutput(target, {
    force: flags.force,
    binary: flags.format === "der" || flags.format === "raw",
  });
  try {
    const signature = flags.digestE
      ? await signE(secretKey, file, flags)
      : await signMessage(secretKey, publicKey, file, flags);
    await output.write(inFormat(signature, flags.format));
    await output.commit();
  } catch (error) {
    await output.abort();
    throw error;
  } finally {
    wipe(secretKey);
  }
}

const help = helpOf("sign");

export const command = buildCommand<Flags, [string?], CommandContext>({
  func: sign,
  parameters: {
    flags: {
      identity: identityFlag,
      id: anyTextFlag(sharedHelp.flags.signerId, "ID"),
      format: {
        kind: "enum",
        values: ["der", "raw", "hex", "base64"],
        default: "der",
        brief: help.flags.format,
      },
      digestE: switchFlag(help.flags.digestE),
      output: textFlag(help.flags.output, "SIG"),
      ...passphraseFlags,
      force: forceFlag,
      quiet: quietFlag,
    },
    positional: optionalArgument(help.args.file, "FILE"),
    aliases: { i: "identity", o: "output", q: "quiet" },
  },
  docs: docsOf(help),
});
