/**
 * What deriving a key from a passphrase may cost. A file states that cost itself, so whoever sends one could make its
 * reader compute for hours: every derivation is bounded, and gives others their turn while it runs.
 */
import { LimitError } from "../errors.ts";
import { text } from "../text/catalogue.ts";

/** Gives signals, timers and everybody else their turn; resolves when it is ours again. */
export type Turn = () => Promise<void>;

/** How keys are derived for a file of somebody else. */
export interface KdfOptions {
  /** Allow what a file asks for beyond the usual bounds. */
  readonly costly?: boolean | undefined;
  /** Awaited about every 20 ms of computing; none are given where it is absent. */
  readonly turn?: Turn | undefined;
}

/** Cost of scrypt (RFC 7914 §2): N = 2^logN; 128·r·N bytes of memory. */
export interface ScryptCost {
  /** log₂ of the CPU and memory cost N. */
  logN: number;
  /** Block size factor. */
  r: number;
  /** Parallelisation. */
  p: number;
}

interface KdfLimits {
  /** Bytes of memory. */
  readonly memory: number;
  /** N·r·p of scrypt. */
  readonly work: number;
  /** Iterations of PBKDF2. */
  readonly iterations: number;
}

/** Some five seconds, and 1 GiB: age writes 2¹⁸·8, OpenSSL 2¹⁴·8 and 2,048 iterations, OWASP advises 600,000. */
const USUAL: KdfLimits = { memory: 2 ** 30, work: 2 ** 23, iterations: 10_000_000 };

/** What the machine can address, and some hours. */
const COSTLY: KdfLimits = { memory: 2 ** 32, work: 2 ** 36, iterations: 2 ** 32 - 1 };

/** How much more work than usual, for the error: at least twice. */
function timesUsual(asked: number, usual: number): number {
  return Math.max(2, Math.round(asked / usual));
}

function tooCostly(memory: number, times: number, options: KdfOptions): LimitError {
  return new LimitError(
    "kdf.too-costly",
    { memory, times },
    options.costly ? {} : { hint: text("kdf.too-costly.hint") },
  );
}

/** Refuses a cost of scrypt that is none, or beyond the bounds. */
export function checkScryptCost({ logN, r, p }: ScryptCost, options: KdfOptions = {}): void {
  const whole = [logN, r, p].every((n) => Number.isSafeInteger(n) && n >= 1);
  if (!whole) throw new LimitError("kdf.not-a-cost", {});
  const limits = options.costly ? COSTLY : USUAL;
  const memory = 128 * r * 2 ** logN, work = 2 ** logN * r * p;
  // The blocks of all p lanes lie beside the table, 128·r·p bytes (RFC 7914 §6).
  if (memory > limits.memory || work > limits.work || 128 * r * p > limits.memory) {
    throw tooCostly(memory, timesUsual(work, USUAL.work), options);
  }
}

/** Refuses a number of PBKDF2's iterations that is none, or beyond the bounds. */
export function checkIterations(iterations: number, options: KdfOptions = {}): void {
  if (!Number.isSafeInteger(iterations) || iterations < 1) {
    throw new LimitError("kdf.not-a-cost", {});
  }
  if (iterations > (options.costly ? COSTLY : USUAL).iterations) {
    throw tooCostly(0, timesUsual(iterations, USUAL.iterations), options);
  }
}

/** Runs a computation to its end, with a turn for others at each of its pauses. */
export async function withTurns<T>(steps: Generator<void, T>, turn: Turn | undefined): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await turn?.();
  }
}

/** Runs a computation to its end in one go. */
export function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
