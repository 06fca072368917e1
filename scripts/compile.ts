/**
 * Makes the executable, `dist/p2p`.
 *
 *   deno task compile                          for this machine
 *   deno task compile --target TARGET          for another (see --help)
 *   deno task compile --self-extracting        without trying `deno compile`
 *
 * First choice is `deno compile`, which needs the `denort` base (DENORT_BIN, Deno's cache, or a download). Where
 * that cannot be had, a self-extracting executable is made instead. The script says which it made, and writes
 * SHA-256 and SM3 sums beside it.
 */
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "./build/bundle.ts";
import { commandFlags, runtimeFlags } from "./build/permissions.ts";
import { runQuietly } from "./build/run.ts";
import { targetRuntime } from "./build/runtime.ts";
import { writeSelfExtracting } from "./build/self-extracting.ts";
import { digestsOf, sumLine } from "./build/sums.ts";
import { isWindows, TARGETS } from "./build/targets.ts";
import { VERSION } from "./build/version.ts";

const ROOT = new URL("..", import.meta.url).pathname;

const HELP =
  `usage: deno task compile [--target TARGET] [--output FILE] [--self-extracting] [--runtime FILE]

  --target TARGET     ${Object.keys(TARGETS).join("\n                      ")}
  --output FILE       default dist/p2p, for another target dist/p2p-TARGET
  --self-extracting   do not try 'deno compile'
  --runtime FILE      the Deno executable to pack for the target (default: from npm)
`;

const { values: options } = parseArgs({
  args: Deno.args,
  options: {
    target: { type: "string" },
    output: { type: "string" },
    "self-extracting": { type: "boolean" },
    runtime: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
if (options.help) {
  console.log(HELP);
  Deno.exit(0);
}
const target = options.target ?? Deno.build.target;
const foreign = target !== Deno.build.target;
if (!(target in TARGETS)) {
  console.error(`compile: unknown target ${target}\n\n${HELP}`);
  Deno.exit(2);
}
const windows = isWindows(target);
const output = options.output ??
  join(
    ROOT,
    "dist",
    foreign ? `p2p-${target}${windows ? ".exe" : ""}` : windows ? "p2p.exe" : "p2p",
  );

/** What the build keeps from run to run. */
const cache = join(ROOT, "dist", ".build");
/** The program as JavaScript. */
const bundled = join(cache, "bundle");

/** `deno compile`; answers why not where the denort base cannot be had. */
async function denoCompile(): Promise<string | undefined> {
  const made = `${output}.${Deno.pid}.new${windows ? ".exe" : ""}`;
  const args = ["compile", "--quiet", "--no-config", "--no-lock", ...runtimeFlags(target)];
  args.push(`--target=${target}`, `--output=${made}`, `--include=${bundled}`);
  try {
    await runQuietly(Deno.execPath(), [...args, join(bundled, "main.js")]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (!/denort|download|dns|connect|sending request/i.test(text)) throw error;
    const cause = /^\s+\d+: (?!<unknown>)(.+)$/gm;
    return `denort cannot be had: ${[...text.matchAll(cause)].at(-1)?.[1] ?? "no base executable"}`;
  }
  await Deno.rename(made, output);
  return undefined;
}

async function selfExtracting(): Promise<void> {
  if (windows) {
    throw new Error("compile: Windows needs 'deno compile' (no POSIX sh there); set DENORT_BIN");
  }
  await writeSelfExtracting({
    runtime: options.runtime ?? (foreign ? await targetRuntime(target, cache) : Deno.execPath()),
    bundle: bundled,
    flags: commandFlags(target),
    version: VERSION,
    cache,
    output,
  });
}

/** `NAME.sha256` and `NAME.sm3`. */
async function writeSums(): Promise<void> {
  const { sha256, sm3 } = await digestsOf(output);
  await Deno.writeTextFile(`${output}.sha256`, sumLine(sha256, basename(output)));
  await Deno.writeTextFile(`${output}.sm3`, sumLine(sm3, basename(output)));
}

await Deno.mkdir(cache, { recursive: true });
await bundle(ROOT, bundled);
const why = options["self-extracting"] ? "asked for" : await denoCompile();
if (why !== undefined) await selfExtracting();
await writeSums();
const size = ((await Deno.stat(output)).size / 1e6).toFixed(1);
const kind = why === undefined ? "deno compile" : `self-extracting (${why.trim()})`;
console.log(`compiled ${output}: ${size} MB, ${kind}`);
