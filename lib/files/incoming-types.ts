/** What the two sorts of roots of a transfer have in common. */
import type { TransferEntry } from "../transfer/offers.ts";
import type { PartialFile } from "./partial.ts";

/** A root (a file, or a folder and all in it) being received. */
export interface IncomingRoot {
  readonly partial: string;
  /** Keeps it from other programs; false when one of them has it, and then it is not to be used. */
  lock(): boolean;
  folder(entry: TransferEntry, path: readonly string[]): void;
  have(entry: TransferEntry, path: readonly string[]): number;
  /** Writes a small file whole. `now` is the time, by `performance.now()`. */
  put(entry: TransferEntry, path: readonly string[], content: Uint8Array, now: number): void;
  open(entry: TransferEntry, path: readonly string[]): PartialFile;
  /** A file that was announced will not come. */
  skip(entry: TransferEntry): void;
  /** Puts it at `name` (or a free variant) in the folder of the transfer; answers the path. `now` as above. */
  place(name: string, now: number): Promise<string>;
  /** Leaves nothing. */
  drop(): Promise<void>;
  /** Leaves what is worth resuming. */
  close(): void;
}
