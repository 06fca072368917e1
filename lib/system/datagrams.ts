/** The functions of the C library that carry several datagrams at once (sendmsg(2), recvmmsg(2)), and set up a socket. */
import { fromLibc, type Functions } from "./libc.ts";

const SYMBOLS = {
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  sendmsg: { parameters: ["i32", "buffer", "i32"], result: "isize" },
  recvmmsg: { parameters: ["i32", "buffer", "u32", "i32", "pointer"], result: "i32" },
  memset: { parameters: ["buffer", "i32", "usize"], result: "u64" },
} as const;

/** They, by their names in C. */
export type DatagramCalls = Functions<typeof SYMBOLS>;

/** Loads them; undefined where they cannot be had. */
export const datagramCalls = fromLibc(SYMBOLS);

/** Where the first byte of `buffer` lies in memory; it stays there as long as the buffer has not become detached. */
export function addressOf(calls: DatagramCalls, buffer: ArrayBufferLike): number {
  return Number(calls.memset(new Uint8Array(buffer), 0, 0n));
}
