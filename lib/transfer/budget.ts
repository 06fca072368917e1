/**
 * Memory that peers may make this program use for their transfers, accounted: what one takes counts for the transfer,
 * for its peer and for the program, and is given back when it is no longer held.
 */

/** Most that all transfers together keep in memory, in bytes. */
export const PROGRAM_MEMORY_BYTES = 128 * 1024 * 1024;

/** Most that the transfers of one peer keep in memory, in bytes. */
export const PEER_MEMORY_BYTES = 96 * 1024 * 1024;

/** A number of bytes that may be held, within those of `whole`. */
export class Budget {
  readonly #limit: number;
  readonly #whole: Budget | undefined;
  #held = 0;

  constructor(limit: number, whole?: Budget) {
    this.#limit = limit;
    this.#whole = whole;
  }

  /** Bytes that are held. */
  get held(): number {
    return this.#held;
  }

  /** Takes `bytes`; false, and takes nothing, when there are not so many left. */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.#limit || this.#whole?.take(bytes) === false) return false;
    this.#held += bytes;
    return true;
  }

  /** Gives `bytes` back; all that is held where the number is left out. */
  give(bytes: number = this.#held): void {
    this.#held -= bytes;
    this.#whole?.give(bytes);
  }
}
