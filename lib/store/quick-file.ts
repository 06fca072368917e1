/**
 * Reading and writing a file without leaving the thread, as long as that is quick: from and to the page cache it takes
 * half the time of waiting for another thread. Once it was slow (a busy disk, a network), other threads wait for it,
 * and nothing else has to.
 */

/** Longer than the system needs to copy a piece of memory, in milliseconds. */
const SLOW_MS = 10;

/** An open file. */
export class QuickFile {
  readonly file: Deno.FsFile;
  #slow = false;

  constructor(file: Deno.FsFile) {
    this.file = file;
  }

  /** Reads on; 0 at the end. */
  async read(out: Uint8Array): Promise<number> {
    if (this.#slow) return await this.file.read(out) ?? 0;
    const begun = performance.now();
    const length = this.file.readSync(out) ?? 0;
    this.#slow = performance.now() - begun > SLOW_MS;
    return length;
  }

  /** Writes all of `bytes`. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      if (this.#slow) {
        rest = rest.subarray(await this.file.write(rest));
        continue;
      }
      const begun = performance.now();
      rest = rest.subarray(this.file.writeSync(rest));
      this.#slow = performance.now() - begun > SLOW_MS;
    }
  }
}
