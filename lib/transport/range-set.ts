/**
 * A set of integers as ascending, disjoint, non-touching ranges [start, end) in two number arrays: packet numbers
 * received, stream bytes acknowledged, lost or waiting for a gap. Bounded: the owner says how many ranges it bears.
 */

const FIRST_CAPACITY = 4;

export class RangeSet {
  #starts = new Float64Array(FIRST_CAPACITY);
  #ends = new Float64Array(FIRST_CAPACITY);
  #count = 0;

  /** How many ranges there are. */
  get count(): number {
    return this.#count;
  }

  start(index: number): number {
    return this.#starts[index]!;
  }

  end(index: number): number {
    return this.#ends[index]!;
  }

  /** Index of the first range whose end is at or after `value` (touching counts); `count` when there is none. */
  find(value: number): number {
    const ends = this.#ends;
    let low = 0;
    let high = this.#count;
    // Most additions concern the newest range.
    if (high > 0 && ends[high - 1]! < value) return high;
    if (high > 1 && ends[high - 2]! < value) return high - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  has(value: number): boolean {
    const i = this.find(value + 1);
    return i < this.#count && this.#starts[i]! <= value;
  }

  /** Adds [start, end). */
  add(start: number, end: number): void {
    if (start >= end) return;
    const first = this.find(start);
    if (first === this.#count || this.#starts[first]! > end) {
      this.#insert(first, start, end);
      return;
    }
    if (start < this.#starts[first]!) this.#starts[first] = start;
    if (end <= this.#ends[first]!) return;
    let last = first;
    while (last + 1 < this.#count && this.#starts[last + 1]! <= end) last++;
    this.#ends[first] = Math.max(end, this.#ends[last]!);
    this.#delete(first + 1, last - first);
  }

  /** Takes [start, end) out. */
  remove(start: number, end: number): void {
    if (start >= end) return;
    let i = this.find(start + 1);
    if (i === this.#count || this.#starts[i]! >= end) return;
    const oldEnd = this.#ends[i]!;
    if (this.#starts[i]! < start) {
      this.#ends[i] = start;
      if (oldEnd > end) {
        this.#insert(i + 1, end, oldEnd);
        return;
      }
      i++;
    }
    let last = i;
    while (last < this.#count && this.#ends[last]! <= end) last++;
    this.#delete(i, last - i);
    if (i < this.#count && this.#starts[i]! < end) this.#starts[i] = end;
  }

  /** Takes out everything below `bound`. */
  removeBelow(bound: number): void {
    if (this.#count > 0 && this.#starts[0]! < bound) this.remove(this.#starts[0]!, bound);
  }

  /** Takes out the first range. */
  removeFirst(): void {
    this.#delete(0, 1);
  }

  clear(): void {
    this.#count = 0;
  }

  #insert(index: number, start: number, end: number): void {
    const count = this.#count;
    if (count === this.#starts.length) {
      const starts = new Float64Array(2 * count);
      const ends = new Float64Array(2 * count);
      starts.set(this.#starts);
      ends.set(this.#ends);
      this.#starts = starts;
      this.#ends = ends;
    }
    if (index < count) {
      this.#starts.copyWithin(index + 1, index, count);
      this.#ends.copyWithin(index + 1, index, count);
    }
    this.#starts[index] = start;
    this.#ends[index] = end;
    this.#count = count + 1;
  }

  #delete(index: number, howMany: number): void {
    if (howMany <= 0) return;
    this.#starts.copyWithin(index, index + howMany, this.#count);
    this.#ends.copyWithin(index, index + howMany, this.#count);
    this.#count -= howMany;
  }
}
