/** `p2p dec`: decrypts what `p2p enc` wrote. Nothing that is not authentic leaves it. */
import { buildCommand } from "@stricli/core";
import { type Bytes, equalConstantTime, wipe } from "../lib/bytes.ts";
import { EncryptedFile, type UnlockedFile } from "../lib/container/decrypt.ts";
import { ContainerError } from "../lib/container/format.ts";
import { encodePublicKeyText } from "../lib/crypto/keys/text.ts";
import { onInterrupt } from "../lib/system/cleanup.ts";
import { contactByKey } from "../lib/state/contacts.ts";
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
import { refuseTerminalInput } from "./shared/input.ts";
import { openOutput } from "./shared/output.ts";
import { passphraseGiven, readPassphrase } from "./shared/secrets.ts";
import { guardTerminal } from "./shared/terminal-guard.ts";

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
  const contact = await contactByKey(sender);
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

export const command = buildCommand({
  func: dec,
  parameters: {
    flags: {
      identity: textsFlag("Open with the private key in FILE, not the identity", "FILE"),
      ...identityPassphraseFlags,
      passphrase: switchFlag("Open with a passphrase"),
      ...passphraseFlags,
      from: textFlag("Refuse it unless it is signed by this key", "PUBKEY"),
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
        brief: "What to decrypt; stdin when absent or '-'",
        placeholder: "IN",
      }],
    },
  },
  docs: {
    brief: "Decrypt what 'p2p enc' wrote",
    fullDescription: `Decrypts what 'p2p enc' wrote, armoured or not.

A file that was changed, cut or mixed is refused with exit code 3, and no output file appears. Who signed it, if
anybody, is said on stderr; --from refuses everybody else. Without -o the plaintext goes to stdout, of which only
authentic parts are ever written; look at the exit code before you trust that it is complete.

Examples:
  p2p dec -o report.pdf report.enc                   with your identity
  p2p dec --from alice -o a.txt a.enc                only if alice wrote it
  p2p dec -p -o notes.txt notes.enc                  with a passphrase, asked on the terminal
  p2p dec < folder.tar.enc | tar x                   a stream`,
  },
});
