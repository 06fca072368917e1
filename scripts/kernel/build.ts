/**
 * Makes the files of `lib/crypto/kernel/built/`: the S-box circuit, and the module in its relaxed-SIMD build with
 * the places that a machine without relaxed SIMD patches. The two builds differ in the byte look-up alone, whose
 * opcodes can have the same length: 0x100 for i8x16.relaxed_swizzle, and i8x16.swizzle's 0x0e, which LEB128 lets one
 * write in two bytes as well (WebAssembly core specification §5.2.2).
 */
import { base64, type Bytes } from "../../lib/bytes.ts";
import { compileKernel, kernelSource, LOOK_UP } from "./assemble.ts";
import type { Circuit } from "./circuit.ts";
import { circuitModule, parseCircuit } from "./circuit-file.ts";
import { checkTables } from "./emit-sm4-swizzle.ts";
import { checkSbox, searchSbox } from "./sbox-search.ts";
import { scheduleCircuit } from "./schedule.ts";

/** Where the files lie. */
export const BUILT = new URL("../../lib/crypto/kernel/built/", import.meta.url);

/** Attempts at each linear layer of each of the 2040 equivalences. */
const SEARCH_TRIES = 4;

/** Attempts at a better order of the gates, and the registers it is made for. */
const SCHEDULE_ROUNDS = 60_000;
const SCHEDULE_REGISTERS = 15;

/** i8x16.relaxed_swizzle behind the SIMD prefix. */
const RELAXED_SWIZZLE = [0xfd, 0x80, 0x02] as const;

/** The functions in which the byte-sliced parts and their GHASH spend their time. */
const EARLY = [
  "loadState",
  "storeState",
  "counterBlocks",
  "swizzleRoundsTwice",
  "xorState",
  "setProducts",
  "joinParts",
  "reduceWide",
  "setLanes",
  "addLanes",
];

/** The number of a function in the module. */
function numberOf(name: string, functions: readonly string[]): number {
  const number = functions.indexOf(`kernel/${name}`);
  if (number < 0) throw new Error(`build kernel: no function ${name}`);
  return number;
}

/** The text of a generated file as it is; undefined where there is none. */
export async function builtFile(name: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(new URL(name, BUILT));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Searches the S-box circuit anew and puts its gates in order. */
export function makeCircuit(report: (text: string) => void): Circuit {
  return scheduleCircuit(searchSbox(SEARCH_TRIES, report), SCHEDULE_REGISTERS, SCHEDULE_ROUNDS);
}

/** The distances from each relaxed look-up to the next; there must be `count`, or a constant looks like one. */
function lookUps(module: Bytes, count: number): number[] {
  const distances: number[] = [];
  let before = 0;
  for (let at = 0; at + 3 <= module.length; at++) {
    if (!RELAXED_SWIZZLE.every((byte, i) => module[at + i] === byte)) continue;
    distances.push(at - before);
    before = at;
  }
  if (distances.length !== count) {
    throw new Error(`find look-ups: ${distances.length} places where there must be ${count}`);
  }
  return distances;
}

/** All generated files by name, and the AssemblyScript they come from. */
export async function generate(
  circuit?: Circuit,
): Promise<{ files: Map<string, string>; source: string }> {
  const committed = await builtFile("sbox.ts");
  const sbox = circuit ?? (committed === undefined ? undefined : parseCircuit(committed));
  if (sbox === undefined) throw new Error("build kernel: no S-box circuit, make one with --search");
  if (!checkSbox(sbox)) throw new Error("check S-box circuit: not SM4's S-box");
  if (!checkTables()) throw new Error("check S-box tables: not SM4's S-box");
  const source = kernelSource(sbox);
  const { module, functions } = await compileKernel(source);
  const early = EARLY.map((name) => numberOf(name, functions)).sort((a, b) => a - b);
  const places = lookUps(module, source.split(LOOK_UP).length - 1);
  const text = `// Made by deno task kernel. Do not edit.

/** The module with relaxed SIMD. */
export function kernelModule(): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64("${base64(module)}");
}

/** The distances between its relaxed look-ups, the first from the beginning. */
export const LOOK_UPS = "${places.join(" ")}";

/** The functions that the first megabytes go through, by their numbers: ${EARLY.join(", ")}. */
export const EARLY_FUNCTIONS: readonly number[] = [${early.join(", ")}];
`;
  return { files: new Map([["sbox.ts", circuitModule(sbox)], ["module.ts", text]]), source };
}
