/**
 * Builds the SM4/GHASH/SM3 kernel: `deno task kernel` writes `lib/crypto/kernel/built/`, with `--check` it fails when
 * what is there differs. `--search` derives the S-box circuit anew (it takes a quarter of a minute), `--source DIR`
 * also writes the AssemblyScript for people to read.
 */
import { base64 } from "../lib/bytes.ts";
import { type Build, compileKernel, kernelSource } from "./kernel/assemble.ts";
import { circuitModule, parseCircuit } from "./kernel/circuit-file.ts";
import { checkTables } from "./kernel/emit-sm4-swizzle.ts";
import { checkSbox, searchSbox } from "./kernel/sbox-search.ts";
import { scheduleCircuit } from "./kernel/schedule.ts";

const BUILT = new URL("../lib/crypto/kernel/built/", import.meta.url);

/** Attempts at each linear layer of each of the 2040 equivalences. */
const SEARCH_TRIES = 4;

/** Attempts at a better order of the gates. */
const SCHEDULE_ROUNDS = 60_000;

function kernelModule(build: Build, module: Uint8Array): string {
  return `// Made by deno task kernel (${build} SIMD). Do not edit.\n` +
    `export const KERNEL = "${base64(module)}";\n`;
}

async function built(name: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(new URL(name, BUILT));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** All generated files by name. */
async function generate(): Promise<Map<string, string>> {
  const committed = await built("sbox.ts");
  const circuit = committed === undefined || Deno.args.includes("--search")
    ? scheduleCircuit(searchSbox(SEARCH_TRIES, (text) => console.error(text)), 15, SCHEDULE_ROUNDS)
    : parseCircuit(committed);
  if (!checkSbox(circuit)) throw new Error("check S-box circuit: not SM4's S-box");
  if (!checkTables()) throw new Error("check S-box tables: not SM4's S-box");
  const files = new Map([["sbox.ts", circuitModule(circuit)]]);
  const sourceAt = Deno.args.indexOf("--source");
  for (const build of ["relaxed", "plain"] as const) {
    const source = kernelSource(circuit, build);
    if (sourceAt >= 0) await Deno.writeTextFile(`${Deno.args[sourceAt + 1]}/${build}.as`, source);
    files.set(`${build}.ts`, kernelModule(build, await compileKernel(source)));
  }
  return files;
}

const check = Deno.args.includes("--check");
const different: string[] = [];
await Deno.mkdir(BUILT, { recursive: true });
for (const [name, text] of await generate()) {
  if (await built(name) === text) continue;
  different.push(name);
  if (!check) await Deno.writeTextFile(new URL(name, BUILT), text);
}
console.log(
  different.length === 0 ? "kernel: as committed" : `kernel: changed ${different.join(", ")}`,
);
if (check && different.length > 0) Deno.exit(1);
