/** English: commands and their arguments. */

export const cli = {} as const;
