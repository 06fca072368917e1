/**
 * SM4-CCM: counter with CBC-MAC (NIST SP 800-38C, RFC 3610) over SM4, as in RFC 8998. The length of the message stands
 * in its first block, so a message is sealed and opened in one piece.
 */
import { type Bytes, concat, equalConstantTime, wipe } from "../bytes.ts";
import { FormatError, LimitError } from "../errors.ts";
import { authenticationFailed } from "./gcm.ts";
import { Sm4, SM4_BLOCK_BYTES } from "./sm4.ts";

/** Nonces have 7 to 13 bytes; what is left of 15 counts the bytes of the message (SP 800-38C §5.4). */
export const CCM_NONCE_BYTES = { least: 7, most: 13, usual: 12 } as const;

/** Tags of any other length are not defined (SP 800-38C §5.3). */
export const CCM_TAG_BYTES: readonly number[] = [4, 6, 8, 10, 12, 14, 16];

/** What a message is sealed with, besides the key. */
export interface CcmParameters {
  readonly nonce: Uint8Array;
  readonly aad?: Uint8Array | undefined;
  /** 16 where absent. */
  readonly tagBytes?: number | undefined;
}

const EMPTY = new Uint8Array(0);

/** Ciphertext ‖ tag. One nonce must never serve twice under one key. */
export function ccmSeal(key: Uint8Array, plaintext: Uint8Array, parameters: CcmParameters): Bytes {
  const { nonce, aad = EMPTY, tagBytes = 16 } = checked(parameters, plaintext.length);
  const cipher = new Sm4(key);
  const out = new Uint8Array(plaintext.length + tagBytes);
  const mac = cbcMac(cipher, nonce, aad, plaintext, tagBytes);
  const mask = layKeyStream(cipher, nonce, plaintext, out);
  for (let i = 0; i < tagBytes; i++) out[plaintext.length + i] = mac[i]! ^ mask[i]!;
  wipe(mac, mask);
  cipher.wipe();
  return out;
}

/** The plaintext; an AuthenticationError, and no plaintext, when anything does not match. */
export function ccmOpen(key: Uint8Array, sealed: Uint8Array, parameters: CcmParameters): Bytes {
  const { tagBytes = 16 } = parameters;
  const length = sealed.length - tagBytes;
  const { nonce, aad = EMPTY } = checked(parameters, Math.max(0, length));
  if (length < 0) throw authenticationFailed();
  const cipher = new Sm4(key);
  const out = new Uint8Array(length);
  const mask = layKeyStream(cipher, nonce, sealed.subarray(0, length), out);
  const mac = cbcMac(cipher, nonce, aad, out, tagBytes);
  const tag = mac.map((byte, i) => byte ^ mask[i]!).subarray(0, tagBytes);
  cipher.wipe();
  const authentic = equalConstantTime(tag, sealed.subarray(length));
  wipe(mac, mask);
  if (authentic) return out;
  wipe(out);
  throw authenticationFailed();
}

function checked(parameters: CcmParameters, length: number): CcmParameters {
  const { nonce, tagBytes = 16 } = parameters;
  if (nonce.length < CCM_NONCE_BYTES.least || nonce.length > CCM_NONCE_BYTES.most) {
    throw new FormatError("ccm.nonce-length", { bytes: nonce.length });
  }
  if (!CCM_TAG_BYTES.includes(tagBytes)) {
    throw new FormatError("ccm.tag-length", { bytes: tagBytes });
  }
  const lengthBytes = 15 - nonce.length;
  if (length >= 2 ** (8 * lengthBytes)) {
    throw new LimitError("ccm.too-long", { nonce: nonce.length, most: 2 ** (8 * lengthBytes) - 1 });
  }
  return parameters;
}

/** Key stream over `input` from counter 1 on; answers that of counter 0, which masks the tag (SP 800-38C A.3). */
function layKeyStream(
  cipher: Sm4,
  nonce: Uint8Array,
  input: Uint8Array,
  output: Uint8Array,
): Bytes {
  const counter = new Uint8Array(SM4_BLOCK_BYTES);
  counter[0] = 14 - nonce.length;
  counter.set(nonce, 1);
  const mask = new Uint8Array(SM4_BLOCK_BYTES);
  cipher.ctr32(counter, mask, mask);
  // A message of less than 64 GiB counts in the last four bytes, and not over them.
  cipher.ctr32(counter, input, output);
  return mask;
}

/** CBC-MAC over the first block, the additional data and the message, each filled up with zeros (A.2). */
function cbcMac(
  cipher: Sm4,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  tagBytes: number,
): Bytes {
  const first = new Uint8Array(SM4_BLOCK_BYTES);
  first[0] = (aad.length > 0 ? 0x40 : 0) | (tagBytes - 2) / 2 << 3 | (14 - nonce.length);
  first.set(nonce, 1);
  let length = plaintext.length;
  for (let i = 15; i > nonce.length; i--) {
    first[i] = length % 256;
    length = Math.floor(length / 256);
  }
  const chain = new Uint8Array(SM4_BLOCK_BYTES);
  absorb(cipher, chain, first);
  if (aad.length > 0) absorb(cipher, chain, concat(aadLength(aad.length), aad));
  absorb(cipher, chain, plaintext);
  return chain;
}

function aadLength(length: number): Bytes {
  const short = length < 0xff00;
  const out = new Uint8Array(short ? 2 : 6);
  const view = new DataView(out.buffer);
  if (short) view.setUint16(0, length);
  else {
    view.setUint16(0, 0xfffe);
    view.setUint32(2, length);
  }
  return out;
}

/** How much is enciphered at a time: the output of a MAC is thrown away. */
const MAC_PIECE_BYTES = 64 * 1024;

function absorb(cipher: Sm4, chain: Uint8Array, data: Uint8Array): void {
  const whole = data.length - data.length % SM4_BLOCK_BYTES;
  const sink = new Uint8Array(Math.min(whole, MAC_PIECE_BYTES));
  for (let at = 0; at < whole; at += MAC_PIECE_BYTES) {
    const piece = data.subarray(at, Math.min(whole, at + MAC_PIECE_BYTES));
    cipher.cbc(false, chain, piece, sink.subarray(0, piece.length));
  }
  if (whole === data.length) return;
  const last = new Uint8Array(SM4_BLOCK_BYTES);
  last.set(data.subarray(whole));
  cipher.cbc(false, chain, last, last);
}
