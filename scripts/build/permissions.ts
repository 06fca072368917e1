/** How the executable's runtime starts and what it may do: the same flags for `deno compile` and self-extraction. */
import { LIBC_PATHS } from "../../lib/system/libc.ts";
import { BROWSER_TOOLS } from "../../commands/ui/browser.ts";
import { VOICE_TOOLS } from "../../lib/voice/tools.ts";

/**
 * Flags for the JavaScript engine: V8 may put two 128-bit vectors of a WebAssembly kernel into one 256-bit register,
 * which makes SM4-GCM more than twice as fast on x86-64 with AVX2, knows products of 128 bits, which make SM2 twice
 * as fast, and heeds which functions we say are needed at once (lib/crypto/kernel/hints.ts). V8 calls all three
 * experimental: the known-answer tests at start and the tests of the kernels run with them. Only
 * where it has been tried; engines for other processors do not know the first flag and would refuse to start. The
 * budget is a quarter of V8's: bulk work is optimised earlier.
 */
const ENGINE_FLAGS = [
  "--experimental-wasm-revectorize",
  "--experimental-wasm-wide-arithmetic",
  "--experimental-wasm-compilation-hints",
  "--wasm-tiering-budget=3000000",
];

/** The same as arguments of the runtime, for a target. */
export function engineFlags(target: string): string[] {
  return target === "x86_64-unknown-linux-gnu" ? [`--v8-flags=${ENGINE_FLAGS.join(",")}`] : [];
}

/** Room for young objects on any processor: collected less often, and not at all in a short run. */
export const MEMORY_FLAG = "--v8-flags=--min-semi-space-size=4";

/** The one library that may be loaded: the system's own, for several datagrams in one call (lib/system/libc.ts). */
function libraryFlags(target: string): string[] {
  return target.endsWith("-linux-gnu") ? [`--allow-ffi=${LIBC_PATHS.join(",")}`] : [];
}

/**
 * What commands get that start other programs: those that record and play sound, or open the browser. Each is looked for
 * in all of PATH as the runtime starts, which takes 2 ms.
 */
export const PROGRAMS_FLAG = `--allow-run=${[...VOICE_TOOLS, ...BROWSER_TOOLS].join(",")}`;

/**
 * Runtime flags of the executable for every command. V8 compiles whole
 * files (what it compiles lazily never gets into the code cache and is compiled anew at every start), and collects garbage when
 * asked (lib/system/memory.ts). The last of them and the room for young objects keep a short run on its own thread: when
 * two threads of the engine first meet at a lock, it measures the processor's clock, asleep for 3 ms.
 */
export function commandFlags(target: string): string[] {
  return [
    ...engineFlags(target),
    MEMORY_FLAG,
    "--v8-flags=--no-lazy,--expose-gc,--no-concurrent-sparkplug",
    "--no-prompt",
    "--unstable-net",
    "--allow-read",
    "--allow-write",
    "--allow-net",
    "--allow-env",
    // Discovery asks which interfaces there are; doctor, how much room, and who runs it.
    "--allow-sys=networkInterfaces,statfs,uid",
    ...libraryFlags(target),
  ];
}

/** Runtime flags where all commands have the same. */
export function runtimeFlags(target: string): string[] {
  return [...commandFlags(target), PROGRAMS_FLAG];
}
