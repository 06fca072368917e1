/**
 * SM4 as GB/T 32907-2016 writes it: one block, no tables but the S-box, no thought of speed.
 */

/** §6.2 a. */
const SBOX = [
  "d690e9fecce13db716b614c228fb2c05",
  "2b679a762abe04c3aa44132649860699",
  "9c4250f491ef987a33540b43edcfac62",
  "e4b31ca9c908e89580df94fa758f3fa6",
  "4707a7fcf37317ba83593c19e6854fa8",
  "686b81b27164da8bf8eb0f4b70569d35",
  "1e240e5e6358d1a225227c3b01217887",
  "d40046579fd327524c3602e7a0c4c89e",
  "eabf8ad240c738b5a3f7f2cef96115a1",
  "e0ae5da49b341a55ad933230f58cb1e3",
  "1df6e22e8266ca60c02923ab0d534e6f",
  "d5db3745defd8e2f03ff6a726d6c5b51",
  "8d1baf92bbddbc7f11d95c411f105ad8",
  "0ac13188a5cd7bbd2d74d012b8e5b4b0",
  "8969974a0c96777e65b9f109c56ec684",
  "18f07dec3adc4d2079ee5f3ed7cb3948",
].map((row) => row.match(/../g)!.map((byte) => parseInt(byte, 16)));

const rotl = (x: number, n: number) => ((x << n) | (x >>> (32 - n))) >>> 0;
const xor = (...words: number[]) => words.reduce((a, b) => (a ^ b) >>> 0, 0);

/** τ: the S-box on each byte (§6.2 a). */
function tau(word: number): number {
  const bytes = [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff);
  return bytes.reduce((out, byte) => ((out << 8) | SBOX[byte >> 4]![byte & 15]!) >>> 0, 0);
}

/** T = L ∘ τ (§6.2). */
function t(word: number): number {
  const b = tau(word);
  return xor(b, rotl(b, 2), rotl(b, 10), rotl(b, 18), rotl(b, 24));
}

/** T′ = L′ ∘ τ (§7.3). */
function tPrime(word: number): number {
  const b = tau(word);
  return xor(b, rotl(b, 13), rotl(b, 23));
}

function words(bytes: Uint8Array): number[] {
  return [0, 4, 8, 12].map((at) =>
    bytes.slice(at, at + 4).reduce((word, byte) => ((word << 8) | byte) >>> 0, 0)
  );
}

/** The 32 round keys (§7.3). */
export function roundKeys(key: Uint8Array): number[] {
  const fk = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc];
  const k = words(key).map((word, i) => xor(word, fk[i]!));
  for (let i = 0; i < 32; i++) {
    const ck = [0, 1, 2, 3].reduce((word, j) => ((word << 8) | ((4 * i + j) * 7 % 256)) >>> 0, 0);
    k.push(xor(k[i]!, tPrime(xor(k[i + 1]!, k[i + 2]!, k[i + 3]!, ck))));
  }
  return k.slice(4);
}

/** One block under the given order of round keys (§7.1, §7.2). */
function crypt(keys: readonly number[], block: Uint8Array): Uint8Array {
  const x = words(block);
  keys.forEach((key, i) => {
    x.push(xor(x[i]!, t(xor(x[i + 1]!, x[i + 2]!, x[i + 3]!, key))));
  });
  const out = [x[35]!, x[34]!, x[33]!, x[32]!];
  return Uint8Array.from(
    out.flatMap((w) => [w >>> 24, (w >>> 16) & 255, (w >>> 8) & 255, w & 255]),
  );
}

/** One block enciphered. */
export function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return crypt(roundKeys(key), block);
}

/** One block deciphered: the round keys in reverse. */
export function decryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return crypt(roundKeys(key).reverse(), block);
}

/** Counter mode; the last 4 bytes of the counter wrap (inc₃₂ of SP 800-38D §6.2). */
export function ctr32(key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array {
  const keys = roundKeys(key);
  const block = counter.slice();
  const view = new DataView(block.buffer);
  const out = data.slice();
  for (let at = 0; at < data.length; at += 16) {
    const stream = crypt(keys, block);
    for (let i = at; i < Math.min(at + 16, data.length); i++) out[i]! ^= stream[i - at]!;
    view.setUint32(12, (view.getUint32(12) + 1) % 2 ** 32);
  }
  return out;
}

/** Blocks each by itself. */
export function ecb(key: Uint8Array, decrypt: boolean, data: Uint8Array): Uint8Array {
  const keys = decrypt ? roundKeys(key).reverse() : roundKeys(key);
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 16) out.set(crypt(keys, data.slice(at, at + 16)), at);
  return out;
}

/** CFB with whole blocks fed back (SP 800-38A §6.3). */
export function cfb(
  key: Uint8Array,
  decrypt: boolean,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const keys = roundKeys(key);
  const out = new Uint8Array(data.length);
  let chain = iv;
  for (let at = 0; at < data.length; at += 16) {
    const block = data.slice(at, at + 16);
    const stream = crypt(keys, chain);
    const result = block.map((byte, i) => byte ^ stream[i]!);
    out.set(result, at);
    chain = decrypt ? block : result;
  }
  return out;
}

/** OFB (SP 800-38A §6.4). */
export function ofb(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const keys = roundKeys(key);
  const out = new Uint8Array(data.length);
  let chain = iv;
  for (let at = 0; at < data.length; at += 16) {
    chain = crypt(keys, chain);
    out.set(data.slice(at, at + 16).map((byte, i) => byte ^ chain[i]!), at);
  }
  return out;
}

/** Blocks chained (SP 800-38A §6.2). */
export function cbc(
  key: Uint8Array,
  decrypt: boolean,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const keys = decrypt ? roundKeys(key).reverse() : roundKeys(key);
  const out = new Uint8Array(data.length);
  let chain = iv;
  for (let at = 0; at < data.length; at += 16) {
    const block = data.slice(at, at + 16);
    const result = decrypt
      ? crypt(keys, block).map((byte, i) => byte ^ chain[i]!)
      : crypt(keys, block.map((byte, i) => byte ^ chain[i]!));
    out.set(result, at);
    chain = decrypt ? block : result;
  }
  return out;
}
