/** A watchdog: how long the event loop was held by one turn while something ran. */

/** Runs `work`; the longest time in milliseconds in which nothing else had a turn. */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    timer = setTimeout(tick, 0);
  };
  tick();
  try {
    await work();
    // What was held up to the end counts too.
    longest = Math.max(longest, performance.now() - last);
  } finally {
    clearTimeout(timer);
  }
  return longest;
}
