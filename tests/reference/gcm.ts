/**
 * GCM as NIST SP 800-38D writes it, over the SM4 beside it: bit by bit, with blocks as big integers.
 */
import { ctr32, encryptBlock } from "./sm4.ts";

function toInteger(block: Uint8Array): bigint {
  return block.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function toBlock(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(120 - 8 * i)) & 255n));
}

/** R = 11100001 ‖ 0¹²⁰ (§6.3). */
const R = 0xe1n << 120n;

/** X • Y (§6.3, algorithm 1): bit 0 is the leftmost. */
export function multiply(x: bigint, y: bigint): bigint {
  let z = 0n;
  let v = y;
  for (let i = 127n; i >= 0n; i--) {
    if ((x >> i) & 1n) z ^= v;
    v = v & 1n ? (v >> 1n) ^ R : v >> 1n;
  }
  return z;
}

/** Filled up with zeros to whole blocks. */
function padded(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / 16) * 16);
  out.set(data);
  return out;
}

/** GHASH_H from the value `start` on (§6.4, algorithm 2). */
export function ghash(h: Uint8Array, data: Uint8Array, start = new Uint8Array(16)): Uint8Array {
  const key = toInteger(h);
  const blocks = padded(data);
  let y = toInteger(start);
  for (let at = 0; at < blocks.length; at += 16) {
    y = multiply(y ^ toInteger(blocks.slice(at, at + 16)), key);
  }
  return toBlock(y);
}

/** GCM-AE with a 12-byte nonce (§7.1, algorithm 4): ciphertext ‖ tag. */
export function seal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const h = encryptBlock(key, new Uint8Array(16));
  const j0 = Uint8Array.of(...nonce, 0, 0, 0, 1);
  const text = ctr32(key, Uint8Array.of(...nonce, 0, 0, 0, 2), plaintext);
  const lengths = toBlock((BigInt(8 * aad.length) << 64n) | BigInt(8 * text.length));
  const s = ghash(h, Uint8Array.of(...padded(aad), ...padded(text), ...lengths));
  return Uint8Array.of(...text, ...ctr32(key, j0, s));
}
