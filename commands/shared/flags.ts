/** Flags that several commands have, in stricli's form. Aliases are given by each command. */
import { UsageError } from "../../lib/errors.ts";
import { sharedHelp } from "./help.ts";

const { flags: words } = sharedHelp;

/** Print nothing but errors. */
export const quietFlag = {
  kind: "boolean",
  optional: true,
  withNegated: false,
  brief: words.quiet,
} as const;

/** Replace an existing file. */
export const forceFlag = {
  kind: "boolean",
  optional: true,
  withNegated: false,
  brief: words.force,
} as const;

/** A text that is there, for `parse:`: nothing is no file, no key and nobody's name, but a variable that was not set. */
export function notEmpty(given: string): string {
  if (given === "") throw new UsageError("flag.empty", {});
  return given;
}

/** A flag that takes one text and may be left out. */
export function textFlag<const Placeholder extends string>(
  brief: string,
  placeholder: Placeholder,
) {
  return { kind: "parsed", parse: notEmpty, optional: true, brief, placeholder } as const;
}

/** The same where the text may be empty: a message, an ID. */
export function anyTextFlag<const Placeholder extends string>(
  brief: string,
  placeholder: Placeholder,
) {
  return { kind: "parsed", parse: String, optional: true, brief, placeholder } as const;
}

/** A flag that takes one text and may be given several times. */
export function textsFlag<const Placeholder extends string>(
  brief: string,
  placeholder: Placeholder,
) {
  return {
    kind: "parsed",
    parse: notEmpty,
    optional: true,
    variadic: true,
    brief,
    placeholder,
  } as const;
}

/** The arguments of a command that takes one text, which may be left out. */
export function optionalArgument(brief: string, placeholder: string) {
  return {
    kind: "tuple",
    parameters: [{ parse: notEmpty, optional: true, brief, placeholder }],
  } as const;
}

/** A switch. */
export function switchFlag(brief: string) {
  return { kind: "boolean", optional: true, withNegated: false, brief } as const;
}

/** Where the output goes. */
export const outputFlag = textFlag(words.output, "FILE");

/** The private key to use. */
export const identityFlag = textFlag(words.identity, "FILE");

/** Where a passphrase comes from, other than the terminal. */
export const passphraseFlags = {
  slowKdf: switchFlag(words.slowKdf),
  passphraseFile: textFlag(words.passphraseFile, "FILE"),
  passphraseFd: {
    kind: "parsed",
    parse: parseFileDescriptor,
    optional: true,
    brief: words.passphraseFd,
    placeholder: "N",
  },
} as const;

function parseFileDescriptor(text: string): number {
  const value = Number(text);
  if (!/^\d{1,4}$/.test(text)) throw new UsageError("flag.not-descriptor", { given: text });
  return value;
}

/** A whole number between `least` and `most`, for `parse:`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,15}$/.test(text) || value < least || value > most) {
      throw new UsageError("flag.not-whole-number", { given: text, least, most });
    }
    return value;
  };
}

/** The local UDP port; any free one, or the command's own choice, when it is left out. */
export function portFlag(brief: string) {
  return {
    kind: "parsed",
    parse: wholeNumber(0, 65535),
    optional: true,
    brief,
    placeholder: "N",
  } as const;
}
