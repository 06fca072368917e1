/** What waits for its peer's return in memory, where no disk keeps it. */
import type { Outgoing } from "../files/outgoing.ts";
import type { OutboxItem } from "../state/outbox.ts";

/** Something of ours that is sent, or waits. */
export interface HeldItem extends Omit<OutboxItem, "talk"> {
  /** The caller's name for it. */
  readonly ref?: unknown;
  /** What its paths were when it was first sent. */
  readonly outgoing?: Outgoing | undefined;
}

/** Items kept for one peer, and characters of them in all: beyond that they are given up. */
const MAX_ITEMS = 1000;
const MAX_CHARACTERS = 4 << 20;

/** Waiting items by peer, in order. */
export class HeldItems {
  readonly #byPeer = new Map<string, HeldItem[]>();
  #characters = 0;

  /** Keeps an item, once; false where there is no room. */
  keep(peer: string, item: HeldItem): boolean {
    const items = this.#byPeer.get(peer) ?? [];
    if (items.some(({ id }) => id === item.id)) return true;
    if (items.length >= MAX_ITEMS) return false;
    if (this.#characters + item.text.length > MAX_CHARACTERS) return false;
    this.#characters += item.text.length;
    items.push(item);
    items.sort((a, b) => a.written - b.written);
    this.#byPeer.set(peer, items);
    return true;
  }

  /** What waits for `peer`, in order. */
  of(peer: string): readonly HeldItem[] {
    return [...this.#byPeer.get(peer) ?? []];
  }

  /** Whether an item waits. */
  has(peer: string, id: string): boolean {
    return this.of(peer).some((item) => item.id === id);
  }

  /** An item waits no longer. */
  remove(peer: string, id: string): void {
    const items = this.#byPeer.get(peer) ?? [];
    const at = items.findIndex((item) => item.id === id);
    if (at < 0) return;
    this.#characters -= items.splice(at, 1)[0]!.text.length;
    if (items.length === 0) this.#byPeer.delete(peer);
  }
}
