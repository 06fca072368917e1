/** What the receiving side of a transfer needs from the world and tells it: where files go, and how it went. */
import type { Ledger } from "./ledger.ts";
import type { Offer, TransferEntry } from "./offers.ts";
import type { Failure, Verdict } from "./verdict.ts";

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

/** Where a transfer goes. Paths are safe components already; of what it throws the sender is told the code. */
export interface IncomingTarget {
  folder(entry: TransferEntry, path: readonly string[]): Promise<void> | undefined;
  /** Bytes of this file that an earlier attempt left. */
  have(entry: TransferEntry, path: readonly string[]): Promise<number> | number;
  /** A small file, whole. */
  put(
    entry: TransferEntry,
    path: readonly string[],
    content: Uint8Array,
  ): Promise<void> | undefined;
  open(entry: TransferEntry, path: readonly string[]): Promise<IncomingFile>;
  /** A file that was announced will not come. */
  skip(entry: TransferEntry): void;
  /** Gives a root its final name, never an existing one; answers its path. */
  endRoot(root: number): Promise<string>;
  /** A root that is over without having come: nothing of it stays. */
  dropRoot(root: number): Promise<void>;
  /** Lets go of everything; unfinished roots stay for another attempt. */
  close(): Promise<void>;
}

/** One root at its final place. */
export interface ReceivedRoot {
  readonly path: string;
  /** As its sender calls it. */
  readonly name: string;
  readonly folder: boolean;
  /** Folders of it, itself included. */
  readonly folders: number;
  readonly files: Ledger;
}

/** What the receiver's program does about a transfer. */
export interface ReceiveHandlers {
  /** Whether the SM3 of each file is wanted: it is computed as the content arrives. */
  readonly digests?: boolean;
  /** Decides on the offer: a target, or why not. */
  decide(offer: Offer, id?: string): Promise<IncomingTarget | Verdict>;
  /** Bytes that are there (from before or now), of all that were offered. */
  progress?(bytes: number, resumed: number): void;
  /** A root has arrived; its sender hears of it when this is done. */
  root?(root: ReceivedRoot): Promise<void> | void;
}

/** What became of a transfer. */
export interface ReceiveReport {
  readonly offer: Offer;
  /** Why the whole was refused. */
  readonly refused: Verdict | undefined;
  /** How many roots arrived. */
  readonly roots: number;
  /** The first failures. */
  readonly failures: readonly Failure[];
  /** How many failed in all. */
  readonly failed: number;
}
