/**
 * Has the log of a database on the disk while the program goes on: a disk that is busy holds up those who wait for it, and
 * no key that is typed meanwhile.
 */

/** A file as far as it is needed here. */
export type SyncedFile = Pick<Deno.FsFile, "syncData" | "close">;

/** The write-ahead log of one database. */
export class LogSync {
  readonly #open: () => Promise<SyncedFile>;
  #file: SyncedFile | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /**
   * @param database where it lies; its log beside it
   * @param open opens the log
   */
  constructor(
    database: string,
    open = (path: string): Promise<SyncedFile> => Deno.open(path, { read: true, write: true }),
  ) {
    this.#open = () => open(`${database}-wal`);
  }

  /** Resolves when everything written to the log before is on the disk; rejects where it cannot be. */
  sync(): Promise<void> {
    // What runs already does not know of what has been written since.
    if (this.#running !== undefined) {
      const after = () => {
        this.#next = undefined;
        return this.#begin();
      };
      return this.#next ??= this.#running.then(after, after);
    }
    return this.#begin();
  }

  #begin(): Promise<void> {
    const over = () => this.#running = undefined;
    const running = this.#sync();
    this.#running = running;
    running.then(over, over);
    return running;
  }

  async #sync(): Promise<void> {
    try {
      this.#file ??= await this.#open();
    } catch (error) {
      // A file system that has no such logs: what is committed is in the database itself.
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    await this.#file.syncData();
  }

  /** Lets go of the log, once those who wait for it have been told. */
  close(): void {
    const close = () => {
      this.#file?.close();
      this.#file = undefined;
    };
    const last = this.#next ?? this.#running;
    if (last === undefined) close();
    else last.then(close, close);
  }
}
