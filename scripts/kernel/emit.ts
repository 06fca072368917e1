/**
 * Writes straight-line AssemblyScript: every operation becomes one constant, named here.
 */

/** The text of one function body, with the SIMD operations the kernels are made of. */
export class Emitter {
  readonly #lines: string[] = [];
  #names = 0;

  /** All lines so far, indented. */
  text(): string {
    return this.#lines.map((line) => `  ${line}\n`).join("");
  }

  /** Adds a statement as it is. */
  line(text: string): void {
    this.#lines.push(text);
  }

  /** Binds `expression` to a new name of `type`. */
  bind(expression: string, type = "v128"): string {
    const name = this.newName();
    this.line(`const ${name}: ${type} = ${expression};`);
    return name;
  }

  /** A name that nothing has yet. */
  protected newName(): string {
    return `t${this.#names++}`;
  }

  load(pointer: string, offset: number): string {
    return this.bind(`v128.load(${pointer}, ${offset})`);
  }

  store(pointer: string, offset: number, value: string): void {
    this.line(`v128.store(${pointer}, ${value}, ${offset});`);
  }

  xor(a: string, b: string): string {
    return this.bind(`v128.xor(${a}, ${b})`);
  }

  and(a: string, b: string): string {
    return this.bind(`v128.and(${a}, ${b})`);
  }

  /** Byte look-up of `index` in the 16-entry `table`: 0 where the index has its top bit set. */
  swizzle(table: string, index: string): string {
    return this.bind(`SWIZZLE(${table}, ${index})`);
  }

  /** The bytes of `x` shifted right by 4. */
  highNibbles(x: string, mask: string): string {
    return this.and(this.bind(`i16x8.shr_u(${x}, 4)`), mask);
  }
}

/** A name made by `bind`. */
const NAME = /\bt(\d+)\b/g;

/**
 * Writes every operation for two vectors that lie side by side in memory, `a` and `b`. Both are loaded together and
 * stored together with no other access between, which is how the compiler finds pairs to put into one register where
 * registers hold 256 bits.
 */
export class PairEmitter extends Emitter {
  override bind(expression: string, type = "v128"): string {
    return this.bindHalves(
      expression.replace(NAME, "t$1a"),
      expression.replace(NAME, "t$1b"),
      type,
    );
  }

  /** Binds a value whose two vectors are written differently. */
  bindHalves(a: string, b: string, type = "v128"): string {
    const name = this.newName();
    this.line(`const ${name}a: ${type} = ${a};`);
    this.line(`const ${name}b: ${type} = ${b};`);
    return name;
  }

  override load(pointer: string, offset: number): string {
    return this.bindHalves(
      `v128.load(${pointer}, ${offset})`,
      `v128.load(${pointer}, ${offset + 16})`,
    );
  }

  override store(pointer: string, offset: number, value: string): void {
    // The upper one first: in the other order V8 (15.0) stores the lower one twice.
    this.line(`v128.store(${pointer}, ${value}b, ${offset + 16});`);
    this.line(`v128.store(${pointer}, ${value}a, ${offset});`);
  }
}

/** A v128 constant of 16 bytes. */
export function constant(bytes: ArrayLike<number>): string {
  const signed = Array.from(bytes, (byte) => (byte << 24) >> 24);
  if (signed.length !== 16) throw new Error("write constant: not 16 bytes");
  return `i8x16(${signed.join(", ")})`;
}

/** A block of static data holding `vectors` of 16 bytes. */
export function dataBlock(name: string, vectors: readonly ArrayLike<number>[]): string {
  const bytes = vectors.flatMap((vector) => Array.from(vector));
  return `const ${name}: usize = memory.data<u8>([${bytes.join(", ")}], 16);\n`;
}

/** Low and high interleave of bytes (what x86 calls punpcklbw and punpckhbw). */
const LOW = Array.from({ length: 16 }, (_, i) => (i >> 1) + (i & 1) * 16).join(", ");
const HIGH = Array.from({ length: 16 }, (_, i) => 8 + (i >> 1) + (i & 1) * 16).join(", ");

/**
 * Transposes 16 vectors as a 16 × 16 matrix of bytes: four rounds of interleaving row i with row i + 8. Two rounds at a
 * time concern four rows only, which are asked for and given away as they come: few registers hold all there is.
 */
export function transposeBytes(
  code: Emitter,
  row: (index: number) => string,
  take: (index: number, vector: string) => void,
): void {
  const half: string[] = [];
  const interleave = (a: string, b: string): [string, string] => [
    code.bind(`v128.shuffle<i8>(${a}, ${b}, ${LOW})`),
    code.bind(`v128.shuffle<i8>(${a}, ${b}, ${HIGH})`),
  ];
  /** Two rounds of the four rows g, g + 4, g + 8, g + 12: they become the rows 4g to 4g + 3. */
  const twoRounds = (
    g: number,
    from: (index: number) => string,
    to: (index: number, vector: string) => void,
  ) => {
    const [a, b] = interleave(from(g), from(g + 8));
    const [c, d] = interleave(from(g + 4), from(g + 12));
    interleave(a, c).forEach((vector, i) => to(4 * g + i, vector));
    interleave(b, d).forEach((vector, i) => to(4 * g + 2 + i, vector));
  };
  for (let g = 0; g < 4; g++) twoRounds(g, row, (index, vector) => half[index] = vector);
  for (let g = 0; g < 4; g++) twoRounds(g, (index) => half[index]!, take);
}

/** Transposes 8 vectors as 8 × 8 matrices of bits, one for each byte: bit q of vector i becomes bit i of vector q. */
export function transposeBits(code: Emitter, rows: readonly string[]): string[] {
  const current = [...rows];
  for (const [shift, mask] of [[1, 0x55], [2, 0x33], [4, 0x0f]] as const) {
    const m = code.bind(`v128.splat<u8>(${mask})`);
    for (let i = 0; i < 8; i++) {
      if (i & shift) continue;
      const a = current[i]!;
      const b = current[i + shift]!;
      const t = code.and(code.xor(code.bind(`v128.shr<u16>(${a}, ${shift})`), b), m);
      current[i + shift] = code.xor(b, t);
      current[i] = code.xor(a, code.bind(`v128.shl<u16>(${t}, ${shift})`));
    }
  }
  return current;
}
