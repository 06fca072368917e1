/**
 * Reading and writing files without leaving the thread, as long as that is quick: from and to the page cache it takes
 * half the time of waiting for another thread. While it is slow (a busy disk, a network), other threads wait for it,
 * and nothing else has to.
 */
import { SLOW_MS } from "./patience.ts";

/** What is written at once, in bytes: few enough calls, and still in the CPU's cache. */
const WRITE_BYTES = 256 * 1024;

/**
 * The first of those is shorter, so that the others do not end at multiples of their length: the system would keep them in
 * pieces of that size of its memory, which in a virtual machine can cost four times as much.
 */
const FIRST_WRITE_BYTES = 64 * 1024;

/** Pieces of at least this many bytes are written as they come. */
const LARGE_BYTES = 48 * 1024;

/** Milliseconds that only grow. */
type Clock = () => number;

const CLOCK: Clock = () => performance.now();

/** Pieces that other threads take after one that was slow: at first, and at most. It doubles each time. */
const FIRST_REST = 16;
const MOST_REST = 4096;

/** Whether a file is quick at present. One slow piece may only mean that the system was busy with something else. */
class Pace {
  readonly now: Clock;
  #resting = 0;
  #nextRest = FIRST_REST;

  constructor(now: Clock) {
    this.now = now;
  }

  get slow(): boolean {
    return this.#resting > 0;
  }

  /** A piece was read or written within the thread since `begun`. */
  quick(begun: number): void {
    if (this.now() - begun <= SLOW_MS) return;
    this.#resting = this.#nextRest;
    this.#nextRest = Math.min(2 * this.#nextRest, MOST_REST);
  }

  /** Another thread has one. */
  passed(): void {
    this.#resting--;
  }
}

/** Reads an open file. */
export class QuickReader {
  readonly file: Deno.FsFile;
  readonly #pace: Pace;

  constructor(file: Deno.FsFile, now: Clock = CLOCK) {
    this.file = file;
    this.#pace = new Pace(now);
  }

  /** Reads on; 0 at the end. */
  async read(out: Uint8Array): Promise<number> {
    if (this.#pace.slow) {
      this.#pace.passed();
      return await this.file.read(out) ?? 0;
    }
    const begun = this.#pace.now();
    const length = this.file.readSync(out) ?? 0;
    this.#pace.quick(begun);
    return length;
  }
}

/** Writes an open file, in large pieces, and behind the caller's back where the disk is slow. */
export class QuickWriter {
  readonly #file: Deno.FsFile;
  /** What is not yet handed to the system. */
  #held = EMPTY;
  #heldBytes = 0;
  /** How much is held at most. */
  #limit = FIRST_WRITE_BYTES;
  readonly #pace: Pace;
  /** A write that is under way, of `#other`. */
  #writing: Promise<void> | undefined;
  #other = EMPTY;

  constructor(file: Deno.FsFile, now: Clock = CLOCK) {
    this.#file = file;
    this.#pace = new Pace(now);
  }

  /** Appends `bytes`, which may be reused once it is done. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    const direct = this.#heldBytes === 0 && bytes.length >= LARGE_BYTES;
    if (direct && !this.#pace.slow && this.#writing === undefined) {
      const rest = this.#writeQuick(bytes);
      return rest.length === 0 ? undefined : this.#hold(rest);
    }
    return this.#hold(bytes);
  }

  /** Everything written is with the system when this is done. */
  async flush(): Promise<void> {
    if (this.#heldBytes > 0) await this.#pass();
    await this.#writing;
  }

  /** Everything written is with the system now; false when another thread has some of it. */
  flushNow(): boolean {
    if (this.#writing !== undefined) return false;
    let rest = this.#held.subarray(0, this.#heldBytes);
    this.#heldBytes = 0;
    while (rest.length > 0) rest = rest.subarray(this.#file.writeSync(rest));
    return true;
  }

  #hold(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#held.length === 0) this.#held = new Uint8Array(WRITE_BYTES);
    const room = this.#limit - this.#heldBytes;
    const part = bytes.length <= room ? bytes : bytes.subarray(0, room);
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes += part.length;
    if (this.#heldBytes < this.#limit) return undefined;
    this.#limit = WRITE_BYTES;
    const passed = this.#pass();
    const rest = bytes.subarray(part.length);
    if (passed === undefined) return rest.length === 0 ? undefined : this.#hold(rest);
    return passed.then(() => this.#hold(rest));
  }

  /** Hands what is held to the system, or to another thread. */
  #pass(): Promise<void> | undefined {
    const held = this.#held.subarray(0, this.#heldBytes);
    this.#heldBytes = 0;
    if (this.#pace.slow || this.#writing !== undefined) return this.#passSlowly(held);
    const rest = this.#writeQuick(held);
    return rest.length === 0 ? undefined : this.#passSlowly(rest);
  }

  /** Resolves when the write before is done; this one goes on behind, unless it is quick again. */
  async #passSlowly(bytes: Uint8Array): Promise<void> {
    await this.#writing;
    this.#writing = undefined;
    const rest = this.#writeQuick(bytes);
    if (rest.length === 0) return;
    this.#pace.passed();
    [this.#held, this.#other] = [this.#other, this.#held];
    this.#writing = this.#writeAll(rest);
    // What goes wrong is thrown where the next one waits for it.
    this.#writing.catch(() => undefined);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#file.write(rest));
  }

  /** Writes within the thread; what is left when that turns out slow. */
  #writeQuick(bytes: Uint8Array): Uint8Array {
    let rest = bytes;
    while (rest.length > 0 && !this.#pace.slow) {
      const begun = this.#pace.now();
      rest = rest.subarray(this.#file.writeSync(rest));
      this.#pace.quick(begun);
    }
    return rest;
  }
}

const EMPTY = new Uint8Array(0);
