/**
 * Values that the scanner of stricli does not take for such. One that begins with a dash (`-m -x` sends "-x") would be a
 * flag: a word that is none of the command's is joined to the flag before it, which waits for a value. One that is empty
 * (`--id=`) would be an argument: it is parted from its flag.
 */
import { UsageError } from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { AnyCommand, NamedCommand } from "../table.ts";

/** `argv` with every value where stricli looks for it: `--message=-x`, and `--id` with nothing as the next word. */
export function joinDashValues(
  argv: readonly string[],
  commands: readonly NamedCommand[],
): readonly string[] {
  const found = findTarget(argv, commands);
  if (found === undefined) return argv;
  const { flags, aliases } = found;
  const joined = argv.slice(0, found.depth);
  for (let i = found.depth; i < argv.length; i++) {
    const word = argv[i]!, next = argv[i + 1];
    if (word === "--") return [...joined, ...argv.slice(i)];
    const [, bare] = /^(-[a-z]|--[a-z][^=]*)=$/i.exec(word) ?? [];
    if (bare !== undefined) {
      joined.push(bare, ...emptyValue(bare, flags, aliases));
      continue;
    }
    const name = waitingFlag(word, flags, aliases);
    if (name === undefined || next === undefined || !isDashValue(next, flags, aliases)) {
      joined.push(word);
      continue;
    }
    if (!word.startsWith("--") && word.length > 2) joined.push(word.slice(0, -1));
    joined.push(`--${kebab(name)}=${next}`);
    i++;
  }
  return joined;
}

type Flags = ReadonlyMap<string, { readonly kind: string }>;
type Aliases = ReadonlyMap<string, string>;

/** What the words of `argv` name, and after how many of them. */
function findTarget(
  argv: readonly string[],
  commands: readonly NamedCommand[],
): { flags: Flags; aliases: Aliases; depth: number } | undefined {
  let target: AnyCommand | undefined = commands.find(([name]) => name === argv[0])?.[1];
  let depth = 1;
  while (target !== undefined && "getRoutingTargetForInput" in target) {
    target = target.getRoutingTargetForInput(argv[depth] ?? "");
    depth++;
  }
  if (target === undefined) return undefined;
  const { flags = {}, aliases = {} } = target.parameters as {
    flags?: Readonly<Record<string, { readonly kind: string }>>;
    aliases?: Readonly<Record<string, string>>;
  };
  return {
    flags: new Map(Object.entries(flags)),
    aliases: new Map(Object.entries(aliases)),
    depth,
  };
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The flag that `word` ends with and that takes a value, by its own name. */
function waitingFlag(word: string, flags: Flags, aliases: Aliases): string | undefined {
  const name = word.startsWith("--")
    ? [...flags.keys()].find((flag) => word === `--${kebab(flag)}` || word === `--${flag}`)
    : /^-[a-z]+$/i.test(word)
    ? aliases.get(word.at(-1)!)
    : undefined;
  const kind = name === undefined ? undefined : flags.get(name)?.kind;
  return kind === "parsed" || kind === "enum" ? name : undefined;
}

/** The empty value of the flag that `bare` is, where it takes one; what is no flag is refused by its name alone. */
function emptyValue(bare: string, flags: Flags, aliases: Aliases): string[] {
  if (waitingFlag(bare, flags, aliases) !== undefined) return [""];
  const known = [...flags.keys()].flatMap((flag) => [`--${flag}`, `--${kebab(flag)}`]);
  if (known.includes(bare) || aliases.has(bare.slice(1))) {
    const reason = text("flag.not-boolean", { given: "" });
    throw new UsageError("usage.parse", {
      reason: text("usage.flag-value", { name: bare, reason }),
    });
  }
  return [];
}

/** Whether `word` looks like a flag and is none of this command: "-" alone is a value anyway. */
function isDashValue(word: string, flags: Flags, aliases: Aliases): boolean {
  if (!/^-[a-z]/i.test(word) && !word.startsWith("--")) return false;
  if (word === "--") return false;
  if (!word.startsWith("--")) {
    return ![...word.slice(1)].every((letter) => aliases.has(letter) || "hH".includes(letter));
  }
  const [name = ""] = word.slice(2).split("=");
  const known = [...flags.keys()].flatMap((flag) => [flag, kebab(flag), `no-${kebab(flag)}`]);
  return !known.includes(name) && !name.startsWith("help") && name !== "version";
}
