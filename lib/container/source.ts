/**
 * Where bytes come from and go to. Both may answer at once or later: a regular file is fastest without waiting,
 * a pipe must not hold the thread.
 */
import { type Bytes, concat } from "../bytes.ts";

/** A value, or the promise of one. */
export type Soon<T> = T | Promise<T>;

/** Reads in order. */
export interface Source {
  /** Fills `into` from its start and answers how many bytes that were: fewer than asked only at the very end. */
  fill(into: Uint8Array): Soon<number>;
}

/** Takes bytes in order. The array belongs to the caller again once the answer is there. */
export interface Sink {
  write(bytes: Uint8Array): Soon<void>;
}

/** An open output, which appears whole or not at all: `commit` when all is written and good, `abort` otherwise. */
export interface Output {
  write(bytes: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** A source with bytes put back in front of it. */
export class ReturnedSource implements Source {
  #front: Uint8Array;
  readonly #source: Source;

  constructor(front: Uint8Array, source: Source) {
    this.#front = front;
    this.#source = source;
  }

  fill(into: Uint8Array): Soon<number> {
    if (this.#front.length === 0) return this.#source.fill(into);
    const count = Math.min(this.#front.length, into.length);
    into.set(this.#front.subarray(0, count));
    this.#front = this.#front.subarray(count);
    if (count === into.length) return count;
    const more = this.#source.fill(into.subarray(count));
    return typeof more === "number" ? count + more : more.then((length) => count + length);
  }
}

/** A source over bytes in memory. */
export function bytesSource(bytes: Uint8Array): Source {
  return new ReturnedSource(bytes, { fill: () => 0 });
}

/** A sink that keeps all it gets. */
export class BytesSink implements Sink {
  readonly #parts: Bytes[] = [];

  write(bytes: Uint8Array): void {
    this.#parts.push(bytes.slice());
  }

  bytes(): Bytes {
    return concat(...this.#parts);
  }
}
