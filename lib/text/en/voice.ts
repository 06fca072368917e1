/** English: recording and playing. */

export const voice = {} as const;
