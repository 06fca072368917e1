/** The largest of the samples in a sliding window of rounds, in constant space (Kathleen Nichols' windowed filter). */

export class MaxFilter {
  readonly #window: number;
  // The best, second and third best sample, each newer than the one before.
  readonly #values = [0, 0, 0];
  readonly #rounds = [0, 0, 0];

  /** @param window for how many rounds a sample counts. */
  constructor(window: number) {
    this.#window = window;
  }

  get value(): number {
    return this.#values[0]!;
  }

  update(value: number, round: number): void {
    const values = this.#values;
    const rounds = this.#rounds;
    if (value >= values[0]! || round - rounds[2]! > this.#window) {
      this.reset(value, round);
      return;
    }
    if (value >= values[1]!) {
      values[1] = values[2] = value;
      rounds[1] = rounds[2] = round;
    } else if (value >= values[2]!) {
      values[2] = value;
      rounds[2] = round;
    }
    this.#expire(value, round);
  }

  #expire(value: number, round: number): void {
    const values = this.#values;
    const rounds = this.#rounds;
    const age = round - rounds[0]!;
    if (age > this.#window) {
      this.#drop();
      values[2] = value;
      rounds[2] = round;
      if (round - rounds[0]! > this.#window) {
        this.#drop();
        values[2] = value;
        rounds[2] = round;
      }
    } else if (rounds[1] === rounds[0] && age > this.#window / 4) {
      values[1] = values[2] = value;
      rounds[1] = rounds[2] = round;
    } else if (rounds[2] === rounds[1] && age > this.#window / 2) {
      values[2] = value;
      rounds[2] = round;
    }
  }

  #drop(): void {
    this.#values[0] = this.#values[1]!;
    this.#rounds[0] = this.#rounds[1]!;
    this.#values[1] = this.#values[2]!;
    this.#rounds[1] = this.#rounds[2]!;
  }

  /** Forgets all but this sample. */
  reset(value: number, round: number): void {
    this.#values.fill(value);
    this.#rounds.fill(round);
  }
}
