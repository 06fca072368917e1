/**
 * `p2p`: finds the file of the command that runs and loads nothing else; `--version` loads nothing at all.
 * commands/shared/program.ts does the rest.
 */
import { COMMAND_NAMES } from "./commands/names.ts";
import { isFront, splitLanguage } from "./commands/shared/arguments.ts";
import { wasClosed } from "./lib/system/closed.ts";
import config from "./deno.json" with { type: "json" };

/** Where the program is: in the executable each command is one file with all it needs (scripts/build/bundle.ts). */
function program(rest: readonly string[]): string {
  const [first] = rest;
  if (import.meta.url.endsWith(".ts")) return "./commands/shared/from-source.ts";
  if (isFront(rest)) return "./front.js";
  return `./${COMMAND_NAMES.find((name) => name === first) ?? "help"}.js`;
}

/** Prints the version; false where stdout does not take it. */
function printVersion(): boolean {
  if (wasClosed("stdout")) return false;
  const line = new TextEncoder().encode(`p2p ${config.version}\n`);
  try {
    return Deno.stdout.writeSync(line) === line.length;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

const { rest, lang } = splitLanguage(Deno.args);
const isVersion = rest.length === 1 && lang === undefined &&
  ["--version", "-v", "-V"].includes(rest[0]!);
// Where it cannot be printed the whole program says why.
if (!isVersion || !printVersion()) await import(program(rest));
