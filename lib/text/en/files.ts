/** English: files on disk. */

export const files = {} as const;
