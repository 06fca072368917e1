/** `p2p sm2 encrypt | decrypt`: SM2 public key encryption in the standard encodings. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { type Bytes, fromHex, utf8Text, wipe } from "../lib/bytes.ts";
import { decrypt, encrypt, type Sm2CiphertextFormat } from "../lib/crypto/sm2.ts";
import type { CommandContext } from "./shared/context.ts";
import { forceFlag, identityFlag, outputFlag, passphraseFlags, quietFlag } from "./shared/flags.ts";
import { loadIdentity, resolvePublicKey } from "./shared/identity.ts";
import { readAll, refuseTerminalInput } from "./shared/input.ts";
import { openOutput, writeOutput } from "./shared/output.ts";
import type { PassphraseFlags } from "./shared/secrets.ts";
import { guardTerminal } from "./shared/terminal-guard.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";

const help = helpOf("sm2");

/** SM2 ciphertexts are made in one piece; what is larger belongs to `p2p enc`. */
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
/** The same message as hex digits, with the parts around it. */
const MAX_CIPHERTEXT_BYTES = 2 * MAX_MESSAGE_BYTES + 1024;

const inputArgument = {
  kind: "tuple",
  parameters: [
    { brief: sharedHelp.args.input, parse: String, placeholder: "IN", optional: true },
  ],
} as const;

interface EncryptFlags {
  key: string;
  format: Exclude<Sm2CiphertextFormat, "auto">;
  output?: string;
  force?: boolean;
  quiet?: boolean;
}

const encryptCommand = buildCommand<EncryptFlags, [string?], CommandContext>({
  func: async function (flags, file) {
    refuseTerminalInput(file, "name a file, or pipe the message in");
    const publicKey = await resolvePublicKey(flags.key);
    const message = await readAll(file, MAX_MESSAGE_BYTES, "message");
    const sealed = encrypt(publicKey, message, undefined, flags.format);
    await writeOutput(flags.output, sealed, { force: flags.force, binary: true });
  },
  parameters: {
    flags: {
      key: {
        kind: "parsed",
        parse: String,
        brief: help.encrypt.flags.key,
        placeholder: "PUBKEY",
      },
      format: {
        kind: "enum",
        values: ["der", "c1c3c2", "c1c2c3"],
        default: "der",
        brief: help.encrypt.flags.format,
      },
      output: outputFlag,
      force: forceFlag,
      quiet: quietFlag,
    },
    positional: inputArgument,
    aliases: { k: "key", o: "output", q: "quiet" },
  },
  docs: docsOf(help.encrypt),
});

interface DecryptFlags extends PassphraseFlags {
  identity?: string;
  format: Sm2CiphertextFormat;
  output?: string;
  force?: boolean;
  quiet?: boolean;
}

/** sm-crypto and its kin hand out ciphertexts as hex digits; binary ones are never digits throughout. */
function fromHexText(bytes: Bytes): Bytes {
  const digits = bytes.every((b) =>
    (b >= 0x30 && b <= 0x39) || (b >= 0x41 && b <= 0x46) || (b >= 0x61 && b <= 0x66) ||
    b === 0x0a || b === 0x0d || b === 0x20
  );
  return digits ? fromHex(utf8Text(bytes).replace(/\s/g, ""), "decrypt") : bytes;
}

const decryptCommand = buildCommand<DecryptFlags, [string?], CommandContext>({
  func: async function (flags, file) {
    refuseTerminalInput(file, "name a file, or pipe the ciphertext in");
    const { secretKey } = await loadIdentity(flags.identity, flags);
    const sealed = await readAll(file, MAX_CIPHERTEXT_BYTES, "ciphertext");
    const message = decrypt(secretKey, fromHexText(sealed), flags.format);
    wipe(secretKey);
    const output = await openOutput(flags.output, { force: flags.force });
    try {
      await guardTerminal(output, flags.output).write(message);
      await output.commit();
    } catch (error) {
      await output.abort();
      throw error;
    } finally {
      wipe(message);
    }
  },
  parameters: {
    flags: {
      identity: identityFlag,
      format: {
        kind: "enum",
        values: ["auto", "der", "c1c3c2", "c1c2c3"],
        default: "auto",
        brief: help.decrypt.flags.format,
      },
      output: outputFlag,
      ...passphraseFlags,
      force: forceFlag,
      quiet: quietFlag,
    },
    positional: inputArgument,
    aliases: { i: "identity", o: "output", q: "quiet" },
  },
  docs: docsOf(help.decrypt),
});

export const command = buildRouteMap<"encrypt" | "decrypt", CommandContext>({
  routes: { encrypt: encryptCommand, decrypt: decryptCommand },
  docs: docsOf(help),
});
