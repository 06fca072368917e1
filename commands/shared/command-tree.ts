/** The commands as data: what completion and man pages are made of, read off what stricli parses by. Pure. */

/** A flag of a command. */
export interface FlagNode {
  /** As it is typed, without the dashes: "save-dir". */
  readonly name: string;
  /** Its letter, if it has one. */
  readonly letter: string | undefined;
  readonly brief: string;
  /** What stands for its value; undefined for a switch. */
  readonly placeholder: string | undefined;
  /** The values that there are, where they are few. */
  readonly values: readonly string[] | undefined;
  readonly repeated: boolean;
  readonly optional: boolean;
}

/** An argument of a command. */
export interface ArgumentNode {
  readonly placeholder: string;
  readonly brief: string;
  readonly optional: boolean;
}

/** A command or a group of commands. */
export interface CommandNode {
  readonly name: string;
  readonly brief: string;
  readonly full: string;
  readonly flags: readonly FlagNode[];
  readonly arguments: readonly ArgumentNode[];
  /** Whether the last argument may be given again and again. */
  readonly repeated: boolean;
  /** The commands of a group; empty for a command. */
  readonly commands: readonly CommandNode[];
}

/** What is read of stricli's objects, whose types hide it. */
interface Parameters {
  readonly flags?: Readonly<Record<string, Flag>>;
  readonly aliases?: Readonly<Record<string, string>>;
  readonly positional?:
    | { readonly kind: "array"; readonly parameter: Argument; readonly minimum?: number }
    | { readonly kind: "tuple"; readonly parameters: readonly Argument[] };
}

interface Flag {
  readonly kind: string;
  readonly brief: string;
  readonly placeholder?: string;
  readonly values?: readonly string[];
  readonly variadic?: boolean | string;
  readonly optional?: boolean;
  readonly hidden?: boolean;
}

interface Argument {
  readonly brief: string;
  readonly placeholder?: string;
  readonly optional?: boolean;
}

interface Target {
  readonly brief: string;
  readonly fullDescription?: string;
  readonly parameters?: Parameters;
  getAllEntries?(): ReadonlyArray<{
    readonly name: Readonly<Record<"convert-camel-to-kebab", string>>;
    readonly target: Target;
    readonly hidden: boolean;
  }>;
}

/** `target`, a command or route map of stricli, as data. */
export function commandNode(name: string, target: unknown): CommandNode {
  const { brief, fullDescription, parameters, getAllEntries } = target as Target;
  const entries = getAllEntries?.() ?? [];
  return {
    name,
    brief,
    full: fullDescription ?? brief,
    flags: flagNodes(parameters ?? {}),
    ...argumentNodes(parameters ?? {}),
    commands: entries.filter(({ hidden }) => !hidden)
      .map((entry) => commandNode(entry.name["convert-camel-to-kebab"], entry.target)),
  };
}

/** A flag as it is typed, with what stands for its value: "-o, --output FILE". */
export function flagTerm({ name, letter, placeholder }: FlagNode): string {
  const value = placeholder === undefined ? "" : ` ${placeholder}`;
  return `${letter === undefined ? "" : `-${letter}, `}--${name}${value}`;
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function flagNodes({ flags = {}, aliases = {} }: Parameters): FlagNode[] {
  const letters = new Map(Object.entries(aliases).map(([letter, name]) => [name, letter]));
  return Object.entries(flags).filter(([, { hidden }]) => hidden !== true).map(([name, flag]) => {
    const { kind, brief, placeholder, values, variadic = false, optional = false } = flag;
    const value = kind === "enum" ? values?.join("|") : placeholder ?? kind;
    return {
      name: kebab(name),
      letter: letters.get(name),
      brief,
      placeholder: kind === "boolean" ? undefined : value,
      values,
      repeated: variadic !== false,
      optional: optional || kind === "boolean",
    };
  });
}

/** "PEER PATH" of a list of arguments is a PEER and then PATHs. */
function argumentNodes(
  { positional }: Parameters,
): Pick<CommandNode, "arguments" | "repeated"> {
  if (positional === undefined) return { arguments: [], repeated: false };
  if (positional.kind === "tuple") {
    const all = positional.parameters.map(({ brief, placeholder = "ARG", optional = false }) => ({
      placeholder,
      brief,
      optional,
    }));
    return { arguments: all, repeated: false };
  }
  const { parameter: { brief, placeholder = "ARG" }, minimum = 0 } = positional;
  const all = placeholder.split(" ").map((word, i) => ({
    placeholder: word.replace(/^\[(.*)\]$/, "$1"),
    brief,
    optional: i >= minimum || word.startsWith("["),
  }));
  return { arguments: all, repeated: true };
}
