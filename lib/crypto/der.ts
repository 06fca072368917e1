/**
 * DER (ITU-T X.690 §8, §10): the few types that keys, signatures and ciphertexts need. The reader is strict:
 * definite lengths in the shortest form, minimal integers, nothing left over. Every fault is a FormatError.
 */
import { type Bytes, concat } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import type { Code } from "../text/catalogue.ts";

/** What can be wrong with DER. */
type DerFault = Extract<Code, `der.${string}`>;

/** Identifier octets (X.690 §8.1.2, X.680 §8). */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Identifier octet of the constructed context-specific tag [n]. */
export function contextTag(n: number): number {
  return 0xa0 | n;
}

/** One element: its tag and the bytes of its content. */
export interface DerElement {
  tag: number;
  content: Uint8Array;
}

/** Reads elements one after the other. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether everything has been read. */
  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The tag of the next element; undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** The next element, whatever it is. */
  any(): DerElement {
    const start = this.#at;
    const tag = this.#byte();
    if ((tag & 0x1f) === 0x1f) throw this.error("der.high-tag");
    const length = this.#length();
    if (length > this.#bytes.length - this.#at) {
      this.#at = start;
      throw this.error("der.truncated");
    }
    const content = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return { tag, content };
  }

  /** The content of the next element, which must have `tag`. */
  content(tag: number): Uint8Array {
    if (this.peek() !== tag) throw this.error("der.unexpected-element");
    return this.any().content;
  }

  /** The next element as bytes, header and all. */
  raw(): Uint8Array {
    const start = this.#at;
    this.any();
    return this.#bytes.subarray(start, this.#at);
  }

  /** A reader of the next element, a SEQUENCE (or what `tag` says). */
  sequence(tag: number = Tag.sequence): DerReader {
    return new DerReader(this.content(tag));
  }

  /** The next element when it has `tag`. */
  optional(tag: number): Uint8Array | undefined {
    return this.peek() === tag ? this.any().content : undefined;
  }

  /** A non-negative INTEGER as its bytes without a sign octet. */
  unsigned(): Uint8Array {
    const content = this.content(Tag.integer);
    const [first, second] = content;
    if (first === undefined) throw this.error("der.empty-integer");
    if (first >= 0x80) throw this.error("der.negative-integer");
    if (first === 0 && second !== undefined && second < 0x80) {
      throw this.error("der.padded-integer");
    }
    return first === 0 && second !== undefined ? content.subarray(1) : content;
  }

  /**
   * An INTEGER as the bytes of an unsigned number, without leading zeros, whatever the top bit and however many
   * zeros were put in front: for writers that do not know that INTEGERs are signed.
   */
  loosely(): Uint8Array {
    const content = this.content(Tag.integer);
    if (content.length === 0) throw this.error("der.empty-integer");
    let start = 0;
    while (start < content.length - 1 && content[start] === 0) start++;
    return content.subarray(start);
  }

  /** A non-negative INTEGER that fits in a number. */
  number(): number {
    const bytes = this.unsigned();
    if (bytes.length > 6) throw this.error("der.number-too-large");
    let value = 0;
    for (const byte of bytes) value = value * 256 + byte;
    return value;
  }

  /** An OBJECT IDENTIFIER in dotted form. */
  oid(): string {
    const content = this.content(Tag.objectIdentifier);
    const arcs: number[] = [];
    let arc = 0;
    let open = true;
    for (const byte of content) {
      if (open && byte === 0x80) throw this.error("der.padded-object-identifier");
      arc = arc * 128 + (byte & 0x7f);
      if (arc > Number.MAX_SAFE_INTEGER / 128) throw this.error("der.object-identifier-too-large");
      open = byte < 0x80;
      if (open) {
        arcs.push(arc);
        arc = 0;
      }
    }
    const first = arcs.shift();
    if (first === undefined || !open) throw this.error("der.broken-object-identifier");
    const root = Math.min(2, Math.floor(first / 40));
    return [root, first - 40 * root, ...arcs].join(".");
  }

  /** A BIT STRING of whole bytes. */
  bitString(): Uint8Array {
    const content = this.content(Tag.bitString);
    if (content[0] !== 0) throw this.error("der.partial-bits");
    return content.subarray(1);
  }

  /** Refuses anything left over. */
  end(): void {
    if (!this.done) throw this.error("der.trailing-bytes");
  }

  /** A FormatError about this input: a reason, to which its reader adds what was read. */
  error(code: DerFault): FormatError {
    return new FormatError(code, {});
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw this.error("der.truncated");
    this.#at++;
    return byte;
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw this.error("der.length-form");
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + this.#byte();
    if (length < 0x80 || length < 2 ** (8 * (count - 1))) {
      throw this.error("der.length-not-minimal");
    }
    return length;
  }
}

/** An element with the given content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Bytes {
  const body = concat(...content);
  if (body.length < 0x80) return concat(Uint8Array.of(tag, body.length), body);
  const length: number[] = [];
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest & 0xff);
  return concat(Uint8Array.of(tag, 0x80 | length.length, ...length), body);
}

/** SEQUENCE of ready-made elements. */
export function derSequence(...elements: readonly Uint8Array[]): Bytes {
  return der(Tag.sequence, ...elements);
}

/** INTEGER from unsigned big-endian bytes: no superfluous zeros, one where the top bit is set. */
export function derUnsigned(bytes: Uint8Array): Bytes {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.length === 0 ? Uint8Array.of(0) : bytes.subarray(start);
  return digits[0]! >= 0x80 ? der(Tag.integer, Uint8Array.of(0), digits) : der(Tag.integer, digits);
}

/** INTEGER from a non-negative number. */
export function derNumber(value: number): Bytes {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
  return derUnsigned(Uint8Array.from(bytes));
}

/** OBJECT IDENTIFIER from dotted form. */
export function derOid(dotted: string): Bytes {
  const [root = 0, second = 0, ...arcs] = dotted.split(".").map(Number);
  const content: number[] = [];
  for (const arc of [40 * root + second, ...arcs]) {
    const groups = [arc & 0x7f];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
      groups.unshift(0x80 | rest % 128);
    }
    content.push(...groups);
  }
  return der(Tag.objectIdentifier, Uint8Array.from(content));
}

/** OCTET STRING. */
export function derOctets(bytes: Uint8Array): Bytes {
  return der(Tag.octetString, bytes);
}

/** BIT STRING of whole bytes. */
export function derBits(bytes: Uint8Array): Bytes {
  return der(Tag.bitString, Uint8Array.of(0), bytes);
}

/** NULL. */
export function derNull(): Bytes {
  return der(Tag.null);
}
