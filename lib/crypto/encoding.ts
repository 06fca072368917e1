/**
 * The encodings that keys, signatures and ciphertexts come in, told apart by their bytes alone: the bytes themselves,
 * hexadecimal digits (wrapped, with 0x in front, with colons) and base64 (wrapped or not, padded or not, with the
 * alphabet of RFC 4648 §4 or §5). One reader for all, so that the same bytes are read the same wherever they stand;
 * what looks like text but is in none of these is for the reader of keys to name.
 */
import { base64, type Bytes, fromHex, hex, utf8 } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import { text as textOf } from "../text/catalogue.ts";

/** What bytes turned out to be. */
export type Encoded =
  | { readonly kind: "binary"; readonly bytes: Bytes }
  | { readonly kind: "hex"; readonly digits: string }
  | { readonly kind: "base64"; readonly bytes: Bytes; readonly text: string }
  | { readonly kind: "text"; readonly text: string };

/** Tells how `input` is encoded. A FormatError names what no tool of ours reads: UTF-16, a dump with offsets. */
export function readEncoding(input: Uint8Array): Encoded {
  const text = asText(input);
  if (text === undefined) return { kind: "binary", bytes: new Uint8Array(input) };
  if (isDump(text)) {
    throw new FormatError("encoding.dump", {}, { hint: textOf("encoding.dump.hint") });
  }
  const packed = text.replace(/\s/g, "");
  const digits = hexDigits(packed);
  if (digits !== undefined) return { kind: "hex", digits };
  const bytes = fromAnyBase64(text);
  if (bytes !== undefined) return { kind: "base64", bytes, text };
  return { kind: "text", text };
}

/** The bytes that `input` stands for; text that is in none of the encodings stands for itself. */
export function encodedBytes(input: Uint8Array): Bytes {
  const encoded = readEncoding(input);
  switch (encoded.kind) {
    case "hex":
      if (encoded.digits.length % 2 !== 0) throw new FormatError("encoding.odd-digits", {});
      return fromHex(encoded.digits);
    case "text":
      return new Uint8Array(input);
    default:
      return encoded.bytes;
  }
}

/** `input` as text; undefined where it is none. */
function asText(input: Uint8Array): string | undefined {
  if (isUtf16(input)) {
    throw new FormatError("encoding.utf-16", {}, { hint: textOf("encoding.utf-16.hint") });
  }
  const marked = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf;
  const bytes = marked ? input.subarray(3) : input;
  const text = latin(bytes);
  if (bytes.every((byte) => isPrintable(byte))) return text;
  // What stands around PEM may be in any encoding; a NUL is in none of them.
  return (marked || text.includes("-----BEGIN ")) && !bytes.includes(0) ? text : undefined;
}

/** Bytes as characters, one to one. */
function latin(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x2000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  }
  return text;
}

/** Printable ASCII and white space. */
function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f || byte >= 0x09 && byte <= 0x0d;
}

/** Fewer characters without a byte order mark could be anything. */
const FEWEST_UTF16_BYTES = 16;

/** Whether `input` is ASCII in UTF-16: every second byte is zero, the others are printable. */
function isUtf16(input: Uint8Array): boolean {
  const [first, second] = input;
  const marked = first === 0xff && second === 0xfe || first === 0xfe && second === 0xff;
  if (!marked && input.length < FEWEST_UTF16_BYTES) return false;
  const body = marked ? input.subarray(2) : input;
  if (body.length === 0 || body.length % 2 !== 0) return false;
  const zero = (marked ? first === 0xff : body[1] === 0) ? 1 : 0;
  return body.every((byte, i) => i % 2 === zero ? byte === 0 : isPrintable(byte));
}

/** Lines of `xxd`, `hexdump -C` and `od`: an offset first. */
function isDump(text: string): boolean {
  const [line = ""] = text.split(/\r?\n/, 1);
  return /^0{6,8}:? +(?:[0-9a-f]{2,4} +){2}/i.test(line);
}

/** The digits in `packed`; undefined where there is anything else. */
function hexDigits(packed: string): string | undefined {
  const digits = /^0x/i.test(packed) ? packed.slice(2) : packed;
  if (/^[0-9a-f]+$/i.test(digits)) return digits;
  if (/^(?:[0-9a-f]{2}:)+(?:[0-9a-f]{2})?$/i.test(digits)) return digits.replaceAll(":", "");
  return undefined;
}

/**
 * The bytes of base64 in either alphabet, padded or not, on one line or several; undefined where it is not canonical.
 * A line with a blank in it is something else, and so is one that begins with a dash: a piece of PEM.
 */
function fromAnyBase64(text: string): Bytes | undefined {
  const lines = text.trim().split(/\s*[\r\n]\s*/);
  if (lines.some((line) => /\s|^-/.test(line))) return undefined;
  const packed = lines.join("");
  const body = packed.replace(/={1,2}$/, "");
  const padding = packed.length - body.length;
  const standard = /^[A-Za-z0-9+/]+$/.test(body), safe = /^[A-Za-z0-9_-]+$/.test(body);
  if (!standard && !safe || padding > 0 && packed.length % 4 !== 0) return undefined;
  try {
    const alphabet = standard ? "base64" : "base64url";
    const bytes = Uint8Array.fromBase64(body, { alphabet, lastChunkHandling: "loose" });
    const again = bytes.toBase64({ alphabet, omitPadding: true });
    return again === body ? bytes : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** How bytes are written for other tools: as they are, or as one line of text. */
export type OutputEncoding = "binary" | "hex" | "base64";

/** `bytes` in `encoding`. */
export function encodeFor(bytes: Bytes, encoding: OutputEncoding): Bytes {
  if (encoding === "binary") return bytes;
  return utf8(`${encoding === "hex" ? hex(bytes) : base64(bytes)}\n`);
}
