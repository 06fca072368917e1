/** What incoming files and folders are described by, within lib/store. */
import type { PartialFile } from "./partial.ts";

/** What is known of a file or folder before its bytes; the shape of a transfer entry. */
export interface IncomingEntry {
  readonly root: number;
  readonly folder: boolean;
  readonly mode: number;
  readonly modified: number;
  readonly size: number;
  /** As the peer wrote it. */
  readonly path: string;
}

/** How to name things; given in so that this file needs nothing of the protocol. */
export interface Naming {
  /** `name (n).ext`. */
  readonly numbered: (name: string, n: number) => string;
  /** The same for names that some file systems take for one. */
  readonly fold: (name: string) => string;
}

/** A root being received. */
export interface IncomingRoot {
  readonly partial: string;
  folder(entry: IncomingEntry, path: readonly string[]): void;
  have(entry: IncomingEntry, path: readonly string[]): number;
  open(entry: IncomingEntry, path: readonly string[]): PartialFile;
  /** Puts it at `name` (or a free variant) in `folder`; answers the path. */
  place(folder: string, name: string, naming: Naming): string;
  /** Leaves what is worth resuming. */
  close(): void;
}
