/** One press decides one thing: what a second falls on may have come there with the first. */

/** What browsers say of a key that an input method took. */
const TAKEN_KEY = 229;

/** Whether an input method has the key: some browsers say so after it is through with what it composed. */
export function isTaken(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === TAKEN_KEY;
}

/** Looks after it for as long as the page lives. */
export function onePressEach(): void {
  // The second click of a double one.
  addEventListener("click", (event) => {
    if (event.detail < 2 || (event.target as Element).closest("button") === null) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  // A key that is held down repeats itself; lines of a text are all it makes several of.
  addEventListener("keydown", (event) => {
    if (!event.repeat || event.key !== "Enter" || (event.target as Element).matches("textarea")) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, true);
}
