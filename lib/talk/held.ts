/** Texts that could not be delivered and wait for their peer's return; and the ids of those that were shown already. */

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

/** Ids remembered of one peer, and peers remembered. */
const MAX_IDS = 1024;
const MAX_PEERS = 1024;

/** Ids of messages that were shown: a message whose receipt got lost comes again and is not shown twice. */
export class SeenIds {
  readonly #byPeer = new Map<string, Set<string>>();

  /** Whether the message was shown before. */
  has(peer: string, id: string): boolean {
    return this.#byPeer.get(peer)?.has(id) ?? false;
  }

  /** It is shown now. */
  add(peer: string, id: string): void {
    const ids = this.#byPeer.get(peer) ?? new Set();
    this.#byPeer.delete(peer);
    this.#byPeer.set(peer, ids);
    ids.add(id);
    dropOldest(ids, MAX_IDS);
    dropOldest(this.#byPeer, MAX_PEERS);
  }
}

function dropOldest(
  of: { readonly size: number; keys(): Iterable<string>; delete(key: string): boolean },
  most: number,
): void {
  for (const key of of.keys()) {
    if (of.size <= most) return;
    of.delete(key);
  }
}
