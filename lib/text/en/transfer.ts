/** English: transfers. */

export const transfer = {} as const;
