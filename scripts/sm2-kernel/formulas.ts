/**
 * Formulas for points of the SM2 curve, y² = x³ − 3x + b, step by step: "t0 = X1 * X2", with *, +, - and "3 *"; the
 * result is X3, Y3, Z3. The first two are the complete ones of Renes, Costello and Batina (EUROCRYPT 2016) for a = −3,
 * algorithms 4 and 6: they hold for all pairs of points, infinity (0 : 1 : 0) and equal points among them.
 */

/** One step: out = a operation b, or three times a (which is b, too). */
export interface Step {
  readonly out: string;
  readonly operation: "*" | "+" | "-" | "triple";
  readonly a: string;
  readonly b: string;
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

function steps(text: string): Step[] {
  return text.trim().split(";").map((step) => step.trim()).filter((step) => step !== "").map(
    (step) => {
      const [, out = "", a = "", sign = "", b = ""] = /^(\w+) = (\w+) ([*+-]) (\w+)$/.exec(step) ??
        [];
      if (a === "3") return { out, operation: "triple", a: b, b };
      return { out, operation: sign as Step["operation"], a, b };
    },
  );
}

/** All of them. */
export const FORMULAS = {
  addPoints: steps(ADD),
  doublePoint: steps(DOUBLE),
  jacobianAdd: steps(JACOBIAN_ADD),
  jacobianDouble: steps(JACOBIAN_DOUBLE),
} as const;

/** What they are called. */
export type FormulaName = keyof typeof FORMULAS;

/** Whether a formula is of two points: the second is X2, Y2, Z2. */
export function hasTwoPoints(name: FormulaName): boolean {
  return FORMULAS[name].some(({ a, b }) => [a, b].some((word) => /^[XYZ]2$/.test(word)));
}
