/** Canonical Huffman codes of Deflate (RFC 1951 §3.2.2): a table for the short ones, counting for the rest. */
import { pngError } from "../problem.ts";

/** Longest code (§3.2.7). */
const MAX_CODE_BITS = 15;

/** A code: `table` answers the next symbols at once where their codes have at most as many bits as index it. */
export interface HuffmanCode {
  /** For the next bits (first one lowest): symbol · 16 + length, or 0 where the code is longer. */
  readonly table: Uint16Array;
  /** How many codes there are of each length. */
  readonly counts: Uint16Array;
  /** Symbols ordered by code. */
  readonly symbols: Uint16Array;
}

/** The code with the given lengths for symbols 0, 1, …; length 0 is a symbol that does not occur. */
export function makeCode(lengths: Uint8Array, tableBits: number): HuffmanCode {
  const counts = new Uint16Array(MAX_CODE_BITS + 1);
  for (const length of lengths) counts[length] = counts[length]! + 1;
  const used = lengths.length - counts[0]!;
  counts[0] = 0;
  const firstCodes = new Uint16Array(MAX_CODE_BITS + 2);
  const offsets = new Uint16Array(MAX_CODE_BITS + 2);
  let left = 1;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    left = 2 * left - counts[length]!;
    if (left < 0) throw pngError("png.too-many-codes");
    firstCodes[length + 1] = (firstCodes[length]! + counts[length]!) << 1;
    offsets[length + 1] = offsets[length]! + counts[length]!;
  }
  // An incomplete code is fine only where there is one symbol or none (as zlib has it).
  if (left > 0 && (used > 1 || counts[1] !== used)) {
    throw pngError("png.too-few-codes");
  }
  const symbols = new Uint16Array(used);
  const table = new Uint16Array(1 << tableBits);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    symbols[offsets[length]!] = symbol;
    offsets[length] = offsets[length]! + 1;
    const code = firstCodes[length]!;
    firstCodes[length] = code + 1;
    if (length > tableBits) continue;
    const step = 1 << length;
    for (let at = reversed(code, length); at < table.length; at += step) {
      table[at] = (symbol << 4) | length;
    }
  }
  return { table, counts, symbols };
}

/** Codes are packed with their most significant bit first (§3.1.1). */
function reversed(code: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((code >> i) & 1) << (length - 1 - i);
  return result;
}

/** Symbol · 16 + length of the code at the start of `bits` (first bit lowest), however long it is; 0 for none. */
export function longCode({ counts, symbols }: HuffmanCode, bits: number): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    code |= (bits >> (length - 1)) & 1;
    const count = counts[length]!;
    if (code - first < count) return (symbols[index + code - first]! << 4) | length;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return 0;
}
