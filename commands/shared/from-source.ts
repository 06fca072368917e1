/** Runs `p2p` from its source; the executable has a file per command instead (scripts/build/bundle.ts). */
import { COMMANDS, findCommand } from "../table.ts";
import { isFront } from "./arguments.ts";
import { runProgram } from "./program.ts";
import { commandLine } from "./language.ts";

const entry = findCommand(commandLine[0] ?? "");
const entries = isFront(commandLine) ? [] : entry === undefined ? COMMANDS : [entry];
await runProgram(
  await Promise.all(
    entries.map(async ({ name, load }) => [name, (await load()).command] as const),
  ),
);
