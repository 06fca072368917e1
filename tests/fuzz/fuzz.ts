/**
 * The fuzzer: every parser and state machine is fed arbitrary and mutated bytes. The contract is: accepted, or an error
 * of our own type (`P2PError`); anything else is a bug. An input is made from one seed, which is printed on failure.
 */
import { hex } from "../../lib/bytes.ts";
import { P2PError } from "../../lib/errors.ts";
import { SeededRandom } from "../lab/random.ts";

/** Something that takes bytes from outside. */
export interface FuzzTarget {
  readonly name: string;
  /** Takes `bytes`; may throw a P2PError. An assertion that fails is a finding too. */
  run(bytes: Uint8Array): void | Promise<void>;
  /** Valid inputs, to be mutated. */
  seeds?(): Uint8Array[] | Promise<Uint8Array[]>;
  /** Longest input made from nothing; 512 unless set. */
  readonly maxLength?: number;
}

/** How long one input may take, in milliseconds; longer is a finding. Generous: machines are busy. */
const SLOWEST_MS = 5_000;
const MAX_MUTATIONS = 6;
/** Bytes and words at which parsers go wrong. */
const CORNERS = [0x00, 0x01, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xfe, 0xff];

/** A failure, with all one needs to see it again. */
export class FuzzFinding extends Error {
  constructor(target: string, seed: number, bytes: Uint8Array, cause: unknown) {
    const reason = cause instanceof Error ? cause.stack : String(cause);
    super(
      `${target}: deno task fuzz --target ${target} --seed ${seed} --inputs 1\n` +
        `input (${bytes.length} bytes): ${hex(bytes.subarray(0, 256))}\n${reason}`,
      { cause },
    );
    this.name = "FuzzFinding";
  }
}

/** The input that `seed` makes. */
export function makeInput(
  seed: number,
  seeds: readonly Uint8Array[],
  maxLength: number,
): Uint8Array {
  const random = new SeededRandom(seed);
  if (seeds.length === 0 || random.chance(0.2)) return random.bytes(random.below(maxLength + 1));
  const pick = () => seeds[random.below(seeds.length)]!;
  let bytes: Uint8Array = pick().slice();
  for (let n = 1 + random.below(MAX_MUTATIONS); n > 0; n--) bytes = mutated(bytes, random, pick);
  return bytes;
}

function mutated(bytes: Uint8Array, random: SeededRandom, pick: () => Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const span = 1 + random.below(16);
  switch (random.below(8)) {
    case 0:
      if (at < bytes.length) bytes[at]! ^= 1 << random.below(8);
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = CORNERS[random.below(CORNERS.length)]!;
      return bytes;
    case 2:
      return bytes.slice(0, at);
    case 3:
      return joined(bytes.subarray(0, at), random.bytes(span), bytes.subarray(at));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + span));
    case 5:
      return joined(
        bytes.subarray(0, at + span),
        bytes.subarray(at, at + span),
        bytes.subarray(at + span),
      );
    case 6: {
      const other = pick();
      return joined(bytes.subarray(0, at), other.subarray(random.below(other.length + 1)));
    }
    default:
      bytes.fill(CORNERS[random.below(CORNERS.length)]!, at, at + span);
      return bytes;
  }
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Feeds `target` with the inputs of `firstSeed`, `firstSeed` + 1, … while `goOn`; returns how many there were. */
export async function fuzz(
  target: FuzzTarget,
  firstSeed: number,
  goOn: (inputs: number) => boolean,
): Promise<number> {
  const seeds = await target.seeds?.() ?? [];
  let inputs = 0;
  for (; goOn(inputs); inputs++) {
    const seed = firstSeed + inputs;
    const bytes = makeInput(seed, seeds, target.maxLength ?? 512);
    const start = performance.now();
    try {
      const running = target.run(bytes);
      if (running !== undefined) await within(running);
    } catch (error) {
      if (!(error instanceof P2PError)) throw new FuzzFinding(target.name, seed, bytes, error);
    }
    const took = performance.now() - start;
    if (took > SLOWEST_MS) throw new FuzzFinding(target.name, seed, bytes, `took ${took} ms`);
  }
  return inputs;
}

/** `running`, or a finding where it never ends. */
async function within(running: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("never answered")), SLOWEST_MS);
  });
  try {
    await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}
