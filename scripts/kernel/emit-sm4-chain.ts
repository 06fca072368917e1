/**
 * SM4 on one block after the other, where each waits for the one before: CBC and CFB enciphering, and OFB (NIST SP 800-38A
 * §6.2–6.4). The four bytes of a word stand in front of the lanes of a vector, with zeros behind, in the split form of
 * `emit-sm4-swizzle.ts`; the S-box is the same look-ups, whose tables have L in them. The zeros stay zeros and so spare
 * an operation: a high nibble is a shift. What limits it is how long one round takes from t to the next t, 32 times a block,
 * whatever else the processor could do meanwhile: eleven operations that wait for each other, three of them look-ups. So the
 * chain never leaves the split form, and each round makes what the next one looks up, rk ^ x1 ^ x2 ^ x3, beside its own result.
 */
import { Emitter } from "./emit.ts";
import { inverted, loadTables, nibbleMap, tableOnce } from "./emit-sm4-swizzle.ts";
import { CHAIN_KEYS, CTX_WORDS, ROUNDS } from "./layout.ts";

/** What is chained: the numbers that `sm4Chain` takes. */
const CHAIN = { cbc: 0, cfb: 1, ofb: 2 } as const;

/** Puts the round keys where the rounds read them, a byte in front of each lane. */
function spreadKeys(): string {
  const code = new Emitter();
  const word = code.bind(`v128.load32_zero(context + (keys >> 2), ${CTX_WORDS})`);
  code.store("keys", CHAIN_KEYS, code.swizzle(word, tableOnce(code, "spread")));
  return code.text();
}

/** The lanes of a vector, lane k from lane k + by. */
function turned(code: Emitter, vector: string, by: number): string {
  const lanes = [0, 1, 2, 3].map((lane) => (lane + by) & 3).join(", ");
  return code.bind(`v128.shuffle<i32>(${vector}, ${vector}, ${lanes})`);
}

/**
 * Four rounds on x0…x3; `t` is rk ^ x1 ^ x2 ^ x3 of the next round, before and after. The order was found by trial: others
 * of the same work take up to 10 % longer.
 */
function fourRounds(): string {
  const code = new Emitter();
  const x = ["x0", "x1", "x2", "x3"];
  // There are more tables than registers: those that nothing waits for are read each time.
  const look = (table: string, index: string) => code.swizzle(tableOnce(code, table), index);
  let t = "t";
  for (let i = 0; i < 4; i++) {
    const [a, , c, d] = [0, 1, 2, 3].map((w) => x[(w + i) % 4]!) as [
      string,
      string,
      string,
      string,
    ];
    const [u, v] = inverted(code, t, code.bind(`i32x4.shr_u(${t}, 4)`));
    // L: byte k of the result is P_k + Q_{k−1} + C_{k+1} + C_{k+2}, where C = P + Q.
    const cU = look("cU", u), cV = look("cV", v), qU = look("qU", u);
    const sum = code.xor(cU, cV);
    const half = turned(code, sum, 2);
    const key = code.load("keys", CHAIN_KEYS + 16 * (i + 1));
    const q = code.xor(qU, look("qV", v));
    const quarter = turned(code, sum, 1);
    const pV = look("pV", v);
    const two = code.xor(c, d);
    const pU = look("pU", u);
    // The next round's t without this round's part, and without a: they do not wait.
    const others = code.xor(two, key);
    const p = code.xor(pU, pV);
    const sums = code.xor(half, quarter);
    const before = turned(code, q, 3);
    const early = code.xor(code.xor(others, a), p);
    t = code.xor(early, code.xor(before, sums));
    x[i] = code.xor(t, others);
  }
  x.forEach((value, w) => code.line(`x${w} = ${value};`));
  code.line(`t = ${t};`);
  return code.text();
}

/** A linear map of bytes by the named tables for each nibble. */
function mapped(code: Emitter, x: string, low: string, high: string): string {
  return nibbleMap(code, x, tableOnce(code, low), tableOnce(code, high));
}

/** The block at `pointer` in split form, and its words in front of vectors of the given names. */
function takeBlock(pointer: string, name: string): string {
  const code = new Emitter();
  const split = mapped(code, code.load(pointer, 0), "toLow", "toHigh");
  for (let w = 0; w < 4; w++) {
    code.line(`${name}${w} = ${code.swizzle(split, tableOnce(code, `take${w}`))};`);
  }
  return `{\n${code.text()}}`;
}

/** Puts the words of the given names together and stores them. */
function placeBlock(pointer: string, name: string): string {
  const code = new Emitter();
  const [a, b, c, d] = [0, 1, 2, 3].map((w) =>
    code.swizzle(`${name}${w}`, tableOnce(code, `place${w}`))
  );
  const split = code.xor(code.xor(a!, b!), code.xor(c!, d!));
  code.store(pointer, 0, mapped(code, split, "fromLow", "fromHigh"));
  return `{\n${code.text()}}`;
}

const words = (line: (w: number) => string) => [0, 1, 2, 3].map(line).join(" ");

/** All AssemblyScript of chained modes. */
export function chainSource(): string {
  return `
/**
 * Chained modes in place, one block after the other. vector is left at what the next block waits for: the last ciphertext
 * (CBC, CFB) or key stream (OFB).
 */
export function sm4Chain(context: usize, vector: usize, target: usize, blocks: i32, mode: i32): void {
${loadTables("mask", "inverse", "scaled")}
  ${words((w) => `let v${w}: v128 = mask, p${w}: v128 = mask, x${w}: v128 = mask;`)}
  let keys: usize = 0;
  for (; keys < ${16 * ROUNDS}; keys += 16) {
${spreadKeys()}  }
  ${takeBlock("vector", "v")}
  for (; blocks > 0; blocks--) {
    ${takeBlock("target", "p")}
    ${words((w) => `x${w} = v${w};`)}
    if (mode == ${CHAIN.cbc}) { ${words((w) => `x${w} = v128.xor(x${w}, p${w});`)} }
    let t: v128 = v128.xor(v128.xor(x1, x2), v128.xor(x3, v128.load(0, ${CHAIN_KEYS})));
    for (keys = 0; keys < ${16 * ROUNDS}; keys += 64) {
${fourRounds()}    }
    v0 = x3; v1 = x2; v2 = x1; v3 = x0;
    if (mode == ${CHAIN.cfb}) { ${words((w) => `v${w} = v128.xor(v${w}, p${w});`)} }
    if (mode == ${CHAIN.ofb}) {
      ${words((w) => `p${w} = v128.xor(v${w}, p${w});`)}
      ${placeBlock("target", "p")}
    } else {
      ${placeBlock("target", "v")}
    }
    target += 16;
  }
  ${placeBlock("vector", "v")}
}
`;
}
