/** The functions that the SM2 kernel with products of 128 bits has in the place of AssemblyScript's (field.ts, points.ts). */
import { CURVE } from "../../lib/crypto/sm2-parameters.ts";
import { ELEMENT } from "./layout.ts";
import { type FormulaName, FORMULAS, hasTwoPoints, type Step } from "./formulas.ts";
import { type Value, WideField } from "./wide-field.ts";

/** Parameters by name, and what the function writes. */
type Definition = readonly [parameters: string, write: (code: WideField) => void];

const OUT = 0, A = 1, B = 2;

const FIELD: Readonly<Record<string, Definition>> = {
  fMul: ["out a b", (code) => code.keep(OUT, 0, code.product(code.number(A), code.number(B)))],
  fSqr: ["out a", (code) => code.keep(OUT, 0, code.square(code.number(A)))],
  fAdd: ["out a b", (code) => {
    code.keep(OUT, 0, code.carried(code.sum(1n, code.number(A), 1n, code.number(B))));
  }],
  fSub: ["out a b", (code) => {
    code.keep(OUT, 0, code.carried(code.sum(1n, code.number(A), -1n, code.number(B))));
  }],
  fTriple: ["out a", (code) => code.keep(OUT, 0, code.carried(code.sum(3n, code.number(A))))],
  fSqrTimes: ["out a times", (code) => {
    const state = code.number(A);
    code.repeat(2, state.limbs, () => {
      const { limbs } = code.resting(code.square(state));
      state.limbs.forEach((limb, i) => {
        code.get(limbs[i]!);
        code.set(limb);
      });
    });
    code.keep(OUT, 0, state);
  }],
  nMul: ["out a b", (code) => code.productModuloN(A, B, OUT)],
};

/** All steps of a formula in one function: what lies between a product and the next is not carried. */
function formula(name: FormulaName): Definition {
  return [hasTwoPoints(name) ? "out a b" : "out a", (code) => {
    const values = new Map<string, Value>([["b", code.fixed(CURVE.b)]]);
    const read = (name: string): Value => {
      const known = values.get(name);
      if (known !== undefined) return known;
      const [, coordinate, point] = /^([XYZ])([12])$/.exec(name) ?? [];
      if (coordinate === undefined) throw new Error(`write formula: ${name} is not a name`);
      const value = code.number(point === "1" ? A : B, ELEMENT * "XYZ".indexOf(coordinate));
      values.set(name, value);
      return value;
    };
    for (const { out, operation, a, b } of FORMULAS[name]) {
      values.set(out, apply(code, operation, read(a), read(b)));
    }
    ["X3", "Y3", "Z3"].forEach((name, i) => code.keep(OUT, i * ELEMENT, read(name)));
  }];
}

function apply(code: WideField, operation: Step["operation"], a: Value, b: Value): Value {
  if (operation === "*") return a === b ? code.square(a) : code.product(a, b);
  if (operation === "triple") return code.sum(3n, a);
  return code.sum(1n, a, operation === "+" ? 1n : -1n, b);
}

/** The formulas that are worth a function of their own: a multiplication does hardly anything else. */
export const IN_ONE_FUNCTION: readonly FormulaName[] = [
  "addPoints",
  "jacobianAdd",
  "jacobianDouble",
];

function definitions(): (readonly [name: string, definition: Definition])[] {
  return [
    ...Object.entries(FIELD),
    ...IN_ONE_FUNCTION.map((name) => [name, formula(name)] as const),
  ];
}

/** What AssemblyScript has to know of them. */
export function wideDeclarations(): string {
  return definitions().map(([name, [parameters]]) => {
    const list = parameters.split(" ").map((parameter) => `${parameter}: usize`).join(", ");
    return `@external("field", "${name}") declare function ${name}(${list}): void;\n`;
  }).join("");
}

/** Their bodies by name. */
export function wideBodies(): Map<string, number[]> {
  return new Map(
    definitions().map(([name, [parameters, write]]) => {
      const code = new WideField(parameters.split(" ").length);
      write(code);
      return [name, code.encode()];
    }),
  );
}
