/**
 * Lets everything else have its turn: datagrams, timers and other transfers wait while one piece of work runs.
 *
 * The runtime looks whether datagrams have come only when it has nothing else to do, or after some sixty turns. So all who
 * wait for a turn wait for the same one, and now and then it is one in which there is nothing else to do.
 */

/** How long the sockets are not looked at, at most, in milliseconds. */
const UNSEEN_MS = 10;

let seen = 0;
let turn: Promise<void> | undefined;

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return turn ??= new Promise((resolve) => {
    const over = () => {
      turn = undefined;
      resolve();
    };
    if (performance.now() - seen < UNSEEN_MS) {
      setImmediate(over);
      return;
    }
    setTimeout(() => {
      seen = performance.now();
      over();
    }, 0);
  });
}
