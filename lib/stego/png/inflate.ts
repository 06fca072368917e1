/**
 * Inflates a zlib stream (RFC 1950, RFC 1951) into a buffer whose size is known beforehand, and never past it,
 * whatever the data says. The runtime's zlib gives its output in new buffers that pile up until they are collected:
 * 40 MB for a picture of 12 megapixels; this writes each byte where it belongs.
 */
import type { Bytes } from "../../bytes.ts";
import type { Code as TextCode, ParamsArgument } from "../../text/catalogue.ts";
import { pngError } from "../problem.ts";
import { type HuffmanCode, longCode, makeCode } from "./huffman.ts";

/** Compressed bytes are held back until there are so many: a block's head has at most 2,300 bits · 8. */
const HELD_BYTES = 1 << 16;
/** The longest head of a block: 17 + 19·3 + 320·(7 + 7) bits. */
const HEAD_BYTES = 600;
/** The longest symbol with its distance: 15 + 5 + 15 + 13 bits, and what the bit buffer may hold. */
const SYMBOL_BYTES = 12;

const LITERAL_TABLE_BITS = 11;
const DISTANCE_TABLE_BITS = 9;
const END_OF_BLOCK = 256;

/** Base values and extra bits of length codes 257 … 285 (RFC 1951 §3.2.5). */
const LENGTH_EXTRA = [
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  1,
  1,
  1,
  1,
  2,
  2,
  2,
  2,
  3,
  3,
  3,
  3,
  4,
  4,
  4,
  4,
  5,
  5,
  5,
  5,
  0,
];
const LENGTH_BASE = bases(3, LENGTH_EXTRA);
LENGTH_BASE[28] = 258;
/** The same of distance codes 0 … 29. */
const DISTANCE_EXTRA = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));
const DISTANCE_BASE = bases(1, DISTANCE_EXTRA);

/** Order of the code length codes (§3.2.7). */
const LENGTH_CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function bases(first: number, extra: readonly number[]): number[] {
  let base = first;
  return extra.map((bits) => {
    const here = base;
    base += 1 << bits;
    return here;
  });
}

function fixedLengths(): Uint8Array {
  const lengths = new Uint8Array(288).fill(8);
  lengths.fill(9, 144, 256);
  lengths.fill(7, 256, 280);
  return lengths;
}

type InflateState = "header" | "block" | "stored" | "codes" | "trailer" | "done";

/** A zlib stream that must inflate to exactly the length of the target. */
export class BoundedInflate {
  readonly #out: Bytes;
  readonly #in = new Uint8Array(HELD_BYTES);
  #at = 0;
  #end = 0;
  #filled = 0;
  #bits = 0;
  #bitCount = 0;
  #state: InflateState = "header";
  #last = false;
  #final = false;
  #stored = 0;
  #window = 32768;
  #literals: HuffmanCode | undefined;
  #distances: HuffmanCode | undefined;

  constructor(target: Bytes) {
    this.#out = target;
  }

  /** Takes more compressed bytes. What comes after the end of the stream is ignored. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && this.#state !== "done";) {
      const part = bytes.subarray(at, at + HELD_BYTES - this.#end);
      this.#in.set(part, this.#end);
      this.#end += part.length;
      at += part.length;
      if (this.#end < HELD_BYTES) return;
      this.#run();
      this.#in.copyWithin(0, this.#at, this.#end);
      this.#end -= this.#at;
      this.#at = 0;
    }
  }

  /** Ends the stream: it must be complete and the target full. */
  finish(): void {
    this.#final = true;
    this.#run();
    if (this.#state !== "done") fail("png.ends-early");
    if (this.#filled !== this.#out.length) {
      throw pngError("png.too-little-data");
    }
  }

  /** Whether a step that may need `bytes` can be taken: they are there, or all that will come is. */
  #ready(bytes: number): boolean {
    return this.#final || this.#end - this.#at >= bytes;
  }

  #run(): void {
    for (;;) {
      switch (this.#state) {
        case "header":
          if (!this.#ready(2)) return;
          this.#header();
          break;
        case "block":
          if (!this.#ready(HEAD_BYTES)) return;
          this.#block();
          break;
        case "stored":
          if (!this.#copyStored()) return;
          break;
        case "codes":
          if (!this.#codes()) return;
          break;
        case "trailer":
          if (!this.#ready(8)) return;
          this.#trailer();
          break;
        case "done":
          return;
      }
    }
  }

  /** At least `count` bits (at most 25) in the bit buffer; zeros past the end, which #take then refuses. */
  #fill(count: number): void {
    while (this.#bitCount < count && this.#at < this.#end) {
      this.#bits |= this.#in[this.#at++]! << this.#bitCount;
      this.#bitCount += 8;
    }
  }

  #drop(count: number): void {
    if (count > this.#bitCount) fail("png.ends-early");
    this.#bits >>>= count;
    this.#bitCount -= count;
  }

  #take(count: number): number {
    this.#fill(count);
    const value = this.#bits & ((1 << count) - 1);
    this.#drop(count);
    return value;
  }

  /** CMF and FLG (RFC 1950 §2.2). */
  #header(): void {
    const cmf = this.#take(8);
    const flg = this.#take(8);
    if ((cmf * 256 + flg) % 31 !== 0 || (cmf & 15) !== 8 || cmf >> 4 > 7) fail("png.not-zlib");
    if ((flg & 0x20) !== 0) fail("png.dictionary");
    this.#window = 1 << ((cmf >> 4) + 8);
    this.#state = "block";
  }

  /** The head of a block (RFC 1951 §3.2.3). */
  #block(): void {
    this.#last = this.#take(1) === 1;
    switch (this.#take(2)) {
      case 0: {
        this.#drop(this.#bitCount & 7);
        this.#stored = this.#take(16);
        if ((this.#take(16) ^ 0xffff) !== this.#stored) fail("png.block-length");
        this.#state = "stored";
        return;
      }
      case 1:
        this.#literals = makeCode(fixedLengths(), LITERAL_TABLE_BITS);
        this.#distances = makeCode(new Uint8Array(32).fill(5), DISTANCE_TABLE_BITS);
        break;
      case 2:
        this.#dynamicCodes();
        break;
      default:
        fail("png.block-kind");
    }
    this.#state = "codes";
  }

  /** Code lengths, themselves coded (§3.2.7). */
  #dynamicCodes(): void {
    const literals = this.#take(5) + 257;
    const distances = this.#take(5) + 1;
    const lengthCodes = this.#take(4) + 4;
    if (literals > 286 || distances > 30) fail("png.too-many-codes");
    const lengths = new Uint8Array(19);
    for (let i = 0; i < lengthCodes; i++) lengths[LENGTH_CODE_ORDER[i]!] = this.#take(3);
    const code = makeCode(lengths, 7);
    const all = new Uint8Array(literals + distances);
    for (let i = 0; i < all.length;) {
      this.#fill(15);
      const entry = code.table[this.#bits & 127]!;
      if (entry === 0) fail("png.impossible-code");
      this.#drop(entry & 15);
      const symbol = entry >> 4;
      if (symbol < 16) {
        all[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) fail("png.no-length");
      const value = symbol === 16 ? all[i - 1]! : 0;
      const times = symbol === 16
        ? 3 + this.#take(2)
        : symbol === 17
        ? 3 + this.#take(3)
        : 11 + this.#take(7);
      if (i + times > all.length) fail("png.too-many-lengths");
      all.fill(value, i, i + times);
      i += times;
    }
    if (all[END_OF_BLOCK] === 0) fail("png.endless-block");
    this.#literals = makeCode(all.subarray(0, literals), LITERAL_TABLE_BITS);
    this.#distances = makeCode(all.subarray(literals), DISTANCE_TABLE_BITS);
  }

  /** Copies a stored block, as far as it is there. Answers whether to go on. */
  #copyStored(): boolean {
    while (this.#stored > 0 && this.#bitCount > 0) {
      this.#put(this.#take(8));
      this.#stored--;
    }
    const part = Math.min(this.#stored, this.#end - this.#at);
    if (this.#filled + part > this.#out.length) tooMuch();
    this.#out.set(this.#in.subarray(this.#at, this.#at + part), this.#filled);
    this.#filled += part;
    this.#at += part;
    this.#stored -= part;
    if (this.#stored > 0) {
      if (this.#final) fail("png.ends-early");
      return false;
    }
    this.#endBlock();
    return true;
  }

  #put(byte: number): void {
    if (this.#filled === this.#out.length) tooMuch();
    this.#out[this.#filled++] = byte;
  }

  #endBlock(): void {
    this.#state = this.#last ? "trailer" : "block";
  }

  /** Symbols of a block (§3.2.3), as far as they are there. Answers whether to go on. */
  #codes(): boolean {
    const out = this.#out;
    const input = this.#in;
    const literals = this.#literals!;
    const distances = this.#distances!;
    const table = literals.table;
    const limit = this.#final ? this.#end : this.#end - SYMBOL_BYTES;
    let at = this.#at;
    let bits = this.#bits;
    let bitCount = this.#bitCount;
    let filled = this.#filled;
    let ended = false;
    while (at < limit || this.#final) {
      while (bitCount < 24 && at < this.#end) {
        bits |= input[at++]! << bitCount;
        bitCount += 8;
      }
      const entry = table[bits & ((1 << LITERAL_TABLE_BITS) - 1)]! || longCode(literals, bits);
      const used = entry & 15;
      if (used === 0) fail("png.impossible-code");
      if (used > bitCount) fail("png.ends-early");
      bits >>>= used;
      bitCount -= used;
      const symbol = entry >> 4;
      if (symbol < 256) {
        if (filled === out.length) tooMuch();
        out[filled++] = symbol;
        continue;
      }
      if (symbol === END_OF_BLOCK) {
        ended = true;
        break;
      }
      // The rest of a match is rare enough to go through the slower bit functions.
      this.#at = at;
      this.#bits = bits;
      this.#bitCount = bitCount;
      const index = symbol - 257;
      if (index > 28) fail("png.impossible-code");
      const length = LENGTH_BASE[index]! + this.#take(LENGTH_EXTRA[index]!);
      const distance = this.#distance(distances);
      if (distance > filled || distance > this.#window) fail("png.before-beginning");
      if (filled + length > out.length) tooMuch();
      if (distance >= length) out.copyWithin(filled, filled - distance, filled - distance + length);
      else if (distance === 1) out.fill(out[filled - 1]!, filled, filled + length);
      else for (let i = 0; i < length; i++) out[filled + i] = out[filled + i - distance]!;
      filled += length;
      at = this.#at;
      bits = this.#bits;
      bitCount = this.#bitCount;
    }
    this.#at = at;
    this.#bits = bits;
    this.#bitCount = bitCount;
    this.#filled = filled;
    if (ended) this.#endBlock();
    return ended;
  }

  #distance(code: HuffmanCode): number {
    this.#fill(15);
    const entry = code.table[this.#bits & ((1 << DISTANCE_TABLE_BITS) - 1)]! ||
      longCode(code, this.#bits);
    if ((entry & 15) === 0 || entry >> 4 > 29) fail("png.impossible-code");
    this.#drop(entry & 15);
    const index = entry >> 4;
    return DISTANCE_BASE[index]! + this.#take(DISTANCE_EXTRA[index]!);
  }

  /** Adler-32 of all output (RFC 1950 §2.2). */
  #trailer(): void {
    this.#drop(this.#bitCount & 7);
    let stored = 0;
    for (let i = 0; i < 4; i++) stored = stored * 256 + this.#take(8);
    if (stored !== adler32(this.#out.subarray(0, this.#filled))) fail("png.data-checksum");
    this.#state = "done";
  }
}

function fail<C extends TextCode>(code: C, ...params: ParamsArgument<C>): never {
  throw pngError(code, ...params);
}

function tooMuch(): never {
  throw pngError("png.too-much-data");
}

/** Adler-32 (RFC 1950 §8.2). */
export function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(at + 5552, bytes.length); // as many as cannot overflow 32 bits (NMAX of RFC 1950's code)
    for (; at < end; at++) {
      a += bytes[at]!;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}
