/**
 * The one thing the application protocol needs from below: an ordered, reliable stream of bytes in both
 * directions. `lib/net` makes one of a transport stream, the tests one of two arrays.
 */

import { RemoteProtocolError } from "../errors.ts";
import type { Code } from "../text/catalogue.ts";

/** A bidirectional byte stream. Every method rejects with a P2PError once the stream has failed. */
export interface ByteStream {
  /** Reads at least one byte and at most `out.length`; 0 at the end of what the other side sends. */
  read(out: Uint8Array): Promise<number>;
  /** Resolves when all of `data` has been taken over; the caller may then reuse it. */
  write(data: Uint8Array): Promise<void>;
  /** Ends our direction; what was written before still arrives. */
  finish(): void;
  /** Gives up both directions at once and tells the other side `code`. */
  abort(code: number): void;
}

/** Why a stream was given up (docs/protocol.md, "Streams"). */
export const StreamCode = {
  /** No particular reason, or the program ended. */
  cancelled: 0,
  /** The other side broke the application protocol. */
  protocol: 1,
  /** A kind or version of stream this program does not speak. */
  unsupported: 2,
  /** The same peer began the same transfer anew. */
  superseded: 3,
  /** Something failed on this side (a bug, a full disk). */
  internal: 4,
} as const;

/** The peer's program says something that this one does not know, and may know one day. */
export class UnsupportedError<C extends Code = Code> extends RemoteProtocolError<C> {
  override readonly kind = "unsupported";
}

/** The code to give a stream up with after `error`. */
export function streamCodeOf(error: unknown): number {
  if (error instanceof UnsupportedError) return StreamCode.unsupported;
  return error instanceof RemoteProtocolError ? StreamCode.protocol : StreamCode.cancelled;
}
