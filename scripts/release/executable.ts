/** A self-extracting executable of a release. */
import { join } from "node:path";
import { commandFlags } from "../build/permissions.ts";
import { targetRuntime } from "../build/runtime.ts";
import { writeSelfExtracting } from "../build/self-extracting.ts";
import { TARGETS } from "../build/targets.ts";
import { VERSION } from "../build/version.ts";
import type { Ingredients } from "./ingredients.ts";

/** Writes the executable for `target`, `p2p-VERSION-SYSTEM-PROCESSOR`; answers its name. */
export async function writeExecutable(
  target: string,
  { bundle, cache, say }: Ingredients,
  folder: string,
): Promise<string> {
  const name = `p2p-${VERSION}-${TARGETS[target]!.label}`;
  await writeSelfExtracting({
    runtime: await targetRuntime(target, cache, say),
    bundle,
    flags: commandFlags(target),
    version: VERSION,
    cache,
    output: join(folder, name),
  }, say);
  return name;
}
