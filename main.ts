/**
 * `p2p`: finds the file of the command that runs and loads nothing else; `--version` loads nothing at all.
 * commands/shared/program.ts does the rest.
 */
import { COMMAND_NAMES } from "./commands/names.ts";
import { splitArguments } from "./commands/shared/arguments.ts";
import config from "./deno.json" with { type: "json" };

/** Where the program is: in the executable each command is one file with all it needs (scripts/build/bundle.ts). */
function program(first: string | undefined): string {
  if (import.meta.url.endsWith(".ts")) return "./commands/shared/from-source.ts";
  return `./${COMMAND_NAMES.find((name) => name === first) ?? "help"}.js`;
}

const { rest: [first, ...others], lang } = splitArguments(Deno.args);
if (others.length === 0 && lang === undefined && (first === "--version" || first === "-v")) {
  Deno.stdout.writeSync(new TextEncoder().encode(`p2p ${config.version}\n`));
} else {
  await import(program(first));
}
