/** Texts that wait for their peer's return in memory, where no disk keeps them. */

/** A text of ours that waits. */
export interface HeldText {
  readonly id: string;
  readonly time: number;
  readonly text: string;
  readonly ref?: unknown;
}

/** Texts kept for one peer, and bytes of them in all: beyond that they are given up. */
const MAX_TEXTS = 1000;
const MAX_CHARACTERS = 4 << 20;

/** Waiting texts by peer, in order. */
export class HeldTexts {
  readonly #byPeer = new Map<string, HeldText[]>();
  #characters = 0;

  /** Keeps a text; false where there is no room. */
  keep(peer: string, held: HeldText): boolean {
    const texts = this.#byPeer.get(peer) ?? [];
    if (texts.length >= MAX_TEXTS) return false;
    if (this.#characters + held.text.length > MAX_CHARACTERS) return false;
    this.#characters += held.text.length;
    texts.push(held);
    texts.sort((a, b) => a.time - b.time);
    this.#byPeer.set(peer, texts);
    return true;
  }

  /** Takes all that waits for `peer`. */
  take(peer: string): readonly HeldText[] {
    const texts = this.#byPeer.get(peer) ?? [];
    this.#byPeer.delete(peer);
    for (const { text } of texts) this.#characters -= text.length;
    return texts;
  }
}
