/**
 * Single steps in flat places: a sample one off its eight neighbours, which are all the same. Nothing that draws or
 * renders makes them, ±1 matching does. Smooth shading has steps too, but side by side, along a line: of all
 * neighbourhoods in which there is one step, few are such a sample's. Of changes that lie apart it is one in nine.
 */

/** Fewer are no sign; ours. */
const LEAST_ALONE = 4;
/** From this part on of the neighbourhoods with a step in them, those samples are more than shading leaves; ours. */
const LEAST_PART = 0.06;
/** Where less of the picture lies in neighbourhoods that are flat but for a step, the noise of a camera makes them; ours. */
const LEAST_SMOOTH = 0.3;

/** Counts single steps in the rows of a channel. */
export class StepCounter {
  #above: Int32Array | undefined;
  #here: Int32Array | undefined;
  #flat = 0;
  #stepped = 0;
  #all = 0;
  /** Samples one step off neighbours that are all the same. */
  alone = 0;

  /** Takes the next row of a channel. Rows of another length are another pass, and begin anew. */
  add(row: Int32Array): void {
    if (this.#here?.length !== row.length) this.#above = this.#here = undefined;
    const [above, here] = [this.#above, this.#here];
    if (above !== undefined && here !== undefined) this.#count(above, here, row);
    this.#above = here;
    this.#here = above ?? new Int32Array(row.length);
    this.#here.set(row);
  }

  #count(above: Int32Array, here: Int32Array, below: Int32Array): void {
    for (let x = 1; x + 1 < here.length; x++) {
      this.#all++;
      const value = here[x]!;
      const around = above[x]!;
      let least = value;
      let most = value;
      let same = true;
      for (const row of [above, here, below]) {
        for (let i = x - 1; i <= x + 1; i++) {
          if (row === here && i === x) continue;
          const one = row[i]!;
          if (one !== around) same = false;
          if (one < least) least = one;
          else if (one > most) most = one;
        }
      }
      if (most === least) this.#flat++;
      else if (most - least === 1) {
        this.#stepped++;
        if (same) this.alone++;
      }
    }
  }

  /** Whether there are more single steps than clean pictures have. */
  tooMany(): boolean {
    return this.alone >= LEAST_ALONE && this.alone >= LEAST_PART * this.#stepped &&
      this.#flat + this.#stepped >= LEAST_SMOOTH * this.#all;
  }
}
