/**
 * Rows printed lately that may still be marked: how far above the footer each is. What has scrolled away, or was
 * redrawn by the terminal after its window changed, is out of reach. Pure.
 */

/** Rows that are followed at once. */
const MOST_MARKS = 256;

/** See above. */
export class Marks {
  #printed = 0;
  readonly #rows = new Map<string, number>();

  /** So many rows were printed; the first of them may be marked as `id`. */
  printed(rows: number, id?: string): void {
    if (id !== undefined) {
      this.#rows.set(id, this.#printed);
      for (const oldest of this.#rows.keys()) {
        if (this.#rows.size <= MOST_MARKS) break;
        this.#rows.delete(oldest);
      }
    }
    this.#printed += rows;
  }

  /**
   * How far above the footer's first row it is; undefined where it cannot be reached. It is asked for once.
   *
   * @param reach rows of the window above the footer
   */
  take(id: string, reach: number): number | undefined {
    const row = this.#rows.get(id);
    this.#rows.delete(id);
    if (row === undefined) return undefined;
    const up = this.#printed - row;
    return up <= reach ? up : undefined;
  }

  /** Nothing is where it was. */
  forget(): void {
    this.#rows.clear();
  }
}
