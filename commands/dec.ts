/** `p2p dec`: decrypts what `p2p enc` wrote. Nothing that is not authentic leaves it. */
import { buildCommand } from "@stricli/core";
import { type Bytes, equalConstantTime, wipe } from "../lib/bytes.ts";
import { EncryptedFile, type UnlockedFile } from "../lib/container/decrypt.ts";
import { ContainerError } from "../lib/container/format.ts";
import { encodePublicKeyText } from "../lib/crypto/keys/text.ts";
import { onInterrupt } from "../lib/system/cleanup.ts";
import { identityPath } from "../lib/state/identity.ts";
import { notice } from "../lib/terminal/notice.ts";
import { Progress } from "../lib/terminal/progress.ts";
import { canAsk } from "../lib/terminal/prompt.ts";
import { safeText } from "../lib/text/safe.ts";
import { openBulkInput } from "./shared/bulk.ts";
import {
  type BothPassphrases,
  fileWorkersFor,
  identityPassphraseFlags,
  identitySource,
  runnerFor,
} from "./shared/container.ts";
import type { CommandContext } from "./shared/context.ts";
import type { FileWorkers } from "./shared/file-workers.ts";
import {
  forceFlag,
  outputFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textFlag,
  textsFlag,
} from "./shared/flags.ts";
import { loadIdentity, resolvePublicKey } from "./shared/identity.ts";
import { contactWithKey } from "./shared/own-state.ts";
import { refuseTerminalInput } from "./shared/input.ts";
import { openOutput } from "./shared/output.ts";
import { passphraseGiven, readPassphrase } from "./shared/secrets.ts";
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
    throw new ContainerError("no match", "the file is not encrypted with a passphrase");
  }
  const passphrase = await readPassphrase(flags, { prompt: "passphrase" });
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
    const { secretKey } = await loadIdentity(path, source);
    try {
      const unlocked = file.withIdentity(secretKey);
      if (unlocked !== undefined) return unlocked;
    } finally {
      wipe(secretKey);
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
    if (!named) throw new ContainerError("no match", "wrong passphrase");
  }
  const askable = !given && file.hasPassphrase && (passphraseGiven(flags) || canAsk());
  if (named || file.hasRecipients && (!askable || await exists(identityPath()))) {
    const unlocked = await withIdentities(file, flags);
    if (unlocked !== undefined) return unlocked;
  }
  if (!askable) throw noMatch(file);
  const unlocked = await withPassphrase(file, flags);
  if (unlocked === undefined) throw new ContainerError("no match", "wrong passphrase");
  return unlocked;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function noMatch(file: EncryptedFile): ContainerError {
  const hint = file.hasPassphrase
    ? "a passphrase opens it: -p"
    : "-i FILE names the private key it was encrypted to";
  return new ContainerError("no match", "none of the keys given opens it", hint);
}

/** Refuses a file that does not claim to be from `wanted`; that it is, the payload proves. */
function checkClaim(claimed: Bytes | undefined, wanted: Bytes): void {
  if (claimed === undefined) {
    throw new ContainerError("sender", "the file is not signed", "--from asks for a signed one");
  }
  if (!equalConstantTime(claimed, wanted)) {
    throw new ContainerError("sender", `signed by another: ${encodePublicKeyText(claimed)}`);
  }
}

async function saySender(sender: Bytes, flags: Flags): Promise<void> {
  const contact = await contactWithKey(sender);
  const name = contact === undefined ? "" : `${safeText(contact.name)} `;
  notice(`signed by ${name}${encodePublicKeyText(sender)}`, flags);
}

async function dec(this: CommandContext, flags: Flags, path?: string): Promise<void> {
  refuseTerminalInput(path, "p2p dec FILE");
  const wanted = flags.from === undefined ? undefined : await resolvePublicKey(flags.from);
  const input = await openBulkInput(path);
  try {
    const output = await openOutput(flags.output, { force: flags.force });
    const progress = new Progress(`decrypt ${safeText(input.name)}`, input.size, flags);
    const forget = onInterrupt(() => progress.finish());
    let workers: FileWorkers | undefined;
    try {
      const locked = await EncryptedFile.read(input);
      workers = locked.direct ? fileWorkersFor(input, output) : undefined;
      const file = await unlock(locked, flags);
      if (wanted !== undefined) checkClaim(file.claimedSender, wanted);
      const { sender } = await file.decrypt(guardTerminal(output, flags.output), {
        runner: runnerFor(input),
        direct: workers && input.size !== undefined
          ? { inputBytes: input.size, run: workers.run }
          : undefined,
        onProgress: (bytes) => progress.update(workers ? bytes : input.consumed),
      });
      progress.finish();
      await output.commit();
      if (sender !== undefined) await saySender(sender, flags);
    } catch (error) {
      workers?.close();
      await output.abort();
      throw error;
    } finally {
      forget();
      workers?.close();
      progress.finish();
    }
  } finally {
    input.close();
  }
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
    positional: {
      kind: "tuple",
      parameters: [{
        parse: String,
        optional: true,
        brief: help.args.in,
        placeholder: "IN",
      }],
    },
  },
  docs: docsOf(help),
});
