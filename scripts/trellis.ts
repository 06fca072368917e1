/**
 * Builds the trellis search for `stego`: `deno run -A scripts/trellis.ts` writes `lib/stego/built/trellis.ts`; with
 * `--check` it fails when what is there differs.
 */
import asc from "assemblyscript/asc";
import { base64, type Bytes } from "../lib/bytes.ts";
import { trellisSource } from "./trellis/source.ts";

const BUILT = new URL("../lib/stego/built/trellis.ts", import.meta.url);

async function compile(source: string): Promise<Bytes> {
  let module: Bytes | undefined;
  const { error, stderr } = await asc.main(
    [
      ...["trellis.ts", "--outFile", "trellis.wasm", "--runtime", "stub", "--noAssert", "-O3"],
      ...["--enable", "simd", "--initialMemory", "16"],
    ],
    {
      readFile: (name: string) => name === "trellis.ts" ? source : null,
      writeFile: (name: string, contents: string | Uint8Array) => {
        if (name === "trellis.wasm" && typeof contents !== "string") {
          module = contents.slice() as Bytes;
        }
      },
      listFiles: () => [],
    },
  );
  if (error || !module) throw new Error(`compile trellis: ${error?.message}\n${stderr.toString()}`);
  return module;
}

/** The text of the generated file. */
export async function builtTrellis(): Promise<string> {
  const module = await compile(trellisSource());
  return "/** The compiled trellis search. Made by scripts/trellis.ts; do not edit. */\n" +
    `export const TRELLIS =\n  "${base64(module)}";\n`;
}

if (import.meta.main) {
  const text = await builtTrellis();
  let committed = "";
  try {
    committed = await Deno.readTextFile(BUILT);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  console.log(text === committed ? "trellis: as committed" : "trellis: changed");
  if (text !== committed) {
    if (Deno.args.includes("--check")) Deno.exit(1);
    await Deno.mkdir(new URL(".", BUILT), { recursive: true });
    await Deno.writeTextFile(BUILT, text);
  }
}
