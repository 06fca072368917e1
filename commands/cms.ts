/** `p2p cms`: signed and enveloped messages with certificates. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { type Bytes, equalConstantTime, utf8, utf8Text } from "../lib/bytes.ts";
import { ownChain, readTrust } from "../lib/authority/trust-store.ts";
import type { Certificate } from "../lib/certificate/certificate.ts";
import { CMS_STYLES, type CmsStyle, MAX_CMS_BYTES } from "../lib/certificate/cms-content.ts";
import { envelopCms, openEnvelope } from "../lib/certificate/cms-enveloped.ts";
import { readSignedMessage, signCms, verifySignedMessage } from "../lib/certificate/cms-signed.ts";
import { certificatesIn } from "../lib/certificate/files.ts";
import { commonName } from "../lib/certificate/name.ts";
import { usageFault, validatePath } from "../lib/certificate/path.ts";
import { decodePem, encodePem } from "../lib/crypto/keys/pem.ts";
import { AuthenticationError, FailureError, FormatError, UsageError } from "../lib/errors.ts";
import { type Loudness, notice } from "../lib/terminal/notice.ts";
import { text } from "../lib/text/catalogue.ts";
import { about } from "./shared/about.ts";
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
  textFlag,
  textsFlag,
} from "./shared/flags.ts";
import { docsOf, helpOf } from "./shared/help.ts";
import { loadDecryptionKeys, loadIdentity } from "./shared/identity.ts";
import { checkInput, readAll } from "./shared/input.ts";
import { checkOutput, writeOutput } from "./shared/output.ts";
import type { PassphraseFlags } from "./shared/secrets.ts";
import { say, speaker } from "./shared/speech.ts";

const help = helpOf("cms");

/** PEM labels of messages: ours and GmSSL's, OpenSSL's older one. */
const CMS_LABELS = ["CMS", "PKCS7", "PKCS #7 SIGNED DATA"];

interface OutFlags extends Loudness {
  readonly output?: string;
  readonly force?: boolean;
}

interface FormFlags extends OutFlags {
  readonly for: CmsStyle;
  readonly der?: boolean;
}

const outFlags = { output: outputFlag, force: forceFlag, quiet: quietFlag } as const;

const formFlags = {
  for: { kind: "enum", values: CMS_STYLES, default: "gmt", brief: help.flags.for },
  der: switchFlag(help.flags.der),
  ...outFlags,
} as const;

const input = (brief: string) => optionalArgument(brief, "FILE");

/** Writes a message as PEM, or as it is. */
async function put(message: Bytes, flags: FormFlags): Promise<void> {
  const bytes = flags.der ? message : utf8(encodePem("CMS", message));
  await writeOutput(flags.output, bytes, { ...flags, binary: flags.der ?? false });
}

/** A message from PEM, or as it is. */
function messageIn(path: string | undefined): Promise<Bytes> {
  return about(path, () => readMessage(path));
}

async function readMessage(path: string | undefined): Promise<Bytes> {
  const bytes = await readAll(path, MAX_CMS_BYTES);
  if (bytes[0] === 0x30) return bytes;
  const [block] = decodePem(utf8Text(bytes), (label) => CMS_LABELS.includes(label));
  if (block === undefined) {
    throw new FormatError("cms.unreadable", { name: path, reason: text("chain.unknown-form") });
  }
  return block.content;
}

async function certificatesOf(path: string): Promise<Certificate[]> {
  return certificatesIn(await readAll(path, 1024 * 1024), path === "-" ? "stdin" : path);
}

interface SignFlags extends FormFlags, PassphraseFlags {
  readonly identity?: string;
  readonly cert?: string;
  readonly detached?: boolean;
  readonly id?: string;
}

async function sign(this: CommandContext, flags: SignFlags, file?: string): Promise<void> {
  await checkInput(file);
  await checkOutput(flags.output, flags);
  const identity = await loadIdentity(flags.identity, flags);
  const chain = flags.cert === undefined ? ownChain() ?? [] : await certificatesOf(flags.cert);
  const ours = chain.filter((each) => equalConstantTime(each.publicKey, identity.publicKey));
  const certificate = ours.find((each) => usageFault(each, "sign") === undefined);
  if (certificate === undefined) {
    throw new FailureError("cms.no-signing-certificate", {}, {
      hint: text("cms.no-signing-certificate.hint"),
    });
  }
  const others = chain.filter((each) => each !== certificate);
  const content = await readAll(file, MAX_CMS_BYTES);
  const signer = { key: identity, certificate, others };
  const id = flags.id === undefined ? undefined : utf8(flags.id);
  const { for: style, detached = false } = flags;
  await put(signCms(content, signer, { style, detached, time: Date.now(), id }), flags);
}

const signCommand = buildCommand<SignFlags, [string?], CommandContext>({
  func: sign,
  parameters: {
    flags: {
      cert: textFlag(help.sign.flags.cert, "FILE"),
      detached: switchFlag(help.sign.flags.detached),
      id: anyTextFlag(helpOf("cert").verify.flags.id, "ID"),
      identity: identityFlag,
      ...passphraseFlags,
      ...formFlags,
    },
    aliases: { i: "identity", o: "output", q: "quiet" },
    positional: input(help.sign.args.file),
  },
  docs: docsOf(help.sign),
});

interface VerifyFlags extends OutFlags {
  readonly ca?: readonly string[];
  readonly crl?: readonly string[];
  readonly cert?: string;
  readonly content?: string;
  readonly for: CmsStyle;
  readonly id?: string;
}

async function verify(this: CommandContext, flags: VerifyFlags, file?: string): Promise<void> {
  const message = readSignedMessage(await messageIn(file), file);
  const given = flags.content === undefined
    ? undefined
    : await readAll(flags.content, MAX_CMS_BYTES);
  const { anchors, others, lists, blockedKeys } = readTrust(flags);
  if (anchors.length === 0) {
    throw new UsageError("cert.no-anchor", {}, { hint: text("cert.no-anchor.hint") });
  }
  const known = flags.cert === undefined ? [] : await certificatesOf(flags.cert);
  const { content, signers } = verified(message, given, known, flags);
  const between = [...message.certificates, ...known, ...others];
  for (const { certificate } of signers) {
    const options = { anchors, lists, blockedKeys, usage: "sign", now: Date.now() } as const;
    const { warnings } = validatePath(certificate, { ...options, others: between });
    for (const warning of warnings) notice(speaker.text(warning), flags);
  }
  if (message.content !== undefined || flags.output !== undefined) {
    await writeOutput(flags.output, content, { ...flags, binary: false });
  }
  for (const { certificate, time = 0 } of signers) {
    notice(say("cms.signed-by", { name: commonName(certificate.subject), time }), flags);
  }
}

function verified(
  message: ReturnType<typeof readSignedMessage>,
  content: Bytes | undefined,
  others: readonly Certificate[],
  flags: VerifyFlags,
) {
  try {
    const id = flags.id === undefined ? undefined : utf8(flags.id);
    return verifySignedMessage(message, { content, withoutZ: flags.for === "gmssl", id, others });
  } catch (error) {
    if (!(error instanceof AuthenticationError) || error.code !== "cms.bad") throw error;
    throw new AuthenticationError("cms.bad", {}, { hint: text("cms.bad.hint"), cause: error });
  }
}

const verifyCommand = buildCommand<VerifyFlags, [string?], CommandContext>({
  func: verify,
  parameters: {
    flags: {
      ca: textsFlag(helpOf("cert").verify.flags.ca, "FILE"),
      crl: textsFlag(helpOf("cert").verify.flags.crl, "FILE"),
      cert: textFlag(help.verify.flags.cert, "FILE"),
      content: textFlag(help.verify.flags.content, "FILE"),
      id: anyTextFlag(helpOf("cert").verify.flags.id, "ID"),
      for: formFlags.for,
      ...outFlags,
    },
    aliases: { o: "output", q: "quiet" },
    positional: input(help.verify.args.file),
  },
  docs: docsOf(help.verify),
});

interface EncryptFlags extends FormFlags {
  readonly recipient: readonly string[];
}

async function encrypt(this: CommandContext, flags: EncryptFlags, file?: string): Promise<void> {
  const recipients: Certificate[] = [];
  for (const path of flags.recipient) recipients.push(recipientOf(await certificatesOf(path)));
  await put(envelopCms(await readAll(file, MAX_CMS_BYTES), recipients, flags.for), flags);
}

/** Of several certificates the first that may be encrypted to. */
function recipientOf(all: readonly Certificate[]): Certificate {
  const ends = all.filter(({ extensions }) => extensions.basicConstraints?.ca !== true);
  const first = ends[0] ?? all[0]!;
  const found = ends.find((each) => usageFault(each, "encrypt") === undefined);
  if (found !== undefined) return found;
  const name = commonName(first.subject);
  throw new FailureError("certificate.refused", {
    name,
    reason: usageFault(first, "encrypt") ?? text("chain.usage", { name, usage: "encrypt" }),
  });
}

const encryptCommand = buildCommand<EncryptFlags, [string?], CommandContext>({
  func: encrypt,
  parameters: {
    flags: {
      recipient: {
        kind: "parsed",
        parse: notEmpty,
        variadic: true,
        brief: help.encrypt.flags.recipient,
        placeholder: "CERT",
      },
      ...formFlags,
    },
    aliases: { r: "recipient", o: "output", q: "quiet" },
    positional: input(help.encrypt.args.file),
  },
  docs: docsOf(help.encrypt),
});

interface DecryptFlags extends OutFlags, PassphraseFlags {
  readonly identity?: string;
}

async function decrypt(this: CommandContext, flags: DecryptFlags, file?: string): Promise<void> {
  const message = await messageIn(file);
  await checkOutput(flags.output, flags);
  const keys = await loadDecryptionKeys(flags.identity, flags);
  const content = openEnvelope(message, keys.map(({ secretKey }) => secretKey), file);
  await writeOutput(flags.output, content, { ...flags, binary: false });
  notice(say("cms.not-authenticated"), flags);
}

const decryptCommand = buildCommand<DecryptFlags, [string?], CommandContext>({
  func: decrypt,
  parameters: {
    flags: { identity: identityFlag, ...passphraseFlags, ...outFlags },
    aliases: { i: "identity", o: "output", q: "quiet" },
    positional: input(help.decrypt.args.file),
  },
  docs: docsOf(help.decrypt),
});

export const command = buildRouteMap({
  routes: {
    sign: signCommand,
    verify: verifyCommand,
    encrypt: encryptCommand,
    decrypt: decryptCommand,
  },
  docs: docsOf(help),
});
