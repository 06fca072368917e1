/** Single keys from the terminal, without echo, while something else goes on. */
import { onInterrupt } from "../../lib/system/cleanup.ts";
import { readTyped } from "../../lib/terminal/typed.ts";

/** A key: "enter", "interrupt" (Ctrl-C), "end" (Ctrl-D, or the terminal is gone), else what was typed. */
export type Key = string;

/** Stdin, key by key, until `close`. */
export class Keyboard {
  readonly #forget: () => void;
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
  async next(): Promise<Key> {
    const typed = await readTyped();
    switch (typed?.[0]) {
      case undefined:
      case 0x04:
        return "end";
      case 0x0a:
      case 0x0d:
        return "enter";
      case 0x03:
        return "interrupt";
      default:
        return new TextDecoder().decode(typed!).toLowerCase();
    }
  }

  /** Gives the terminal back. */
  close(): void {
    this.#forget();
    this.#setRaw(false);
  }
}
