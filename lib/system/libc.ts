/**
 * The few functions of the C library that carry several datagrams at once (sendmsg(2), recvmmsg(2)), where p2p runs on
 * Linux with the GNU library. The executable may load this library and no other (scripts/build/permissions.ts).
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

const SYMBOLS = {
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  sendmsg: { parameters: ["i32", "buffer", "i32"], result: "isize" },
  recvmmsg: { parameters: ["i32", "buffer", "u32", "i32", "pointer"], result: "i32" },
  memset: { parameters: ["buffer", "i32", "usize"], result: "u64" },
} as const;

/** Its functions, by their names in C. */
export type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

let loaded: Libc | undefined | null = null;

/** The C library; undefined where there is none that we know, or it may not be loaded. */
export function libc(): Libc | undefined {
  if (loaded === null) loaded = openLibrary(SYMBOLS);
  return loaded;
}

/** These functions of the C library; undefined where there is none that we know, or it may not be loaded. */
export function openLibrary<Symbols extends Deno.ForeignLibraryInterface>(
  symbols: Symbols,
): Deno.DynamicLibrary<Symbols>["symbols"] | undefined {
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

/** Where the first byte of `buffer` lies in memory; it stays there as long as the buffer has not become detached. */
export function addressOf(libc: Libc, buffer: ArrayBufferLike): number {
  return Number(libc.memset(new Uint8Array(buffer), 0, 0n));
}
