/** Plays one note after the other: two that arrive together do not talk at once. */

/** A queue of notes. `play` does the playing of one. */
export class PlayQueue {
  readonly #play: (path: string, signal: AbortSignal) => Promise<unknown>;
  readonly #closing = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(play: (path: string, signal: AbortSignal) => Promise<unknown>) {
    this.#play = play;
  }

  /** Notes that play or wait. */
  get length(): number {
    return this.#waiting;
  }

  /** Plays `path` when all before it are done; settles when it was played, or with what went wrong with it. */
  add(path: string): Promise<void> {
    this.#waiting++;
    const turn = this.#last.then(async () => {
      try {
        this.#closing.signal.throwIfAborted();
        await this.#play(path, this.#closing.signal);
      } finally {
        this.#waiting--;
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Waits until nothing plays. */
  async idle(): Promise<void> {
    while (this.#waiting > 0) await this.#last;
  }

  /** Ends what plays and drops what waits: their promises reject with `reason`. */
  close(reason: unknown): void {
    this.#closing.abort(reason);
  }
}
