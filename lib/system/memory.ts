/** Gives memory back to the system that was needed for a while: the engine's free pages, then the C library's. */
import { fromLibc } from "./libc.ts";

/** V8's `--expose-gc`, with which the executable starts (scripts/build/permissions.ts). */
interface Collecting {
  gc?(options: { type: "major"; execution: "sync"; flavor: "last-resort" }): void;
}

const calls = fromLibc({ malloc_trim: { parameters: ["usize"], result: "i32" } });

/** Takes some tens of milliseconds. What the runtime or the system does not offer is left out. */
export function giveMemoryBack(): void {
  // Any other flavour of collection keeps the pages.
  (globalThis as Collecting).gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  calls()?.malloc_trim(0n);
}
