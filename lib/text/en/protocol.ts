/** English: wire, session, transport, peer. */

export const protocol = {} as const;
