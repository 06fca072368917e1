/**
 * `p2p`: finds the file of the command that runs and loads nothing else; `--version` loads nothing at all.
 * commands/shared/program.ts does the rest.
 */
import { COMMAND_NAMES } from "./commands/names.ts";
import { splitLanguage } from "./commands/shared/arguments.ts";
import config from "./deno.json" with { type: "json" };

/** Where the program is: in the executable each command is one file with all it needs (scripts/build/bundle.ts). */
function program(first: string | undefined): string {
  if (import.meta.url.endsWith(".ts")) return "./commands/shared/from-source.ts";
  return `./${COMMAND_NAMES.find((name) => name === first) ?? "help"}.js`;
}

/** Prints the version; false where stdout does not take it. */
function printVersion(): boolean {
  const line = new TextEncoder().encode(`p2p ${config.version}\n`);
  try {
    return Deno.stdout.writeSync(line) === line.length;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

const { rest: [first, ...others], lang } = splitLanguage(Deno.args);
const isVersion = others.length === 0 && lang === undefined &&
  (first === "--version" || first === "-v");
// Where it cannot be printed the whole program says why.
if (!isVersion || !printVersion()) await import(program(first));
