/** What is read off the command line before any command is known: the language, and `help` and `version` as words. */

import { WITH_SUBCOMMANDS } from "../names.ts";

/** A command line without what concerns every command. */
export interface Arguments {
  /** What is left for the command, its name first. */
  readonly rest: readonly string[];
  /** The value of the last `--lang`; "" where it has none. */
  readonly lang: string | undefined;
  /** The words behind `help` or `version`; undefined without these. */
  readonly asked: readonly string[] | undefined;
}

/** Flags that ask for help, of any command. */
const HELP_FLAGS = ["--help", "-h", "--help-all", "--helpAll", "-H"];

/** Flags that ask for the version. */
const VERSION_FLAGS = ["--version", "-v", "-V"];

/** Takes `--lang L` and `--lang=L` out of `argv`, wherever they stand before `--`. */
export function splitLanguage(argv: readonly string[]): Arguments {
  const rest: string[] = [];
  let lang: string | undefined;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") {
      rest.push(...argv.slice(i));
      break;
    }
    if (word === "--lang") lang = argv[++i] ?? "";
    else if (word.startsWith("--lang=")) lang = word.slice("--lang=".length);
    else rest.push(word);
  }
  return { ...withoutWords(withTexts(rest)), lang };
}

/** Flags whose value is anything that a person may write, by command. */
const TEXT_FLAGS: ReadonlyMap<string, readonly string[]> = new Map([
  ["chat", ["-m", "--message"]],
]);

/** What follows such a flag is its value, whatever it begins with: `-m -x` is `--message=-x`. */
function withTexts(rest: readonly string[]): readonly string[] {
  const flags = TEXT_FLAGS.get(rest[0] ?? "") ?? [];
  const texts: string[] = [];
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i]!;
    if (word === "--") return [...texts, ...rest.slice(i)];
    const value = rest[i + 1];
    if (flags.includes(word) && value?.startsWith("-")) {
      texts.push(`${flags.at(-1)}=${value}`);
      i++;
    } else texts.push(word);
  }
  return texts;
}

/**
 * `help COMMAND…` is `COMMAND… --help`, and so is `--help COMMAND…` and `stego help hide`; `version` is `--version`.
 * Other flags mean nothing beside these, wherever they stand.
 */
function withoutWords(rest: readonly string[]): Omit<Arguments, "lang"> {
  const [first = "", second] = rest;
  if (first === "help" || HELP_FLAGS.includes(first) && rest.length > 1) return helpFor(rest);
  if (first === "version" || VERSION_FLAGS.includes(first)) {
    if (rest.some((word) => HELP_FLAGS.includes(word))) {
      return { rest: ["--help"], asked: undefined };
    }
    const asked = rest.slice(1).filter((word) => !word.startsWith("-"));
    return { rest: [...asked, "--version"], asked };
  }
  if (second === "help" && WITH_SUBCOMMANDS.includes(first)) return helpFor(rest);
  return { rest, asked: undefined };
}

/** The line that asks for the help of the command that the words of `rest` name. */
function helpFor(rest: readonly string[]): Omit<Arguments, "lang"> {
  const isName = (word: string) => !word.startsWith("-") && word !== "help" && word !== "version";
  const asked = rest.filter(isName);
  return { rest: [...asked, "--help"], asked };
}

/** Whether `rest` names no command and asks for none: for the front page, or with `--help` for the list of commands. */
export function isFront(rest: readonly string[]): boolean {
  return rest.length === 0 || rest.length === 1 && HELP_FLAGS.includes(rest[0]!);
}

/** Whether a run of `rest` may print help: it asks for it, or is the name of a group of commands, or nothing. */
export function mayPrintHelp(rest: readonly string[]): boolean {
  const end = rest.indexOf("--");
  const before = end < 0 ? rest : rest.slice(0, end);
  return rest.length <= 1 || rest[0] === "completion" ||
    before.some((word) => HELP_FLAGS.includes(word));
}
