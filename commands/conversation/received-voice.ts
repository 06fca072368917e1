/** What becomes of a received voice note: looked into, kept encrypted where that is wished, shown, played in its turn. */
import { randomBytes } from "../../lib/crypto/random.ts";
import { P2PError } from "../../lib/errors.ts";
import { keepReceived } from "../../lib/voice/keep.ts";
import { describeVoice, play } from "../../lib/voice/play.ts";
import { PlayQueue } from "../../lib/voice/queue.ts";
import { Scratch } from "../../lib/voice/scratch.ts";
import type { Face } from "./face.ts";
import type { Person } from "./person.ts";

/** What to do with notes. */
export interface VoiceWishes {
  readonly face: Face;
  readonly play: boolean;
  /** Keep them encrypted to this key (33 bytes), the own one. */
  readonly keepFor?: Uint8Array | undefined;
  /** It has been shown already. */
  readonly shown: boolean;
}

/** Notes that come together are heard one after the other. */
const queue = new PlayQueue((path, signal) => play(path, { signal }));

/**
 * Takes in the note at `path`, which its sender says is `seconds` long. Resolves when it was played; what goes wrong is
 * told on the face.
 */
export async function receiveVoice(
  person: Person,
  path: string,
  seconds: number,
  { face, play, keepFor, shown }: VoiceWishes,
): Promise<void> {
  const scratch = keepFor === undefined ? undefined : await Scratch.create();
  try {
    const { kept, open } = scratch === undefined
      ? { kept: path, open: path }
      : await keepReceived(path, { publicKey: keepFor!, random: randomBytes }, scratch);
    if (!shown) {
      const note = await look(open, play && face.pictures);
      const { seconds: length = seconds, waveform } = note ?? { waveform: undefined };
      await face.voice(person, { path: kept, seconds: length, waveform });
    }
    if (play) await queue.add(open);
  } catch (error) {
    if (!(error instanceof P2PError)) throw error;
    face.problem(error);
  } finally {
    await scratch?.remove();
  }
}

/** Length and picture; undefined for what is no sound, which playing then tells. */
async function look(
  path: string,
  tools: boolean,
): Promise<{ seconds: number | undefined; waveform: string | undefined } | undefined> {
  try {
    return await describeVoice(path, { tools });
  } catch (error) {
    if (error instanceof P2PError) return undefined;
    throw error;
  }
}
