/** What `enc` and `dec` share: their flags for passphrases, and who does the pieces. */
import { AdaptiveRunner } from "../../lib/container/pool.ts";
import { PIECE_BYTES } from "../../lib/container/piece.ts";
import type { RunnerFactory } from "../../lib/container/runner.ts";
import { AtomicFile } from "../../lib/files/atomic.ts";
import type { BulkInput } from "./bulk.ts";
import { FileWorkers } from "./file-workers.ts";
import { passphraseFlags } from "./flags.ts";
import { sharedHelp } from "./help.ts";
import type { Output } from "./output.ts";
import { regularFile } from "./piece-files.ts";
import { type PassphraseFlags, passphraseGiven } from "./secrets.ts";

/** Where the passphrase of an encrypted identity comes from, apart from that of the file. */
export const identityPassphraseFlags = {
  identityPassphraseFile: {
    ...passphraseFlags.passphraseFile,
    brief: sharedHelp.flags.identityPassphraseFile,
  },
  identityPassphraseFd: {
    ...passphraseFlags.passphraseFd,
    brief: sharedHelp.flags.identityPassphraseFd,
  },
} as const;

/** The flags of both passphrases as a command gets them. */
export interface BothPassphrases extends PassphraseFlags {
  readonly identityPassphraseFile?: string | undefined;
  readonly identityPassphraseFd?: number | undefined;
}

/**
 * Where an encrypted identity's passphrase comes from: its own flags, else those of the file, unless the file
 * needs them.
 */
export function identitySource(flags: BothPassphrases, fileNeedsThem: boolean): PassphraseFlags {
  const own: PassphraseFlags = {
    passphraseFile: flags.identityPassphraseFile,
    passphraseFd: flags.identityPassphraseFd,
  };
  if (passphraseGiven(own) || fileNeedsThem) return own;
  return { passphraseFile: flags.passphraseFile, passphraseFd: flags.passphraseFd };
}

/**
 * Workers that take pieces straight from `input` to `output`: where both are files, the input is long, and order is
 * fixed by nothing (no armour, no signature). The caller closes them.
 */
export function fileWorkersFor(input: BulkInput, output: Output): FileWorkers | undefined {
  const { regular } = input;
  if (regular === undefined || regular.size < LONG_INPUT_BYTES) return undefined;
  if (!(output instanceof AtomicFile)) return undefined;
  const written = regularFile(output.temporary, Deno.lstatSync(output.temporary));
  if (written === undefined) return undefined;
  const paths = { input: regular, output: written, outputName: output.target };
  return new FileWorkers(paths, navigator.hardwareConcurrency);
}

/** From here on a pool of workers is started at once, in bytes of input. */
const LONG_INPUT_BYTES = 8 * PIECE_BYTES;

/** This thread for short inputs, a pool as large as the machine for long ones. */
export function runnerFor({ size }: BulkInput): RunnerFactory {
  const long = size !== undefined && size >= LONG_INPUT_BYTES;
  return (payloadKey) => new AdaptiveRunner(payloadKey, navigator.hardwareConcurrency, long);
}
