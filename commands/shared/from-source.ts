/** Runs `p2p` from its source; the executable has a file per command instead (scripts/build/bundle.ts). */
import { COMMANDS, findCommand } from "../table.ts";
import { runProgram } from "./program.ts";
import { commandLine } from "./language.ts";

const [first] = commandLine;
const entry = first === undefined ? undefined : findCommand(first);
await runProgram(
  await Promise.all(
    (entry === undefined ? COMMANDS : [entry]).map(async ({ name, load }) =>
      [name, (await load()).command] as const
    ),
  ),
);
