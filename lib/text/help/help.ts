/**
 * The table of help texts: of the program, of each command, of their flags and arguments. `--help`, the README's
 * table of commands and whatever else lists commands read it.
 */
import type { Language } from "../language.ts";
import type { help as english } from "./en/help.ts";
import type { SameWords } from "./types.ts";

/** The whole help in one language. */
export type Help = SameWords<typeof english>;

/** The help in `language`; loads no other. */
export async function loadHelp(language: Language): Promise<Help> {
  switch (language) {
    case "en":
      return (await import("./en/help.ts")).help;
    case "zh":
      return (await import("./zh/help.ts")).help;
  }
}
