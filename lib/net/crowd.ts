/**
 * After a crowd: neither the engine nor the C library gives back by itself what many conversations needed, so a listener
 * would stay as large as it ever was.
 */

/** Fewer than this leave nothing worth the pause. */
const CROWD = 32;
/** It is over when this part of it is left, for so long, in milliseconds. */
const PART_LEFT = 1 / 4;
const QUIET_MS = 2000;

/** Watches how many conversations there are, and has memory given back when a crowd has gone. */
export class Crowd {
  readonly #giveBack: () => void;
  #most = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  /** There are so many now. */
  now(count: number): void {
    this.#most = Math.max(this.#most, count);
    const over = this.#most >= CROWD && count <= PART_LEFT * this.#most;
    if (!over) return this.stop();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#most = 0;
      this.#giveBack();
    }, QUIET_MS);
  }

  /** Nothing will be given back any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
