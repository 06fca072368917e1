/**
 * What a hidden payload says before it is sealed: a text or a named file, compressed where that helps, signed or
 * not, whole or one part of several. docs/formats.md, "Hidden payload".
 */
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { ByteReader, type Bytes, ByteWriter, concat, utf8, utf8Text } from "../bytes.ts";
import { FormatError, LimitError, reasonOf } from "../errors.ts";

/** A text or a file. */
export interface Message {
  /** The file's name; undefined for a text. */
  readonly name: string | undefined;
  readonly content: Uint8Array;
}

/** Who signed, and the signature over `signedBytes`. */
export interface Signature {
  /** Public key, 33 bytes. */
  readonly signer: Uint8Array;
  /** DER. */
  readonly value: Uint8Array;
}

/** One part of a payload that several pictures share. */
export interface Part {
  /** 8 random bytes, the same in all parts. */
  readonly set: Uint8Array;
  readonly index: number;
  readonly count: number;
  readonly piece: Uint8Array;
}

const Flag = { file: 1, compressed: 2, signed: 4, part: 8 } as const;
const ALL_FLAGS = 15;
const SIGNER_BYTES = 33;
/** Bytes that name the set that parts belong to. */
export const SET_BYTES = 8;

/** What a part is longer than its piece. */
export const PART_OVERHEAD_BYTES = 1 + SET_BYTES + 2;
/** Most parts: their number is a byte. */
export const MAX_PARTS = 255;
/** Largest content read back, in bytes; ours, against compression bombs. */
export const MAX_CONTENT_BYTES = 256 << 20;
/** Longest name, in bytes of UTF-8: its length is a byte. */
const MAX_NAME_BYTES = 255;

const SIGNATURE_CONTEXT = utf8("p2p hidden v1 signature\n");

/** Contents up to this size are compressed as hard as can be, larger ones at a speed that is still bearable. */
const SMALL_CONTENT = 1 << 18;

/** log₂ of the window: no larger than the content (RFC 7932 §9.1), which spares memory. */
function windowFor(length: number): number {
  return Math.min(22, Math.max(10, Math.ceil(Math.log2(length + 16))));
}

function compress(content: Uint8Array): Uint8Array {
  return brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: content.length <= SMALL_CONTENT ? 11 : 8,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      [constants.BROTLI_PARAM_LGWIN]: windowFor(content.length),
    },
  });
}

function decompress(packed: Uint8Array, size: number): Bytes {
  try {
    const content = brotliDecompressSync(packed, { maxOutputLength: Math.max(1, size) });
    if (content.length !== size) throw new FormatError("read payload: wrong length");
    return Uint8Array.from(content);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`read payload: ${reasonOf(cause)}`, { cause });
  }
}

/** The payload without a signature. */
export function encodeMessage({ name, content }: Message): Bytes {
  if (content.length > MAX_CONTENT_BYTES) {
    throw new LimitError(`hide: more than ${MAX_CONTENT_BYTES} bytes cannot be hidden`);
  }
  const packed = compress(content);
  const compressed = packed.length + 4 < content.length;
  const writer = new ByteWriter();
  writer.u8((name === undefined ? 0 : Flag.file) | (compressed ? Flag.compressed : 0));
  if (name !== undefined) {
    const bytes = shortName(name);
    writer.u8(bytes.length).bytes(bytes);
  }
  if (compressed) writer.u32(content.length);
  return writer.bytes(compressed ? packed : content).finish();
}

/** The name's bytes, cut at a character where there are too many. */
function shortName(name: string): Bytes {
  const characters = [...name];
  for (;;) {
    const bytes = utf8(characters.join(""));
    if (bytes.length <= MAX_NAME_BYTES) return bytes;
    characters.shift(); // from the front: the ending says what it is
  }
}

/**
 * What a signature covers: the prefixes of all sealed payloads that carry it, so that nobody can put it into
 * another one, and the unsigned payload.
 */
export function signedBytes(prefixes: readonly Uint8Array[], payload: Uint8Array): Bytes {
  const all = concat(...prefixes);
  return new ByteWriter()
    .bytes(SIGNATURE_CONTEXT).u32(all.length).bytes(all).bytes(payload)
    .finish();
}

/** A payload with its signature in front. */
export function attachSignature(payload: Uint8Array, { signer, value }: Signature): Bytes {
  return new ByteWriter()
    .u8(payload[0]! | Flag.signed).bytes(signer).u8(value.length).bytes(value)
    .bytes(payload.subarray(1))
    .finish();
}

/** Takes the signature off again. */
export function detachSignature(
  payload: Uint8Array,
): { payload: Bytes; signature: Signature | undefined } {
  const reader = new ByteReader(payload, "read payload");
  const flags = reader.u8();
  if ((flags & Flag.signed) === 0) return { payload: payload.slice(), signature: undefined };
  const signer = reader.bytes(SIGNER_BYTES).slice();
  const value = reader.bytes(reader.u8()).slice();
  return {
    payload: concat(Uint8Array.of(flags & ~Flag.signed), reader.rest()),
    signature: { signer, value },
  };
}

/** Reads an unsigned payload. */
export function decodeMessage(payload: Uint8Array): Message {
  const reader = new ByteReader(payload, "read payload");
  const flags = reader.u8();
  if ((flags & ~(Flag.file | Flag.compressed)) !== 0) {
    throw new FormatError("read payload: made by a newer version of p2p");
  }
  const name = (flags & Flag.file) === 0
    ? undefined
    : utf8Text(reader.bytes(reader.u8()), "read payload");
  if ((flags & Flag.compressed) === 0) return { name, content: reader.rest().slice() };
  const size = reader.u32();
  if (size > MAX_CONTENT_BYTES) throw new LimitError(`read payload: ${size} bytes are too many`);
  return { name, content: decompress(reader.rest(), size) };
}

/** One part as it is sealed. */
export function encodePart({ set, index, count, piece }: Part): Bytes {
  return new ByteWriter().u8(Flag.part).bytes(set).u8(index).u8(count).bytes(piece).finish();
}

/** The part in `plaintext`; undefined where that is a whole payload. */
export function decodePart(plaintext: Uint8Array): Part | undefined {
  const reader = new ByteReader(plaintext, "read payload");
  const flags = reader.u8();
  if ((flags & Flag.part) === 0) return undefined;
  const set = reader.bytes(SET_BYTES).slice();
  const index = reader.u8();
  const count = reader.u8();
  if (flags !== (flags & ALL_FLAGS) || flags !== Flag.part || index >= count) {
    throw new FormatError("read payload: malformed part");
  }
  return { set, index, count, piece: reader.rest().slice() };
}
