/** What may stand where the cursor is, on a command line of p2p that is being typed. Pure. */
import type { CommandNode, FlagNode } from "../shared/command-tree.ts";
import { anywhere } from "../shared/program-flags.ts";

/** What a value is, where it is not one of a few words. */
export type ValueKind =
  | "file"
  | "folder"
  | "nothing"
  | "peer"
  | "contact"
  | "key"
  | "group"
  | "setting";

/** What every placeholder of the help stands for. */
const KINDS: ReadonlyMap<string, ValueKind> = new Map([
  ...kind(
    "file",
    "FILE IN IMG COVER SIG PATH CERT REQ OUT.png LINE|IMAGE MSG CRL INPUT OUT BUNDLE",
  ),
  ...kind("folder", "DIR"),
  ...kind("peer", "PEER"),
  ...kind("contact", "MEMBER OLD"),
  ...kind("key", "RECIPIENT PUBKEY"),
  ...kind("group", "@GROUP"),
  ...kind(
    "nothing",
    "ADDR CODE DAYS HEX ID IP[:PORT] N NAME NEW SECONDS TEXT TIME VALUE KEY CURSOR COMMAND ARG " +
      "number parsed HOURS URL WORD",
  ),
]);

/** The same of single commands, by "command:PLACEHOLDER". */
const KINDS_OF: ReadonlyMap<string, ValueKind> = new Map([
  ...["show", "remove", "verify", "accept-key", "block", "unblock", "add", "rename"].map((
    name,
  ): [string, ValueKind] => [`contact ${name}:NAME`, "contact"]),
  ["config get:KEY", "setting"],
  ["config set:KEY", "setting"],
  ["config unset:KEY", "setting"],
]);

function kind(value: ValueKind, placeholders: string): Array<[string, ValueKind]> {
  return placeholders.split(" ").map((placeholder) => [placeholder, value]);
}

/** What `placeholder` of the command `path` stands for; undefined where nobody has decided. */
export function valueKind(path: readonly string[], placeholder: string): ValueKind | undefined {
  return KINDS_OF.get(`${path.join(" ")}:${placeholder}`) ?? KINDS.get(placeholder);
}

/** A word that may be meant, and what it is. */
export interface CompletionWord {
  readonly word: string;
  readonly brief: string;
}

/** The answer: words, or what the shell, or the program's memory, has to add. */
export interface Completion {
  readonly words: readonly CompletionWord[];
  readonly kind: ValueKind;
  /** What precedes the value in its word: "--accept=". */
  readonly before: string;
}

/**
 * Completes the last of `words`, of which the others are whole, below `root`.
 *
 * @param words the command line without "p2p"; the last one may be empty
 * @param root the group of all commands, with the flags of the program
 */
export function complete(words: readonly string[], root: CommandNode): Completion {
  const current = words.at(-1) ?? "";
  let node = root;
  const path: string[] = [];
  const given: string[] = [];
  const flags = () => node === root ? root.flags : [...node.flags, ...anywhere(root.flags)];
  let awaited: FlagNode | undefined;
  let flagsOver = false;
  for (const word of words.slice(0, -1)) {
    if (awaited !== undefined) awaited = undefined;
    else if (!flagsOver && word === "--") flagsOver = true;
    else if (!flagsOver && word.startsWith("-") && word !== "-") {
      if (!word.includes("=")) awaited = withValue(flags(), word);
    } else {
      const inner = node.commands.find(({ name }) => name === word);
      if (inner === undefined) given.push(word);
      else {
        node = inner;
        path.push(word);
      }
    }
  }
  if (awaited !== undefined) return valueOf(path, awaited, current, "");
  const equals = /^(--[^=]+=)(.*)$/.exec(current);
  if (!flagsOver && equals !== null) {
    const flag = withValue(flags(), equals[1]!.slice(0, -1));
    if (flag !== undefined) return valueOf(path, flag, equals[2]!, equals[1]!);
  }
  if (!flagsOver && current.startsWith("-")) return flagsOf(flags(), current);
  if (node.commands.length > 0) {
    if (given.length > 0) return only([]);
    return only(starting(node.commands.map(({ name, brief }) => ({ word: name, brief })), current));
  }
  const last = node.arguments.length - 1;
  const argument = node.arguments[node.repeated ? Math.min(given.length, last) : given.length];
  if (argument === undefined) return only([]);
  return { words: [], kind: valueKind(path, argument.placeholder) ?? "file", before: "" };
}

function only(words: readonly CompletionWord[], before = ""): Completion {
  return { words, kind: "nothing", before };
}

function starting(all: readonly CompletionWord[], current: string): CompletionWord[] {
  return all.filter(({ word }) => word.startsWith(current));
}

/** The flag that `word` is, if a value has to follow it. */
function withValue(flags: readonly FlagNode[], word: string): FlagNode | undefined {
  const flag = flags.find(({ name, letter }) =>
    word === `--${name}` || letter !== undefined && word === `-${letter}`
  );
  return flag?.placeholder === undefined ? undefined : flag;
}

function valueOf(
  path: readonly string[],
  { values, placeholder }: FlagNode,
  current: string,
  before: string,
): Completion {
  if (values !== undefined) {
    return only(starting(values.map((word) => ({ word, brief: "" })), current), before);
  }
  return { words: [], kind: valueKind(path, placeholder!) ?? "nothing", before };
}

function flagsOf(flags: readonly FlagNode[], current: string): Completion {
  const all = flags.flatMap(({ name, letter, brief }) => [
    { word: `--${name}`, brief },
    ...(letter === undefined || current.startsWith("--") ? [] : [{ word: `-${letter}`, brief }]),
  ]);
  return only(starting(all, current));
}
