/**
 * Single keys from the terminal while something else goes on. A read of stdin cannot be taken back, so one keyboard
 * serves a command to its end: a key that nobody waited for is the next one's.
 */
import { onInterrupt } from "../../lib/store/cleanup.ts";

/** A key: "enter", "interrupt" (Ctrl-C), "end" (Ctrl-D, or the terminal is gone), else what was typed. */
export type Key = string;

/** Stdin, key by key and without echo, until `close`. */
export class Keyboard {
  readonly #forget: () => void;
  #pending: Promise<Key> | undefined;
  #raw = false;

  constructor() {
    this.#forget = onInterrupt(() => this.#setRaw(false));
    this.#setRaw(true);
  }

  #setRaw(raw: boolean): void {
    if (this.#raw !== raw) Deno.stdin.setRaw(raw);
    this.#raw = raw;
  }

  /** The next key. Asking again before it came answers the same key. */
  next(): Promise<Key> {
    this.#pending ??= this.#read().finally(() => this.#pending = undefined);
    return this.#pending;
  }

  async #read(): Promise<Key> {
    const piece = new Uint8Array(64);
    const count = await Deno.stdin.read(piece);
    if (count === null) return "end";
    switch (piece[0]) {
      case 0x0a:
      case 0x0d:
        return "enter";
      case 0x03:
        return "interrupt";
      case 0x04:
        return "end";
      default:
        return new TextDecoder().decode(piece.subarray(0, count)).toLowerCase();
    }
  }

  /** Gives the terminal back. */
  close(): void {
    this.#forget();
    this.#setRaw(false);
  }
}
