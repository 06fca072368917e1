/** The commands of a bundle, and which of them may start other programs: each gets the permissions that it can use. */
import { join } from "node:path";
import { COMMAND_NAMES } from "../../commands/names.ts";

/** A command that has a file of its own in the bundle. */
export interface BundledCommand {
  readonly name: string;
  /** Whether what it may load has a call in it that starts another program. */
  readonly starts: boolean;
}

const REFERENCE = /"\.\/([\w.-]+\.js)"/g;

/** What the runtime calls a program that is started. */
const STARTING = "Deno.Command";

/** The commands of the bundle in `folder`. */
export async function bundledCommands(
  folder: string,
  names: readonly string[] = COMMAND_NAMES,
): Promise<BundledCommand[]> {
  const texts = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".js")) texts.set(name, await Deno.readTextFile(join(folder, name)));
  }
  return names.map((name) => {
    const files = new Set([`${name}.js`]);
    for (const file of files) {
      for (const [, other] of texts.get(file)!.matchAll(REFERENCE)) {
        if (texts.has(other!)) files.add(other!);
      }
    }
    return { name, starts: [...files].some((file) => texts.get(file)!.includes(STARTING)) };
  });
}
