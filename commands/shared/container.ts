/** What `enc` and `dec` share: their skeleton, their flags for passphrases, and who does the pieces. */
import { AdaptiveRunner } from "../../lib/container/pool.ts";
import { LONG_INPUT_BYTES, prepareFor } from "../../lib/container/direct.ts";
import type { ChunkRunner, RunnerFactory } from "../../lib/container/runner.ts";
import { AtomicFile } from "../../lib/files/atomic.ts";
import { onInterrupt } from "../../lib/system/cleanup.ts";
import type { Loudness } from "../../lib/terminal/notice.ts";
import { Progress } from "../../lib/terminal/progress.ts";
import { text } from "../../lib/text/catalogue.ts";
import { type BulkInput, openBulkInput } from "./bulk.ts";
import { FileRunner } from "./file-workers.ts";
import { passphraseFlags } from "./flags.ts";
import { sharedHelp } from "./help.ts";
import { wordsSoon } from "./language.ts";
import { isStdin } from "./input.ts";
import { openOutput, type Output } from "./output.ts";
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
  const { slowKdf } = flags;
  const own: PassphraseFlags = {
    passphraseFile: flags.identityPassphraseFile,
    passphraseFd: flags.identityPassphraseFd,
    slowKdf,
  };
  if (passphraseGiven(own) || fileNeedsThem) return own;
  return { passphraseFile: flags.passphraseFile, passphraseFd: flags.passphraseFd, slowKdf };
}

/** What of the passphrases may come from stdin, for `refuseStdinTwice`. */
export function passphraseSources(
  flags: BothPassphrases,
): readonly (readonly [argument: string, value: string | undefined])[] {
  const descriptor = (value: number | undefined) => value === 0 ? "-" : undefined;
  return [
    ["--passphrase-file", flags.passphraseFile],
    ["--passphrase-fd", descriptor(flags.passphraseFd)],
    ["--identity-passphrase-file", flags.identityPassphraseFile],
    ["--identity-passphrase-fd", descriptor(flags.identityPassphraseFd)],
  ];
}

/** The flags of a run's output. */
export interface ContainerFlags extends Loudness {
  readonly output?: string | undefined;
  readonly force?: boolean | undefined;
}

/** Who does the pieces of a run, in the words of `encrypt` and `decrypt`. */
export interface Threads {
  readonly runner: RunnerFactory;
  readonly onProgress: (bytes: number) => void;
}

/**
 * Has the compiler begin with what the file at `path` needs, before anything else is looked at; resolves when the kernel
 * can be asked for, and never rejects.
 */
export function prepareForFile(path: string | undefined): Promise<void> {
  if (isStdin(path)) return Promise.resolve();
  try {
    const { isFile, size } = Deno.statSync(path);
    if (isFile) return prepareFor(size);
  } catch (error) {
    if (!(error instanceof Error)) throw error; // whoever opens it says what is wrong with it
  }
  return Promise.resolve();
}

/** One run: what is open, and who works. */
export interface ContainerRun {
  readonly input: BulkInput;
  readonly output: Output;
  /**
   * Starts what does the pieces. Once a run, as early as may be: the compiler is at work while keys are asked for.
   *
   * @param ordered the pieces must go in order; others may go straight from file to file
   */
  threads(ordered: boolean): Threads;
}

/**
 * Opens `path` and the output, has `work` done with progress, and closes all: the output appears whole when it
 * succeeds, and not at all when it does not.
 */
export async function runContainer(
  path: string | undefined,
  flags: ContainerFlags,
  { progress: label, binary }: { progress: "enc.progress" | "dec.progress"; binary: boolean },
  work: (run: ContainerRun) => Promise<void>,
): Promise<void> {
  const input = await openBulkInput(path);
  try {
    const output = await openOutput(flags.output, { force: flags.force, binary });
    const progress = new Progress(
      text(label, { name: input.name }),
      input.size,
      wordsSoon,
      flags,
    );
    const forget = onInterrupt(() => progress.finish());
    let direct: FileRunner | undefined;
    const threads = (ordered: boolean): Threads => {
      direct = ordered ? undefined : fileRunner(input, output, (bytes) => progress.update(bytes));
      return {
        runner: (key, inOrder) => inOrder ? fedRunner(input, key) : direct ?? fedRunner(input, key),
        onProgress: () => progress.update(input.consumed),
      };
    };
    try {
      await work({ input, output, threads });
      progress.finish();
      await output.commit();
    } catch (error) {
      direct?.close();
      await output.abort();
      throw error;
    } finally {
      forget();
      direct?.close();
      progress.finish();
    }
  } finally {
    input.close();
  }
}

/** Straight from `input` to `output`, where both are files and the input is long. The caller closes it. */
function fileRunner(
  { regular }: BulkInput,
  output: Output,
  onProgress: (bytes: number) => void,
): FileRunner | undefined {
  if (regular === undefined || regular.size < LONG_INPUT_BYTES) return undefined;
  if (!(output instanceof AtomicFile)) return undefined;
  const written = regularFile(output.temporary, Deno.lstatSync(output.temporary));
  if (written === undefined) return undefined;
  const paths = { input: regular, output: written, outputName: output.target };
  return new FileRunner(paths, navigator.hardwareConcurrency, onProgress);
}

/** This thread for short inputs, a pool as large as the machine for long ones. */
function fedRunner({ size }: BulkInput, payloadKey: Uint8Array): ChunkRunner {
  const long = size !== undefined && size >= LONG_INPUT_BYTES;
  return new AdaptiveRunner(payloadKey, navigator.hardwareConcurrency, long);
}
