/** `p2p voice --play`: notes of before, ordinary files or kept encrypted. */
import { wipe } from "../../lib/bytes.ts";
import { type Loudness, notice } from "../../lib/terminal/notice.ts";
import { safeText } from "../../lib/text/safe.ts";
import { isKept, openKept } from "../../lib/voice/keep.ts";
import { describeVoice, play } from "../../lib/voice/play.ts";
import { Scratch } from "../../lib/voice/scratch.ts";
import { loadIdentity } from "../shared/identity.ts";
import { checkInput, isStream, readAll } from "../shared/input.ts";
import type { PassphraseFlags } from "../shared/secrets.ts";
import { noteLine } from "../conversation/record-live.ts";

/** Longest note taken from a pipe, in bytes. */
const MAX_PIPED_BYTES = 64 << 20;

/** Which identity opens kept notes, and how. */
export interface PlayFlags extends PassphraseFlags, Loudness {
  readonly identity?: string | undefined;
}

/** Plays the files, one after the other. */
export async function playFiles(paths: readonly string[], flags: PlayFlags): Promise<void> {
  for (const path of paths) await playFile(path, flags);
}

async function playFile(path: string, flags: PlayFlags): Promise<void> {
  const scratch = await Scratch.create();
  try {
    const given = await givenFile(path, scratch);
    const open = await isKept(given) ? await unlockNote(given, flags, scratch) : given;
    const note = await describeVoice(open);
    notice(`${safeText(path)}  ${noteLine(note)}`, flags);
    await play(open);
  } finally {
    await scratch.remove();
  }
}

/** A note that is read more than once: one from stdin or another pipe is put in a private file first. */
export async function givenFile(path: string, scratch: Scratch): Promise<string> {
  if (!isStream(path)) {
    await checkInput(path);
    return path;
  }
  return await scratch.file("piped", await readAll(path, MAX_PIPED_BYTES));
}

/** Opens a note that is kept encrypted, into a private file. */
export async function unlockNote(
  path: string,
  flags: PlayFlags,
  scratch: Scratch,
): Promise<string> {
  const { secretKey } = await loadIdentity(flags.identity, flags);
  try {
    return await openKept(path, secretKey, scratch);
  } finally {
    wipe(secretKey);
  }
}
