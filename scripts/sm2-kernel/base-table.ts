/**
 * Multiples of the base point as data of the module: d·16ʷ·G for d = 1…8 and every window w, affine, in Montgomery
 * form. Made here, where time does not matter: a program that needs one multiplication should not make 520 points.
 */
import { weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { B, elementWords, GX, GY, N, P } from "./field.ts";
import { MULTIPLES, WINDOWS } from "./layout.ts";
import { montgomeryR, type Representation } from "./representation.ts";

const Point = weierstrass<bigint>({ p: P, n: N, h: 1n, a: P - 3n, b: B, Gx: GX, Gy: GY });

/** The AssemblyScript constant BASE_TABLE. */
export function baseTableSource(representation: Representation): string {
  const r = montgomeryR(representation);
  const words = (coordinate: bigint) => elementWords((coordinate * r) % P, representation);
  const data: bigint[] = [];
  let first = Point.BASE;
  for (let w = 0; w < WINDOWS; w++) {
    let multiple = first;
    for (let d = 1; d <= MULTIPLES; d++) {
      const { x, y } = multiple.toAffine();
      data.push(...words(x), ...words(y));
      if (d < MULTIPLES) multiple = multiple.add(first);
    }
    first = multiple.double();
  }
  return `const BASE_TABLE: usize = memory.data<${representation.word}>([${
    data.join(", ")
  }], 16);\n`;
}
