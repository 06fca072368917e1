/** English: what p2p remembers. */

export const state = {} as const;
