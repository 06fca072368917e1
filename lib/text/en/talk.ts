/** English: conversations. */

export const talk = {} as const;
