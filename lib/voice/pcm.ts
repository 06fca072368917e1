/** Collects raw 16-bit little-endian sound, whatever pieces it comes in, up to a length. Pure. */
import { wipe } from "../bytes.ts";

/** Room made at first, in samples: one second. */
const FIRST_ROOM = 48_000;

/** Raw mono sound that grows. */
export class PcmBuffer {
  readonly #limit: number;
  #samples = new Int16Array(FIRST_ROOM);
  #length = 0;
  /** Half a sample, when a piece ended in the middle of one. */
  #half: number | undefined;

  /** @param limit most samples kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Samples so far. */
  get length(): number {
    return this.#length;
  }

  get full(): boolean {
    return this.#length >= this.#limit;
  }

  /** Adds the sound in `piece`; answers a view of the samples it brought. */
  push(piece: Uint8Array): Int16Array {
    const start = this.#length;
    for (const byte of piece) {
      if (this.full) break;
      if (this.#half === undefined) {
        this.#half = byte;
        continue;
      }
      this.#add((byte << 24 >> 16) | this.#half);
      this.#half = undefined;
    }
    return this.#samples.subarray(start, this.#length);
  }

  #add(sample: number): void {
    if (this.#length === this.#samples.length) {
      const more = new Int16Array(Math.min(2 * this.#length, Math.max(this.#limit, 1)));
      more.set(this.#samples);
      this.#samples.fill(0);
      this.#samples = more;
    }
    this.#samples[this.#length++] = sample;
  }

  /** The samples, in an array of their own; the buffer is empty afterwards. */
  take(): Int16Array<ArrayBuffer> {
    const samples = this.#samples.slice(0, this.#length);
    this.wipe();
    return samples;
  }

  /** Forgets everything. */
  wipe(): void {
    wipe(new Uint8Array(this.#samples.buffer));
    this.#length = 0;
    this.#half = undefined;
  }
}

/** Little-endian 16-bit samples of a whole byte string; an odd byte at the end is left out. */
export function samplesOf(bytes: Uint8Array): Int16Array<ArrayBuffer> {
  const buffer = new PcmBuffer(bytes.length >> 1);
  buffer.push(bytes);
  return buffer.take();
}
