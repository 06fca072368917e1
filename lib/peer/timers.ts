/**
 * The timers of many connections: a binary heap of deadlines in which each item knows its place, so that setting,
 * moving and removing one cost O(log n) and an idle connection costs nothing.
 */

/** Something with at most one deadline. */
export interface Timed {
  /** Its place in the heap, −1 when it has no deadline. Kept by `Timers`. */
  heapIndex: number;
  /** Kept by `Timers`. */
  heapDeadline: number;
}

/** Deadlines in milliseconds, earliest first. */
export class Timers<T extends Timed> {
  readonly #heap: T[] = [];

  /** The earliest deadline. */
  get next(): number | undefined {
    return this.#heap[0]?.heapDeadline;
  }

  /** Sets, moves or (undefined) removes the deadline of `item`. */
  set(item: T, deadline: number | undefined): void {
    if (deadline === undefined) return this.#remove(item);
    if (item.heapIndex >= 0 && item.heapDeadline === deadline) return;
    item.heapDeadline = deadline;
    if (item.heapIndex < 0) {
      item.heapIndex = this.#heap.length;
      this.#heap.push(item);
    }
    this.#down(this.#up(item.heapIndex));
  }

  /** Takes out the earliest item if its deadline has come. */
  due(now: number): T | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.heapDeadline > now) return undefined;
    this.#remove(first);
    return first;
  }

  #remove(item: T): void {
    const index = item.heapIndex;
    if (index < 0) return;
    item.heapIndex = -1;
    const last = this.#heap.pop()!;
    if (last === item) return;
    this.#place(last, index);
    this.#down(this.#up(index));
  }

  #place(item: T, index: number): void {
    this.#heap[index] = item;
    item.heapIndex = index;
  }

  #up(index: number): number {
    const item = this.#heap[index]!;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#heap[parent]!;
      if (above.heapDeadline <= item.heapDeadline) break;
      this.#place(above, index);
      index = parent;
    }
    this.#place(item, index);
    return index;
  }

  #down(index: number): void {
    const item = this.#heap[index]!;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let child = this.#heap[left];
      if (child === undefined) break;
      const other = this.#heap[right];
      let at = left;
      if (other !== undefined && other.heapDeadline < child.heapDeadline) {
        child = other;
        at = right;
      }
      if (item.heapDeadline <= child.heapDeadline) break;
      this.#place(child, index);
      index = at;
    }
    this.#place(item, index);
  }
}
