/**
 * What a hidden payload says before it is sealed: a text or a named file, compressed where that helps, signed or
 * not, whole or one part of several. docs/formats.md, "Hidden messages".
 */
import { ByteReader, type Bytes, ByteWriter, concat, utf8, utf8Text } from "../bytes.ts";
import { FormatError, LimitError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { compressContent, decompress } from "./compress.ts";

/** A text or a file. */
export interface Content {
  /** The file's name; undefined for a text. */
  readonly name: string | undefined;
  readonly content: Uint8Array;
}

/** A text or a file that was hidden: its content comes piece by piece, for it may be far larger than what hid it. */
export interface HiddenMessage {
  /** The file's name as the sender gave it; undefined for a text. */
  readonly name: string | undefined;
  /** Length of the content. */
  readonly size: number;
  /** The content, from its beginning at each call. A FormatError where it is not what the payload says. */
  content(): AsyncGenerator<Bytes>;
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
/** Largest content that is hidden, in bytes, and that is read back unless more is allowed; against decompression bombs. */
export const MAX_CONTENT_BYTES = 256 << 20;
/** Longest name, in bytes of UTF-8: its length is a byte. */
const MAX_NAME_BYTES = 255;

const SIGNATURE_CONTEXT = utf8("p2p hidden v1 signature\n");

/** The payload without a signature. */
export async function encodePayload({ name, content }: Content): Promise<Bytes> {
  if (content.length > MAX_CONTENT_BYTES) {
    throw new LimitError("stego.content-too-large", { limit: MAX_CONTENT_BYTES });
  }
  const packed = await compressContent(content);
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

/** A payload and the signature that stood in front of it. */
export interface DetachedSignature {
  readonly payload: Bytes;
  readonly signature: Signature | undefined;
}

/** Takes the signature off again. */
export function detachSignature(payload: Uint8Array): DetachedSignature {
  return readingPayload(() => detach(payload));
}

function detach(payload: Uint8Array): DetachedSignature {
  const reader = new ByteReader(payload, "reading.payload");
  const flags = reader.u8();
  if ((flags & Flag.signed) === 0) return { payload: payload.slice(), signature: undefined };
  const signer = reader.bytes(SIGNER_BYTES).slice();
  const value = reader.bytes(reader.u8()).slice();
  return {
    payload: concat(Uint8Array.of(flags & ~Flag.signed), reader.rest()),
    signature: { signer, value },
  };
}

/** Runs a reader of fields; where it comes to the end too early, the payload is malformed. */
function readingPayload<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof FormatError) || cause.code === "stego.payload") throw cause;
    throw malformed("stego.malformed", cause);
  }
}

function malformed(reason: "stego.malformed" | "stego.newer", cause?: unknown): FormatError {
  return new FormatError("stego.payload", { reason: text(reason) }, { cause });
}

/**
 * Reads an unsigned payload.
 *
 * @param maxBytes the largest content that is taken
 */
export function decodePayload(payload: Uint8Array, maxBytes = MAX_CONTENT_BYTES): HiddenMessage {
  return readingPayload(() => readMessage(payload, maxBytes));
}

function readMessage(payload: Uint8Array, maxBytes: number): HiddenMessage {
  const reader = new ByteReader(payload, "reading.payload");
  const flags = reader.u8();
  if ((flags & ~(Flag.file | Flag.compressed)) !== 0) throw malformed("stego.newer");
  const name = (flags & Flag.file) === 0
    ? undefined
    : utf8Text(reader.bytes(reader.u8()), "reading.payload");
  if ((flags & Flag.compressed) === 0) {
    const content = reader.rest().slice();
    return { name, size: content.length, content: () => whole(content) };
  }
  const size = reader.u32();
  if (size > maxBytes) {
    throw new LimitError("stego.bomb", { size, limit: maxBytes }, {
      hint: text("stego.bomb.hint"),
    });
  }
  const packed = reader.rest().slice();
  return { name, size, content: () => decompress(packed, size) };
}

async function* whole(content: Bytes): AsyncGenerator<Bytes> {
  if (content.length > 0) yield await Promise.resolve(content);
}

/** One part as it is sealed. */
export function encodePart({ set, index, count, piece }: Part): Bytes {
  return new ByteWriter().u8(Flag.part).bytes(set).u8(index).u8(count).bytes(piece).finish();
}

/** The part in `plaintext`; undefined where that is a whole payload. */
export function decodePart(plaintext: Uint8Array): Part | undefined {
  return readingPayload(() => readPart(plaintext));
}

function readPart(plaintext: Uint8Array): Part | undefined {
  const reader = new ByteReader(plaintext, "reading.payload");
  const flags = reader.u8();
  if ((flags & Flag.part) === 0) return undefined;
  const set = reader.bytes(SET_BYTES).slice();
  const index = reader.u8();
  const count = reader.u8();
  if (flags !== (flags & ALL_FLAGS) || flags !== Flag.part || index >= count) {
    throw malformed("stego.malformed");
  }
  return { set, index, count, piece: reader.rest().slice() };
}
