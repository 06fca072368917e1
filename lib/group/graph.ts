/**
 * The messages of a group as one member has them: each behind those it links to. Pure; what a member is told to lack,
 * and what may be passed on to whom, is decided in group.ts.
 */
import type { GroupMessage } from "./message.ts";

/** A message, and whether it counts (is shown, passed on). */
export interface GraphNode {
  readonly message: GroupMessage;
  counted: boolean;
}

/** Ids behind the heads by which two members find out quickly what they have in common. */
const LOCATORS = 16;

/** Messages by id, those they link to before them. */
export class MessageGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #heads = new Set<string>();

  get size(): number {
    return this.#nodes.size;
  }

  has(id: string): boolean {
    return this.#nodes.has(id);
  }

  get(id: string): GraphNode | undefined {
    return this.#nodes.get(id);
  }

  /** All, those that others link to before those. */
  nodes(): IterableIterator<GraphNode> {
    return this.#nodes.values();
  }

  /** Puts a message behind what is there; what it links to is there, or will never be. */
  add(node: GraphNode): void {
    const { id, after } = node.message;
    this.#nodes.set(id, node);
    for (const link of after) this.#heads.delete(link);
    this.#heads.add(id);
  }

  /** Forgets the oldest until `most` are left; answers their ids. */
  prune(most: number): string[] {
    const dropped: string[] = [];
    for (const id of this.#nodes.keys()) {
      if (this.#nodes.size <= most) break;
      this.#nodes.delete(id);
      this.#heads.delete(id);
      dropped.push(id);
    }
    return dropped;
  }

  /** Ids that no other message links to, the latest at the end. */
  get heads(): string[] {
    return [...this.#heads];
  }

  /** Ids of messages that count and that no other such links to. */
  get countedHeads(): string[] {
    const counted = [...this.#nodes.values()].filter((node) => node.counted);
    const inner = new Set(counted.flatMap(({ message }) => message.after));
    return counted.map(({ message: { id } }) => id).filter((id) => !inner.has(id));
  }

  /** Ids at distances that double, from the latest back to the first. */
  get locators(): string[] {
    const ids = [...this.#nodes.keys()];
    const chosen: string[] = [];
    for (let back = 2; back <= ids.length && chosen.length < LOCATORS - 1; back *= 2) {
      chosen.push(ids[ids.length - back]!);
    }
    if (ids.length > 1) chosen.push(ids[0]!);
    return [...new Set(chosen)];
  }

  /** `from` and all that they link to, as far as it is here; not through ids of `without`. */
  ancestors(from: readonly string[], without: ReadonlySet<string> = new Set()): Set<string> {
    const found = new Set<string>();
    const visit = [...from];
    for (let id = visit.pop(); id !== undefined; id = visit.pop()) {
      if (found.has(id) || without.has(id)) continue;
      const node = this.#nodes.get(id);
      if (node === undefined) continue;
      found.add(id);
      visit.push(...node.message.after);
    }
    return found;
  }
}
