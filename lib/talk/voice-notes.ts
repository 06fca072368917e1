/** Received voice notes: looked into, kept encrypted where that is wished, told, played in their turn. */
import { randomBytes } from "../crypto/random.ts";
import { P2PError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { keepReceived } from "../voice/keep.ts";
import { describeVoice, play } from "../voice/play.ts";
import { PlayQueue } from "../voice/queue.ts";
import { Scratch } from "../voice/scratch.ts";
import { problemOf, type Show, type Tell } from "./events.ts";
import type { GroupName, Person } from "./person.ts";

/** What to do with notes. */
export interface VoiceWishes {
  readonly tell: Tell;
  readonly show: Show;
  readonly play: boolean;
  /** Look into a note for its length and picture before it is told; programs are told at once. */
  readonly look: boolean;
  /** Keep them encrypted to this key (33 bytes), the own one. */
  readonly keepFor?: Uint8Array | undefined;
}

/** The notes of one application: those that come together are heard one after the other. */
export class VoiceNotes {
  readonly #wishes: VoiceWishes;
  readonly #queue = new PlayQueue((path, signal) => play(path, { signal }));
  readonly #busy = new Set<Promise<void>>();

  constructor(wishes: VoiceWishes) {
    this.#wishes = wishes;
  }

  /** Takes in the note at `path`, which its sender says is `seconds` long. Resolves when it was told. */
  take(peer: Person, path: string, seconds: number, group?: GroupName): Promise<void> {
    const told = Promise.withResolvers<void>();
    const work = this.#take({ peer, ...(group && { group }) }, path, seconds, told.resolve).finally(
      () => {
        told.resolve();
        this.#busy.delete(work);
      },
    );
    this.#busy.add(work);
    return told.promise;
  }

  /** Resolves when nothing is being played any more. */
  async settled(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy);
  }

  /** Never rejects: what goes wrong is told. */
  async #take(
    from: { readonly peer: Person; readonly group?: GroupName },
    path: string,
    seconds: number,
    told: () => void,
  ): Promise<void> {
    const { tell, keepFor } = this.#wishes;
    let scratch: Scratch | undefined;
    try {
      scratch = keepFor === undefined ? undefined : await Scratch.create();
      const { kept, open } = scratch === undefined
        ? { kept: path, open: path }
        : await keepReceived(path, { publicKey: keepFor!, random: randomBytes }, scratch);
      const note = this.#wishes.look ? await lookInto(open, this.#wishes.play) : undefined;
      const { seconds: length = seconds, waveform } = note ?? { waveform: undefined };
      await this.#wishes.show({ type: "voice", ...from, path: kept, seconds: length, waveform });
      told();
      if (this.#wishes.play) await this.#queue.add(open);
    } catch (error) {
      tell({
        type: "error",
        error: problemOf(text("talk.take-voice", { path }), error),
        peer: from.peer,
      });
    } finally {
      await scratch?.remove();
    }
  }
}

/** Length and picture; undefined for what is no sound, which playing then tells. */
async function lookInto(
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
