/**
 * SM3 as GB/T 32905-2016 writes it: words as non-negative numbers, every step by its name in the standard.
 */

const rotl = (x: number, n: number) => ((x << (n % 32)) | (n % 32 ? x >>> (32 - n % 32) : 0)) >>> 0;
const xor = (...words: number[]) => words.reduce((a, b) => (a ^ b) >>> 0, 0);
const add = (...words: number[]) => words.reduce((a, b) => (a + b) % 2 ** 32, 0);

/** §4.1. */
const IV = [
  0x7380166f,
  0x4914b2b9,
  0x172442d7,
  0xda8a0600,
  0xa96f30bc,
  0x163138aa,
  0xe38dee4d,
  0xb0fb0e4e,
];

/** §4.2 to §4.4. */
const T = (j: number) => j < 16 ? 0x79cc4519 : 0x7a879d8a;
const FF = (j: number, x: number, y: number, z: number) =>
  j < 16 ? xor(x, y, z) : ((x & y) | (x & z) | (y & z)) >>> 0;
const GG = (j: number, x: number, y: number, z: number) =>
  j < 16 ? xor(x, y, z) : ((x & y) | (~x & z)) >>> 0;
const P0 = (x: number) => xor(x, rotl(x, 9), rotl(x, 17));
const P1 = (x: number) => xor(x, rotl(x, 15), rotl(x, 23));

/** §5.2: the bit 1, zeros, and the length in bits in 64. */
function padded(message: Uint8Array): Uint8Array {
  const zeros = (119 - message.length % 64) % 64;
  const out = new Uint8Array(message.length + 1 + zeros + 8);
  out.set(message);
  out[message.length] = 0x80;
  new DataView(out.buffer).setBigUint64(out.length - 8, BigInt(message.length) * 8n);
  return out;
}

/** §5.3.2 and §5.3.3. */
function compress(v: number[], block: Uint8Array): number[] {
  const view = new DataView(block.buffer, block.byteOffset, 64);
  const w = Array.from({ length: 16 }, (_, j) => view.getUint32(4 * j));
  for (let j = 16; j < 68; j++) {
    const inner = P1(xor(w[j - 16]!, w[j - 9]!, rotl(w[j - 3]!, 15)));
    w[j] = xor(inner, rotl(w[j - 13]!, 7), w[j - 6]!);
  }
  const w1 = Array.from({ length: 64 }, (_, j) => xor(w[j]!, w[j + 4]!));
  let [A, B, C, D, E, F, G, H] = v as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let j = 0; j < 64; j++) {
    const SS1 = rotl(add(rotl(A, 12), E, rotl(T(j), j)), 7);
    const SS2 = xor(SS1, rotl(A, 12));
    const TT1 = add(FF(j, A, B, C), D, SS2, w1[j]!);
    const TT2 = add(GG(j, E, F, G), H, SS1, w[j]!);
    [A, B, C, D, E, F, G, H] = [TT1, A, rotl(B, 9), C, P0(TT2), E, rotl(F, 19), G];
  }
  return [A, B, C, D, E, F, G, H].map((word, i) => xor(word, v[i]!));
}

/** The hash value of `message`. */
export function sm3(message: Uint8Array): Uint8Array {
  const blocks = padded(message);
  let v = IV;
  for (let at = 0; at < blocks.length; at += 64) v = compress(v, blocks.slice(at, at + 64));
  return Uint8Array.from(v.flatMap((w) => [w >>> 24, (w >>> 16) & 255, (w >>> 8) & 255, w & 255]));
}
