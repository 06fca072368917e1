/** What the outgoing side of an application needs, and what callers may say of what they send. */
import type { Signal } from "../transfer/signal.ts";
import type { Archive } from "./archive.ts";
import type { Tell } from "./events.ts";
import type { CargoStore } from "./outgoing-item.ts";
import type { Partners } from "./partners.ts";
import type { Person } from "./person.ts";

/** What it needs of the application. */
export interface DispatchHost {
  readonly partners: Partners;
  readonly archive: Archive;
  readonly tell: Tell;
  /**
   * Whether what cannot be delivered is kept for the peer's return. Undefined: on the disk alone, since this program will
   * not be there.
   */
  readonly keep: boolean | undefined;
  /** Something could not go out to somebody, and waits. */
  missed(peer: Person): void;
  /** Somebody took something. */
  reached(peer: Person): void;
  /** How long it is kept, in milliseconds. */
  readonly expiryMs: number;
  /** Voice notes that outlive this program. */
  readonly cargo: CargoStore;
}

/** What a caller may say of an item. */
export interface SendOptions {
  readonly ref?: unknown;
  readonly id?: string | undefined;
  readonly time?: number;
  /** Of a message to a group: `GroupSendOptions`. */
  readonly once?: string | undefined;
  /** Calls the peer where it is not there: what it does not answer waits. */
  readonly call?: (() => Promise<unknown>) | undefined;
  /** The text failed, and goes out once more: what its author had seen when it was written. */
  readonly again?: { readonly after: readonly string[] };
  /** Is called when the item is in the outbox, for good. */
  readonly stored?: (() => void) | undefined;
}

/** What waited for one peer is being sent. */
export interface Flushing {
  /** Whether there is another connection meanwhile. */
  again: boolean;
  /** Items that are over meanwhile. */
  readonly over: Set<string>;
  /** More waits. */
  readonly more: Signal;
  work: Promise<unknown>;
}
