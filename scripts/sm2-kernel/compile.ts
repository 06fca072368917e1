/** Compiles the SM2 kernel, and writes it as the module that `lib/crypto` loads. */
import asc from "assemblyscript/asc";
import { base64, type Bytes } from "../../lib/bytes.ts";
import { PAGES, START } from "./layout.ts";
import { sm2KernelSource } from "./source.ts";

/** Where the built kernel stands. */
export const SM2_KERNEL_FILE = new URL("../../lib/crypto/kernel/built/sm2.ts", import.meta.url);

/** Inlining pays for the many small field functions. No SIMD: every WebAssembly engine runs it. */
const FLAGS = ["-O3", "--runtime", "stub", "--noAssert", "--memoryBase", "64"];

async function compile(source: string): Promise<Bytes> {
  let module: Bytes | undefined;
  const memory = ["--initialMemory", String(PAGES), "--maximumMemory", String(PAGES)];
  const { error, stderr } = await asc.main(
    ["sm2.ts", "--outFile", "sm2.wasm", ...FLAGS, ...memory],
    {
      readFile: (name: string) => name === "sm2.ts" ? source : null,
      writeFile: (name: string, contents: string | Uint8Array) => {
        if (name === "sm2.wasm" && typeof contents !== "string") module = contents.slice() as Bytes;
      },
      listFiles: () => [],
    },
  );
  if (error || !module) {
    throw new Error(`compile SM2 kernel: ${error?.message}\n${stderr.toString()}`);
  }
  checkLayout(module);
  return module;
}

/** Static data must end before the places of the layout begin. */
function checkLayout(module: Bytes): void {
  const { DATA_END } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
  const end: unknown = DATA_END instanceof WebAssembly.Global ? DATA_END.value : undefined;
  if (typeof end !== "number" || end > START) {
    throw new Error(`compile SM2 kernel: static data ends at ${end}, which is beyond ${START}`);
  }
}

/** The text of `SM2_KERNEL_FILE` as it should be. */
export async function sm2KernelModule(): Promise<string> {
  return "// Made by deno task sm2-kernel. Do not edit.\n" +
    `export function sm2Module(): Uint8Array<ArrayBuffer> {\n` +
    `  return Uint8Array.fromBase64("${base64(await compile(sm2KernelSource()))}");\n}\n`;
}
