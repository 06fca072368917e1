/** Waits for what tells nobody that it has happened. */

/** How long it may take, in milliseconds: far more than it needs on a busy machine. */
const PATIENCE_MS = 30_000;
/** How often is looked, in milliseconds. */
const LOOK_MS = 5;

/** What `look` gives, once that is something: neither undefined, null, false nor 0. */
export async function until<T>(
  look: () => T | Promise<T>,
  what = "what was awaited",
): Promise<Exclude<NonNullable<T>, false | 0 | "">> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found as Exclude<NonNullable<T>, false | 0 | "">;
    if (performance.now() > end) throw new Error(`${what} did not happen within 30 s`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
