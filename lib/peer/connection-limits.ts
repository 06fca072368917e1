/**
 * How many connections an endpoint holds: of one key, of one source, of strangers, and in all. Where one more is too
 * many, the one that was idle for longest goes; a stranger never takes the place of somebody the user knows.
 */
import { type Address, sourceKey } from "./address.ts";
import { sameKey } from "../session/handshake.ts";

/** The numbers; ours, not the protocol's. */
export interface ConnectionLimits {
  readonly all: number;
  /** Of peers that the application has not said to keep. */
  readonly strangers: number;
  /** Of strangers at one source: an IPv4 address, or 64 bits of an IPv6 address. */
  readonly strangersPerSource: number;
  /** Of one key, known or not: several programs of one person, each on a port of its own. */
  readonly perKey: number;
  /** Bytes of credit that all connections together may be given beyond what each begins with. */
  readonly credit: number;
}

/**
 * A connection that was never used costs 60 KiB, one whose peer sends all that its first credit allows while nobody
 * reads 512 KiB more: 192 strangers and the credit stay below 160 MiB together, whatever they do.
 */
export const CONNECTION_LIMITS: ConnectionLimits = {
  all: 512,
  strangers: 192,
  strangersPerSource: 128,
  perKey: 8,
  credit: 48 * 1024 * 1024,
};

/** What is looked at of a connection. */
export interface Held {
  readonly remoteKey: Uint8Array | undefined;
  readonly address: Address;
  /** Whether the user knows the peer, or has begun something with it. */
  readonly kept: boolean;
  /** When bytes of a stream were last read, written or received. */
  readonly activeAt: number;
}

/** The one that was idle for longest, the oldest of several; undefined of none. */
function idlest<C extends Held>(candidates: readonly C[]): C | undefined {
  return candidates.reduce<C | undefined>(
    (idle, next) => idle === undefined || next.activeAt < idle.activeAt ? next : idle,
    undefined,
  );
}

/**
 * Which connection has to go now that `newest` has come: undefined when there is room, `newest` itself when nobody may
 * go for its sake. To be asked again until there is room: one may be too many in more than one way.
 *
 * @param open all that are open, `newest` among them, the oldest first
 */
export function tooMany<C extends Held>(
  open: readonly C[],
  newest: C,
  limits: ConnectionLimits,
): C | undefined {
  const others = open.filter((connection) => connection !== newest);
  const own = others.filter(({ remoteKey }) =>
    remoteKey !== undefined && newest.remoteKey !== undefined &&
    sameKey(remoteKey, newest.remoteKey)
  );
  if (own.length >= limits.perKey) {
    return idlest(own.filter(({ kept }) => !kept)) ?? idlest(own);
  }
  const strangers = others.filter(({ kept }) => !kept);
  if (!newest.kept) {
    const source = sourceKey(newest.address);
    const near = strangers.filter(({ address }) => sourceKey(address) === source);
    if (near.length >= limits.strangersPerSource) return idlest(near);
    if (strangers.length >= limits.strangers) return idlest(strangers);
  }
  if (others.length < limits.all) return undefined;
  return idlest(strangers) ?? (newest.kept ? idlest(others) : newest);
}

/** Credit that all connections of an endpoint share (RFC 9000 §4 leaves to the receiver how much to give). */
export class CreditBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Bytes not given yet. */
  get left(): number {
    return this.#left;
  }

  /** Takes `bytes` out; false when there are not so many. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  /** Puts `bytes` back. */
  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}
