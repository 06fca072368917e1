/** `p2p verify`: checks a detached SM2 signature. */
import { buildCommand } from "@stricli/core";
import { type Bytes, fromHex, utf8, utf8Text } from "../lib/bytes.ts";
import { encodePublicKeyText } from "../lib/crypto/keys/text.ts";
import { Sm2Verifier } from "../lib/crypto/sm2.ts";
import { signatureFromRaw } from "../lib/crypto/sm2-sign.ts";
import { AuthenticationError, UsageError } from "../lib/errors.ts";
import { notice } from "../lib/terminal/notice.ts";
import type { CommandContext } from "./shared/context.ts";
import { feedInput } from "./shared/feed.ts";
import { quietFlag, textFlag } from "./shared/flags.ts";
import { resolvePublicKey } from "./shared/identity.ts";
import { isStdin, readAll, refuseTerminalInput } from "./shared/input.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";

interface Flags {
  key: string;
  signature: string;
  id?: string;
  quiet?: boolean;
}

/** A signature is some 72 bytes; this leaves room for digits and line ends. */
const MAX_SIGNATURE_BYTES = 4096;

async function readSignature(path: string): Promise<Bytes> {
  const bytes = await readAll(path, MAX_SIGNATURE_BYTES, "signature");
  return signatureFromRaw(isHexText(bytes) ? fromHex(utf8Text(bytes).trim()) : bytes);
}

/** Whole bytes as digits and nothing else but white space at the ends: what sm-crypto and GmSSL scripts print. */
function isHexText(bytes: Uint8Array): boolean {
  return /^\s*(?:[0-9a-fA-F]{2}){64,73}\s*$/.test(String.fromCharCode(...bytes));
}

async function verify(this: CommandContext, flags: Flags, file?: string): Promise<void> {
  if (isStdin(file) && flags.signature === "-") {
    throw new UsageError("verify: message and signature cannot both come from stdin");
  }
  refuseTerminalInput(file, "name the signed file, or pipe it in");
  const publicKey = await resolvePublicKey(flags.key);
  const signature = await readSignature(flags.signature);
  const verifier = new Sm2Verifier(publicKey, flags.id === undefined ? undefined : utf8(flags.id));
  await feedInput(file, flags, (piece) => void verifier.update(piece));
  if (!verifier.verify(signature)) throw new AuthenticationError("verify: bad signature");
  notice(`good signature by ${encodePublicKeyText(publicKey)}`, flags);
}

const help = helpOf("verify");

export const command = buildCommand<Flags, [string?], CommandContext>({
  func: verify,
  parameters: {
    flags: {
      key: {
        kind: "parsed",
        parse: String,
        brief: help.flags.key,
        placeholder: "PUBKEY",
      },
      signature: {
        kind: "parsed",
        parse: String,
        brief: help.flags.signature,
        placeholder: "SIG",
      },
      id: textFlag(sharedHelp.flags.signerId, "ID"),
      quiet: quietFlag,
    },
    positional: {
      kind: "tuple",
      parameters: [{
        brief: help.args.file,
        parse: String,
        placeholder: "FILE",
        optional: true,
      }],
    },
    aliases: { k: "key", s: "signature", q: "quiet" },
  },
  docs: docsOf(help),
});
