/**
 * The folder that a transfer's roots are placed in: held open where the C library does for single files what the runtime
 * does in many times as long, and with what is known of the names that were taken in it.
 */
import { Directory } from "../system/files.ts";
import { join } from "../system/path.ts";
import { freeNumber, numberedName } from "../transfer/free-names.ts";
import { type Holder, inUse, notInUse } from "./descriptors.ts";
import { takeFreeName } from "./free-name.ts";

/** How long what was opened counts as what its path stands for, in milliseconds. */
const OPENED_MS = 20;

/** Most names of which the latest number is remembered. */
const MAX_NAMES = 10_000;

/** See the file comment. */
export class TargetFolder implements Holder {
  readonly path: string;
  #directory: Directory | undefined;
  #opened = -Infinity;
  /** The number after the last one that was given, by names. */
  readonly #numbers = new Map<string, number>();

  constructor(path: string) {
    this.path = path;
  }

  /** The open folder; undefined where the runtime has to do. */
  directory(now: number): Directory | undefined {
    if (now - this.#opened >= OPENED_MS) {
      this.park();
      this.#directory = Directory.open(this.path);
      this.#opened = now;
    }
    if (this.#directory === undefined) return undefined;
    inUse(this);
    return this.#directory;
  }

  /** Gives the file that has the name `from` in this folder the name `name`, or a free variant; answers the path. */
  place(from: string, name: string, now: number): string {
    const directory = this.directory(now);
    if (directory !== undefined) {
      if (directory.rename(from, name)) return join(this.path, name);
      const isTaken = (n: number) => directory.has(numberedName(name, n));
      const n = freeNumber(isTaken, this.#numbers.get(name) ?? 1);
      const numbered = numberedName(name, n);
      // Whatever else the reason was, the runtime will name it.
      if (directory.has(name) && directory.rename(from, numbered)) {
        this.#remember(name, n + 1);
        return join(this.path, numbered);
      }
    }
    return takeFreeName(join(this.path, from), this.path, name);
  }

  park(): boolean {
    this.#directory?.close();
    this.#directory = undefined;
    this.#opened = -Infinity;
    return true;
  }

  close(): void {
    this.park();
    notInUse(this);
  }

  #remember(name: string, next: number): void {
    this.#numbers.set(name, next);
    if (this.#numbers.size > MAX_NAMES) this.#numbers.delete(this.#numbers.keys().next().value!);
  }
}
