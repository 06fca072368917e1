/**
 * The program as JavaScript files: main.js, which only looks which command runs; one file per command with all it
 * needs (and chunks of what it loads only sometimes); help.js with all commands; the workers.
 *
 * A file per command, because every module costs: the runtime looks it up, hashes it and asks its caches for it.
 */
import { join, relative } from "node:path";
import { COMMAND_NAMES } from "../../commands/names.ts";
import { runQuietly } from "./run.ts";

/** Entry points besides the commands, as `source → name in the bundle`. */
const OTHERS: ReadonlyArray<readonly [source: string, name: string]> = [
  ["main.ts", "main"],
  ["lib/container/worker.ts", "worker"],
  ["commands/shared/file-worker.ts", "file-worker"],
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
      ["help", COMMAND_NAMES],
      ...COMMAND_NAMES.map((name) => [name, [name]]),
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
    await loadLate(folder);
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
    "--keep-names",
    `--outdir=${folder}`,
    entry,
  ], { cwd: root });
}

/**
 * Hides what is imported only sometimes from the runtime, which would otherwise read and look up those files, too, at
 * every start: it takes the text of `import("…")` for a promise.
 */
async function loadLate(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    const path = join(folder, name);
    const text = await Deno.readTextFile(path);
    const late = text.replaceAll(/\bimport\(("\.\/[^"]+\.js")\)/g, "import(String($1))");
    if (late !== text) await Deno.writeTextFile(path, late);
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
