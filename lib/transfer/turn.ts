/** Lets everything else have its turn: datagrams, timers and other transfers wait while one piece of work runs. */

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
