/** Where a picture or a message goes: it appears whole, on `commit`, or not at all. */

/** An open output: `commit` when all is written and good, `abort` otherwise. */
export interface Output {
  write(bytes: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}
