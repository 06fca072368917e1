/** What `p2p` alone prints, on one screen, and `p2p help`, with a line for each command. Pure. */
import { fitHelp } from "../../lib/terminal/help-layout.ts";
import { mostWidth } from "../../lib/terminal/wrap.ts";
import type { Help } from "../../lib/text/help/help.ts";
import { flagTerm } from "./command-tree.ts";
import { programFlags } from "./program-flags.ts";
import { COMMAND_GROUPS, type CommandGroup, type CommandName } from "../names.ts";

/** The groups, each with its heading and its commands. */
function groups(
  help: Help,
): Array<{ readonly heading: string; readonly names: readonly CommandName[] }> {
  return Object.entries(COMMAND_GROUPS).map(([group, names]) => ({
    heading: help.shared.groups[group as CommandGroup],
    names,
  }));
}

/** Rows of a label and what stands behind it, one below the other. */
function rows(all: ReadonlyArray<readonly [label: string, words: string]>): string[] {
  const widest = Math.max(...all.map(([label]) => mostWidth(label)));
  return all.map(([label, words]) =>
    `  ${label}${" ".repeat(widest - mostWidth(label))}  ${words}`
  );
}

/** The front page: what p2p is, the groups of commands, three examples. At most 24 rows of 80 columns. */
export function frontPage(help: Help, version: string, columns: number): string {
  const { brief, usage, examples, more } = help.shared.front;
  const lines = [
    `p2p ${version}: ${brief}`,
    "",
    usage,
    "",
    ...rows(groups(help).map(({ heading, names }) => [heading, names.join("  ")])),
    "",
    examples,
    "",
    more,
  ];
  return `${fitHelp(lines.join("\n"), columns)}\n`;
}

/** Flags of the program with what they do. */
function flagRows({ shared: { flags } }: Help): Array<readonly [label: string, words: string]> {
  return programFlags(flags).map((flag) => [flagTerm(flag), flag.brief]);
}

/** All commands by group, with a line for each; flags, variables and exit codes that are the same for all. */
export function commandList(help: Help, columns: number): string {
  const all = rows(
    groups(help).flatMap(({ names }) => names.map((name) => [name, help.commands[name].brief])),
  );
  const lines = groups(help).flatMap(({ heading, names }) => [
    "",
    heading,
    ...all.splice(0, names.length),
  ]);
  const { headings, environment, exitCodes } = help.program;
  const further = [
    [help.shared.headings.flags.toLowerCase(), flagRows(help)],
    [headings.environment, Object.entries(environment)],
    [headings.exitCodes, Object.entries(exitCodes)],
  ] as const;
  lines.push(...further.flatMap(([heading, all]) => ["", heading, ...rows(all)]));
  return `${fitHelp([help.shared.full, ...lines].join("\n"), columns)}\n`;
}
