/** The flags of the program itself, which are no command's: for help, completion and manual pages. Pure. */
import type { Help } from "../../lib/text/help/help.ts";
import type { FlagNode } from "./command-tree.ts";

const NONE = { values: undefined, repeated: false, optional: true } as const;

/** They stand before any command; all but the version behind one as well. */
export function programFlags(words: Help["shared"]["flags"]): FlagNode[] {
  const flag = (name: string, brief: string, letter?: string): FlagNode => {
    return { name, letter, brief, placeholder: undefined, ...NONE };
  };
  return [
    { ...flag("lang", words.lang), placeholder: "en|zh", values: ["en", "zh"] },
    flag("help", words.help, "h"),
    flag("version", words.version, "V"),
  ];
}

/** Those of them that may stand behind a command. */
export function anywhere(flags: readonly FlagNode[]): FlagNode[] {
  return flags.filter(({ name }) => name !== "version");
}
