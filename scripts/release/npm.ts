/**
 * The package for npm: the bundle, and a launcher that runs it on the Deno of npm's `deno` package. It is the same for
 * every system.
 */
import { join } from "node:path";
import { utf8 } from "../../lib/bytes.ts";
import { bundledCommands } from "../build/commands.ts";
import { commandFlags, PROGRAMS_FLAG } from "../build/permissions.ts";
import { RUN, RUNTIME_ENVIRONMENT } from "../build/start.ts";
import { folderEntries, type TarEntry, tarGz, writePieces } from "../build/tar.ts";
import { TARGETS } from "../build/targets.ts";
import { VERSION, VERSION_TIME } from "../build/version.ts";
import type { Ingredients } from "./ingredients.ts";

/** What package.json says. */
const ABOUT = {
  name: "p2p",
  version: VERSION,
  description: "Encrypted conversations, files and voice without a server, on SM2, SM3 and SM4",
  license: "MIT",
  type: "module",
  bin: { p2p: "launcher.mjs" },
  engines: { node: ">=20" },
  os: [...new Set(Object.values(TARGETS).map(({ node }) => node.split("-")[0]))],
  cpu: [...new Set(Object.values(TARGETS).map(({ node }) => node.split("-")[1]))],
  dependencies: { deno: Deno.version.deno },
};

/** What the launcher reads: how Deno is started, on each system. */
const STARTS = {
  run: RUN,
  environment: RUNTIME_ENVIRONMENT,
  programs: PROGRAMS_FLAG,
  flags: Object.fromEntries(
    Object.entries(TARGETS).map(([target, { node }]) => [node, commandFlags(target)]),
  ),
};

function entry(name: string, content: Uint8Array | object, mode = 0o644): TarEntry {
  const bytes = content instanceof Uint8Array
    ? content
    : utf8(`${JSON.stringify(content, undefined, 2)}\n`);
  return { name: `package/${name}`, mode, content: bytes };
}

/** Writes the package, `p2p-VERSION.tgz`; answers its name. */
export async function writeNpmPackage(
  { root, bundle }: Ingredients,
  folder: string,
): Promise<string> {
  const read = (path: string) => Deno.readFile(join(root, path));
  const name = `p2p-${VERSION}.tgz`;
  const pieces = tarGz([
    entry("package.json", ABOUT),
    entry("launcher.mjs", await read("scripts/release/launcher.mjs"), 0o755),
    entry("starts.json", { ...STARTS, commands: await bundledCommands(bundle) }),
    ...await folderEntries(bundle, "package/program/"),
    entry("README.md", await read("README.md")),
    entry("README.zh-CN.md", await read("README.zh-CN.md")),
    entry("LICENSE", await read("LICENSE")),
    entry("copyright", await read("scripts/release/copyright")),
  ], VERSION_TIME);
  await writePieces(join(folder, name), pieces);
  return name;
}
