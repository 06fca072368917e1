/** Seeded random numbers for tests and the network laboratory (sfc32 of PractRand). Not for keys. */

export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(readonly seed: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    this.#c = 0x9e37_79b9 | 0;
    for (let i = 0; i < 12; i++) this.u32();
  }

  /** 0 to 2^32 − 1. */
  u32(): number {
    const t = (this.#a + this.#b | 0) + this.#counter | 0;
    this.#counter = this.#counter + 1 | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = this.#c + (this.#c << 3) | 0;
    this.#c = (this.#c << 21 | this.#c >>> 11) + t | 0;
    return t >>> 0;
  }

  /** 0 up to 1, 1 not included. */
  next(): number {
    return this.u32() / 2 ** 32;
  }

  /** Whether something of this probability happens. */
  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  /** 0 to `below` − 1. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** `length` random bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i++) out[i] = this.u32();
    return out;
  }
}

/** A seed for this run, from P2P_TEST_SEED when set. */
export function runSeed(): number {
  const set = Deno.env.get("P2P_TEST_SEED");
  if (set !== undefined) return Number(set);
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}

/** Runs `body` with a seed and prints that seed when it fails. */
export async function withSeed(
  body: (random: SeededRandom) => void | Promise<void>,
  seed = runSeed(),
): Promise<void> {
  try {
    await body(new SeededRandom(seed));
  } catch (error) {
    console.error(`failed with P2P_TEST_SEED=${seed}`);
    throw error;
  }
}
