/** `p2p voice --play`: notes of before, ordinary files or kept encrypted. */
import { wipe } from "../../lib/bytes.ts";
import { type Loudness, notice } from "../../lib/terminal/notice.ts";
import { safeText } from "../../lib/text/safe.ts";
import { isKept, openKept } from "../../lib/voice/keep.ts";
import { describeVoice, play } from "../../lib/voice/play.ts";
import { Scratch } from "../../lib/voice/scratch.ts";
import { loadIdentity } from "../shared/identity.ts";
import { readAll } from "../shared/input.ts";
import type { PassphraseFlags } from "../shared/secrets.ts";
import { noteLine } from "./live.ts";

/** Longest note taken from stdin, in bytes. */
export const MAX_STDIN_BYTES = 64 << 20;

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
    const given = path === "-" ? await stdinNote(scratch) : path;
    const open = await isKept(given) ? await unlockNote(given, flags, scratch) : given;
    const note = await describeVoice(open);
    notice(`${safeText(path)}  ${noteLine(note)}`, flags);
    await play(open);
  } finally {
    await scratch.remove();
  }
}

/** A note from stdin, in a private file. */
export async function stdinNote(scratch: Scratch): Promise<string> {
  return await scratch.file("stdin", await readAll("-", MAX_STDIN_BYTES, "stdin"));
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
