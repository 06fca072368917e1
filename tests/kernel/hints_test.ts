/** The kernel's module with hints for the compiler: the same module, and what the engine makes of them. */
import assert from "node:assert/strict";
import { EARLY_FUNCTIONS, kernelModule } from "../../lib/crypto/kernel/built/module.ts";
import { withHints } from "../../lib/crypto/kernel/hints.ts";
import { engineFlags } from "../../scripts/build/permissions.ts";
import { testUnless } from "../support/requires.ts";

const SECTION = "metadata.code.compilation_priority";
const KERNEL = new URL("../../lib/crypto/kernel/kernel.ts", import.meta.url).href;

Deno.test("hints are one section before the code, and nothing else changes", () => {
  const plain = kernelModule();
  const hinted = withHints(plain, [1, 300]);
  const added = hinted.length - plain.length;
  const at = hinted.findIndex((byte, i) => byte !== plain[i]);
  // Name, two functions, and for each: its number, one place, at 0, of two bytes: compiled and optimised first.
  const content = [SECTION.length, ...new TextEncoder().encode(SECTION)];
  content.push(2, ...[1, 0, 2, 0, 0], ...[172, 2, 0, 2, 0, 0]);
  assert.deepEqual([...hinted.subarray(at, at + added)], [0, content.length, ...content]);
  assert.equal(hinted[at + added], 10, "the code section follows");
  assert.deepEqual(hinted.subarray(at + added), plain.subarray(at));
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(hinted), SECTION);
  assert.equal(section?.byteLength, content.length - 1 - SECTION.length);
});

/**
 * What a program with the executable's flags says that prepares the kernel, encrypts nothing, and stays for `ms` more: the
 * compiler works beside it, on a busy machine for longer than the program takes.
 */
async function compiled(ms: number): Promise<string> {
  const program = `
    import { kernel, prepareKernel } from ${JSON.stringify(KERNEL)};
    await prepareKernel();
    console.log(kernel().name);
    setTimeout(() => {}, ${ms});`;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-check",
      ...engineFlags(Deno.build.target),
      "--v8-flags=--trace-wasm-compilation-times",
      program,
    ],
    stderr: "inherit",
  }).output();
  assert.equal(code, 0);
  return new TextDecoder().decode(stdout);
}

const noFlags = engineFlags(Deno.build.target).length > 0
  ? undefined
  : "needs a processor that the engine gets flags for";

testUnless(
  noFlags,
  "the engine optimises what the first megabytes go through before it has run",
  async () => {
    let optimised: number[] = [];
    for (const ms of [0, 1000, 10_000]) {
      const said = await compiled(ms);
      assert.match(said, /^relaxed SIMD$/m);
      const numbers = [...said.matchAll(/#(\d+) using TurboFan/g)].map((match) => Number(match[1]));
      optimised = [...new Set(numbers)].sort((a, b) => a - b);
      if (optimised.length >= EARLY_FUNCTIONS.length) break;
    }
    assert.deepEqual(optimised, [...EARLY_FUNCTIONS]);
  },
);
