/**
 * The order of a conversation on the screen: after everything that its author had seen, whatever the clocks say; what
 * does not depend on each other stays in the order it was stored in. Pure.
 */

/** A message as far as its order goes. */
export interface Linked {
  readonly id: string;
  /** Ids of the messages that its author had seen last. */
  readonly after: readonly string[];
}

/**
 * `messages` with each behind those it links to. Links to what is not there count for nothing; links in a circle (a
 * peer that lies) are followed once.
 */
export function causalOrder<T extends Linked>(messages: readonly T[]): T[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const placed = new Set<string>();
  const ordered: T[] = [];
  // An explicit stack: a peer chooses how long a chain of links is.
  for (const first of messages) {
    const stack: Array<{ message: T; next: number }> = [];
    const enter = (message: T) => {
      if (placed.has(message.id)) return;
      placed.add(message.id);
      stack.push({ message, next: 0 });
    };
    enter(first);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const link = top.message.after[top.next++];
      if (link === undefined) ordered.push(stack.pop()!.message);
      else {
        const target = byId.get(link);
        if (target !== undefined) enter(target);
      }
    }
  }
  return ordered;
}

/** The ids that no message links to: what the next one comes after. */
export function heads(messages: readonly Linked[]): string[] {
  const linked = new Set(messages.flatMap(({ after }) => after));
  return messages.map(({ id }) => id).filter((id) => !linked.has(id));
}
