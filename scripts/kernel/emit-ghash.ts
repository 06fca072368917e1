/**
 * GHASH (NIST SP 800-38D §6.4) on 16 blocks at once, byte-sliced: lane vector k holds byte k of 16 accumulators, all
 * multiplied by the same power K of H. A byte of a block is a polynomial with its top bit as the coefficient of x⁰, a
 * block one in x⁸ with 16 such coefficients. Two levels of Karatsuba leave 9 products of 4 × 4 bytes; each nibble of
 * the lanes looks up its multiple of 4 bytes of K in five 16-entry tables. The reduction by
 * x¹²⁸ = 1 + x + x² + x⁷ is done once for up to four products.
 */
import { dataBlock, Emitter, PairEmitter, transposeBytes } from "./emit.ts";
import { CTX_TABLES, LANES, OLD_LANES, PART_BYTES, PARTS, TABLE_BYTES, WIDE } from "./layout.ts";

/** The Karatsuba operands as sums of the four quarters of a block: the two levels written out. */
const OPERANDS = [[0], [1], [0, 1], [2], [3], [2, 3], [0, 2], [1, 3], [0, 1, 2, 3]] as const;

/** Loads 16 blocks into the lane vectors, as they are or added to what is there. */
function loadLanes(name: string, add: boolean): string {
  const code = new Emitter();
  transposeBytes(code, (i) => code.load("source", 16 * i), (k, row) => {
    code.store("0", LANES + 16 * k, add ? code.xor(row, code.load("0", LANES + 16 * k)) : row);
  });
  return `function ${name}(source: usize): void {\n${code.text()}}\n`;
}

/** The 9 products of 4 × 4 bytes for all lanes, 40 look-ups each, set or added to what is there. */
function multiplyParts(name: string, add: boolean): string {
  const code = new Emitter();
  for (let part = 0; part < OPERANDS.length; part++) {
    const product = PARTS + 128 * part;
    const operand = [0, 1, 2, 3].map((j) =>
      OPERANDS[part]!.map((quarter) => code.load("0", LANES + 16 * (4 * quarter + j)))
        .reduce((sum, lanes) => code.xor(sum, lanes))
    );
    const mask = code.bind("v128.splat<u8>(15)");
    const nibbles = [
      operand.map((lanes) => code.highNibbles(lanes, mask)),
      operand.map((lanes) => code.and(lanes, mask)),
    ];
    const sums: (string | undefined)[] = [];
    for (let t = 0; t < 5; t++) {
      for (const half of [0, 1]) {
        const table = code.load("table", PART_BYTES * part + 32 * t + 16 * half);
        for (let j = 0; j < 4; j++) {
          const at = t + j;
          if (at === 8) continue; // 31 + 31 powers fit 63 bits: there is no ninth byte
          const value = code.swizzle(table, nibbles[half]![j]!);
          const before = sums[at] ?? (add ? code.load("0", product + 16 * at) : undefined);
          sums[at] = before === undefined ? value : code.xor(before, value);
        }
      }
      code.store("0", product + 16 * t, sums[t]!);
    }
    for (let at = 5; at < 8; at++) code.store("0", product + 16 * at, sums[at]!);
  }
  return `function ${name}(table: usize): void {\n${code.text()}}\n`;
}

/** Joins products of n bytes each way to one of 2n: low, high and the product of sums. */
function karatsuba(code: Emitter, low: string[], high: string[], both: string[]): string[] {
  const half = low.length / 2;
  const out = [...low.slice(0, half)];
  const upper: string[] = [];
  for (let i = 0; i < half; i++) {
    const inner = code.xor(low[half + i]!, high[i]!);
    out.push(code.xor(code.xor(inner, low[i]!), both[i]!));
    upper.push(code.xor(code.xor(inner, high[half + i]!), both[half + i]!));
  }
  return [...out, ...upper, ...high.slice(half)];
}

/** byte · (1 + x + x² + x⁷) for a nibble: the byte itself and what runs over into the next. */
function reductionTables(): number[][] {
  const product = (byte: number) => {
    const wide = byte << 8;
    return wide ^ (wide >> 1) ^ (wide >> 2) ^ (wide >> 7);
  };
  const nibbles = Array.from({ length: 16 }, (_, n) => n);
  return [
    nibbles.map((n) => product(n << 4) >> 8),
    nibbles.map((n) => product(n) >> 8),
    nibbles.map((n) => product(n << 4) & 0xff),
    nibbles.map((n) => product(n) & 0xff),
  ];
}

/**
 * From the 9 products to the 32 bytes of the whole, at WIDE. Bytes whose numbers differ by multiples of 4 depend on each
 * other only; two numbers side by side go through the same operations.
 */
function joinParts(): string {
  const code = new PairEmitter();
  for (let k = 0; k < 4; k += 2) {
    const part = (index: number) =>
      [k, k + 4].map((byte) => code.load("0", PARTS + 128 * index + 16 * byte));
    const low = karatsuba(code, part(0), part(1), part(2));
    const high = karatsuba(code, part(3), part(4), part(5));
    const both = karatsuba(code, part(6), part(7), part(8));
    karatsuba(code, low, high, both).forEach((byte, m) => {
      code.store("0", WIDE + 16 * (k + 4 * m), byte);
    });
  }
  return `function joinParts(): void {\n${code.text()}}\n`;
}

/** From these to the reduced lane vectors. */
function reduceWide(): string {
  const code = new Emitter();
  const mask = code.bind("v128.splat<u8>(15)");
  const tables = [0, 1, 2, 3].map((i) => code.load("REDUCTION", 16 * i));
  const fold = (top: string) => {
    const h = code.highNibbles(top, mask);
    const l = code.and(top, mask);
    return {
      here: code.xor(code.swizzle(tables[0]!, h), code.swizzle(tables[1]!, l)),
      next: code.xor(code.swizzle(tables[2]!, h), code.swizzle(tables[3]!, l)),
    };
  };
  const wide = (byte: number) => code.load("0", WIDE + 16 * byte);
  const last = fold(wide(31));
  let above = code.xor(wide(15), last.here);
  for (let j = 14; j >= 0; j--) {
    const top = j === 0 ? code.xor(wide(16), last.next) : wide(16 + j);
    const { here, next } = fold(top);
    code.store("0", LANES + 16 * (j + 1), code.xor(above, next));
    above = code.xor(wide(j), here);
  }
  code.store("0", LANES, above);
  return `function reduceWide(): void {\n${code.text()}}\n`;
}

/** Adds to lane l the former lane l + by. */
function addShifted(by: number): string {
  const code = new Emitter();
  const zero = code.bind("i32x4.splat(0)");
  const pattern = Array.from({ length: 16 }, (_, l) => l + by).join(", ");
  for (let k = 0; k < 16; k++) {
    const shifted = code.bind(
      `v128.shuffle<i8>(${code.load("0", OLD_LANES + 16 * k)}, ${zero}, ${pattern})`,
    );
    code.store("0", LANES + 16 * k, code.xor(code.load("0", LANES + 16 * k), shifted));
  }
  return `function addLanes${by}(): void {\n${code.text()}}\n`;
}

/** Index of a power's tables in the context. */
const tableOf = (index: number) => CTX_TABLES + TABLE_BYTES * index;

/** All AssemblyScript of GHASH on lanes. */
export function ghashSource(): string {
  const bits = [0, 1, 2, 3].map((bit) =>
    Array.from({ length: 16 }, (_, n) => (n >> bit) & 1 ? 255 : 0)
  );
  const parts = OPERANDS.map((operand, index) =>
    `  partTables(target + ${PART_BYTES * index}, ${operand.map((q) => `q${q}`).join(" ^ ")});\n`
  ).join("");
  return `
${dataBlock("REDUCTION", reductionTables())}${dataBlock("NIBBLE_BITS", bits)}
${loadLanes("setLanes", false)}${loadLanes("addLanes", true)}${
    multiplyParts("setProducts", false)
  }${multiplyParts("addProducts", true)}${joinParts()}${reduceWide()}${addShifted(8)}${
    addShifted(4)
  }${addShifted(2)}${addShifted(1)}
/** Tables of the products of a nibble with the 4 bytes w (top bit x⁰): 5 bytes, high nibble then low. */
function partTables(target: usize, w: u32): void {
  const b0 = v128.load(NIBBLE_BITS, 0);
  const b1 = v128.load(NIBBLE_BITS, 16);
  const b2 = v128.load(NIBBLE_BITS, 32);
  const b3 = v128.load(NIBBLE_BITS, 48);
  const wide = <u64>w << 8;
  for (let t = 0; t < 5; t++) {
    const down: u64 = <u64>(32 - 8 * t);
    for (let half: u64 = 0; half < 8; half += 4) {
      const v = wide >> half;
      const high = v128.xor(
        v128.and(b3, v128.splat<u8>(<u8>(v >> down))),
        v128.and(b2, v128.splat<u8>(<u8>(v >> 1 >> down))));
      const low = v128.xor(
        v128.and(b1, v128.splat<u8>(<u8>(v >> 2 >> down))),
        v128.and(b0, v128.splat<u8>(<u8>(v >> 3 >> down))));
      v128.store(target, v128.xor(high, low));
      target += 16;
    }
  }
}

/** All tables of the power of H at value. */
function powerTables(target: usize, value: usize): void {
  const q0 = bswap<u32>(load<u32>(value));
  const q1 = bswap<u32>(load<u32>(value, 4));
  const q2 = bswap<u32>(load<u32>(value, 8));
  const q3 = bswap<u32>(load<u32>(value, 12));
${parts}}

/** All lanes times the power whose tables are at table. */
function multiplyLanes(table: usize): void {
  setProducts(table);
  joinParts();
  reduceWide();
}

/** Four groups of 16 blocks: lanes = (lanes + g0)·H⁶⁴ + g1·H⁴⁸ + g2·H³² + g3·H¹⁶. */
function absorbFour(context: usize, source: usize): void {
  addLanes(source);
  setProducts(context + ${tableOf(7)});
  setLanes(source + 256);
  addProducts(context + ${tableOf(6)});
  setLanes(source + 512);
  addProducts(context + ${tableOf(5)});
  setLanes(source + 768);
  addProducts(context + ${tableOf(4)});
  joinParts();
  reduceWide();
}

/** Σ lane_l · H^(count − l) into lane 0 of every count lanes (a power of 2). */
function foldLanes(context: usize, count: i32): void {
  if (count >= 16) {
    memory.copy(${OLD_LANES}, ${LANES}, 256);
    multiplyLanes(context + ${tableOf(3)});
    addLanes8();
  }
  if (count >= 8) {
    memory.copy(${OLD_LANES}, ${LANES}, 256);
    multiplyLanes(context + ${tableOf(2)});
    addLanes4();
  }
  if (count >= 4) {
    memory.copy(${OLD_LANES}, ${LANES}, 256);
    multiplyLanes(context + ${tableOf(1)});
    addLanes2();
  }
  if (count >= 2) {
    memory.copy(${OLD_LANES}, ${LANES}, 256);
    multiplyLanes(context + ${tableOf(0)});
    addLanes1();
  }
  multiplyLanes(context + ${tableOf(0)});
}

/** Copies lane lane to the block at target. */
function storeLane(target: usize, lane: usize): void {
  for (let k: usize = 0; k < 16; k++) store<u8>(target + k, load<u8>(${LANES} + 16 * k + lane));
}

/** Sets lane 0 to the block at source, the others to zero. */
function setLane(source: usize): void {
  memory.fill(${LANES}, 0, 256);
  for (let k: usize = 0; k < 16; k++) store<u8>(${LANES} + 16 * k, load<u8>(source + k));
}
`;
}
