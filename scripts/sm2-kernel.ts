/**
 * Builds the SM2 kernel into `lib/crypto/kernel/built/sm2.ts`; with `--check` it fails when what is there differs,
 * with `--source` it prints the AssemblyScript for people to read.
 */
import { SM2_KERNEL_FILE, sm2KernelModule } from "./sm2-kernel/compile.ts";
import { sm2KernelSource } from "./sm2-kernel/source.ts";

async function committed(): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(SM2_KERNEL_FILE);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

if (Deno.args.includes("--source")) {
  console.log(sm2KernelSource());
} else {
  const text = await sm2KernelModule();
  const same = await committed() === text;
  if (!same && !Deno.args.includes("--check")) await Deno.writeTextFile(SM2_KERNEL_FILE, text);
  console.log(same ? "SM2 kernel: as committed" : "SM2 kernel: changed");
  if (!same && Deno.args.includes("--check")) Deno.exit(1);
}
