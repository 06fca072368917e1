/** Compiles the two SM2 kernels, and writes them as the modules that `lib/crypto` loads. */
import asc from "assemblyscript/asc";
import { base64, type Bytes } from "../../lib/bytes.ts";
import { PAGES, START } from "./layout.ts";
import { linkFunctions } from "./link.ts";
import { type KernelName, sm2KernelSource } from "./source.ts";
import { wideBodies } from "./wide-functions.ts";

const BUILT = new URL("../../lib/crypto/kernel/built/", import.meta.url);

/** Where the built kernels stand. */
export const SM2_KERNEL_FILES: Readonly<Record<KernelName, URL>> = {
  narrow: new URL("sm2.ts", BUILT),
  wide: new URL("sm2-wide.ts", BUILT),
};

/** Inlining pays for the many small field functions. */
const FLAGS = ["-O3", "--runtime", "stub", "--noAssert", "--memoryBase", "64"];

async function compile(kernel: KernelName): Promise<Bytes> {
  const source = sm2KernelSource(kernel);
  const features = kernel === "wide" ? ["--enable", "simd"] : [];
  let module: Bytes | undefined;
  const memory = ["--initialMemory", String(PAGES), "--maximumMemory", String(PAGES)];
  const { error, stderr } = await asc.main(
    ["sm2.ts", "--outFile", "sm2.wasm", ...FLAGS, ...features, ...memory],
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
  await checkLayout(module);
  return module;
}

/** Static data must end before the places of the layout begin. */
async function checkLayout(module: Bytes): Promise<void> {
  const imports = new Proxy({}, { get: () => () => {} });
  const { instance } = await WebAssembly.instantiate(module, { field: imports });
  const { DATA_END } = instance.exports;
  const end: unknown = DATA_END instanceof WebAssembly.Global ? DATA_END.value : undefined;
  if (typeof end !== "number" || end > START) {
    throw new Error(`compile SM2 kernel: static data ends at ${end}, which is beyond ${START}`);
  }
}

/** The text of the kernel's file as it should be. */
export async function sm2KernelModule(kernel: KernelName): Promise<string> {
  const compiled = await compile(kernel);
  const module = kernel === "wide" ? linkFunctions(compiled, wideBodies()) : compiled;
  const name = kernel === "wide" ? "sm2WideModule" : "sm2Module";
  return "// Made by deno task sm2-kernel. Do not edit.\n" +
    `export function ${name}(): Uint8Array<ArrayBuffer> {\n` +
    `  return Uint8Array.fromBase64("${base64(module)}");\n}\n`;
}
