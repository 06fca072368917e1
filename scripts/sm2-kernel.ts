/**
 * Builds the SM2 kernels into `lib/crypto/kernel/built/`; with `--check` it fails when what is there differs, with
 * `--source narrow` or `--source wide` it prints the AssemblyScript for people to read.
 */
import { SM2_KERNEL_FILES, sm2KernelModule } from "./sm2-kernel/compile.ts";
import { type KernelName, sm2KernelSource } from "./sm2-kernel/source.ts";

async function committed(file: URL): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const [option, which] = Deno.args;
if (option === "--source") {
  console.log(sm2KernelSource(which === "wide" ? "wide" : "narrow"));
} else {
  let changed = false;
  for (const [kernel, file] of Object.entries(SM2_KERNEL_FILES)) {
    const text = await sm2KernelModule(kernel as KernelName);
    const same = await committed(file) === text;
    if (!same && option !== "--check") await Deno.writeTextFile(file, text);
    console.log(`SM2 kernel, ${kernel}: ${same ? "as committed" : "changed"}`);
    changed ||= !same;
  }
  if (changed && option === "--check") Deno.exit(1);
}
