/** What the program is built for: the one table of systems and processors. */

/** A system with a processor. */
export interface Target {
  /** The npm package that holds Deno for it. */
  readonly runtime: string;
  /** As Node names it: process.platform, process.arch. */
  readonly node: string;
  /** As people know it, in names of files. */
  readonly label: string;
  /** Debian's name of the architecture, for which there is a package. */
  readonly debian?: string;
}

/** Rust target triple → target. */
export const TARGETS: Readonly<Record<string, Target>> = {
  "x86_64-unknown-linux-gnu": {
    runtime: "@deno/linux-x64-glibc",
    node: "linux-x64",
    label: "linux-x64",
    debian: "amd64",
  },
  "aarch64-unknown-linux-gnu": {
    runtime: "@deno/linux-arm64-glibc",
    node: "linux-arm64",
    label: "linux-arm64",
    debian: "arm64",
  },
  "x86_64-apple-darwin": {
    runtime: "@deno/darwin-x64",
    node: "darwin-x64",
    label: "macos-x64",
  },
  "aarch64-apple-darwin": {
    runtime: "@deno/darwin-arm64",
    node: "darwin-arm64",
    label: "macos-arm64",
  },
  "x86_64-pc-windows-msvc": {
    runtime: "@deno/win32-x64",
    node: "win32-x64",
    label: "windows-x64",
  },
  "aarch64-pc-windows-msvc": {
    runtime: "@deno/win32-arm64",
    node: "win32-arm64",
    label: "windows-arm64",
  },
};

/** Whether the target has Windows: no POSIX sh, and names of programs that end in `.exe`. */
export function isWindows(target: string): boolean {
  return target.includes("windows");
}
