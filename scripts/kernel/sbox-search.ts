/**
 * Finds a small boolean circuit for SM4's S-box. The inversions in SM4's and AES's fields are affine-equivalent in
 * 255 × 8 = 2040 ways (multiply by a constant, apply an isomorphism), so the non-linear middle of Boyar and
 * Peralta's AES circuit serves; for each equivalence the linear layers above and below are made anew, the lower
 * one as the transpose of a program over 8 inputs. The affine constants are left to the round keys.
 */
import {
  type Circuit,
  evaluate,
  type Gate,
  linearProgram,
  seededRandom,
  transpose,
} from "./circuit.ts";
import {
  AES_MODULUS,
  AFFINE_CONSTANT,
  affineMap,
  apply,
  type ByteMap,
  invertMap,
  isomorphisms,
  multiply,
  SBOX,
} from "./sm4-facts.ts";

/** The 22 linear forms of the AES input (x0 its most significant bit) that the middle layer reads. */
const FORMS = `
  y14=x3+x5 y13=x0+x6 y9=x0+x3 y8=x0+x5 t0=x1+x2 y1=t0+x7 y4=y1+x3 y12=y13+y14 y2=y1+x0 y5=y1+x6
  y3=y5+y8 t1=x4+y12 y15=t1+x5 y20=t1+x1 y6=y15+x7 y10=y15+t0 y11=y20+y9 y7=x7+y11 y17=y10+y11
  y19=y10+y8 y16=t0+y11 y21=y13+y16 y18=x0+y16`;

/** Boyar and Peralta's middle layer: 62 gates from the forms to the 18 products z0…z17 (× is AND). */
const MIDDLE = `
  t2=y12*y15 t3=y3*y6 t4=t3+t2 t5=y4*x7 t6=t5+t2 t7=y13*y16 t8=y5*y1 t9=t8+t7 t10=y2*y7 t11=t10+t7
  t12=y9*y11 t13=y14*y17 t14=t13+t12 t15=y8*y10 t16=t15+t12 t17=t4+y20 t18=t6+t16 t19=t9+t14
  t20=t11+t16 t21=t17+t14 t22=t18+y19 t23=t19+y21 t24=t20+y18 t25=t21+t22 t26=t21*t23 t27=t24+t26
  t28=t25*t27 t29=t28+t22 t30=t23+t24 t31=t22+t26 t32=t31*t30 t33=t32+t24 t34=t23+t33 t35=t27+t33
  t36=t24*t35 t37=t36+t34 t38=t27+t36 t39=t29*t38 t40=t25+t39 t41=t40+t37 t42=t29+t33 t43=t29+t40
  t44=t33+t37 t45=t42+t41
  z0=t44*y15 z1=t37*y6 z2=t33*x7 z3=t43*y16 z4=t40*y1 z5=t29*y7 z6=t42*y11 z7=t45*y17 z8=t41*y10
  z9=t44*y12 z10=t37*y3 z11=t33*y4 z12=t43*y13 z13=t40*y5 z14=t29*y2 z15=t42*y9 z16=t45*y14
  z17=t41*y8`;

const PRODUCTS = 18;

interface Step {
  readonly name: string;
  readonly a: string;
  readonly b: string;
  readonly and: boolean;
}

function steps(text: string): Step[] {
  return text.trim().split(/\s+/).map((part) => {
    const match = /^(\w+)=(\w+)([+*])(\w+)$/.exec(part);
    if (!match) throw new Error(`parse circuit: bad step ${part}`);
    return { name: match[1]!, a: match[2]!, b: match[4]!, and: match[3] === "*" };
  });
}

/** The forms that the middle layer reads, as masks over the AES input's bits (bit 7 is x0). */
function aesForms(): Map<string, number> {
  const masks = new Map<string, number>();
  for (let i = 0; i < 8; i++) masks.set(`x${i}`, 0x80 >> i);
  for (const { name, a, b } of steps(FORMS)) masks.set(name, masks.get(a)! ^ masks.get(b)!);
  const middle = steps(MIDDLE);
  const made = new Set(middle.map((step) => step.name));
  const used = new Set(
    middle.flatMap((step) => [step.a, step.b]).filter((name) => !made.has(name)),
  );
  return new Map([...used].map((name) => [name, masks.get(name)!]));
}

/** A mask over the image of `map`, pulled back to a mask over its argument. */
function pullBack(mask: number, map: ByteMap): number {
  let pulled = 0;
  for (let bit = 0; bit < 8; bit++) {
    let ones = mask & map[bit]!;
    ones ^= ones >> 4;
    ones ^= ones >> 2;
    ones ^= ones >> 1;
    pulled |= (ones & 1) << bit;
  }
  return pulled;
}

/** For each output bit, which of the products sum to it: Gaussian elimination over the 256 inputs. */
function solveOutputs(products: readonly Uint8Array[], outputs: readonly Uint8Array[]): number[] {
  const columns = products.map((values, i) => ({ values: Uint8Array.from(values), mask: 1 << i }));
  const pivots: { at: number; values: Uint8Array; mask: number }[] = [];
  const reduce = (column: { values: Uint8Array; mask: number }) => {
    for (const pivot of pivots) {
      if (!column.values[pivot.at]) continue;
      column.mask ^= pivot.mask;
      for (let x = 0; x < 256; x++) column.values[x]! ^= pivot.values[x]!;
    }
    return column.values.indexOf(1);
  };
  for (const column of columns) {
    const at = reduce(column);
    if (at < 0) throw new Error("solve outputs: the products are linearly dependent");
    pivots.push({ at, ...column });
  }
  return outputs.map((values) => {
    const column = { values: Uint8Array.from(values), mask: 0 };
    if (reduce(column) >= 0) throw new Error("solve outputs: no combination of the products fits");
    return column.mask;
  });
}

/** The value v with S(x) = C(x ⊕ v) ⊕ c for the circuits C made here. */
export function inputConstant(): number {
  return apply(invertMap(affineMap()), AFFINE_CONSTANT);
}

/** S(x ⊕ inputConstant) ⊕ c: the S-box without its affine constants, what the circuit computes. */
function linearisedSbox(): Uint8Array {
  const shift = inputConstant();
  return Uint8Array.from({ length: 256 }, (_, x) => SBOX[x ^ shift]! ^ AFFINE_CONSTANT);
}

/** One of the 2040 equivalences: the forms over SM4's input, and the outputs as masks over the products. */
function equivalence(scale: number, isomorphism: ByteMap) {
  const affine = affineMap();
  const toAes = affine.map((image) => multiply(scale, apply(isomorphism, image), AES_MODULUS));
  const forms = new Map<string, number>();
  for (const [name, mask] of aesForms()) forms.set(name, pullBack(mask, toAes));
  const products = Array.from({ length: PRODUCTS }, () => new Uint8Array(256));
  const middle = steps(MIDDLE);
  for (let x = 0; x < 256; x++) {
    const value = new Map<string, number>();
    for (const [name, mask] of forms) value.set(name, pullBack(mask, Array(8).fill(x)) & 1);
    for (const { name, a, b, and } of middle) {
      value.set(name, and ? value.get(a)! & value.get(b)! : value.get(a)! ^ value.get(b)!);
    }
    for (let i = 0; i < PRODUCTS; i++) products[i]![x] = value.get(`z${i}`)!;
  }
  const table = linearisedSbox();
  const bits = Array.from({ length: 8 }, (_, bit) => table.map((s) => (s >> bit) & 1));
  return { forms, outputs: solveOutputs(products, bits) };
}

/** The columns of the output masks: for each product, which output bits use it. */
function columnsOf(outputs: readonly number[]): number[] {
  return Array.from(
    { length: PRODUCTS },
    (_, i) => outputs.reduce((mask, output, bit) => mask | (((output >> i) & 1) << bit), 0),
  );
}

function assemble(
  forms: Map<string, number>,
  top: NonNullable<ReturnType<typeof linearProgram>>,
  bottom: NonNullable<ReturnType<typeof linearProgram>>,
): Circuit {
  const gates: Gate[] = [];
  const add = (and: boolean, a: number, b: number) => {
    const out = 8 + gates.length;
    gates.push({ and, a, b, out });
    return out;
  };
  for (const { a, b } of top.gates) add(false, a, b);
  const wire = new Map<string, number>();
  [...forms.keys()].forEach((name, i) => wire.set(name, top.targets[i]!));
  for (const { name, a, b, and } of steps(MIDDLE)) {
    wire.set(name, add(and, wire.get(a)!, wire.get(b)!));
  }
  const lower = transpose(bottom);
  const lowerWires = Array.from({ length: PRODUCTS }, (_, i) => wire.get(`z${i}`)!);
  for (const { a, b } of lower.gates) lowerWires.push(add(false, lowerWires[a]!, lowerWires[b]!));
  return { inputs: 8, gates, outputs: lower.targets.map((t) => lowerWires[t]!) };
}

/** Whether `circuit` computes the S-box without its constants, on all 256 inputs. */
export function checkSbox(circuit: Circuit): boolean {
  const table = linearisedSbox();
  for (let x = 0; x < 256; x++) {
    const wires = evaluate(circuit, Array.from({ length: 8 }, (_, bit) => (x >> bit) & 1));
    const value = circuit.outputs.reduce((sum, wire, bit) => sum | (wires[wire]! << bit), 0);
    if (value !== table[x]) return false;
  }
  return true;
}

/** Searches all equivalences with `tries` attempts at each layer; the best circuit found. */
export function searchSbox(tries: number, report: (text: string) => void): Circuit {
  const random = seededRandom(0x5134);
  let best: Circuit | undefined;
  let bestLinear = 60;
  for (const [m, isomorphism] of isomorphisms().entries()) {
    for (let scale = 1; scale < 256; scale++) {
      const { forms, outputs } = equivalence(scale, isomorphism);
      const columns = columnsOf(outputs);
      const shortest = (targets: number[], limit: number) => {
        let found: ReturnType<typeof linearProgram>;
        for (let i = 0; i < tries; i++) {
          const program = linearProgram(targets, 8, (found?.gates.length ?? limit + 1) - 1, random);
          if (program) found = program;
        }
        return found;
      };
      const top = shortest([...forms.values()], 25);
      const bottom = top && shortest(columns, bestLinear - top.gates.length - 10);
      if (!top || !bottom) continue;
      const linear = top.gates.length + bottom.gates.length + 10;
      if (linear >= bestLinear && best) continue;
      bestLinear = linear;
      best = assemble(forms, top, bottom);
      if (!checkSbox(best)) throw new Error("search S-box: the circuit is wrong");
      report(
        `isomorphism ${m}, scale ${scale}: ${top.gates.length} + 62 + ${
          linear - top.gates.length
        }` +
          ` = ${best.gates.length} gates`,
      );
    }
  }
  if (!best) throw new Error("search S-box: nothing found");
  return best;
}
