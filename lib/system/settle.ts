/**
 * Work that nobody waits for. A promise that is left to itself and rejects ends the program; here what becomes of its
 * failure is said where it is begun. `tests/project/promises_test.ts` finds promises that are left in another way.
 */

/** Lets `work` go on by itself; `failed` gets what it throws. `failed` must not throw. */
export function settle(work: Promise<unknown>, failed: (error: unknown) => void): void {
  work.then(undefined, failed);
}
