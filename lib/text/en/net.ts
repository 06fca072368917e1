/** English: sockets and addresses. */

export const net = {} as const;
