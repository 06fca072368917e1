/** English: cryptography and keys. */

export const crypto = {} as const;
