/** Manual pages in the man(7) macros, made of the table of commands. Pure. */
import type { CommandNode, FlagNode } from "../../commands/shared/command-tree.ts";

/** The words of a page in its language. */
export interface PageWords {
  readonly name: string;
  readonly synopsis: string;
  readonly description: string;
  readonly commands: string;
  readonly arguments: string;
  readonly flags: string;
}

/** What stands in the title line besides the name. */
export interface PageTitle {
  /** `YYYY-MM-DD`, so that two runs make the same bytes. */
  readonly date: string;
  readonly version: string;
}

/** `text` as roff prints it: backslashes, dashes that are typed, and no line that is read as a request. */
export function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-")
    .split("\n").map((line) => /^[.']/.test(line) ? `\\&${line}` : line).join("\n");
}

function flagTerm({ name, letter, placeholder }: FlagNode): string {
  const value = placeholder === undefined ? "" : ` ${placeholder}`;
  return `${letter === undefined ? "" : `-${letter}, `}--${name}${value}`;
}

function tagged(term: string, text: string): string[] {
  return [".TP", `\\fB${roff(term)}\\fR`, roff(text === "" ? term : text)];
}

/** The text of a help: paragraphs as they stand, since examples are set in columns. */
function literal(text: string): string[] {
  const lines = roff(text).split("\n");
  const body = lines.map((line) => line.trim() === "" ? "\\&" : line);
  return [".nf", ...body, ".fi"];
}

function usage(path: string, node: CommandNode): string {
  const flags = node.flags.length > 0 ? " [FLAGS]" : "";
  const args = node.arguments.map(({ placeholder, optional }) =>
    optional ? ` [${placeholder}]` : ` ${placeholder}`
  );
  return `${path}${flags}${args.join("")}${node.repeated ? "..." : ""}`;
}

/** The commands of a group with the whole of each, however deep they lie. */
function leaves(path: string, node: CommandNode): Array<readonly [path: string, CommandNode]> {
  if (node.commands.length === 0) return [[path, node]];
  return node.commands.flatMap((sub) => leaves(`${path} ${sub.name}`, sub));
}

function parameters(words: PageWords, node: CommandNode, heading: string): string[] {
  const args = node.arguments.flatMap(({ placeholder, brief }) => tagged(placeholder, brief));
  const flags = node.flags.flatMap((flag) => tagged(flagTerm(flag), flag.brief));
  return [
    ...args.length > 0 ? [`${heading} "${words.arguments}"`, ...args] : [],
    ...flags.length > 0 ? [`${heading} "${words.flags}"`, ...flags] : [],
  ];
}

/** The page of a command (`p2p-NAME`), or of the program where it is `p2p` itself. */
export function manPage(words: PageWords, { date, version }: PageTitle, node: CommandNode): string {
  const program = node.name === "p2p";
  const title = program ? "p2p" : `p2p-${node.name}`;
  const path = program ? "p2p" : `p2p ${node.name}`;
  const all = program ? [] : leaves(path, node);
  const group = node.commands.length > 0;
  const lines = [
    `.TH ${title.toUpperCase()} 1 "${date}" "p2p ${version}" "p2p"`,
    `.SH "${words.name}"`,
    `${roff(title)} \\- ${roff(node.brief)}`,
    `.SH "${words.synopsis}"`,
    ".nf",
    ...program ? ["p2p COMMAND [ARGUMENTS]"] : all.map(([at, leaf]) => roff(usage(at, leaf))),
    ".fi",
    `.SH "${words.description}"`,
    ...literal(node.full),
  ];
  if (program) {
    lines.push(`.SH "${words.commands}"`);
    for (const { name, brief } of node.commands) lines.push(...tagged(`p2p-${name}(1)`, brief));
  } else if (!group) lines.push(...parameters(words, node, ".SH"));
  else {
    for (const [at, leaf] of all) {
      lines.push(`.SH "${roff(at)}"`, ...literal(leaf.full), ...parameters(words, leaf, ".SS"));
    }
  }
  return `${lines.join("\n")}\n`;
}
