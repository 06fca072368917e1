/** The Deno executables that are packed: had from npm, and compressed once. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { removeIfInterrupted, runQuietly } from "./run.ts";
import { isWindows, TARGETS } from "./targets.ts";

/** Told before something that takes seconds. */
export type Say = (what: string) => void;

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * The Deno executable for the target, of the version that runs this: taken from its npm package, which npm checks against
 * the registry's digest, and kept below `cache`.
 */
export async function targetRuntime(
  target: string,
  cache: string,
  say: Say = () => {},
): Promise<string> {
  const spec = `${TARGETS[target]!.runtime}@${Deno.version.deno}`;
  const name = isWindows(target) ? "deno.exe" : "deno";
  const folder = join(cache, `${target}-${Deno.version.deno}`);
  const kept = join(folder, name);
  if (await isFile(kept)) return kept;
  say(`fetching ${spec}`);
  await Deno.mkdir(folder, { recursive: true });
  const work = await Deno.makeTempDir({ dir: cache, prefix: "fetch-" });
  const keep = removeIfInterrupted(work);
  try {
    const packed = await runQuietly("npm", ["pack", "--silent", "--prefer-offline", spec], {
      cwd: work,
    });
    const args = ["-xzf", basename(packed.trim()), "--strip-components=1", `package/${name}`];
    await runQuietly("tar", args, { cwd: work });
    await Deno.rename(join(work, name), kept);
  } finally {
    keep();
    await Deno.remove(work, { recursive: true });
  }
  return kept;
}

/** SHA-256 of a file, in hexadecimal digits. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
}

/** The runtime, compressed by gzip; kept below `cache` from build to build, because that takes ten seconds. */
export async function compressedRuntime(
  runtime: string,
  cache: string,
  say: Say = () => {},
): Promise<string> {
  const path = join(cache, `${await hashFile(runtime)}.gz`);
  if (await isFile(path)) return path;
  say(`compressing ${runtime}`);
  await Deno.mkdir(cache, { recursive: true });
  const temporary = `${path}.${Deno.pid}.tmp`;
  const keep = removeIfInterrupted(temporary);
  try {
    await pipeline(
      createReadStream(runtime),
      createGzip({ level: 9 }),
      createWriteStream(temporary),
    );
    await Deno.rename(temporary, path);
  } finally {
    keep();
  }
  return path;
}
