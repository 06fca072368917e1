/**
 * Builds the SM4/GHASH/SM3 kernel: `deno task kernel` writes `lib/crypto/kernel/built/`, with `--check` it fails when
 * what is there differs. `--search` derives the S-box circuit anew (it takes a quarter of a minute), `--source FILE`
 * also writes the AssemblyScript for people to read.
 */
import { parseArgs } from "node:util";
import { BUILT, builtFile, generate, makeCircuit } from "./kernel/build.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    check: { type: "boolean" },
    search: { type: "boolean" },
    source: { type: "string" },
  },
});
const circuit = values.search ? makeCircuit((text) => console.error(text)) : undefined;
const { files, source } = await generate(circuit);
if (values.source !== undefined) await Deno.writeTextFile(values.source, source);
const different: string[] = [];
for (const [name, text] of files) {
  if (await builtFile(name) === text) continue;
  different.push(name);
  if (!values.check) await Deno.writeTextFile(new URL(name, BUILT), text);
}
console.log(
  different.length === 0 ? "kernel: as committed" : `kernel: changed ${different.join(", ")}`,
);
if (values.check && different.length > 0) Deno.exit(1);
