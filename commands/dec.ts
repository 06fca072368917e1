/** `p2p dec`: decrypts what `p2p enc` wrote. Nothing that is not authentic leaves it. */
import { buildCommand } from "@stricli/core";
import { type Bytes, equalConstantTime, wipe } from "../lib/bytes.ts";
import { EncryptedFile, type UnlockedFile } from "../lib/container/decrypt.ts";
import { ContainerError } from "../lib/container/format.ts";
import { encodePublicKeyText } from "../lib/crypto/keys/text.ts";
import { exists } from "../lib/files/look.ts";
import { identityPath } from "../lib/state/identity.ts";
import { canAsk } from "../lib/terminal/prompt.ts";
import { text } from "../lib/text/catalogue.ts";
import {
  type BothPassphrases,
  identityPassphraseFlags,
  identitySource,
  passphraseSources,
  prepareForFile,
  runContainer,
} from "./shared/container.ts";
import type { CommandContext } from "./shared/context.ts";
import {
  forceFlag,
  optionalArgument,
  outputFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textFlag,
  textsFlag,
} from "./shared/flags.ts";
import { loadDecryptionKeys, resolvePublicKey } from "./shared/identity.ts";
import { isStdin, refuseStdinTwice, refuseTerminalInput } from "./shared/input.ts";
import { kdfOptions, passphraseGiven, readPassphrase } from "./shared/secrets.ts";
import { tell } from "./shared/language.ts";
import { guardTerminal } from "./shared/terminal-guard.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";

interface Flags extends BothPassphrases {
  readonly identity?: readonly string[];
  readonly passphrase?: boolean;
  readonly from?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly quiet?: boolean;
}

async function withPassphrase(
  file: EncryptedFile,
  flags: Flags,
): Promise<UnlockedFile | undefined> {
  if (!file.hasPassphrase) {
    throw new ContainerError("no match", "container.not-by-passphrase", {});
  }
  const passphrase = await readPassphrase(flags, { prompt: text("passphrase.prompt") });
  try {
    return await file.withPassphrase(passphrase);
  } finally {
    wipe(passphrase);
  }
}

async function withIdentities(
  file: EncryptedFile,
  flags: Flags,
): Promise<UnlockedFile | undefined> {
  const source = identitySource(flags, flags.passphrase === true);
  const paths = flags.identity ?? [undefined];
  for (const path of paths) {
    const keys = await loadDecryptionKeys(path, source);
    try {
      for (const { secretKey } of keys) {
        const unlocked = file.withIdentity(secretKey);
        if (unlocked !== undefined) return unlocked;
      }
    } finally {
      wipe(...keys.map(({ secretKey }) => secretKey));
    }
  }
  return undefined;
}

/**
 * The file with its key: with -p (or a passphrase given and no identity named) by the passphrase, then by the
 * identities, at last by a passphrase asked for.
 */
async function unlock(file: EncryptedFile, flags: Flags): Promise<UnlockedFile> {
  const named = flags.identity !== undefined;
  const given = flags.passphrase || !named && file.hasPassphrase && passphraseGiven(flags);
  if (given) {
    const unlocked = await withPassphrase(file, flags);
    if (unlocked !== undefined) return unlocked;
    if (!named) throw new ContainerError("no match", "container.wrong-passphrase", {});
  }
  const askable = !given && file.hasPassphrase && (passphraseGiven(flags) || canAsk());
  if (named || file.hasRecipients && (!askable || exists(identityPath()))) {
    const unlocked = await withIdentities(file, flags);
    if (unlocked !== undefined) return unlocked;
  }
  if (!askable) throw noMatch(file);
  const unlocked = await withPassphrase(file, flags);
  if (unlocked === undefined) {
    throw new ContainerError("no match", "container.wrong-passphrase", {});
  }
  return unlocked;
}

function noMatch(file: EncryptedFile): ContainerError {
  const hint = file.hasPassphrase
    ? text("container.no-match.passphrase")
    : text("container.no-match.identity");
  return new ContainerError("no match", "container.no-match", {}, { hint });
}

/** Refuses a file that does not claim to be from `wanted`; that it is, the payload proves. */
function checkClaim(claimed: Bytes | undefined, wanted: Bytes): void {
  if (claimed === undefined) {
    throw new ContainerError("sender", "container.not-signed", {}, {
      hint: text("container.not-signed.hint"),
    });
  }
  if (!equalConstantTime(claimed, wanted)) {
    const sender = encodePublicKeyText(claimed);
    throw new ContainerError("sender", "container.other-sender", { sender });
  }
}

async function saySender(sender: Bytes, flags: Flags): Promise<void> {
  const { contactWithKey } = await import("./shared/own-state.ts"); // most files are not signed
  const contact = await contactWithKey(sender);
  const key = encodePublicKeyText(sender);
  await tell(flags, "dec.signed", { name: contact?.name, key });
}

/** Codes of what is no encrypted file at all: something else may be, and then another command takes it. */
const OTHER_FILES: readonly string[] = ["container.other-file", "container.armour"];

/** The error with the file's name; where the file is of another kind that we know, with the command that takes it. */
async function named(
  error: ContainerError,
  name: string,
  path: string | undefined,
): Promise<ContainerError> {
  if (!OTHER_FILES.includes(error.code) || isStdin(path)) return error.named(name);
  const { recognise, RECOGNISED_BYTES } = await import("../lib/crypto/recognise.ts");
  const cure = recognise(await firstBytes(path, RECOGNISED_BYTES))?.cure;
  if (cure === undefined) return error.named(name);
  return new ContainerError("header", "container.other-file", { name }, {
    hint: cure,
    cause: error,
  });
}

/** The first bytes of a file; none where it cannot be read again. */
async function firstBytes(path: string, most: number): Promise<Bytes> {
  const info = await Deno.stat(path).catch(() => undefined);
  if (!info?.isFile) return new Uint8Array(0);
  using file = await Deno.open(path);
  const bytes = new Uint8Array(Math.min(info.size, most));
  return bytes.subarray(0, await file.read(bytes) ?? 0);
}

async function dec(this: CommandContext, flags: Flags, path?: string): Promise<void> {
  const ready = prepareForFile(path);
  refuseStdinTwice(
    ["IN", path ?? "-"],
    ...(flags.identity ?? []).map((name) => ["-i", name] as const),
    ["--from", flags.from],
    ...passphraseSources(flags),
  );
  refuseTerminalInput(path, text("dec.usage"));
  const wanted = flags.from === undefined
    ? undefined
    : await resolvePublicKey(flags.from, "signing");
  const how = { progress: "dec.progress", binary: false } as const;
  let sender: Bytes | undefined;
  await runContainer(path, flags, how, async ({ input, output, threads }) => {
    try {
      const locked = await EncryptedFile.read(input, kdfOptions(flags));
      await ready;
      const working = threads(locked.ordered);
      const file = await unlock(locked, flags);
      if (wanted !== undefined) checkClaim(file.claimedSender, wanted);
      ({ sender } = await file.decrypt(guardTerminal(output, flags.output), working));
    } catch (error) {
      throw error instanceof ContainerError ? await named(error, input.name, path) : error;
    }
  });
  if (sender !== undefined) await saySender(sender, flags);
}

const help = helpOf("dec");

export const command = buildCommand({
  func: dec,
  parameters: {
    flags: {
      identity: textsFlag(help.flags.identity, "FILE"),
      ...identityPassphraseFlags,
      passphrase: switchFlag(help.flags.passphrase),
      ...passphraseFlags,
      from: textFlag(sharedHelp.flags.from, "PUBKEY"),
      output: outputFlag,
      force: forceFlag,
      quiet: quietFlag,
    },
    aliases: { i: "identity", p: "passphrase", o: "output", q: "quiet" },
    positional: optionalArgument(help.args.in, "IN"),
  },
  docs: docsOf(help),
});
