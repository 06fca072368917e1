/** Copies of a note: where the user wants one, and where it would be lost otherwise. */
import { basename, join } from "../../lib/system/path.ts";
import { wipe } from "../../lib/bytes.ts";
import { UsageError } from "../../lib/errors.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { ensureHome, PRIVATE_FILE } from "../../lib/state/home.ts";
import { type Loudness, notice } from "../../lib/terminal/notice.ts";
import { keepEncrypted } from "../../lib/voice/keep.ts";
import { loadIdentity } from "../shared/identity.ts";
import { checkOutput, writeOutput } from "../shared/output.ts";
import { say } from "../shared/speech.ts";
import type { PassphraseFlags } from "../shared/secrets.ts";
import type { RecordedNote } from "./note.ts";

/** Where a copy goes, and how. */
export interface SaveFlags extends PassphraseFlags, Loudness {
  readonly output?: string;
  readonly keepEncrypted?: boolean;
  readonly force?: boolean;
  readonly identity?: string;
}

/** Puts a note where `-o` says. */
export type Saver = (note: RecordedNote) => Promise<void>;

/**
 * Readies the file that `-o` names, so that no recording is lost to a file in the way or a missing identity. Without
 * `-o` the saver does nothing.
 */
export async function prepareSave(flags: SaveFlags): Promise<Saver> {
  const { output, force = false } = flags;
  if (output === undefined) {
    if (flags.keepEncrypted) {
      throw new UsageError("voice.keep-where", {});
    }
    return () => Promise.resolve();
  }
  await checkOutput(output, { force });
  const save = flags.keepEncrypted
    ? await encryptedSaver(output, flags)
    : plainSaver(output, force);
  return async (note) => {
    await save(note);
    if (output !== "-") notice(say("voice.saved", { path: output }), flags);
  };
}

function plainSaver(output: string, force: boolean): Saver {
  const options = { force, binary: true, mode: PRIVATE_FILE };
  return async ({ path }) => await writeOutput(output, await Deno.readFile(path), options);
}

async function encryptedSaver(output: string, flags: SaveFlags): Promise<Saver> {
  const { secretKey, publicKey } = await loadIdentity(flags.identity, flags);
  wipe(secretKey);
  const options = { publicKey, random: randomBytes, force: flags.force ?? false };
  return ({ path }) => keepEncrypted(path, output, options);
}

/** Keeps a recording that could not be sent, and says where. */
export async function keepUnsent(note: RecordedNote): Promise<void> {
  if (!note.recorded) return;
  const folder = ensureHome("unsent");
  const path = join(folder, basename(note.path));
  await writeOutput(path, await Deno.readFile(note.path), { mode: PRIVATE_FILE, force: true });
  notice(say("voice.kept-unsent", { path }));
}
