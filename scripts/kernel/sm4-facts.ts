/**
 * What GB/T 32907-2016 fixes about the S-box, and its algebra: S(x) = A·I(A·x ⊕ c) ⊕ c, where I is inversion in
 * GF(2⁸) modulo x⁸+x⁷+x⁶+x⁵+x⁴+x²+1 (Liu, Ji, Hu, Ding, Lv, Pyshkin, Weinmann, ACISP 2007).
 */
import { fromHex } from "../../lib/bytes.ts";

/** GB/T 32907-2016 §6.2.1, the S-box, row by row. */
export const SBOX: Uint8Array = fromHex(
  "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa44132649860699" +
    "9c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6" +
    "4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35" +
    "1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e" +
    "eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e3" +
    "1df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51" +
    "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b0" +
    "8969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948",
);

/** The constant c of the algebraic form; also A·x ⊕ c at x = 0. */
export const AFFINE_CONSTANT = 0xd3;

/** The modulus of SM4's field, x⁸+x⁷+x⁶+x⁵+x⁴+x²+1. */
export const SM4_MODULUS = 0x1f5;

/** The modulus of AES's field (FIPS 197 §4.2), x⁸+x⁴+x³+x+1. */
export const AES_MODULUS = 0x11b;

/** Product in GF(2)[x] modulo `modulus` (degree 8). */
export function multiply(a: number, b: number, modulus: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) {
    if ((b >> bit) & 1) product ^= a << bit;
  }
  for (let bit = 14; bit >= 8; bit--) {
    if ((product >> bit) & 1) product ^= modulus << (bit - 8);
  }
  return product;
}

/** Inverse in GF(2⁸), with 0 for 0: a²⁵⁴. */
export function invert(a: number, modulus: number): number {
  let power = a;
  let result = 1;
  for (let exponent = 254; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = multiply(result, power, modulus);
    power = multiply(power, power, modulus);
  }
  return result;
}

/** 1 when an odd number of bits of `x` are set. */
export function parity(x: number): number {
  let bits = x;
  bits ^= bits >>> 16;
  bits ^= bits >>> 8;
  bits ^= bits >>> 4;
  return (0x6996 >>> (bits & 15)) & 1;
}

/** A linear map on bytes, as the images of 1, 2, 4, … 128. */
export type ByteMap = readonly number[];

/** Applies `map` to `x`. */
export function apply(map: ByteMap, x: number): number {
  let image = 0;
  for (let bit = 0; bit < 8; bit++) {
    if ((x >> bit) & 1) image ^= map[bit]!;
  }
  return image;
}

/** The inverse of a bijective `map`. */
export function invertMap(map: ByteMap): ByteMap {
  const preimage = new Map<number, number>();
  for (let x = 0; x < 256; x++) preimage.set(apply(map, x), x);
  return Array.from({ length: 8 }, (_, bit) => {
    const x = preimage.get(1 << bit);
    if (x === undefined) throw new Error("invert map: not a bijection");
    return x;
  });
}

/** The linear part A of SM4's affine map: the circulant matrix for which the algebraic form gives the table. */
export function affineMap(): ByteMap {
  const tables = Array.from({ length: 256 }, (_, x) => invert(x, SM4_MODULUS));
  for (let first = 1; first < 256; first++) {
    const map = Array.from(
      { length: 8 },
      (_, bit) => ((first << bit) | (first >> (8 - bit))) & 0xff,
    );
    let matches = true;
    for (let x = 0; matches && x < 256; x++) {
      const inverse = tables[apply(map, x) ^ AFFINE_CONSTANT]!;
      matches = (apply(map, inverse) ^ AFFINE_CONSTANT) === SBOX[x];
    }
    if (matches) return map;
  }
  throw new Error("derive affine map: no circulant matrix gives the table");
}

/** The field isomorphisms from SM4's field to AES's: x goes to one of the 8 roots of SM4's modulus. */
export function isomorphisms(): ByteMap[] {
  const maps: ByteMap[] = [];
  for (let root = 2; root < 256; root++) {
    const powers = [1];
    for (let i = 1; i <= 8; i++) powers.push(multiply(powers[i - 1]!, root, AES_MODULUS));
    let value = 0;
    for (let i = 0; i <= 8; i++) if ((SM4_MODULUS >> i) & 1) value ^= powers[i]!;
    if (value === 0) maps.push(powers.slice(0, 8));
  }
  return maps;
}
