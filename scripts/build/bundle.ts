/**
 * The program as JavaScript files: main.js, which only looks which command runs; one file per command with all it
 * needs (and chunks of what it loads only sometimes); help.js with all commands; the workers.
 *
 * A file per command, because every module costs: the runtime looks it up, hashes it and asks its caches for it.
 */
import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { COMMAND_NAMES, OF_ALL } from "../../commands/names.ts";
import { renameChunks } from "./chunk-names.ts";
import { runQuietly } from "./run.ts";

/** Entry points besides the commands, as `source → name in the bundle`. */
const OTHERS: ReadonlyArray<readonly [source: string, name: string]> = [
  ["main.ts", "main"],
  ["lib/container/worker.ts", "worker"],
  ["commands/shared/file-worker.ts", "file-worker"],
  ["lib/stego/foreign/worker.ts", "picture-worker"],
];

/** The source of a program that has only the `commands`. */
function programSource(root: string, at: string, commands: readonly string[]): string {
  const from = (path: string) => JSON.stringify(`./${relative(at, join(root, "commands", path))}`);
  return [
    `import { runProgram } from ${from("shared/program.ts")};`,
    ...commands.map((name, i) => `import { command as c${i} } from ${from(`${name}.ts`)};`),
    `await runProgram([${commands.map((name, i) => `[${JSON.stringify(name)}, c${i}]`)}]);`,
  ].join("\n");
}

/** Bundles the program into `folder` (made anew). `root` is the project. */
export async function bundle(root: string, folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
  const entries = `${folder}.entries`;
  await Deno.mkdir(entries, { recursive: true });
  try {
    const programs = [
      ["front", []],
      ["help", COMMAND_NAMES],
      ...COMMAND_NAMES.map((name) => [name, OF_ALL.includes(name) ? COMMAND_NAMES : [name]]),
    ] as ReadonlyArray<readonly [string, readonly string[]]>;
    for (const [name, commands] of programs) {
      await Deno.writeTextFile(join(entries, `${name}.ts`), programSource(root, entries, commands));
    }
    for (const [source, name] of OTHERS) {
      const path = JSON.stringify(`./${relative(entries, join(root, source))}`);
      await Deno.writeTextFile(join(entries, `${name}.ts`), `import ${path};\n`);
    }
    // One by one: what two entries of one build share becomes a file of its own.
    for (const name of [...programs.map(([name]) => name), ...OTHERS.map(([, name]) => name)]) {
      await bundleOne(root, join(entries, `${name}.ts`), folder);
    }
    for await (const { name } of Deno.readDir(folder)) {
      if (name.endsWith(".js")) await reworkFile(folder, name);
    }
    await renameChunks(folder);
  } finally {
    await Deno.remove(entries, { recursive: true });
  }
}

async function bundleOne(root: string, entry: string, folder: string): Promise<void> {
  await runQuietly(Deno.execPath(), [
    "bundle",
    "--quiet",
    "--platform=deno",
    "--code-splitting",
    "--minify",
    `--outdir=${folder}`,
    entry,
  ], { cwd: root });
}

/** Files of the build made to load faster. */
async function reworkFile(folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  const text = await Deno.readTextFile(path);
  const { text: lean, kernels } = withoutKernels(withoutLateImports(text));
  for (const [file, content] of kernels) await Deno.writeFile(join(folder, file), content);
  if (lean !== text) await Deno.writeTextFile(path, lean);
}

/**
 * Hides what is imported only sometimes from the runtime, which would otherwise read and look up those files, too, at
 * every start: it takes the text of `import("…")` for a promise.
 */
function withoutLateImports(text: string): string {
  return text.replaceAll(/\bimport\(("\.\/[^"]+\.js")\)/g, "import(String($1))");
}

/** A WebAssembly module in base64, where it is decoded at once and where it is a string of its own. */
const MODULE = /Uint8Array\.fromBase64\("(AGFzbQEAAA[A-Za-z0-9+/]{10000,}={0,2})"\)/g;
const MODULE_TEXT = /"(AGFzbQEAAA[A-Za-z0-9+/]{10000,}={0,2})"/g;

/**
 * Moves the WebAssembly modules into files of their own: as strings they would be hashed as source, and copied out of
 * the code cache, at every start, in every command.
 */
function withoutKernels(text: string): { text: string; kernels: Map<string, Uint8Array> } {
  const kernels = new Map<string, Uint8Array>();
  const at = (content: Uint8Array, kind: string) => {
    const name = `kernel-${createHash("sha256").update(content).digest("hex").slice(0, 8)}.${kind}`;
    kernels.set(name, content);
    return `import.meta.dirname+"/${name}"`;
  };
  const lean = text.replaceAll(
    MODULE,
    (_, base64: string) => `Deno.readFileSync(${at(Uint8Array.fromBase64(base64), "wasm")})`,
  ).replaceAll(
    MODULE_TEXT,
    (_, base64: string) => `Deno.readTextFileSync(${at(new TextEncoder().encode(base64), "txt")})`,
  );
  return { text: lean, kernels };
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
