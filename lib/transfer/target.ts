/**
 * What the two sides of a transfer need from the world and tell it: files being received, where they go, and how
 * it went.
 */
import type { Entry, Offer, Verdict } from "./offers.ts";

/** A file being received. */
export interface IncomingFile {
  /** Reads what is there, from its beginning on. */
  read(out: Uint8Array): Promise<number>;
  /** Cuts the file to `length` bytes; writing goes on from there. */
  restart(length: number): Promise<void>;
  /** Appends; a promise when that takes a while. `bytes` may be reused once it is done. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** All bytes are there and right: times and permissions are set. */
  complete(): Promise<void>;
  /** Ends for now; what is there is kept for another attempt. */
  suspend(): Promise<void>;
}

/** Where a transfer goes. Paths are safe components already; what it throws is told to the sender. */
export interface IncomingTarget {
  folder(entry: Entry, path: readonly string[]): Promise<void> | undefined;
  /** Bytes of this file that an earlier attempt left. */
  have(entry: Entry, path: readonly string[]): Promise<number> | number;
  /** A small file, whole. */
  put(entry: Entry, path: readonly string[], content: Uint8Array): Promise<void> | undefined;
  open(entry: Entry, path: readonly string[]): Promise<IncomingFile>;
  /** Gives a root its final name, never an existing one; answers its path. */
  endRoot(root: number): Promise<string>;
  /** Lets go of everything; unfinished roots stay for another attempt. */
  close(): Promise<void>;
}

/** A file that arrived whole, at its final place. */
export interface ReceivedFile {
  /** The root's final path. */
  readonly root: string;
  /** Components below the root (none: the root is the file). */
  readonly below: readonly string[];
  readonly size: number;
}

/** One root at its final place. */
export interface ReceivedRoot {
  readonly path: string;
  readonly folder: boolean;
  readonly files: readonly ReceivedFile[];
}

/** How it went, for the one side as for the other. */
export interface Failure {
  readonly path: string;
  readonly code: number;
  readonly reason: string;
}

/** What the receiver's program does about a transfer. */
export interface ReceiveHandlers {
  /** Decides on the offer: a target, or why not. */
  decide(offer: Offer): Promise<IncomingTarget | Verdict>;
  /** Bytes that are there (from before or now), of all that were offered. */
  progress?(bytes: number, resumed: number): void;
  /** A root has arrived. */
  root?(root: ReceivedRoot): void;
}

/** What became of a transfer. */
export interface ReceiveReport {
  readonly offer: Offer;
  /** Why the whole was refused. */
  readonly refused: Verdict | undefined;
  readonly roots: readonly ReceivedRoot[];
  readonly failures: readonly Failure[];
}
