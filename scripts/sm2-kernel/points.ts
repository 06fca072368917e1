/**
 * AssemblyScript of points of the SM2 curve: the formulas as functions, and coordinates changed. Nothing here branches
 * on a point.
 */
import { type FormulaName, FORMULAS, hasTwoPoints } from "./formulas.ts";
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

/** A formula as calls of the field's functions. */
function formula(name: FormulaName): string {
  const place = (word: string) => {
    const at = NAMES[word];
    if (at === undefined) throw new Error(`write formula: ${word} is not a name`);
    return at;
  };
  const calls = FORMULAS[name].map(({ out, operation, a, b }) => {
    if (operation === "triple") return `fTriple(${place(out)}, ${place(a)});`;
    if (operation === "*" && a === b) return `fSqr(${place(out)}, ${place(a)});`;
    const function_ = { "*": "fMul", "+": "fAdd", "-": "fSub" }[operation];
    return `${function_}(${place(out)}, ${place(a)}, ${place(b)});`;
  });
  const q = hasTwoPoints(name) ? ", q: usize" : "";
  return `function ${name}(r: usize, p: usize${q}): void {\n  ${calls.join("\n  ")}\n` +
    `  ${copyLines("r", NAMES["X3"]!, PROJECTIVE)}\n}\n`;
}

/** All point functions but those that stand elsewhere. */
export function pointSource(elsewhere: ReadonlySet<string>): string {
  const names = Object.keys(FORMULAS) as FormulaName[];
  return names.filter((name) => !elsewhere.has(name)).map(formula).join("") + `
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
