/** English: encrypted files. */

export const container = {} as const;
