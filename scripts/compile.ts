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
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { COMMAND_NAMES } from "../commands/names.ts";
import { Sm3 } from "../lib/crypto/sm3.ts";
import { hex } from "../lib/bytes.ts";
import { bundle } from "./build/bundle.ts";
import { runtimeFlags } from "./build/permissions.ts";
import { runQuietly } from "./build/run.ts";
import { writeSelfExtracting } from "./build/self-extracting.ts";
import config from "../deno.json" with { type: "json" };

const ROOT = new URL("..", import.meta.url).pathname;

/** Rust target triple → the npm package that holds Deno for it. */
const TARGETS: Readonly<Record<string, string>> = {
  "x86_64-unknown-linux-gnu": "@deno/linux-x64-glibc",
  "aarch64-unknown-linux-gnu": "@deno/linux-arm64-glibc",
  "x86_64-apple-darwin": "@deno/darwin-x64",
  "aarch64-apple-darwin": "@deno/darwin-arm64",
  "x86_64-pc-windows-msvc": "@deno/win32-x64",
  "aarch64-pc-windows-msvc": "@deno/win32-arm64",
};

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
const windows = target.includes("windows");
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

/** The Deno executable for the target: this one, the given one, or the one in the npm package. */
async function targetRuntime(): Promise<string> {
  if (options.runtime !== undefined) return options.runtime;
  if (!foreign) return Deno.execPath();
  const folder = join(cache, target);
  await Deno.mkdir(folder, { recursive: true });
  const spec = `${TARGETS[target]}@${Deno.version.deno}`;
  const packed = await runQuietly("npm", ["pack", "--silent", spec], { cwd: folder });
  await runQuietly("tar", ["-xzf", packed.trim(), "--strip-components=1"], { cwd: folder });
  return join(folder, windows ? "deno.exe" : "deno");
}

async function selfExtracting(): Promise<void> {
  if (windows) {
    throw new Error("compile: Windows needs 'deno compile' (no POSIX sh there); set DENORT_BIN");
  }
  await writeSelfExtracting({
    runtime: await targetRuntime(),
    bundle: bundled,
    flags: runtimeFlags(target),
    commands: COMMAND_NAMES,
    version: config.version,
    cache,
    output,
  });
}

/** `NAME.sha256` and `NAME.sm3`, in the form that sha256sum and `p2p sm3 --check` read. */
async function writeSums(): Promise<void> {
  const sha256 = createHash("sha256");
  const sm3 = new Sm3();
  for await (const piece of createReadStream(output)) {
    sha256.update(piece);
    sm3.update(piece);
  }
  const name = basename(output);
  await Deno.writeTextFile(`${output}.sha256`, `${sha256.digest("hex")}  ${name}\n`);
  await Deno.writeTextFile(`${output}.sm3`, `${hex(sm3.digest())}  ${name}\n`);
}

await Deno.mkdir(cache, { recursive: true });
await bundle(ROOT, bundled);
const why = options["self-extracting"] ? "asked for" : await denoCompile();
if (why !== undefined) await selfExtracting();
await writeSums();
const size = ((await Deno.stat(output)).size / 1e6).toFixed(1);
const kind = why === undefined ? "deno compile" : `self-extracting (${why.trim()})`;
console.log(`compiled ${output}: ${size} MB, ${kind}`);
