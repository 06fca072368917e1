/** Flags that several commands have, in stricli's form. Aliases are given by each command. */

/** Print nothing but errors. */
export const quietFlag = {
  kind: "boolean",
  optional: true,
  withNegated: false,
  brief: "Print nothing but errors",
} as const;

/** Replace an existing file. */
export const forceFlag = {
  kind: "boolean",
  optional: true,
  withNegated: false,
  brief: "Replace an existing file",
} as const;

/** A flag that takes one text and may be left out. */
export function textFlag<const Placeholder extends string>(
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
    parse: String,
    optional: true,
    variadic: true,
    brief,
    placeholder,
  } as const;
}

/** A switch. */
export function switchFlag(brief: string) {
  return { kind: "boolean", optional: true, withNegated: false, brief } as const;
}

/** Where the output goes. */
export const outputFlag = textFlag("Write to FILE ('-' is stdout)", "FILE");

/** The private key to use. */
export const identityFlag = textFlag("Use the private key in FILE, not the identity", "FILE");

/** Where a passphrase comes from, other than the terminal. */
export const passphraseFlags = {
  passphraseFile: textFlag("Read the passphrase from the first line of FILE", "FILE"),
  passphraseFd: {
    kind: "parsed",
    parse: parseFileDescriptor,
    optional: true,
    brief: "Read the passphrase from file descriptor N",
    placeholder: "N",
  },
} as const;

function parseFileDescriptor(text: string): number {
  const value = Number(text);
  if (!/^\d{1,4}$/.test(text)) throw new SyntaxError(`not a file descriptor: ${text}`);
  return value;
}

/** A whole number between `least` and `most`, for `parse:`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,15}$/.test(text) || value < least || value > most) {
      throw new SyntaxError(`not a whole number from ${least} to ${most}: ${text}`);
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
