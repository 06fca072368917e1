/**
 * The door to the GNU C library on Linux, for what the runtime lacks: each file beside this one names the functions that it
 * calls. The executable may load this library and no other (scripts/build/permissions.ts).
 */

/** Where distributions keep it; all of these are the same library. */
export const LIBC_PATHS: readonly string[] = [
  "/lib/x86_64-linux-gnu/libc.so.6",
  "/lib/aarch64-linux-gnu/libc.so.6",
  "/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
];

/** Structures are written as these two lay them out. */
const ARCHITECTURES = ["x86_64", "aarch64"];

/** Flags of open(2) that several files use; one is not the same on both. */
export const O_WRONLY = 0o1;
export const O_NOFOLLOW = Deno.build.arch === "aarch64" ? 0o100000 : 0o400000;
export const O_CLOEXEC = 0o2000000;

/** Stands for the working directory where a descriptor of a folder is asked for (openat(2)). */
export const AT_FDCWD = -100;

/** Functions of the C library, by their names there. */
export type Functions<Symbols extends Deno.ForeignLibraryInterface> = Deno.DynamicLibrary<
  Symbols
>["symbols"];

/**
 * A function that loads these functions when it is first called, and answers them; undefined where there is no such
 * library that we know, or it may not be loaded.
 */
export function fromLibc<Symbols extends Deno.ForeignLibraryInterface>(
  symbols: Symbols,
): () => Functions<Symbols> | undefined {
  let loaded: { readonly functions: Functions<Symbols> | undefined } | undefined;
  return () => (loaded ??= { functions: load(symbols) }).functions;
}

function load<Symbols extends Deno.ForeignLibraryInterface>(
  symbols: Symbols,
): Functions<Symbols> | undefined {
  if (Deno.build.os !== "linux" || !ARCHITECTURES.includes(Deno.build.arch)) return undefined;
  for (const path of LIBC_PATHS) {
    try {
      return Deno.dlopen(path, symbols).symbols;
    } catch (error) {
      // The runtime has no class of its own for a library that is missing or of another kind.
      if (!(error instanceof Error)) throw error;
    }
  }
  return undefined;
}
