/** What windows do: work, and what is said of it. */
import { complain, say, showDialog } from "../../store.ts";

/** Closes the window that is open. */
export function close(): void {
  showDialog(undefined);
}

/** Says so when it is done, and why when it cannot be. */
export function done(work: Promise<unknown>, words = ""): void {
  work.then(() => say(words)).catch(complain);
}
