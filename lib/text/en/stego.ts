/** English: pictures and hidden messages. */

export const stego = {} as const;
