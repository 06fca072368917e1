/**
 * Puts the whole AssemblyScript source together and compiles it.
 */
import asc from "assemblyscript/asc";
import type { Circuit } from "./circuit.ts";
import { ghashSource } from "./emit-ghash.ts";
import { chainSource } from "./emit-sm4-chain.ts";
import { bitsliceSource } from "./emit-sm4-bitslice.ts";
import { swizzleSource } from "./emit-sm4-swizzle.ts";
import { sm3Source } from "./emit-sm3.ts";
import { EXPORTED, PAGES } from "./layout.ts";
import { batchSource } from "./source-batch.ts";
import { gcmSource } from "./source-gcm.ts";
import { sm4Source } from "./source-sm4.ts";
import type { Bytes } from "../../lib/bytes.ts";

/** The byte look-up: what the builds with and without relaxed SIMD differ in. */
export const LOOK_UP = "i8x16.relaxed_swizzle(";

/** The AssemblyScript source of the whole kernel. */
export function kernelSource(circuit: Circuit): string {
  const addresses = Object.entries(EXPORTED).map(([name, value]) =>
    `export const ${name}: usize = ${value};\n`
  ).join("");
  return [
    addresses,
    sm4Source(),
    swizzleSource(),
    chainSource(),
    bitsliceSource(circuit),
    ghashSource(),
    gcmSource(),
    batchSource(),
    sm3Source(),
  ].join("\n").replaceAll("SWIZZLE(", LOOK_UP);
}

/**
 * The optimiser's passes that keep the order of operations as it is written: the generator has ordered them for few
 * values at a time, and every level from -O1 on sinks them to their uses.
 */
const PASSES = "vacuum,coalesce-locals,reorder-locals,vacuum";

/** A module, and its functions by name, in the order of their numbers. */
export interface CompiledKernel {
  readonly module: Bytes;
  readonly functions: readonly string[];
}

/** Compiles `source` to a WebAssembly module. */
export async function compileKernel(source: string): Promise<CompiledKernel> {
  let module: Bytes | undefined;
  let listing = "";
  const { error, stderr } = await asc.main([
    "kernel.ts",
    "--outFile",
    "kernel.wasm",
    "--textFile",
    "kernel.wat",
    "--runtime",
    "stub",
    "--noAssert",
    "-O0",
    "--runPasses",
    PASSES,
    "--enable",
    "simd,relaxed-simd",
    "--memoryBase",
    "64",
    "--initialMemory",
    String(PAGES),
    "--maximumMemory",
    String(PAGES),
  ], {
    readFile: (name: string) => name === "kernel.ts" ? source : null,
    writeFile: (name: string, contents: string | Uint8Array) => {
      if (name === "kernel.wasm" && typeof contents !== "string") {
        module = contents.slice() as Bytes;
      } else if (typeof contents === "string") listing = contents;
    },
    listFiles: () => [],
  });
  if (error || !module) throw new Error(`compile kernel: ${error?.message}\n${stderr.toString()}`);
  const functions = [...listing.matchAll(/^ \(func \$(\S+)/gm)].map(([, name]) => name!);
  return { module, functions };
}
