// The field of the wide SM2 kernel against BigInt, with limbs at the ends of what they may be, and what its generator refuses.
import assert from "node:assert/strict";
import fc from "fast-check";
import { CURVE } from "../../lib/crypto/sm2-parameters.ts";
import { runsSm2Kernel } from "../../lib/crypto/sm2-engine.ts";
import {
  RESTING,
  RESTING_LIMBS,
  type Value,
  WideField,
} from "../../scripts/sm2-kernel/wide-field.ts";
import { wideBodies } from "../../scripts/sm2-kernel/wide-functions.ts";
import { unsigned } from "../../scripts/sm2-kernel/wide-code.ts";
import { testUnless } from "../support/requires.ts";

const { p: P, n: N } = CURVE;
const R = 1n << 260n, BITS = 52n;
const modulo = (value: bigint, modulus: bigint) => ((value % modulus) + modulus) % modulus;

/** R⁻¹ modulo p: R to the power p − 2. */
const INVERSE = (() => {
  let inverse = 1n, power = R % P;
  for (let e = P - 2n; e > 0n; e >>= 1n, power = power * power % P) {
    if (e & 1n) inverse = inverse * power % P;
  }
  return inverse;
})();
const quotient = (value: bigint) => value * INVERSE;

/** A module with the functions that take three numbers, and its memory. */
function fieldModule(): WebAssembly.Module {
  const three = ["fMul", "fAdd", "fSub", "nMul"], two = ["fSqr", "fTriple"];
  const bodies = wideBodies(), names = [...three, ...two];
  const section = (id: number, content: number[]) => [id, ...unsigned(content.length), ...content];
  const name = (text: string) => [text.length, ...new TextEncoder().encode(text)];
  return new WebAssembly.Module(Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [2, 0x60, 3, 0x7f, 0x7f, 0x7f, 0, 0x60, 2, 0x7f, 0x7f, 0]),
    ...section(3, [names.length, ...three.map(() => 0), ...two.map(() => 1)]),
    ...section(5, [1, 0, 1]),
    ...section(7, [
      names.length + 1,
      ...names.flatMap((text, i) => [...name(text), 0, i]),
      ...[...name("memory"), 2, 0],
    ]),
    ...section(10, [names.length, ...names.flatMap((text) => bodies.get(text)!)]),
  ]));
}

/** A number as memory may hold it: four limbs anywhere within their bounds, and the highest what makes the value. */
const resting = fc.tuple(
  fc.oneof(
    fc.bigInt({ min: RESTING.low + 2n ** 212n, max: RESTING.high - 2n ** 212n }),
    fc.constantFrom(0n, 1n, -1n, P, P - 1n, 1n - P, 2n * P - 2n ** 212n, 2n ** 212n - P),
  ),
  ...RESTING_LIMBS.slice(0, 4).map(({ low, high }) =>
    fc.oneof(fc.bigInt({ min: low, max: high }), fc.constantFrom(low, high, 0n))
  ),
).map(([value, ...low]) => {
  const below = low.reduce((sum, limb, i) => sum + (limb << (BITS * BigInt(i))), 0n);
  return [...low, (value - below) >> (4n * BITS)];
});

/** A number modulo n as memory may hold it. */
const scalar = fc.oneof(
  fc.bigInt({ min: 0n, max: 4n * N }),
  fc.constantFrom(0n, 1n, N - 1n, N, 4n * N),
)
  .map((value) =>
    Array.from({ length: 5 }, (_, i) => {
      const rest = value >> (BITS * BigInt(i));
      return i === 4 ? rest : rest & (2n ** BITS - 1n);
    })
  );

const valueOf = (limbs: readonly bigint[]) =>
  limbs.reduce((sum, limb, i) => sum + (limb << (BITS * BigInt(i))), 0n);

/** Why the wide kernel cannot run here. */
const noWideKernel = runsSm2Kernel("wide") ? undefined : "needs products of 128 bits";

testUnless(
  noWideKernel,
  "wide SM2 field: agrees with BigInt, and what it leaves may be taken again",
  () => {
    const { exports } = new WebAssembly.Instance(fieldModule());
    const memory = new BigInt64Array((exports["memory"] as WebAssembly.Memory).buffer);
    const call = (name: string, ...numbers: bigint[][]) => {
      numbers.forEach((limbs, i) => memory.set(limbs, 8 * (i + 1)));
      (exports[name] as (...addresses: number[]) => void)(
        0,
        ...numbers.map((_, i) => 64 * (i + 1)),
      );
      return [...memory.subarray(0, 5)];
    };
    const check = (what: string, limbs: bigint[], expected: bigint) => {
      const value = valueOf(limbs);
      assert.equal(modulo(value, P), modulo(expected, P), what);
      assert.ok(value >= RESTING.low && value <= RESTING.high, what);
      limbs.forEach((limb, i) => {
        assert.ok(limb >= RESTING_LIMBS[i]!.low && limb <= RESTING_LIMBS[i]!.high, what);
      });
    };
    fc.assert(
      fc.property(resting, resting, (a, b) => {
        const x = valueOf(a), y = valueOf(b);
        check("product", call("fMul", a, b), quotient(x * y));
        check("square", call("fSqr", a), quotient(x * x));
        check("sum", call("fAdd", a, b), x + y);
        check("difference", call("fSub", a, b), x - y);
        check("triple", call("fTriple", a), 3n * x);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        const product = valueOf(call("nMul", a, b));
        assert.equal(modulo(product * R, N), modulo(valueOf(a) * valueOf(b), N));
        assert.ok(product >= 0n && product <= 2n * N);
      }),
      { numRuns: 500 },
    );
  },
);

Deno.test("wide SM2 field: the generator writes nothing that could overflow", () => {
  const code = new WideField(3);
  let sum: Value = code.number(1);
  for (let i = 0; i < 4; i++) sum = code.sum(1n, sum, 1n, sum);
  assert.throws(() => code.product(sum, sum), /column overflows/);
  assert.throws(() => code.keep(0, 0, code.sum(2n, code.number(1))), /does not fit/);
  code.keep(0, 0, code.carried(code.sum(2n, code.number(1))));
});
