/**
 * AssemblyScript of points of the SM2 curve, y² = x³ − 3x + b, in projective coordinates: the complete formulas of
 * Renes, Costello and Batina (EUROCRYPT 2016) for a = −3, algorithms 4, 5 and 6. They hold for all pairs of points,
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
    `  memory.copy(r, ${NAMES["X3"]}, ${PROJECTIVE});\n}\n`;
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

/** Algorithm 5: q is affine (Z2 = 1), and so not infinity. */
const ADD_AFFINE = `
  t0 = X1 * X2; t1 = Y1 * Y2;
  t3 = X2 + Y2; t4 = X1 + Y1; t3 = t3 * t4; t4 = t0 + t1; t3 = t3 - t4;
  t4 = Y2 * Z1; t4 = t4 + Y1; Y3 = X2 * Z1; Y3 = Y3 + X1;
  Z3 = b * Z1; X3 = Y3 - Z3; X3 = 3 * X3; Z3 = t1 - X3; X3 = t1 + X3;
  Y3 = b * Y3; t2 = 3 * Z1; Y3 = Y3 - t2; Y3 = Y3 - t0; Y3 = 3 * Y3;
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

/** All point functions. */
export function pointSource(): string {
  return formula("addPoints", "r p q", ADD) + formula("addAffine", "r p q", ADD_AFFINE) +
    formula("doublePoint", "r p", DOUBLE) + `
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
