/**
 * SM3's compression function (GB/T 32905-2016 §5.3), unrolled, over 32-bit words: one message on scalars, or four
 * messages of the same length at once in the lanes of vectors.
 */
import { SM3_IV } from "../../lib/crypto/kernel/sm3-scalar.ts";
import { Emitter } from "./emit.ts";
import { ARGUMENTS, EXPANDED, EXPANDED_SUMS, WINDOW } from "./layout.ts";

/** The operations, for scalars or for vectors of four. */
interface Words {
  readonly type: string;
  xor(a: string, b: string): string;
  and(a: string, b: string): string;
  or(a: string, b: string): string;
  add(a: string, b: string): string;
  rotate(code: Emitter, a: string, by: number): string;
  constant(value: number): string;
}

const scalar: Words = {
  type: "i32",
  xor: (a, b) => `(${a} ^ ${b})`,
  and: (a, b) => `(${a} & ${b})`,
  or: (a, b) => `(${a} | ${b})`,
  add: (a, b) => `(${a} + ${b})`,
  rotate: (_code, a, by) => `rotl<i32>(${a}, ${by})`,
  constant: (value) => String(value | 0),
};

const four: Words = {
  type: "v128",
  xor: (a, b) => `v128.xor(${a}, ${b})`,
  and: (a, b) => `v128.and(${a}, ${b})`,
  or: (a, b) => `v128.or(${a}, ${b})`,
  add: (a, b) => `i32x4.add(${a}, ${b})`,
  rotate: (code, a, by) => {
    const x = code.bind(a);
    return code.bind(`v128.or(i32x4.shl(${x}, ${by}), i32x4.shr_u(${x}, ${32 - by}))`);
  },
  constant: (value) => `i32x4.splat(${value | 0})`,
};

/** T_j <<< j (§4.2, §5.3.3). */
function roundConstant(j: number): number {
  const t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
  const by = j % 32;
  return by === 0 ? t : (t << by) | (t >>> (32 - by));
}

/** The words of one round's message: W_j, and W'_j = W_j ^ W_{j+4} (§5.3.2). */
type MessageWords = (j: number) => readonly [w: string, w1: string];

/** Emits the 64 rounds over `state`, which names a…h; the result names their new values. */
function rounds(
  code: Emitter,
  ops: Words,
  state: readonly string[],
  words: MessageWords,
): string[] {
  const bind = (expression: string) => code.bind(expression, ops.type);
  const rotate = (x: string, by: number) => ops.rotate(code, x, by);
  let [a, b, c, d, e, f, g, h] = state as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  for (let j = 0; j < 64; j++) {
    // The next e is what the rounds wait for: what it needs comes first, and last of all what a takes.
    const [w, w1] = words(j);
    const a12 = bind(rotate(a, 12));
    const gg = bind(
      j < 16 ? ops.xor(ops.xor(e, f), g) : ops.xor(ops.and(ops.xor(f, g), e), g),
    );
    const ss1 = bind(rotate(ops.add(ops.add(a12, ops.constant(roundConstant(j))), e), 7));
    const tt2 = bind(ops.add(ops.add(ops.add(h, w), gg), ss1));
    const ff = j < 16 ? ops.xor(ops.xor(a, b), c) : ops.or(ops.and(a, b), ops.and(ops.or(a, b), c));
    const most = bind(ops.add(ops.add(d, w1), bind(ff)));
    [h, g] = [g, bind(rotate(f, 19))];
    const ss2 = bind(ops.xor(ss1, a12));
    [d, c] = [c, bind(rotate(b, 9))];
    [b, a] = [a, bind(ops.add(most, ss2))];
    [f, e] = [e, bind(ops.xor(ops.xor(tt2, rotate(tt2, 9)), rotate(tt2, 17)))];
  }
  return [a, b, c, d, e, f, g, h].map((value, i) => bind(ops.xor(value, state[i]!)));
}

/** Bytes of each word in the other order, for a look-up. */
const SWAPPED = Array.from({ length: 16 }, (_, i) => i ^ 3).join(", ");

/**
 * The expanded message (§5.3.2) four words at a time. Word j + 3 needs word j of the same four: its share, which is
 * P1(W_j <<< 15) because P1 is linear, is added afterwards.
 */
function expand(code: Emitter): MessageWords {
  const shuffle = (a: string, b: string, lanes: readonly number[]) =>
    code.bind(`v128.shuffle<i32>(${a}, ${b}, ${lanes.join(", ")})`);
  const rotate = (x: string, by: number) => four.rotate(code, x, by);
  const p1 = (x: string) => code.xor(code.xor(x, rotate(x, 15)), rotate(x, 23));
  const quads = [0, 1, 2, 3].map((i) => {
    const loaded = code.load("block", 16 * i);
    return code.bind(`v128.shuffle<i8>(${loaded}, ${loaded}, ${SWAPPED})`);
  });
  const zero = code.bind("i32x4.splat(0)");
  const made = new Set<number>();
  const make = (i: number) => {
    if (i >= 4) {
      const [v0, v1, v2, v3] = quads.slice(i - 4) as [string, string, string, string];
      const x = code.xor(
        code.xor(v0, shuffle(v1, v2, [3, 4, 5, 6])),
        rotate(shuffle(v3, zero, [1, 2, 3, 4]), 15),
      );
      const rest = code.xor(
        rotate(shuffle(v0, v1, [3, 4, 5, 6]), 7),
        shuffle(v2, v3, [2, 3, 4, 5]),
      );
      const most = code.xor(p1(x), rest);
      quads[i] = code.xor(most, p1(rotate(shuffle(zero, most, [1, 2, 3, 4]), 15)));
    }
    code.store("0", EXPANDED + 16 * i, quads[i]!);
    if (i > 0) {
      code.store("0", EXPANDED_SUMS + 16 * (i - 1), code.xor(quads[i - 1]!, quads[i]!));
    }
    made.add(i);
  };
  const word = (base: number, j: number) => `load<i32>(0, ${base + 4 * j})`;
  return (j) => {
    // One quad ahead of the rounds, and the next for the sums.
    for (let i = 0; i <= Math.min(16, (j >> 2) + 2); i++) if (!made.has(i)) make(i);
    return [word(EXPANDED, j), word(EXPANDED_SUMS, j)];
  };
}

/** Emits: the blocks of one message into the chaining value of 8 words at `state`. */
function oneMessage(): string {
  const code = new Emitter();
  const names = [..."abcdefgh"];
  const head = names.map((n, i) => `  let ${n}: i32 = load<i32>(state, ${4 * i});\n`).join("");
  const out = rounds(code, scalar, names, expand(code));
  names.forEach((name, i) => code.line(`${name} = ${out[i]};`));
  const tail = names.map((n, i) => `  store<i32>(state, ${n}, ${4 * i});\n`).join("");
  return `
/** Compresses blocks blocks into the chaining value at state (native words). */
export function sm3(state: usize, block: usize, blocks: i32): void {
${head}  for (; blocks > 0; blocks--) {
${code.text()}  block += 64;
  }
${tail}}
`;
}

/** Words 0…15 of the blocks at p0…p3, one vector each: word j of all four messages. */
function gatherWords(code: Emitter): string[] {
  const shuffle = (type: string, x: string, y: string, lanes: string) =>
    code.bind(`v128.shuffle<${type}>(${x}, ${y}, ${lanes})`);
  return [0, 1, 2, 3].flatMap((quarter) => {
    const [a, b, c, d] = [0, 1, 2, 3].map((lane) => {
      const row = code.load(`p${lane}`, 16 * quarter);
      return shuffle("i8", row, row, SWAPPED);
    });
    return ["0, 4, 1, 5", "2, 6, 3, 7"].flatMap((half) => {
      const x = shuffle("i32", a!, b!, half);
      const y = shuffle("i32", c!, d!, half);
      return [shuffle("i64", x, y, "0, 2"), shuffle("i64", x, y, "1, 3")];
    });
  });
}

/** The expanded message of four messages, every word a vector. */
function expandFour(code: Emitter): MessageWords {
  const w = gatherWords(code);
  const rotate = (x: string, by: number) => four.rotate(code, x, by);
  return (j) => {
    const at = j + 4;
    if (at >= 16) {
      const x = code.xor(code.xor(w[at - 16]!, w[at - 9]!), rotate(w[at - 3]!, 15));
      const p1 = code.xor(code.xor(x, rotate(x, 15)), rotate(x, 23));
      w[at] = code.xor(code.xor(p1, rotate(w[at - 13]!, 7)), w[at - 6]!);
    }
    return [w[j]!, code.xor(w[j]!, w[at]!)];
  };
}

/** Emits: the blocks of four messages of one length, in the lanes of vectors. */
function fourMessages(): string {
  const code = new Emitter();
  const names = [..."abcdefgh"];
  const lanes = [0, 1, 2, 3];
  const head = names.map((n, i) => `  let ${n}: v128 = v128.load(state, ${16 * i});\n`).join("") +
    lanes.map((l) => `  let p${l}: usize = source + ${l} * stride;\n`).join("");
  const out = rounds(code, four, names, expandFour(code));
  names.forEach((name, i) => code.line(`${name} = ${out[i]};`));
  lanes.forEach((l) => code.line(`p${l} += 64;`));
  const tail = names.map((n, i) => `  v128.store(state, ${n}, ${16 * i});\n`).join("");
  return `
/**
 * Compresses blocks blocks of each of four messages, which begin stride apart; state holds word i of all four, for
 * each i (native words).
 */
export function sm3x4(state: usize, source: usize, stride: usize, blocks: i32): void {
${head}  for (; blocks > 0; blocks--) {
${code.text()}  }
${tail}}
`;
}

/** A whole message from padding to digest, so that a short one costs one call. */
function wholeMessage(): string {
  const initial = Array.from(
    SM3_IV,
    (word, i) => `  store<i32>(${ARGUMENTS}, ${word}, ${4 * i});`,
  );
  return `
/**
 * The digest, in the arguments, of the message of length bytes that stands in the window; there must be room for the padding
 * (GB/T 32905-2016 §5.2) behind it. The window is cleared: keys are hashed, too.
 */
export function sm3Message(length: i32): void {
  const blocks = (length + 72) >>> 6;
  const bytes: usize = 64 * blocks;
  const end: usize = ${WINDOW} + bytes;
  let at: usize = ${WINDOW} + <usize>length;
  store<u8>(at, 0x80);
  for (at++; at & 7; at++) store<u8>(at, 0);
  for (; at < end; at += 8) store<u64>(at, 0);
  store<u64>(${WINDOW} + bytes - 8, bswap<u64>(<u64>length << 3));
${initial.join("\n")}
  sm3(${ARGUMENTS}, ${WINDOW}, blocks);
  for (let i: usize = ${ARGUMENTS}; i < ${
    ARGUMENTS + 32
  }; i += 4) store<i32>(i, bswap<i32>(load<i32>(i)));
  const zero = i32x4.splat(0);
  for (at = ${WINDOW}; at < end; at += 64) {
    v128.store(at, zero);
    v128.store(at, zero, 16);
    v128.store(at, zero, 32);
    v128.store(at, zero, 48);
  }
}
`;
}

/** All AssemblyScript of SM3. */
export function sm3Source(): string {
  return oneMessage() + wholeMessage() + fourMessages();
}
