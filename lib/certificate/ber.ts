/**
 * BER as CMS tools write it (X.690 §8): indefinite lengths, and octet strings in pieces. Both are turned into DER before
 * anything is read; what is signed inside has one form anyway. Certificates within stay as they are.
 */
import type { Bytes } from "../bytes.ts";
import { der, Tag } from "../crypto/der.ts";
import { FormatError } from "../errors.ts";

/** Deeper structures are nobody's. */
const MAX_BER_DEPTH = 32;

/** `bytes`, one element, with definite lengths and octet strings in one piece. */
export function derFromBer(bytes: Uint8Array): Bytes {
  const reader = { bytes, at: 0 };
  const element = readElement(reader, 0);
  if (reader.at !== bytes.length) throw new FormatError("der.trailing-bytes", {});
  return element;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function byteOf(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at++];
  if (byte === undefined) throw new FormatError("der.truncated", {});
  return byte;
}

/** The length that follows; undefined for the indefinite form. */
function lengthOf(cursor: Cursor): number | undefined {
  const first = byteOf(cursor);
  if (first < 0x80) return first;
  if (first === 0x80) return undefined;
  if (first > 0x84) throw new FormatError("der.length-form", {});
  let length = 0;
  for (let i = 0; i < (first & 0x7f); i++) length = length * 256 + byteOf(cursor);
  return length;
}

function readElement(cursor: Cursor, depth: number): Bytes {
  if (depth > MAX_BER_DEPTH) throw new FormatError("der.too-complex", {});
  const start = cursor.at;
  const tag = byteOf(cursor);
  if ((tag & 0x1f) === 0x1f) throw new FormatError("der.high-tag", {});
  const length = lengthOf(cursor);
  const constructed = (tag & 0x20) !== 0;
  const end = length === undefined ? undefined : cursor.at + length;
  if (end !== undefined && end > cursor.bytes.length) throw new FormatError("der.truncated", {});
  if (!constructed) {
    if (end === undefined) throw new FormatError("der.length-form", {});
    cursor.at = end;
    return new Uint8Array(cursor.bytes.subarray(start, end));
  }
  const inner: Bytes[] = [];
  while (end === undefined ? !atEnd(cursor) : cursor.at < end) {
    inner.push(readElement(cursor, depth + 1));
  }
  if (end !== undefined && cursor.at !== end) throw new FormatError("der.truncated", {});
  if (tag === (Tag.octetString | 0x20)) return der(Tag.octetString, ...inner.map(octetsOf));
  return der(tag, ...inner);
}

/** Whether the end-of-contents octets are next; they are taken. */
function atEnd(cursor: Cursor): boolean {
  if (cursor.bytes[cursor.at] !== 0) return false;
  if (cursor.bytes[cursor.at + 1] !== 0) throw new FormatError("der.length-form", {});
  cursor.at += 2;
  return true;
}

/** The content of a primitive octet string, which has a definite length. */
function octetsOf(element: Uint8Array): Uint8Array {
  if (element[0] !== Tag.octetString) throw new FormatError("der.unexpected-element", {});
  const first = element[1]!;
  return element.subarray(first < 0x80 ? 2 : 2 + (first & 0x7f));
}
