/** `p2p sm2 encrypt | decrypt`: SM2 public key encryption in the standard encodings. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { type Bytes, hex, utf8, wipe } from "../lib/bytes.ts";
import { encodedBytes, encodeFor, type OutputEncoding } from "../lib/crypto/encoding.ts";
import { sm2Z } from "../lib/crypto/sm2-sign.ts";
import { decodePoint } from "../lib/crypto/sm2-curve.ts";
import { Sm3 } from "../lib/crypto/sm3.ts";
import { explained } from "../lib/crypto/explain.ts";
import { explainedBy } from "../lib/crypto/recognise.ts";
import { decrypt, encrypt, SM2_DEFAULT_ID, type Sm2CiphertextFormat } from "../lib/crypto/sm2.ts";
import { AuthenticationError, UsageError } from "../lib/errors.ts";
import { text } from "../lib/text/catalogue.ts";
import { passphraseSources } from "./shared/container.ts";
import type { CommandContext } from "./shared/context.ts";
import {
  anyTextFlag,
  forceFlag,
  identityFlag,
  notEmpty,
  optionalArgument,
  outputFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
} from "./shared/flags.ts";
import { loadDecryptionKeys, resolvePublicKey } from "./shared/identity.ts";
import {
  checkInput,
  isStdin,
  readAll,
  refuseStdinTwice,
  refuseTerminalInput,
} from "./shared/input.ts";
import { checkOutput, openOutput, printLine, writeOutput } from "./shared/output.ts";
import { feedInput } from "./shared/feed.ts";
import type { PassphraseFlags } from "./shared/secrets.ts";
import { guardTerminal } from "./shared/terminal-guard.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";

const help = helpOf("sm2");

/** SM2 ciphertexts are made in one piece; what is larger belongs to `p2p enc`. */
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
/** The same message as hex digits, with the parts around it. */
const MAX_CIPHERTEXT_BYTES = 2 * MAX_MESSAGE_BYTES + 1024;

const inputArgument = optionalArgument(sharedHelp.args.input, "IN");

interface EncryptFlags {
  key: string;
  format: Exclude<Sm2CiphertextFormat, "auto">;
  encoding: OutputEncoding;
  "no-04"?: boolean;
  output?: string;
  force?: boolean;
  quiet?: boolean;
}

const encryptCommand = buildCommand<EncryptFlags, [string?], CommandContext>({
  func: async function (flags, file) {
    refuseStdinTwice(["IN", file ?? "-"], ["-k", flags.key]);
    if (flags["no-04"] && flags.format === "der") throw new UsageError("sm2.no-prefix", {});
    refuseTerminalInput(file, text("sm2.usage-message"));
    const publicKey = await resolvePublicKey(flags.key, "encryption");
    const message = await readAll(file, MAX_MESSAGE_BYTES);
    const sealed = encrypt(publicKey, message, undefined, flags.format);
    const bytes = flags["no-04"] ? sealed.slice(1) : sealed;
    await writeOutput(flags.output, encodeFor(bytes, flags.encoding), {
      force: flags.force,
      binary: flags.encoding === "binary",
    });
  },
  parameters: {
    flags: {
      key: {
        kind: "parsed",
        parse: notEmpty,
        brief: help.encrypt.flags.key,
        placeholder: "PUBKEY",
      },
      format: {
        kind: "enum",
        values: ["der", "c1c3c2", "c1c2c3"],
        default: "der",
        brief: help.encrypt.flags.format,
      },
      encoding: {
        kind: "enum",
        values: ["binary", "hex", "base64"],
        default: "binary",
        brief: help.encrypt.flags.encoding,
      },
      "no-04": switchFlag(help.encrypt.flags.no04),
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

/** Of the keys of a file with two, the first that fits; where none does, the error of the first. */
function openWithAny(
  secretKeys: readonly Uint8Array[],
  bytes: Bytes,
  format: Sm2CiphertextFormat,
): Bytes {
  const [first, ...others] = secretKeys;
  try {
    return decrypt(first!, bytes, format);
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    for (const key of others) {
      try {
        return decrypt(key, bytes, format);
      } catch (another) {
        if (!(another instanceof AuthenticationError)) throw another;
      }
    }
    throw error;
  }
}

/** The message in `sealed`, in whatever encoding it came; every fault is of what `name` says. */
function openNamed(
  secretKeys: readonly Uint8Array[],
  sealed: Uint8Array,
  format: Sm2CiphertextFormat,
  name: string,
): Bytes {
  try {
    return openWithAny(secretKeys, encodedBytes(sealed), format);
  } catch (error) {
    if (error instanceof AuthenticationError) {
      throw new AuthenticationError("decrypt.not-authentic", { name }, { cause: error });
    }
    const code = "ciphertext.unreadable";
    throw explained(explainedBy(error, code, name, sealed, "foreign.ciphertext"), code, name);
  }
}

const decryptCommand = buildCommand<DecryptFlags, [string?], CommandContext>({
  func: async function (flags, file) {
    refuseStdinTwice(
      ["IN", file ?? "-"],
      ["-i", flags.identity],
      ...passphraseSources(flags),
    );
    refuseTerminalInput(file, text("sm2.usage-ciphertext"));
    await checkInput(file);
    await checkOutput(flags.output, flags);
    const keys = await loadDecryptionKeys(flags.identity, flags);
    const secretKeys = keys.map(({ secretKey }) => secretKey);
    const sealed = await readAll(file, MAX_CIPHERTEXT_BYTES);
    const message = openNamed(secretKeys, sealed, flags.format, isStdin(file) ? "stdin" : file);
    wipe(...secretKeys);
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

interface DigestFlags {
  key: string;
  id?: string;
  quiet?: boolean;
}

const digestCommand = buildCommand<DigestFlags, [string?], CommandContext>({
  func: async function (flags, file) {
    refuseStdinTwice(["IN", file ?? "-"], ["-k", flags.key]);
    refuseTerminalInput(file, text("sm2.usage-message"));
    const id = flags.id === undefined ? SM2_DEFAULT_ID : utf8(flags.id);
    const z = sm2Z(decodePoint(await resolvePublicKey(flags.key, "signing")), id);
    const hash = new Sm3().update(z);
    await feedInput(file, flags, (piece) => void hash.update(piece));
    await printLine(`Z ${hex(z)}`);
    await printLine(`e ${hex(hash.digest())}`);
  },
  parameters: {
    flags: {
      key: {
        kind: "parsed",
        parse: notEmpty,
        brief: help.digest.flags.key,
        placeholder: "PUBKEY",
      },
      id: anyTextFlag(sharedHelp.flags.signerId, "ID"),
      quiet: quietFlag,
    },
    positional: inputArgument,
    aliases: { k: "key", q: "quiet" },
  },
  docs: docsOf(help.digest),
});

export const command = buildRouteMap<"encrypt" | "decrypt" | "digest", CommandContext>({
  routes: { encrypt: encryptCommand, decrypt: decryptCommand, digest: digestCommand },
  docs: docsOf(help),
});
