/**
 * Strict DER (X.690 §10, §11) of a whole structure: lengths, integers, booleans, bit strings and times have one form
 * each. The ASN.1 library reads BER; whatever passes here means the same to both.
 */
import { FormatError } from "../errors.ts";
import { DerReader, Tag } from "../crypto/der.ts";

/** Deeper structures are nobody's certificate. */
const MAX_NESTING = 24;
/** Elements of a certificate or request; a revocation list is read by its own reader. */
const MAX_ELEMENTS = 4096;

/** Tags of strings and times, which DER knows only in the primitive form. */
const PRIMITIVE = new Set([0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x12, 0x13, 0x14, 0x16]
  .concat([0x17, 0x18, 0x1a, 0x1b, 0x1c, 0x1e]));

/** Refuses what is not exactly one element in DER. */
export function requireDer(bytes: Uint8Array): void {
  const reader = new DerReader(bytes);
  const count = { left: MAX_ELEMENTS };
  walk(reader, 0, count);
  reader.end();
}

function walk(reader: DerReader, depth: number, count: { left: number }): void {
  if (--count.left < 0 || depth > MAX_NESTING) throw new FormatError("der.too-complex", {});
  const { tag, content } = reader.any();
  if ((tag & 0x20) !== 0) {
    if ((tag & 0xc0) === 0 && PRIMITIVE.has(tag & 0x1f)) {
      throw new FormatError("der.constructed-string", {});
    }
    const inner = new DerReader(content);
    while (!inner.done) walk(inner, depth + 1, count);
    return;
  }
  checkPrimitive(tag, content);
}

function checkPrimitive(tag: number, content: Uint8Array): void {
  const [first, second] = content;
  switch (tag) {
    case Tag.boolean:
      if (content.length !== 1 || first !== 0 && first !== 0xff) {
        throw new FormatError("der.boolean", {});
      }
      return;
    case Tag.integer:
      if (first === undefined) throw new FormatError("der.empty-integer", {});
      if (
        second !== undefined && (first === 0 && second < 0x80 || first === 0xff && second >= 0x80)
      ) throw new FormatError("der.padded-integer", {});
      return;
    case Tag.bitString: {
      const last = content[content.length - 1] ?? 0;
      if (
        first === undefined || first > 7 || content.length === 1 && first > 0 ||
        (last & (1 << first) - 1) !== 0 && content.length > 1
      ) throw new FormatError("der.bit-string", {});
      return;
    }
    case Tag.null:
      if (content.length > 0) throw new FormatError("der.null", {});
      return;
    case Tag.objectIdentifier:
      checkOid(content);
      return;
    default:
      return;
  }
}

function checkOid(content: Uint8Array): void {
  let open = true;
  for (const byte of content) {
    if (open && byte === 0x80) throw new FormatError("der.padded-object-identifier", {});
    open = byte < 0x80;
  }
  if (content.length === 0 || !open) throw new FormatError("der.broken-object-identifier", {});
}
