/** Manual pages in the man(7) macros, made of the table of commands. Pure. */
import { type CommandNode, type FlagNode, flagTerm } from "../../commands/shared/command-tree.ts";
import { fitHelp } from "../../lib/terminal/help-layout.ts";
import { wrapLine } from "../../lib/terminal/wrap.ts";
import type { Help } from "../../lib/text/help/help.ts";

/** The words of a page in its language. */
export interface PageWords {
  readonly name: string;
  readonly synopsis: string;
  readonly description: string;
  readonly commands: string;
  readonly arguments: string;
  readonly flags: string;
  /** What holds for the whole program. */
  readonly program: Help["program"];
}

/** Columns of a page beside its left edge, of the 80 of a terminal. */
const TEXT_COLUMNS = 80 - 7;
/** The same of what explains a term; groff leaves two free at the right edge. */
const TAGGED_COLUMNS = 80 - 14 - 2;
/** A term longer than this has its values elsewhere. */
const MOST_TERM_COLUMNS = 60;

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

/** Text that is filled: Chinese in rows of its own, since not every formatter breaks between its characters. */
function filled(text: string): string[] {
  if (!/\p{Script=Han}/u.test(text)) return [roff(text)];
  return wrapLine(text, TAGGED_COLUMNS, "").flatMap((row, i) =>
    i === 0 ? [roff(row)] : [".br", roff(row)]
  );
}

function tagged(term: string, text: string): string[] {
  return [".TP", `\\fB${roff(term)}\\fR`, ...filled(text === "" ? term : text)];
}

/** The term of a flag, and its text; values that make the term too long stand behind the text. */
export function flagEntry(flag: FlagNode): readonly [term: string, text: string] {
  const term = flagTerm(flag);
  if (term.length <= MOST_TERM_COLUMNS || flag.values === undefined) return [term, flag.brief];
  return [flagTerm({ ...flag, placeholder: "WORD" }), `${flag.brief} [${flag.values.join(" | ")}]`];
}

/** The text of a help: paragraphs as they stand, since examples are set in columns. */
function literal(text: string): string[] {
  const lines = roff(fitHelp(text, TEXT_COLUMNS)).split("\n");
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
  const flags = node.flags.flatMap((flag) => tagged(...flagEntry(flag)));
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
    ...program
      ? ["p2p [FLAGS] COMMAND [ARGUMENTS]"]
      : all.map(([at, leaf]) => roff(usage(at, leaf))),
    ".fi",
    `.SH "${words.description}"`,
    ...literal(node.full),
  ];
  if (program) {
    lines.push(`.SH "${words.commands}"`);
    for (const { name, brief } of node.commands) lines.push(...tagged(`p2p-${name}(1)`, brief));
    lines.push(...parameters(words, node, ".SH"));
  } else if (!group) lines.push(...parameters(words, node, ".SH"));
  else {
    for (const [at, leaf] of all) {
      lines.push(`.SH "${roff(at)}"`, ...literal(leaf.full), ...parameters(words, leaf, ".SS"));
    }
  }
  lines.push(...common(words, node));
  return `${lines.join("\n")}\n`;
}

/** What holds for the whole program: its own page has it all, a command's the exit codes and where the rest stands. */
function common({ program }: PageWords, { name, commands }: CommandNode): string[] {
  const { headings, environment, files, exitCodes } = program;
  const section = (heading: string, entries: object) => [
    `.SH "${heading.toUpperCase()}"`,
    ...Object.entries(entries).flatMap(([term, text]) => tagged(term, text)),
  ];
  const whole = name === "p2p";
  const others = whole ? commands.map((command) => `p2p-${command.name}`) : ["p2p"];
  return [
    ...whole
      ? [...section(headings.environment, environment), ...section(headings.files, files)]
      : [],
    ...section(headings.exitCodes, exitCodes),
    `.SH "${headings.seeAlso.toUpperCase()}"`,
    ...others.map((page, i) => `.BR ${roff(page)} (1)${i < others.length - 1 ? "," : ""}`),
  ];
}
