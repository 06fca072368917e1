/**
 * SM3's compression function (GB/T 32905-2016 §5.3) in TypeScript: for the engine without SIMD, and for single
 * blocks, where a call into WebAssembly would cost more than it saves.
 */

/** Initial value (GB/T 32905 §4.1). */
export const SM3_IV = Int32Array.of(
  0x7380166f,
  0x4914b2b9,
  0x172442d7,
  0xda8a0600 | 0,
  0xa96f30bc | 0,
  0x163138aa,
  0xe38dee4d | 0,
  0xb0fb0e4e | 0,
);

/** T_j <<< j, for j = 0…63 (GB/T 32905-2016 §4.2, §5.3.3). */
const ROTATED_T = Int32Array.from({ length: 64 }, (_, j) => {
  const t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
  const by = j % 32;
  return by === 0 ? t : (t << by) | (t >>> (32 - by));
});

/** The expanded message W_0…W_67 (GB/T 32905-2016 §5.3.2); scratch, rewritten by every compression. */
const W = new Int32Array(68);

/** V(i+1) = CF(V(i), B(i)), GB/T 32905-2016 §5.3.3, for the block of 16 words in W_0…W_15. */
function compressWords(state: Int32Array): void {
  for (let j = 16; j < 68; j++) {
    const w3 = W[j - 3]!;
    const x = W[j - 16]! ^ W[j - 9]! ^ ((w3 << 15) | (w3 >>> 17));
    const w13 = W[j - 13]!;
    W[j] = x ^ ((x << 15) | (x >>> 17)) ^ ((x << 23) | (x >>> 9)) ^ ((w13 << 7) | (w13 >>> 25)) ^
      W[j - 6]!;
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
  let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
  for (let j = 0; j < 64; j++) {
    const a12 = (a << 12) | (a >>> 20);
    const sum = (a12 + e + ROTATED_T[j]!) | 0;
    const ss1 = (sum << 7) | (sum >>> 25);
    const w = W[j]!;
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (c & (a | b));
    const gg = j < 16 ? e ^ f ^ g : g ^ (e & (f ^ g));
    const tt1 = (ff + d + (ss1 ^ a12) + (w ^ W[j + 4]!)) | 0;
    const tt2 = (gg + h + ss1 + w) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = tt1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    e = tt2 ^ ((tt2 << 9) | (tt2 >>> 23)) ^ ((tt2 << 17) | (tt2 >>> 15));
  }
  state[0] = state[0]! ^ a;
  state[1] = state[1]! ^ b;
  state[2] = state[2]! ^ c;
  state[3] = state[3]! ^ d;
  state[4] = state[4]! ^ e;
  state[5] = state[5]! ^ f;
  state[6] = state[6]! ^ g;
  state[7] = state[7]! ^ h;
}

/** Compresses one block given as 16 words (PBKDF2 lives on this). */
export function sm3CompressWords(state: Int32Array, block: Int32Array): void {
  for (let j = 0; j < 16; j++) W[j] = block[j]!;
  compressWords(state);
}

/** Compresses the whole 64-byte blocks of `bytes`. */
export function sm3CompressBlocks(state: Int32Array, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 64) {
    for (let j = 0, i = at; j < 16; j++, i += 4) {
      W[j] = (bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!;
    }
    compressWords(state);
  }
}
