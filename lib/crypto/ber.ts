/**
 * BER (ITU-T X.690 §8) rewritten as what a DER reader takes: definite lengths in the shortest form, strings in one
 * piece. Containers of Java, Windows and NSS are written so. What an element says does not change by it.
 */
import { type Bytes, concat } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import { der, Tag } from "./der.ts";

/** Deeper nesting is no container of keys or messages. */
const MAX_BER_DEPTH = 64;

/** And more elements than this are none either. */
const MAX_ELEMENTS = 20_000;

const CONSTRUCTED = 0x20;

interface BerCursor {
  readonly bytes: Uint8Array;
  at: number;
  elements: number;
}

/** The one element in `bytes`, rewritten; trailing bytes are a FormatError. */
export function berToDer(bytes: Uint8Array): Bytes {
  const cursor = { bytes, at: 0, elements: 0 };
  const element = rewritten(cursor, bytes.length, 0);
  if (cursor.at !== bytes.length) throw new FormatError("der.trailing-bytes", {});
  return element;
}

function octet(cursor: BerCursor, end: number): number {
  if (cursor.at >= end) throw new FormatError("der.truncated", {});
  return cursor.bytes[cursor.at++]!;
}

/** The length of the content; undefined where its end is marked instead. */
function contentLength(cursor: BerCursor, end: number): number | undefined {
  const first = octet(cursor, end);
  if (first < 0x80) return first;
  if (first === 0x80) return undefined;
  const count = first & 0x7f;
  if (count > 8) throw new FormatError("der.length-form", {});
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + octet(cursor, end);
  if (length > end - cursor.at) throw new FormatError("der.truncated", {});
  return length;
}

function rewritten(cursor: BerCursor, end: number, depth: number): Bytes {
  if (depth > MAX_BER_DEPTH || ++cursor.elements > MAX_ELEMENTS) {
    throw new FormatError("der.too-complex", {});
  }
  const tag = octet(cursor, end);
  if ((tag & 0x1f) === 0x1f) throw new FormatError("der.high-tag", {});
  const length = contentLength(cursor, end);
  if ((tag & CONSTRUCTED) === 0) {
    if (length === undefined) throw new FormatError("der.length-form", {});
    const start = cursor.at;
    if (length > end - start) throw new FormatError("der.truncated", {});
    cursor.at += length;
    return der(tag, cursor.bytes.subarray(start, cursor.at));
  }
  const children: Bytes[] = [];
  const limit = length === undefined ? end : cursor.at + length;
  if (limit > end) throw new FormatError("der.truncated", {});
  for (;;) {
    if (length !== undefined && cursor.at === limit) break;
    if (
      length === undefined && cursor.bytes[cursor.at] === 0 && cursor.bytes[cursor.at + 1] === 0
    ) {
      if (cursor.at + 2 > end) throw new FormatError("der.truncated", {});
      cursor.at += 2;
      break;
    }
    children.push(rewritten(cursor, limit, depth + 1));
  }
  const isString = tag === (Tag.octetString | CONSTRUCTED);
  return isString
    ? der(Tag.octetString, ...children.map(stringContent))
    : der(tag, concat(...children));
}

/** The content of a piece of a string, which `rewritten` has made a primitive one. */
function stringContent(element: Bytes): Uint8Array {
  if (element[0] !== Tag.octetString) throw new FormatError("der.unexpected-element", {});
  const long = element[1]! & 0x80 ? element[1]! & 0x7f : 0;
  return element.subarray(2 + long);
}
