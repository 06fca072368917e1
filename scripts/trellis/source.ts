/**
 * The AssemblyScript source of the trellis search (lib/stego/trellis.ts), four states at a time. Its readable twin
 * is tests/reference/trellis.ts.
 *
 * Memory: columns, then carrier bits, costs, message bits and flips of a block, then the states' costs, then the
 * chosen bits, 2^height for each carrier bit. The paths grow with the block; everything before has fixed places.
 */
import { BLOCK_ELEMENTS, MAX_HEIGHT, MAX_WIDTH, UNREACHABLE } from "../../lib/stego/code.ts";

/** Where the module's memory begins to be ours; below it is AssemblyScript's. */
const BASE = 1024;

/** Places in the module's memory, in bytes. */
export const PLACES = place({
  COLUMNS: 4 * MAX_WIDTH,
  COSTS: 4 * BLOCK_ELEMENTS,
  STATES: 4 << MAX_HEIGHT,
  CARRIER: BLOCK_ELEMENTS,
  MESSAGE: BLOCK_ELEMENTS,
  FLIPS: BLOCK_ELEMENTS,
  PATHS: 0,
});

/** One thing behind the other, each on a multiple of 16. */
function place<Name extends string>(sizes: Record<Name, number>): Record<Name, number> {
  const places = { ...sizes };
  let at = BASE;
  for (const name of Object.keys(sizes) as Name[]) {
    places[name] = at;
    at += (sizes[name] + 15) & ~15;
  }
  return places;
}

/** The source. */
export function trellisSource(): string {
  const constants = Object.entries(PLACES)
    .map(([name, value]) => `export const ${name}: i32 = ${value};\n`).join("");
  return `${constants}
const UNREACHABLE: i32 = ${UNREACHABLE};

// One carrier bit: the states s of the lower half and their partners s ^ column of the upper half, four at a time.
// The column's lowest bit is 1, so that within four lanes the partners are swapped in one of two ways.
function addColumn(half: i32, column: i32, zero: i32, one: i32, paths: i32): void {
  const zeros = i32x4.splat(zero);
  const extra = i32x4.splat(one - zero);
  const far = (column & 2) != 0;
  const high = column >> 2;
  const across = high & 7;
  for (let word = 0; word < half >> 2; word += 8) {
    let lower = 0;
    let upper = 0;
    for (let i = 0; i < 8; i++) {
      const s = STATES + ((word + i) << 4);
      const t = STATES + (((word + i) ^ high) << 4);
      const a = v128.load(s);
      let b = v128.load(t);
      b = far ? i32x4.shuffle(b, b, 3, 2, 1, 0) : i32x4.shuffle(b, b, 1, 0, 3, 2);
      const difference = i32x4.sub(b, a);
      const gainS = i32x4.add(extra, difference);
      const gainT = i32x4.sub(extra, difference);
      const moveS = i32x4.shr_s(gainS, 31);
      const moveT = i32x4.shr_s(gainT, 31);
      v128.store(s, i32x4.add(i32x4.add(a, zeros), v128.and(gainS, moveS)));
      let c = i32x4.add(i32x4.add(b, zeros), v128.and(gainT, moveT));
      c = far ? i32x4.shuffle(c, c, 3, 2, 1, 0) : i32x4.shuffle(c, c, 1, 0, 3, 2);
      const m = far
        ? i32x4.shuffle(moveT, moveT, 3, 2, 1, 0)
        : i32x4.shuffle(moveT, moveT, 1, 0, 3, 2);
      v128.store(t, c);
      lower |= i32x4.bitmask(moveS) << (i << 2);
      upper |= i32x4.bitmask(m) << ((i ^ across) << 2);
    }
    store<i32>(paths + (word >> 1), lower);
    store<i32>(paths + (((word ^ high) & ~7) >> 1), upper);
  }
}

// A message bit is complete: states that end in it go on, one row further down.
function nextRow(half: i32, bit: i32): void {
  const odd = bit != 0;
  for (let at = 0; at < half << 2; at += 16) {
    const a = v128.load(STATES + 2 * at);
    const b = v128.load(STATES + 2 * at + 16);
    v128.store(
      STATES + at,
      odd ? i32x4.shuffle(a, b, 1, 3, 5, 7) : i32x4.shuffle(a, b, 0, 2, 4, 6),
    );
  }
  const far = i32x4.splat(UNREACHABLE);
  for (let at = half << 2; at < half << 3; at += 16) v128.store(STATES + at, far);
}

export function search(height: i32, width: i32, bits: i32): i32 {
  const states = 1 << height;
  const half = states >> 1;
  const pathBytes = states >> 3;
  const needed = PATHS + bits * width * pathBytes;
  const missing = ((needed + 65535) >> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) return -1;
  for (let s = 0; s < states; s++) store<i32>(STATES + (s << 2), s == 0 ? 0 : UNREACHABLE);
  let element = 0;
  for (let i = 0; i < bits; i++) {
    for (let j = 0; j < width; j++, element++) {
      const cost = load<i32>(COSTS + (element << 2));
      const zero = load<u8>(CARRIER + element) == 0;
      addColumn(
        half,
        load<i32>(COLUMNS + (j << 2)),
        zero ? 0 : cost,
        zero ? cost : 0,
        PATHS + element * pathBytes,
      );
    }
    nextRow(half, load<u8>(MESSAGE + i));
  }
  let state = 0;
  let total = load<i32>(STATES);
  for (let s = 1; s < states; s++) {
    const cost = load<i32>(STATES + (s << 2));
    if (cost < total) {
      total = cost;
      state = s;
    }
  }
  for (let i = bits - 1; i >= 0; i--) {
    state = 2 * state + <i32>load<u8>(MESSAGE + i);
    for (let j = width - 1; j >= 0; j--) {
      element--;
      const word = load<i32>(PATHS + element * pathBytes + ((state >> 5) << 2));
      const bit = (word >> (state & 31)) & 1;
      store<u8>(FLIPS + element, bit ^ <i32>load<u8>(CARRIER + element));
      if (bit != 0) state ^= load<i32>(COLUMNS + (j << 2));
    }
  }
  return total;
}
`;
}
