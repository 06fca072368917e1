/** English: the terminal. */

export const terminal = {} as const;
