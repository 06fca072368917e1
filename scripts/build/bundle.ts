/** The program as a few JavaScript files: main.js, worker.js, and a chunk per command. */
import { join } from "node:path";
import { runQuietly } from "./run.ts";

/** Entry points besides main.ts, as `source → name in the bundle`. */
export const WORKERS: ReadonlyArray<readonly [source: string, name: string]> = [
  ["lib/container/worker.ts", "worker.js"],
  ["commands/shared/file-worker.ts", "file-worker.js"],
];

/** Bundles the program into `folder` (made anew). `root` is the project. */
export async function bundle(root: string, folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
  await runQuietly(Deno.execPath(), [
    "bundle",
    "--quiet",
    "--platform=deno",
    "--code-splitting",
    "--minify",
    "--keep-names",
    `--outdir=${folder}`,
    "main.ts",
    ...WORKERS.map(([source]) => source),
  ], { cwd: root });
  for (const [source, name] of WORKERS) {
    const built = `./${source.replace(/\.ts$/, ".js")}`;
    await Deno.writeTextFile(join(folder, name), `import ${JSON.stringify(built)};\n`);
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
