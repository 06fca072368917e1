/**
 * SM3's compression function (GB/T 32905-2016 §5.3), unrolled, over 32-bit words: one message on scalars, or four
 * messages of the same length at once in the lanes of vectors.
 */
import { Emitter } from "./emit.ts";

/** The operations, for scalars or for vectors of four. */
interface Words {
  readonly type: string;
  load(code: Emitter, j: number): string;
  xor(a: string, b: string): string;
  and(a: string, b: string): string;
  or(a: string, b: string): string;
  add(a: string, b: string): string;
  rotate(code: Emitter, a: string, by: number): string;
  constant(value: number): string;
}

const scalar: Words = {
  type: "i32",
  load: (code, j) => code.bind(`bswap<i32>(load<i32>(block, ${4 * j}))`, "i32"),
  xor: (a, b) => `(${a} ^ ${b})`,
  and: (a, b) => `(${a} & ${b})`,
  or: (a, b) => `(${a} | ${b})`,
  add: (a, b) => `(${a} + ${b})`,
  rotate: (_code, a, by) => `rotl<i32>(${a}, ${by})`,
  constant: (value) => String(value | 0),
};

const four: Words = {
  type: "v128",
  load: (code, j) => code.bind(`v128.load(${"words"}, ${16 * j})`),
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

/** Emits the compression of one block; `state` names a…h, the result names their new values. */
function compress(code: Emitter, ops: Words, state: readonly string[]): string[] {
  const bind = (expression: string) => code.bind(expression, ops.type);
  const rotate = (x: string, by: number) => ops.rotate(code, x, by);
  const w = Array.from({ length: 16 }, (_, j) => ops.load(code, j));
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
    const at = j + 4;
    if (at >= 16) {
      const x = bind(
        ops.xor(ops.xor(w[at - 16]!, w[at - 9]!), rotate(w[at - 3]!, 15)),
      );
      const p1 = ops.xor(ops.xor(x, rotate(x, 15)), rotate(x, 23));
      w[at] = bind(ops.xor(ops.xor(p1, rotate(w[at - 13]!, 7)), w[at - 6]!));
    }
    const a12 = bind(rotate(a, 12));
    const ss1 = bind(rotate(ops.add(ops.add(a12, e), ops.constant(roundConstant(j))), 7));
    const ff = j < 16 ? ops.xor(ops.xor(a, b), c) : ops.or(ops.and(a, b), ops.and(ops.or(a, b), c));
    const gg = j < 16 ? ops.xor(ops.xor(e, f), g) : ops.xor(ops.and(ops.xor(f, g), e), g);
    const w1 = ops.xor(w[j]!, w[at]!);
    const tt1 = bind(ops.add(ops.add(ops.add(ff, d), ops.xor(ss1, a12)), w1));
    const tt2 = bind(ops.add(ops.add(ops.add(gg, h), ss1), w[j]!));
    d = c;
    c = bind(rotate(b, 9));
    b = a;
    a = tt1;
    h = g;
    g = bind(rotate(f, 19));
    f = e;
    e = bind(ops.xor(ops.xor(tt2, rotate(tt2, 9)), rotate(tt2, 17)));
  }
  return [a, b, c, d, e, f, g, h].map((value, i) => bind(ops.xor(value, state[i]!)));
}

/** Emits: the blocks of one message into the chaining value of 8 words at `state`. */
function oneMessage(): string {
  const code = new Emitter();
  const names = [..."abcdefgh"];
  const head = names.map((n, i) => `  let ${n}: i32 = load<i32>(state, ${4 * i});\n`).join("");
  const out = compress(code, scalar, names);
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

/** Emits: one block each of four messages; words interleaved by four. */
function fourMessages(): string {
  const code = new Emitter();
  const names = [..."abcdefgh"];
  const head = names.map((n, i) => `  const ${n}: v128 = v128.load(state, ${16 * i});\n`).join("");
  compress(code, four, names).forEach((value, i) => code.store("state", 16 * i, value));
  return `
/** Compresses one block of each of four messages; state and words are interleaved, native words. */
export function sm3x4(state: usize, words: usize): void {
${head}${code.text()}}
`;
}

/** All AssemblyScript of SM3. */
export function sm3Source(): string {
  return oneMessage() + fourMessages();
}
