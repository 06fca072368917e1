/**
 * Which functions of a module the compiler shall optimise at once, before they have run: a custom section of
 * WebAssembly's proposal "compilation hints". An engine that does not know it passes over it.
 */
import { type Bytes, concat, utf8 } from "../../bytes.ts";

/** Where the sections begin, behind magic and version. */
const SECTIONS_AT = 8;

const CUSTOM_SECTION = 0;
const CODE_SECTION = 10;

const NAME = utf8("metadata.code.compilation_priority");

/** The first to be compiled, and the first to be optimised, for the whole function. */
const AT_ONCE = [0, 2, 0, 0] as const;

/** LEB128 of an unsigned number. */
function leb128(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push(value & 127 | 128);
  return [...bytes, value];
}

/** Where the code section of a module begins. */
function codeAt(module: Bytes): number {
  let at = SECTIONS_AT;
  while (module[at] !== CODE_SECTION) {
    let length = 0, shift = 0, byte: number;
    do {
      byte = module[++at]!;
      length |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    at += 1 + length;
  }
  return at;
}

/** The `module` with the hint that these functions, by their numbers in rising order, are needed at once. */
export function withHints(module: Bytes, functions: readonly number[]): Bytes {
  const hints = functions.flatMap((number) => [...leb128(number), ...AT_ONCE]);
  const content = [...leb128(NAME.length), ...NAME, ...leb128(functions.length), ...hints];
  const section = Uint8Array.of(CUSTOM_SECTION, ...leb128(content.length), ...content);
  const at = codeAt(module);
  return concat(module.subarray(0, at), section, module.subarray(at));
}
