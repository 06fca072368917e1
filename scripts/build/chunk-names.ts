/**
 * Names for the chunks of the bundle. The bundler's have a hash in which the path of the project and of its caches takes
 * part; these depend on what is in the chunks alone, so that every machine makes the same bundle. Chunks that are alike become
 * one.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

/** What a chunk is called by the bundler: what it holds, and the hash. */
const CHUNK = /^(.+)-[A-Z0-9]{8}\.js$/;
const REFERENCE = /(?<=")\.\/([\w.-]+-[A-Z0-9]{8}\.js)(?=")/g;

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What a chunk is called without its hash; a file that is no chunk keeps its name. */
function stem(name: string): string {
  return CHUNK.exec(name)?.[1] ?? name;
}

/** New names of `files` (name → text), for the chunks among them. */
export function chunkNames(files: ReadonlyMap<string, string>): Map<string, string> {
  const references = new Map<string, string[]>();
  let hashes = new Map<string, string>();
  for (const [name, text] of files) {
    const named = [...text.matchAll(REFERENCE)].map(([, to]) => to!).filter((to) => files.has(to));
    references.set(name, named);
    const own = text.replace(REFERENCE, (all, to) => files.has(to) ? `./${stem(to)}` : all);
    hashes.set(name, hash(`${stem(name)}\n${own}`));
  }
  // Chunks may name each other in a circle: what each names is taken into its hash until that tells no more of them apart.
  for (let known = 0, now = new Set(hashes.values()).size; now > known;) {
    hashes = new Map([...hashes].map(([name, own]) => [
      name,
      hash([own, ...references.get(name)!.map((to) => hashes.get(to))].join("\n")),
    ]));
    known = now;
    now = new Set(hashes.values()).size;
  }
  return new Map(
    [...files.keys()].filter((name) => CHUNK.test(name))
      .map((name) => [name, `${stem(name)}-${hashes.get(name)!.slice(0, 10)}.js`]),
  );
}

/** Gives the chunks in `folder` names of their contents. */
export async function renameChunks(folder: string): Promise<void> {
  const files = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".js")) files.set(name, await Deno.readTextFile(join(folder, name)));
  }
  const names = chunkNames(files);
  for (const [name, text] of files) {
    await Deno.remove(join(folder, name));
    const renamed = text.replace(
      REFERENCE,
      (all, to) => names.has(to) ? `./${names.get(to)}` : all,
    );
    await Deno.writeTextFile(join(folder, names.get(name) ?? name), renamed);
  }
}
