/**
 * AssemblyScript of points of the SM2 curve, y² = x³ − 3x + b, in projective coordinates: the complete formulas of
 * Renes, Costello and Batina (EUROCRYPT 2016) for a = −3, algorithms 4 and 6. They hold for all pairs of points,
 * infinity (0 : 1 : 0) and equal points among them, so nothing here branches on a point.
 */
import { AFFINE, ELEMENT, POINT_TEMPORARIES, PROJECTIVE } from "./layout.ts";

/** Coordinates of points p and q, the result r, and temporaries, as expressions. */
const NAMES: Record<string, string> = {
  X1: "p",
  Y1: `(p + ${ELEMENT})`,
  Z1: `(p + ${2 * ELEMENT})`,
  X2: "q",
  Y2: `(q + ${ELEMENT})`,
  Z2: `(q + ${2 * ELEMENT})`,
  b: "F_B",
};
["t0", "t1", "t2", "t3", "t4", "X3", "Y3", "Z3"].forEach((name, i) => {
  NAMES[name] = String(POINT_TEMPORARIES + i * ELEMENT);
});

/** Statements that copy so many bytes: a call of memory.copy would take longer. */
export function copyLines(to: string, from: string, bytes: number): string {
  return Array.from(
    { length: bytes / 8 },
    (_, i) => `store<i64>(${to}, load<i64>(${from}, ${8 * i}), ${8 * i});`,
  ).join(" ");
}

/** One step a line: "t0 = X1 * X2", with *, +, - and "3 *"; the result is X3, Y3, Z3. */
function formula(name: string, parameters: string, steps: string): string {
  const place = (word: string) => {
    const at = NAMES[word];
    if (at === undefined) throw new Error(`write formula: ${word} is not a name`);
    return at;
  };
  const calls = steps.trim().split(";").map((step) => step.trim()).filter((step) => step !== "")
    .map((step) => {
      const [, out = "", a = "", operation = "", b = ""] =
        /^(\w+) = (\w+) ([*+-]) (\w+)$/.exec(step) ?? [];
      if (a === "3") return `fTriple(${place(out)}, ${place(b)});`;
      if (operation === "*" && a === b) return `fSqr(${place(out)}, ${place(a)});`;
      const function_ = { "*": "fMul", "+": "fAdd", "-": "fSub" }[operation];
      return `${function_}(${place(out)}, ${place(a)}, ${place(b)});`;
    });
  const list = parameters.split(" ").map((parameter) => `${parameter}: usize`).join(", ");
  return `function ${name}(${list}): void {\n  ${calls.join("\n  ")}\n` +
    `  ${copyLines("r", NAMES["X3"]!, PROJECTIVE)}\n}\n`;
}

/** Algorithm 4, with 2a + a written as 3 * a. */
const ADD = `
  t0 = X1 * X2; t1 = Y1 * Y2; t2 = Z1 * Z2;
  t3 = X1 + Y1; t4 = X2 + Y2; t3 = t3 * t4; t4 = t0 + t1; t3 = t3 - t4;
  t4 = Y1 + Z1; X3 = Y2 + Z2; t4 = t4 * X3; X3 = t1 + t2; t4 = t4 - X3;
  X3 = X1 + Z1; Y3 = X2 + Z2; X3 = X3 * Y3; Y3 = t0 + t2; Y3 = X3 - Y3;
  Z3 = b * t2; X3 = Y3 - Z3; X3 = 3 * X3; Z3 = t1 - X3; X3 = t1 + X3;
  Y3 = b * Y3; t2 = 3 * t2; Y3 = Y3 - t2; Y3 = Y3 - t0; Y3 = 3 * Y3;
  t0 = 3 * t0; t0 = t0 - t2;
  t1 = t4 * Y3; t2 = t0 * Y3; Y3 = X3 * Z3; Y3 = Y3 + t2;
  X3 = t3 * X3; X3 = X3 - t1; Z3 = t4 * Z3; t1 = t3 * t0; Z3 = Z3 + t1;
`;

/** Algorithm 6. */
const DOUBLE = `
  t0 = X1 * X1; t1 = Y1 * Y1; t2 = Z1 * Z1;
  t3 = X1 * Y1; t3 = t3 + t3; Z3 = X1 * Z1; Z3 = Z3 + Z3;
  Y3 = b * t2; Y3 = Y3 - Z3; Y3 = 3 * Y3; X3 = t1 - Y3; Y3 = t1 + Y3; Y3 = X3 * Y3; X3 = X3 * t3;
  t2 = 3 * t2; Z3 = b * Z3; Z3 = Z3 - t2; Z3 = Z3 - t0; Z3 = 3 * Z3;
  t0 = 3 * t0; t0 = t0 - t2; t0 = t0 * Z3; Y3 = Y3 + t0;
  t0 = Y1 * Z1; t0 = t0 + t0; Z3 = t0 * Z3; X3 = X3 - Z3;
  Z3 = t0 * t1; Z3 = Z3 + Z3; Z3 = Z3 + Z3;
`;

/**
 * Jacobian coordinates (X/Z², Y/Z³) take fewer operations, but their addition does not hold for equal points nor for
 * infinity. They serve sums of a scalar's windows, where the former cannot be and the latter is looked for (source.ts).
 * This one is of p and the affine q.
 */
const JACOBIAN_ADD = `
  t0 = Z1 * Z1; t1 = X2 * t0; t2 = Z1 * t0; t2 = Y2 * t2; t1 = t1 - X1; t2 = t2 - Y1;
  t3 = t1 * t1; t4 = t1 * t3; t3 = X1 * t3;
  X3 = t2 * t2; X3 = X3 - t4; X3 = X3 - t3; X3 = X3 - t3; Z3 = Z1 * t1;
  t3 = t3 - X3; Y3 = t2 * t3; t4 = Y1 * t4; Y3 = Y3 - t4;
`;

/** Doubling for a = −3 (dbl-2001-b of the Explicit-Formulas Database); infinity stays infinity. */
const JACOBIAN_DOUBLE = `
  t0 = Z1 * Z1; t1 = Y1 * Y1; t2 = X1 * t1;
  t3 = X1 - t0; t4 = X1 + t0; t3 = t3 * t4; t3 = 3 * t3;
  Z3 = Y1 + Z1; Z3 = Z3 * Z3; Z3 = Z3 - t1; Z3 = Z3 - t0;
  t2 = t2 + t2; t2 = t2 + t2; X3 = t3 * t3; t4 = t2 + t2; X3 = X3 - t4;
  t2 = t2 - X3; Y3 = t3 * t2; t1 = t1 * t1; t1 = t1 + t1; t1 = t1 + t1; t1 = t1 + t1; Y3 = Y3 - t1;
`;

/** All point functions. */
export function pointSource(): string {
  return formula("addPoints", "r p q", ADD) + formula("doublePoint", "r p", DOUBLE) +
    formula("jacobianAdd", "r p q", JACOBIAN_ADD) +
    formula("jacobianDouble", "r p", JACOBIAN_DOUBLE) + `
/** Jacobian coordinates to projective ones in place: (X·Z : Y : Z³). */
function toProjective(p: usize): void {
  const t0 = ${NAMES["t0"]};
  fMul(p, p, p + ${2 * ELEMENT});
  fSqr(t0, p + ${2 * ELEMENT});
  fMul(p + ${2 * ELEMENT}, p + ${2 * ELEMENT}, t0);
}

/** The affine coordinates of \`count\` projective points, none of them infinity, by one inversion. */
function toAffine(out: usize, points: usize, products: usize, count: i32): void {
  const inverse = ${NAMES["t0"]}, z = ${NAMES["t1"]};
  copyElement(inverse, F_ONE);
  for (let i = 0; i < count; i++) {
    copyElement(products + usize(i) * ${ELEMENT}, inverse);
    fMul(inverse, inverse, points + usize(i) * ${PROJECTIVE} + ${2 * ELEMENT});
  }
  fInvert(inverse, inverse);
  for (let i = count - 1; i >= 0; i--) {
    const point = points + usize(i) * ${PROJECTIVE};
    const affine = out + usize(i) * ${AFFINE};
    fMul(z, inverse, products + usize(i) * ${ELEMENT});
    fMul(inverse, inverse, point + ${2 * ELEMENT});
    fMul(affine, point, z);
    fMul(affine + ${ELEMENT}, point + ${ELEMENT}, z);
  }
}
` + `
function setInfinity(r: usize): void {
  memory.fill(r, 0, ${PROJECTIVE});
  copyElement(r + ${ELEMENT}, F_ONE);
}

/** y² = x³ − 3x + b at out. */
function curveEquation(out: usize, x: usize): void {
  const t0 = ${NAMES["t0"]}, t1 = ${NAMES["t1"]};
  fSqr(t0, x);
  fMul(t0, t0, x);
  fTriple(t1, x);
  fSub(t0, t0, t1);
  fAdd(out, t0, F_B);
}

/** Affine x and y of the point p to RESULT, big-endian. Infinity gives zeros. */
function toResult(p: usize): void {
  const z = ${NAMES["t0"]}, c = ${NAMES["t1"]};
  fInvert(z, p + ${2 * ELEMENT});
  fMul(c, p, z);
  fToBytes(RESULT, c);
  fMul(c, p + ${ELEMENT}, z);
  fToBytes(RESULT + 32, c);
}

/** The affine point whose coordinates stand as bytes at x and y, with Z = 1. */
function fromArguments(r: usize, bytes: usize): void {
  fFromBytes(r, bytes);
  fFromBytes(r + ${ELEMENT}, bytes + 32);
  copyElement(r + ${AFFINE}, F_ONE);
}
`;
}
