/** Something that happened, for whoever waits for it: a promise that can be made again and again. */

/** Wakes all that wait. */
export class Signal {
  #promise: Promise<void> | undefined;
  #resolve: () => void = () => undefined;

  /** Resolves at the next `notify`. */
  wait(): Promise<void> {
    this.#promise ??= new Promise((resolve) => {
      this.#resolve = resolve;
    });
    return this.#promise;
  }

  /** Wakes all that wait now. */
  notify(): void {
    if (this.#promise === undefined) return;
    this.#promise = undefined;
    this.#resolve();
  }
}
