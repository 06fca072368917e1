/** Runs `p2p` from its source; the executable has a file per command instead (scripts/build/bundle.ts). */
import { COMMANDS, findCommand } from "../table.ts";
import { OF_ALL } from "../names.ts";
import { isFront } from "./arguments.ts";
import { runProgram } from "./program.ts";
import { commandLine } from "./language.ts";

const entry = findCommand(commandLine[0] ?? "");
const all = entry === undefined || OF_ALL.includes(entry.name);
const entries = isFront(commandLine) ? [] : all ? COMMANDS : [entry];
await runProgram(
  await Promise.all(
    entries.map(async ({ name, load }) => [name, (await load()).command] as const),
  ),
);
