/** Lines typed before, to be recalled and searched: those of this run, and behind them those of earlier ones. Pure. */

/** Lines remembered of this run. */
const MOST_LINES = 500;

/** A search under way: what is looked for, and where it was found. */
export interface LineSearch {
  readonly query: string;
  /** False where no (further) line holds it: the one found last stands. */
  readonly found: boolean;
}

/** The lines, the oldest first, and the place in them. */
export class TypedLines {
  readonly #lines: string[] = [];
  #older: (() => readonly string[]) | undefined;
  #at: number | undefined;
  #draft = "";
  #query = "";
  #found = true;

  /** @param older lines of earlier runs, the oldest first; asked for when they are first wanted */
  constructor(older?: () => readonly string[]) {
    this.#older = older;
  }

  /** A line was typed; what is blank, or the same again, is not remembered. */
  add(line: string): void {
    this.#at = undefined;
    if (line.trim() !== "" && this.#lines.at(-1) !== line) this.#lines.push(line);
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }

  /**
   * The line that is `step` further: -1 is older, 1 newer; undefined where there is none.
   *
   * @param line what stands there now: it comes back behind the newest
   */
  recall(step: -1 | 1, line: string): string | undefined {
    this.#load();
    const { length } = this.#lines;
    const at = this.#at ?? length;
    const next = at + step;
    if (next < 0 || next > length || next === at) return undefined;
    if (at === length) this.#draft = line;
    this.#at = next === length ? undefined : next;
    return this.#lines[next] ?? this.#draft;
  }

  /**
   * The newest line that holds `query`, from the one found last on; `further` looks behind that one. Undefined where
   * there is none.
   */
  search(query: string, further: boolean, line: string): string | undefined {
    this.#load();
    const { length } = this.#lines;
    if (this.#at === undefined) this.#draft = line;
    const from = this.#at ?? length - 1;
    // A longer query may still be in the line that was found; a shorter one begins anew.
    const narrower = query.startsWith(this.#query) && this.#query !== "";
    const first = further && this.#at !== undefined ? from - 1 : narrower ? from : length - 1;
    this.#query = query;
    for (let at = first; query !== "" && at >= 0; at--) {
      if (!this.#lines[at]!.includes(query)) continue;
      [this.#at, this.#found] = [at, true];
      return this.#lines[at];
    }
    this.#found = query === "";
    return undefined;
  }

  /** How the search stands. */
  get searched(): LineSearch {
    return { query: this.#query, found: this.#found };
  }

  /** The search is over; what was typed before it, for whoever gives it up. */
  endSearch(): string {
    [this.#query, this.#found] = ["", true];
    return this.#draft;
  }

  /** Back behind the newest. */
  leave(): void {
    this.#at = undefined;
  }

  #load(): void {
    const older = this.#older?.() ?? [];
    this.#older = undefined;
    this.#lines.unshift(...older);
    if (this.#at !== undefined) this.#at += older.length;
  }
}
