/**
 * The SM2 kernels: multiplication of points, square roots and the last step of a signature, as WebAssembly made by
 * `scripts/sm2-kernel/`. They take the same time and touch the same memory for any secret number, which JavaScript's
 * BigInt does not, and are several times as fast. `tests/reference/sm2.ts` is their slow twin.
 *
 * Everything goes in and out as big-endian bytes: scalars and coordinates in 32, points as x ‖ y in 64. Callers have
 * checked what they pass in: scalars are in 1…n−1, points on the curve.
 */
import { type Bytes, equalConstantTime, fromHex } from "../bytes.ts";
import { FailureError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { sm2WideModule } from "./kernel/built/sm2-wide.ts";
import { sm2Module } from "./kernel/built/sm2.ts";

/** What the module exports. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly ARGUMENTS: WebAssembly.Global;
  readonly RESULT: WebAssembly.Global;
  multiplyBase(): void;
  readonly PREPARED: WebAssembly.Global;
  readonly PREPARED_BYTES: WebAssembly.Global;
  readonly PREPARED_POINTS: WebAssembly.Global;
  multiply(): void;
  combine(): number;
  prepare(table: number): void;
  multiplyPrepared(table: number): void;
  combinePrepared(table: number): number;
  isPoint(): number;
  decompress(odd: number): number;
  invertKey(): void;
  signature(): void;
  forget(): void;
}

const NUMBER = 32;

/**
 * A point that is multiplied often and has a table in the kernel's memory. Making the table takes as long as five
 * multiplications without it.
 */
export class PreparedPoint {
  used = 0;

  constructor(readonly point: Uint8Array) {}
}

/** The kernels, the faster first: with products of 128 bits, and with what every engine has. */
export type Sm2KernelKind = "wide" | "narrow";

/** A module of one function that multiplies to 128 bits: (module (func i64.const 0 i64.const 0 i64.mul_wide_s drop drop)). */
const WIDE_PROBE = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic and version
  ...[1, 4, 1, 0x60, 0, 0], // one type: () -> ()
  ...[3, 2, 1, 0], // one function of it
  ...[10, 12, 1, 10, 0, 0x42, 0, 0x42, 0, 0xfc, 0x15, 0x1a, 0x1a, 0x0b],
);

/** Whether this machine runs the kernel. */
export function runsSm2Kernel(kind: Sm2KernelKind): boolean {
  return kind === "narrow" || WebAssembly.validate(WIDE_PROBE);
}

/** One instance of a kernel. */
export class Sm2Engine {
  readonly #wasm: Exports;
  /** Whose table is where; who was not asked for the longest loses its. */
  readonly #prepared: (PreparedPoint | undefined)[];
  #clock = 0;
  readonly #arguments: readonly Uint8Array[];
  readonly #result: Uint8Array;

  constructor(readonly kind: Sm2KernelKind = runsSm2Kernel("wide") ? "wide" : "narrow") {
    const module = new WebAssembly.Module(kind === "wide" ? sm2WideModule() : sm2Module());
    this.#wasm = new WebAssembly.Instance(module).exports as unknown as Exports;
    const { memory, ARGUMENTS, RESULT } = this.#wasm;
    this.#arguments = [0, 1, 2].map((i) =>
      new Uint8Array(memory.buffer, ARGUMENTS.value + NUMBER * i, NUMBER)
    );
    this.#prepared = new Array(this.#wasm.PREPARED_POINTS.value).fill(undefined);
    this.#result = new Uint8Array(memory.buffer, RESULT.value, 2 * NUMBER);
  }

  /** [k]G. */
  multiplyBase(k: Uint8Array): Bytes {
    this.#pass(k);
    this.#wasm.multiplyBase();
    return this.#take(2 * NUMBER);
  }

  /** [k]P. */
  multiply(k: Uint8Array, point: Uint8Array): Bytes {
    this.#pass(k, point);
    this.#wasm.multiply();
    return this.#take(2 * NUMBER);
  }

  /** [s]G + [t]P; undefined where that is infinity. */
  combine(s: Uint8Array, t: Uint8Array, point: Uint8Array): Bytes | undefined {
    this.#pass(t, point);
    this.#result.set(s);
    return this.#wasm.combine() === 1 ? this.#take(2 * NUMBER) : undefined;
  }

  /** [k]P for a prepared P. */
  multiplyPrepared(k: Uint8Array, point: PreparedPoint): Bytes {
    const table = this.#table(point);
    this.#pass(k);
    this.#wasm.multiplyPrepared(table);
    return this.#take(2 * NUMBER);
  }

  /** [s]G + [t]P for a prepared P; undefined where that is infinity. */
  combinePrepared(s: Uint8Array, t: Uint8Array, point: PreparedPoint): Bytes | undefined {
    const table = this.#table(point);
    this.#pass(t);
    this.#result.set(s);
    return this.#wasm.combinePrepared(table) === 1 ? this.#take(2 * NUMBER) : undefined;
  }

  /** Where the table of `point` is; it is made where there is none. */
  #table(point: PreparedPoint): number {
    point.used = ++this.#clock;
    const known = this.#prepared.indexOf(point);
    if (known >= 0) return this.#tableAt(known);
    let slot = 0;
    for (const [i, owner] of this.#prepared.entries()) {
      if ((owner?.used ?? 0) < (this.#prepared[slot]?.used ?? 0)) slot = i;
    }
    this.#prepared[slot] = point;
    this.#pass(new Uint8Array(NUMBER), point.point);
    this.#wasm.prepare(this.#tableAt(slot));
    return this.#tableAt(slot);
  }

  #tableAt(slot: number): number {
    return this.#wasm.PREPARED.value + slot * this.#wasm.PREPARED_BYTES.value;
  }

  /** Whether coordinates below p are those of a point of the curve. */
  isPoint(point: Uint8Array): boolean {
    this.#pass(new Uint8Array(NUMBER), point);
    return this.#wasm.isPoint() === 1;
  }

  /** x ‖ y with the y of the given oddness for an x below p; undefined where the curve has no such x. */
  decompress(x: Uint8Array, odd: boolean): Bytes | undefined {
    this.#arguments[1]!.set(x);
    if (this.#wasm.decompress(odd ? 1 : 0) !== 1) return undefined;
    const point = new Uint8Array(2 * NUMBER);
    point.set(x);
    point.set(this.#arguments[2]!, NUMBER);
    return point;
  }

  /** (1 + d)⁻¹ modulo n, as secret as d. */
  invertKey(d: Uint8Array): Bytes {
    this.#pass(d);
    this.#wasm.invertKey();
    return this.#take(NUMBER);
  }

  /** a·(k + r) − r modulo n, for a = (1 + d)⁻¹. */
  signature(a: Uint8Array, k: Uint8Array, r: Uint8Array): Bytes {
    [a, k, r].forEach((number, i) => this.#arguments[i]!.set(number));
    this.#wasm.signature();
    return this.#take(NUMBER);
  }

  #pass(scalar: Uint8Array, point?: Uint8Array): void {
    this.#arguments[0]!.set(scalar);
    if (point === undefined) return;
    this.#arguments[1]!.set(point.subarray(0, NUMBER));
    this.#arguments[2]!.set(point.subarray(NUMBER));
  }

  /** The head of the result; nothing of the computation stays behind. */
  #take(length: number): Bytes {
    const out = this.#result.slice(0, length) as Bytes;
    this.#wasm.forget();
    return out;
  }
}

/** GB/T 32918.5-2017 annex A: d_A, P_A, k, [k]G, r, s, t = r + s; and annex C: [k]P_B, where P_B is P_A. */
const ANSWERS = {
  d: "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8",
  p: "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020" +
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
  k: "59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21",
  kG: "04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73" +
    "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0",
  r: "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3",
  s: "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
  t: "a756e53127f3f43b851c47cfeefd9e43a2d133ca258ef4ea73fbf4683acda13a",
  kP: "335e18d751e51f040e27d468138b7ab1dc86ad7f981d7d416222fd6ab3ed230d" +
    "ab743ebcfb22d64f7b6ab791f70658f25b48fa93e54064fdbfbed3f0bd847ac9",
} as const;

function answer(name: keyof typeof ANSWERS): Bytes {
  return fromHex(ANSWERS[name]);
}

/** What each operation must give. */
const TESTS = {
  multiplyBase: (e: Sm2Engine) => [e.multiplyBase(answer("d")), answer("p")],
  multiply: (e: Sm2Engine) => [e.multiply(answer("k"), answer("p")), answer("kP")],
  combine: (e: Sm2Engine) => [e.combine(answer("s"), answer("t"), answer("p")), answer("kG")],
  multiplyPrepared: (
    e: Sm2Engine,
  ) => [e.multiplyPrepared(answer("k"), new PreparedPoint(answer("p"))), answer("kP")],
  combinePrepared: (
    e: Sm2Engine,
  ) => [e.combinePrepared(answer("s"), answer("t"), new PreparedPoint(answer("p"))), answer("kG")],
  signature: (
    e: Sm2Engine,
  ) => [e.signature(e.invertKey(answer("d")), answer("k"), answer("r")), answer("s")],
  decompress: (e: Sm2Engine) => [e.decompress(answer("p").subarray(0, NUMBER), true), answer("p")],
  isPoint: (e: Sm2Engine) => {
    const on = e.isPoint(answer("p")), off = e.isPoint(answer("kG").reverse() as Bytes);
    return [Uint8Array.of(Number(on), Number(off)), Uint8Array.of(1, 0)];
  },
} as const satisfies Record<string, (e: Sm2Engine) => readonly [Bytes | undefined, Bytes]>;

/** What the engine can do. */
export type Sm2Operation = keyof typeof TESTS;

/** Known answers: an engine that gives others must not be used. */
export function selfTestSm2(
  candidate: Sm2Engine,
  operations = Object.keys(TESTS) as readonly Sm2Operation[],
): void {
  for (const operation of operations) {
    const [given, right] = TESTS[operation](candidate);
    if (given === undefined || !equalConstantTime(given, right)) {
      throw new FailureError("kernel.self-test", { kernel: "SM2" }, {
        hint: text("kernel.self-test.hint"),
      });
    }
  }
}

let engine: Sm2Engine | undefined;
const tested = new Set<Sm2Operation>();

/**
 * The kernel of this thread for `operation`, which is tested before its first use. Where the wide kernel, whose
 * operations the engine calls experimental, gives a wrong answer, the narrow one does all that comes.
 */
export function sm2Engine(operation: Sm2Operation): Sm2Engine {
  const made = engine ??= new Sm2Engine();
  if (tested.has(operation)) return made;
  try {
    selfTestSm2(made, [operation]);
  } catch (error) {
    if (!(error instanceof FailureError) || made.kind === "narrow") throw error;
    engine = new Sm2Engine("narrow");
    tested.clear();
    return sm2Engine(operation);
  }
  tested.add(operation);
  return made;
}
