/**
 * SM4 in ECB, CBC, CTR, CFB and OFB mode (NIST SP 800-38A, GB/T 17964-2021) with PKCS#7 padding (RFC 5652 §6.3) in
 * the first two, as streams. None of them authenticates: they are here for other tools and for keys; p2p itself uses GCM.
 */
import { type Bytes, concat, wipe } from "../bytes.ts";
import { AuthenticationError, FormatError, InvalidKeyError } from "../errors.ts";
import { Sm4, SM4_BLOCK_BYTES } from "./sm4.ts";
import { CtrStream } from "./sm4-ctr.ts";
import { FeedbackStream } from "./sm4-feedback.ts";

/** The modes without authentication. */
export type Sm4Mode = "ecb" | "cbc" | "ctr" | "cfb" | "ofb";

/** Direction of a cipher stream. */
export type CipherDirection = "encrypt" | "decrypt";

/** Transforms data piece by piece. */
export interface CipherStream {
  /** The output that `chunk` allows so far. */
  update(chunk: Uint8Array): Bytes;
  /** The rest of the output; the stream is used up and its key overwritten. */
  finish(): Bytes;
}

/** What a stream may be told besides the key. */
export interface Sm4StreamOptions {
  /** Initial vector, or first counter (CTR): 16 bytes; none for ECB. */
  iv?: Uint8Array;
  /** PKCS#7 padding, on by default; without it the data must be whole blocks. Only for ECB and CBC. */
  padding?: boolean;
}

/** A stream of the given mode and direction. */
export function sm4Stream(
  mode: Sm4Mode,
  direction: CipherDirection,
  key: Uint8Array,
  options: Sm4StreamOptions = {},
): CipherStream {
  const { iv, padding = true } = options;
  if (mode === "ecb") {
    if (iv !== undefined) throw new InvalidKeyError("sm4.no-iv", {});
    return new BlockStream(new Sm4(key), direction, undefined, padding);
  }
  if (iv?.length !== SM4_BLOCK_BYTES) {
    throw new InvalidKeyError("sm4.iv-length", { mode: mode.toUpperCase() });
  }
  const cipher = new Sm4(key);
  switch (mode) {
    case "cbc":
      return new BlockStream(cipher, direction, iv, padding);
    case "ctr":
      return new CtrCipherStream(cipher, iv);
    case "cfb":
      return new FeedbackStream(
        cipher,
        iv,
        direction === "encrypt" ? "ciphertext-out" : "ciphertext-in",
      );
    case "ofb":
      return new FeedbackStream(cipher, iv, "key-stream");
  }
}

/** All of `data` through one stream. */
export function sm4Crypt(
  mode: Sm4Mode,
  direction: CipherDirection,
  key: Uint8Array,
  data: Uint8Array,
  options: Sm4StreamOptions = {},
): Bytes {
  const stream = sm4Stream(mode, direction, key, options);
  return concat(stream.update(data), stream.finish());
}

class CtrCipherStream implements CipherStream {
  readonly #cipher: Sm4;
  readonly #stream: CtrStream;

  constructor(cipher: Sm4, iv: Uint8Array) {
    this.#cipher = cipher;
    this.#stream = new CtrStream(cipher, iv, 16);
  }

  update(chunk: Uint8Array): Bytes {
    const out = new Uint8Array(chunk.length);
    this.#stream.apply(chunk, out);
    return out;
  }

  finish(): Bytes {
    this.#stream.wipe();
    this.#cipher.wipe();
    return new Uint8Array(0);
  }
}

/** ECB (no `iv`) and CBC. */
class BlockStream implements CipherStream {
  readonly #cipher: Sm4;
  readonly #direction: CipherDirection;
  /** CBC: the last ciphertext block. */
  readonly #chain: Bytes | undefined;
  readonly #padding: boolean;
  /** What does not fill a block yet; on padded decryption also a last whole block, which may be padding. */
  #pending: Bytes = new Uint8Array(0);

  constructor(
    cipher: Sm4,
    direction: CipherDirection,
    iv: Uint8Array | undefined,
    padding: boolean,
  ) {
    this.#cipher = cipher;
    this.#direction = direction;
    this.#chain = iv === undefined ? undefined : new Uint8Array(iv);
    this.#padding = padding;
  }

  update(chunk: Uint8Array): Bytes {
    const data = this.#pending.length === 0 ? chunk : concat(this.#pending, chunk);
    let whole = data.length - data.length % SM4_BLOCK_BYTES;
    const hold = this.#padding && this.#direction === "decrypt";
    if (hold && whole === data.length && whole > 0) whole -= SM4_BLOCK_BYTES;
    const out = this.#crypt(data.subarray(0, whole));
    this.#pending = data.slice(whole);
    return out;
  }

  finish(): Bytes {
    const rest = this.#pending;
    this.#pending = new Uint8Array(0);
    try {
      if (this.#direction === "encrypt") return this.#finishEncrypt(rest);
      if (rest.length % SM4_BLOCK_BYTES !== 0 || (this.#padding && rest.length === 0)) {
        throw new AuthenticationError("sm4.truncated", {});
      }
      const last = this.#crypt(rest);
      return this.#padding ? unpad(last) : last;
    } finally {
      this.#cipher.wipe();
      wipe(rest, this.#chain);
    }
  }

  #finishEncrypt(rest: Bytes): Bytes {
    if (!this.#padding) {
      if (rest.length === 0) return rest;
      throw new FormatError("sm4.whole-blocks", {});
    }
    const fill = SM4_BLOCK_BYTES - rest.length;
    return this.#crypt(concat(rest, new Uint8Array(fill).fill(fill)));
  }

  #crypt(data: Uint8Array): Bytes {
    const out = new Uint8Array(data.length);
    const decrypt = this.#direction === "decrypt";
    if (this.#chain === undefined) this.#cipher.ecb(decrypt, data, out);
    else this.#cipher.cbc(decrypt, this.#chain, data, out);
    return out;
  }
}

/** The last block without its PKCS#7 padding. */
function unpad(block: Bytes): Bytes {
  const fill = block[SM4_BLOCK_BYTES - 1]!;
  let bad = fill === 0 || fill > SM4_BLOCK_BYTES ? 1 : 0;
  for (let i = 0; i < SM4_BLOCK_BYTES; i++) {
    const inPadding = i >= SM4_BLOCK_BYTES - fill ? 0xff : 0;
    bad |= (block[i]! ^ fill) & inPadding;
  }
  if (bad !== 0) throw new AuthenticationError("sm4.wrong-key", {});
  return block.slice(0, SM4_BLOCK_BYTES - fill);
}
