/**
 * Writes one WebAssembly function over 64-bit numbers: straight-line code, in which every value has a name of its own,
 * and at most one loop. AssemblyScript has no products of 128 bits; the functions that need them are made here.
 */

/** A value's name. */
export type Local = number & { readonly tag: "Local" };

type Instruction = readonly number[] | { readonly set?: Local; readonly get?: Local };

/** Unsigned and signed LEB128. */
export function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}
function signed(value: bigint): number[] {
  const low = Number(value & 127n), rest = value >> 7n;
  const done = rest === (low & 64 ? -1n : 0n);
  return done ? [low] : [low | 128, ...signed(rest)];
}

const I64 = 0x7e;
const OPCODES = {
  add: [0x7c],
  sub: [0x7d],
  mul: [0x7e],
  and: [0x83],
  or: [0x84],
  shl: [0x86],
  shiftRight: [0x87],
  shiftRightUnsigned: [0x88],
  /** Two pairs (low, high) to their sum. */
  addWide: [0xfc, 0x13],
  /** The product of two signed numbers as a pair. */
  mulWide: [0xfc, 0x15],
  drop: [0x1a],
} as const;

/** What `operation` writes. */
export type Operation = keyof typeof OPCODES;

/** The code of a function whose parameters are addresses and counts. */
export class WideCode {
  readonly #instructions: Instruction[] = [];
  readonly #pinned = new Set<Local>();
  readonly #constants = new Map<bigint, Local>();
  #locals = 0;

  constructor(readonly parameters: number) {}

  operation(...names: Operation[]): void {
    for (const name of names) this.#instructions.push(OPCODES[name]);
  }

  get(...locals: Local[]): void {
    for (const get of locals) this.#instructions.push({ get });
  }

  /** Names what is on top of the stack. */
  take(): Local {
    const local = this.#locals++ as Local;
    this.set(local);
    return local;
  }

  set(local: Local): void {
    this.#instructions.push({ set: local });
  }

  /** A number that a shift needs, or that is used once. */
  constant(value: bigint | number): void {
    this.#instructions.push([0x42, ...signed(BigInt(value))]);
  }

  /** A number that is used often: it is written down once. */
  sharedConstant(value: bigint): Local {
    const known = this.#constants.get(value);
    if (known !== undefined) return known;
    const local = this.#locals++ as Local;
    this.#pinned.add(local);
    this.#constants.set(value, local);
    return local;
  }

  load(parameter: number, offset: number): Local {
    this.#instructions.push([0x20, parameter, 0x29, 3, ...unsigned(offset)]);
    return this.take();
  }

  store(parameter: number, offset: number, value: Local): void {
    this.#instructions.push([0x20, parameter]);
    this.get(value);
    this.#instructions.push([0x37, 3, ...unsigned(offset)]);
  }

  /** Does what `body` writes as often as the parameter says, at least once. \`state\` lives from one turn to the next. */
  repeat(parameter: number, state: readonly Local[], body: () => void): void {
    for (const local of state) this.#pinned.add(local);
    this.#instructions.push([0x03, 0x40]);
    body();
    // parameter −= 1, and again where it is not 0
    this.#instructions.push([0x20, parameter, 0x41, 1, 0x6b, 0x22, parameter, 0x0d, 0, 0x0b]);
  }

  /** The body as it stands in the code section, its length in front. */
  encode(): number[] {
    const begin: Instruction[] = [...this.#constants].flatMap(([value, local]) => [
      [0x42, ...signed(value)],
      { set: local },
    ]);
    const all = [...begin, ...this.#instructions];
    const { places, count } = this.#allocate(all);
    const code = all.flatMap((instruction) => {
      if (!("get" in instruction || "set" in instruction)) return instruction as number[];
      const { get, set } = instruction;
      const local = get ?? set!;
      return [get === undefined ? 0x21 : 0x20, ...unsigned(this.parameters + places.get(local)!)];
    });
    const body = [1, ...unsigned(count), I64, ...code, 0x0b];
    return [...unsigned(body.length), ...body];
  }

  /** Places for all values; one whose value is read no more is free for the next. */
  #allocate(all: readonly Instruction[]): { places: Map<Local, number>; count: number } {
    const last = new Map<Local, number>();
    all.forEach((instruction, i) => {
      if (!("get" in instruction || "set" in instruction)) return;
      last.set(instruction.get ?? instruction.set!, i);
    });
    const places = new Map<Local, number>(), free: number[] = [];
    let count = 0;
    all.forEach((instruction, i) => {
      if (!("get" in instruction || "set" in instruction)) return;
      const local = instruction.get ?? instruction.set!;
      if (!places.has(local)) places.set(local, free.pop() ?? count++);
      if (last.get(local) === i && !this.#pinned.has(local)) free.push(places.get(local)!);
    });
    return { places, count };
  }
}
