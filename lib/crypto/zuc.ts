/**
 * ZUC-128: the stream cipher of GB/T 33133.1-2016, with the encryption 128-EEA3 (GB/T 33133.2-2021) and the integrity
 * 128-EIA3 (GB/T 33133.3-2021) of mobile networks (3GPP TS 35.221, TS 35.222). Written to be read beside the standard.
 * Its tables are looked up by secret values, so that its time tells of the key: for messages of one's own machine, for
 * teaching, and to agree with others; p2p itself does not use it.
 */
import { type Bytes, fromHex } from "../bytes.ts";
import { FormatError, InvalidKeyError } from "../errors.ts";

/** Size of key and initial vector (GB/T 33133.1 §5). */
export const ZUC_KEY_BYTES = 16;
/** A MAC has 32 bits (GB/T 33133.3 §5.2). */
const ZUC_MAC_BYTES = 4;

/** S₀ and S₁ (GB/T 33133.1 §6.4.3). */
const S0 = fromHex(
  "3e725b47cae0003304d1549809b96dcb7b1bf932af9d6aa5b82dfc1d08530390" +
    "4d4e8499e4ced991ddb685488b296eaccdc1f81e734369c6b5bdfd396320d438" +
    "767db2a7cfed57c5f32cbb142106559be3ef5e314f7f5aa40d8251495fba581c" +
    "4a16d517a892241f8cffd8ae2e01d3ad3b4bda46ebc9de9a8f87d73a806f2fc8" +
    "b1b437f70a2213287ccc3c89c7c3965607bf7ef00b2b975235417961a64c10fe" +
    "bc2695888ab0a3fbc01894f2e1e5e95dd0dc1166645cec59427512f5749caa23" +
    "0e86abbe2a02e767e644a26cc2939ff1f6fa36d250689e6271153dd640c4e20f" +
    "8e83776b25053f0c30ea70b7a1e8a9658d271adb81b3a0f4457a19dfee783460",
);
const S1 = fromHex(
  "55c263713bc847869f3cda5b29aafd778cc5940ca61a1300e3a8167240f9f842" +
    "4426689681d9453e1076c6a78b3943e13ab5562ac06db3052266bfdc0bfa6248" +
    "dd20110636c9c1cff62752bb69f5d4877f844cd29c57a4bc4f9adffed68d7aeb" +
    "2b53d85ca11417fb23d57d3067730809eeb7703f61b2198e4ee54b938f5ddba9" +
    "adf1ae2ecb0dfcf42d466e1d97e8d1e94d37a5755e839eab829db91ce0cd4989" +
    "01b6bd5824a25f387899159050b895e4d091c7ceed0fb46fa0ccf0024a79c3de" +
    "a3efea51e66b18ec1b2c80f774e7ff215a6a541e41319235c433070aba7e0e34" +
    "88b1987cf33d606c7bcad31f3265042864be859b2f598ad7b025acaf1203e2f2",
);

/** The constants d₀ … d₁₅, 15 bits each (§6.5). */
const D = [
  ...[0x44d7, 0x26bc, 0x626b, 0x135e, 0x5789, 0x35e2, 0x7135, 0x09af],
  ...[0x4d78, 0x2f13, 0x6bc4, 0x1af1, 0x5e26, 0x3c4d, 0x789a, 0x47ac],
] as const;

/** The prime 2³¹ − 1, over which the register works (§6.2). */
const P = 0x7fffffff;

function rotate(word: number, by: number): number {
  return word << by | word >>> (32 - by);
}

/** The product with 2ᵏ modulo 2³¹ − 1: a rotation of 31 bits. */
function times2(word: number, k: number): number {
  return (word << k | word >>> (31 - k)) & P;
}

/** The S-box of four bytes, S₀ and S₁ in turn (§6.4.3). */
function substitute(word: number): number {
  return S0[word >>> 24]! << 24 | S1[word >>> 16 & 0xff]! << 16 | S0[word >>> 8 & 0xff]! << 8 |
    S1[word & 0xff]!;
}

/** A running key stream, word by word. */
export class ZucKeyStream {
  /** The register's cells s₀ … s₁₅, 31 bits each (§6.2). */
  readonly #cells = new Int32Array(16);
  #r1 = 0;
  #r2 = 0;

  constructor(key: Uint8Array, iv: Uint8Array) {
    if (key.length !== ZUC_KEY_BYTES || iv.length !== ZUC_KEY_BYTES) {
      throw new InvalidKeyError("zuc.length", {});
    }
    for (let i = 0; i < 16; i++) this.#cells[i] = key[i]! << 23 | D[i]! << 8 | iv[i]!;
    for (let i = 0; i < 32; i++) this.#shift(this.#filter() >>> 1); // §6.6.1
    this.#filter();
    this.#shift(0);
  }

  /** The next 32 bits (§6.6.2). */
  next(): number {
    const cells = this.#cells;
    const x3 = cells[2]! << 16 | cells[0]! >>> 15;
    const word = this.#filter() ^ x3;
    this.#shift(0);
    return word;
  }

  /** F: 32 bits of the register's, and its memories R₁ and R₂ go on (§6.3, §6.4). */
  #filter(): number {
    const s = this.#cells;
    const x0 = (s[15]! & 0x7fff8000) << 1 | s[14]! & 0xffff;
    const x1 = s[11]! << 16 | s[9]! >>> 15;
    const x2 = s[7]! << 16 | s[5]! >>> 15;
    const word = (x0 ^ this.#r1) + this.#r2 | 0;
    const w1 = this.#r1 + x1 | 0, w2 = this.#r2 ^ x2;
    const u = w1 << 16 | w2 >>> 16, v = w2 << 16 | w1 >>> 16;
    this.#r1 = substitute(u ^ rotate(u, 2) ^ rotate(u, 10) ^ rotate(u, 18) ^ rotate(u, 24));
    this.#r2 = substitute(v ^ rotate(v, 8) ^ rotate(v, 14) ^ rotate(v, 22) ^ rotate(v, 30));
    return word;
  }

  /** The register's step, with `u` added while it is set up (§6.2). */
  #shift(u: number): void {
    const s = this.#cells;
    const sum = times2(s[15]!, 15) + times2(s[13]!, 17) + times2(s[10]!, 21) + times2(s[4]!, 20) +
      times2(s[0]!, 8) + s[0]! + u;
    s.copyWithin(0, 1);
    s[15] = sum % P || P;
  }

  /** Overwrites the state. */
  wipe(): void {
    this.#cells.fill(0);
    this.#r1 = this.#r2 = 0;
  }
}

/** Enciphers or deciphers a stream of any cut with ZUC. */
export class ZucCipher {
  readonly #stream: ZucKeyStream;
  #word = 0;
  /** Bytes of the current word that are left. */
  #left = 0;

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#stream = new ZucKeyStream(key, iv);
  }

  update(chunk: Uint8Array): Bytes {
    const out = new Uint8Array(chunk.length);
    for (let i = 0; i < chunk.length; i++) {
      if (this.#left === 0) {
        this.#word = this.#stream.next();
        this.#left = 4;
      }
      this.#left--;
      out[i] = chunk[i]! ^ this.#word >>> 8 * this.#left;
    }
    return out;
  }

  wipe(): void {
    this.#stream.wipe();
    this.#word = 0;
  }
}

/** The MAC of a message that comes in pieces (GB/T 33133.3 §5.3). */
export class ZucMac {
  readonly #stream: ZucKeyStream;
  /** The two words of key stream that the current bits stand above. */
  #high: number;
  #low: number;
  /** Bits of `#high` that are used up. */
  #used = 0;
  #sum = 0;

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#stream = new ZucKeyStream(key, iv);
    this.#high = this.#stream.next();
    this.#low = this.#stream.next();
  }

  /** Appends `bytes`; of the last one only the first bits, where `bits` says so. */
  update(bytes: Uint8Array, bits: number = 8 * bytes.length): this {
    if (bits > 8 * bytes.length) throw new FormatError("zuc.length", {});
    for (let i = 0; i < bits; i++) {
      if (bytes[i >>> 3]! >>> (7 - (i & 7)) & 1) this.#sum ^= this.#window();
      if (++this.#used === 32) {
        this.#high = this.#low;
        this.#low = this.#stream.next();
        this.#used = 0;
      }
    }
    return this;
  }

  /** 32 bits of key stream from the current one on. */
  #window(): number {
    if (this.#used === 0) return this.#high;
    return this.#high << this.#used | this.#low >>> (32 - this.#used);
  }

  /** The MAC, four bytes; the object is used up. */
  digest(): Bytes {
    // The window behind the message, and the last word of key stream: there are ⌈LENGTH/32⌉ + 2.
    const last = this.#used === 0 ? this.#low : this.#stream.next();
    const mac = new Uint8Array(ZUC_MAC_BYTES);
    new DataView(mac.buffer).setInt32(0, this.#sum ^ this.#window() ^ last);
    this.#stream.wipe();
    this.#high = this.#low = this.#sum = 0;
    return mac;
  }
}

/** What 3GPP makes initial vectors of. */
export interface BearerPosition {
  /** COUNT, 32 bits. */
  readonly count: number;
  /** BEARER, 5 bits. */
  readonly bearer: number;
  /** DIRECTION: 0 up, 1 down. */
  readonly direction: number;
}

function startOfIv({ count, bearer, direction }: BearerPosition): Bytes {
  const fits = count >>> 0 === count && bearer >= 0 && bearer < 32 && Number.isInteger(bearer) &&
    (direction === 0 || direction === 1);
  if (!fits) throw new FormatError("zuc.bearer", {});
  const iv = new Uint8Array(ZUC_KEY_BYTES);
  new DataView(iv.buffer).setUint32(0, count);
  iv[4] = bearer << 3;
  return iv;
}

/** The initial vector of 128-EEA3 (GB/T 33133.2 §5.2). */
export function eea3Iv(position: BearerPosition): Bytes {
  const iv = startOfIv(position);
  iv[4]! |= position.direction << 2;
  iv.copyWithin(8, 0, 8);
  return iv;
}

/** The initial vector of 128-EIA3 (GB/T 33133.3 §5.2). */
export function eia3Iv(position: BearerPosition): Bytes {
  const iv = startOfIv(position);
  iv.copyWithin(8, 0, 8);
  iv[8]! ^= position.direction << 7;
  iv[14]! ^= position.direction << 7;
  return iv;
}
