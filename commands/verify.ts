/** `p2p verify`: checks a detached SM2 signature. */
import { buildCommand } from "@stricli/core";
import { type Bytes, utf8 } from "../lib/bytes.ts";
import { encodePublicKeyText } from "../lib/crypto/keys/text.ts";
import { decodePoint } from "../lib/crypto/sm2-curve.ts";
import { recognise } from "../lib/crypto/recognise.ts";
import { Sm2Verifier } from "../lib/crypto/sm2.ts";
import { decodeSignature } from "../lib/crypto/sm2-sign.ts";
import { AuthenticationError, FormatError, P2PError, UsageError } from "../lib/errors.ts";
import { text } from "../lib/text/catalogue.ts";
import type { Text } from "../lib/text/text.ts";
import type { CommandContext } from "./shared/context.ts";
import { readDigestE } from "./shared/digest-e.ts";
import { feedInput } from "./shared/feed.ts";
import { anyTextFlag, notEmpty, optionalArgument, quietFlag, switchFlag } from "./shared/flags.ts";
import { resolvePublicKey } from "./shared/identity.ts";
import { isStdin, readAll, refuseStdinTwice, refuseTerminalInput } from "./shared/input.ts";
import { tell } from "./shared/language.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";

interface Flags {
  key: string;
  signature: string;
  id?: string;
  digestE?: boolean;
  quiet?: boolean;
}

/** A signature is some 72 bytes; this leaves room for digits and line ends. */
const MAX_SIGNATURE_FILE_BYTES = 4096;

async function readSignature(path: string): Promise<Bytes> {
  const bytes = await readAll(path, MAX_SIGNATURE_FILE_BYTES);
  const name = path === "-" ? "stdin" : path;
  try {
    return decodeSignature(bytes, name);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const known = recognise(bytes);
    if (known !== undefined && known.what.code !== "foreign.signature") {
      const params = { name, reason: text("key.foreign", { what: known.what }) };
      const detail = { hint: known.cure, cause: error };
      throw new AuthenticationError("signature.unreadable", params, detail);
    }
    // It proves nothing, like a bad one, and so ends alike for scripts; people are told that it is not even one.
    const reason = error.cause instanceof P2PError ? error.cause : error;
    const detail = { hint: error.hint, cause: error };
    throw new AuthenticationError("signature.unreadable", { name, reason }, detail);
  }
}

/** Verifiers of one message under several IDs, of which the first is the one that counts. */
interface Candidate {
  readonly verifier: Sm2Verifier;
  readonly cure: Text | undefined;
}

/** The ID that was asked for, and the one that the signer may have meant: the cure, where that fits. */
function candidates(publicKey: Bytes, id: string | undefined): Candidate[] {
  const given = new Sm2Verifier(publicKey, id === undefined ? undefined : utf8(id));
  const other = id === undefined
    ? { verifier: new Sm2Verifier(publicKey, utf8("")), cure: text("verify.bad.empty-id") }
    : { verifier: new Sm2Verifier(publicKey), cure: text("verify.bad.default-id") };
  return [{ verifier: given, cure: undefined }, other];
}

/** Verifies an e that somebody else has made: it says nothing of a message. */
async function verifyE(
  publicKey: Bytes,
  signature: Bytes,
  file: string | undefined,
  flags: Flags,
): Promise<void> {
  const e = await readDigestE(file);
  const { isSignatureOf } = await import("../lib/crypto/sm2-scheme.ts");
  if (!isSignatureOf(decodePoint(publicKey), e, signature)) {
    throw new AuthenticationError("verify.bad", { name: isStdin(file) ? "stdin" : file });
  }
  await tell(flags, "verify.good-e", { key: encodePublicKeyText(publicKey) });
}

async function verify(this: CommandContext, flags: Flags, file?: string): Promise<void> {
  refuseStdinTwice(["FILE", file ?? "-"], ["-k", flags.key], ["-s", flags.signature]);
  refuseTerminalInput(file, text("verify.usage"));
  if (flags.digestE && flags.id !== undefined) throw new UsageError("sign.digest-e-id", {});
  const publicKey = await resolvePublicKey(flags.key, "signing");
  const signature = await readSignature(flags.signature);
  if (flags.digestE) return await verifyE(publicKey, signature, file, flags);
  const all = candidates(publicKey, flags.id);
  await feedInput(file, flags, (piece) => {
    for (const { verifier } of all) verifier.update(piece);
  });
  const [good, other] = all.map(({ verifier }) => verifier.verify(signature));
  if (!good) {
    const name = isStdin(file) ? "stdin" : file;
    throw new AuthenticationError("verify.bad", { name }, {
      hint: other ? all[1]!.cure : undefined,
    });
  }
  await tell(flags, "verify.good", { key: encodePublicKeyText(publicKey) });
}

const help = helpOf("verify");

export const command = buildCommand<Flags, [string?], CommandContext>({
  func: verify,
  parameters: {
    flags: {
      key: {
        kind: "parsed",
        parse: notEmpty,
        brief: help.flags.key,
        placeholder: "PUBKEY",
      },
      signature: {
        kind: "parsed",
        parse: notEmpty,
        brief: help.flags.signature,
        placeholder: "SIG",
      },
      id: anyTextFlag(sharedHelp.flags.signerId, "ID"),
      digestE: switchFlag(help.flags.digestE),
      quiet: quietFlag,
    },
    positional: optionalArgument(help.args.file, "FILE"),
    aliases: { k: "key", s: "signature", q: "quiet" },
  },
  docs: docsOf(help),
});
