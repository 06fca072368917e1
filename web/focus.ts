/** The focus never falls out of the page: where what had it goes away, what it stood in has it. */

/** What things stand in, from the inside to the outside, and what has the focus instead. */
const PLACES: ReadonlyArray<readonly [place: string, instead: string]> = [
  ["dialog", "h2"],
  [".said", ".said"],
  [".talk > .bar", ".who"],
  [".talk", ".said"],
  [".people", ".person, button"],
];

/** Looks after it for as long as the page lives. */
export function keepFocus(root: HTMLElement): void {
  /** What it stood in when it got the focus, from the inside to the outside. */
  let around: readonly Element[] = [];
  addEventListener("focusin", ({ target }) => {
    around = [...parents(target as Element)];
  });
  new MutationObserver(() => {
    const [had] = around;
    if (had === undefined || had.isConnected || document.activeElement !== document.body) return;
    for (const place of around.filter((each) => each.isConnected)) {
      const [, instead] = PLACES.find(([selector]) => place.matches(selector)) ?? [];
      if (instead === undefined) continue;
      const next = place.matches(instead) ? place : place.querySelector(instead);
      return (next as HTMLElement | null)?.focus();
    }
  }).observe(root, { childList: true, subtree: true });
}

/** Gives it to where one writes; a screen of a phone has no room for its keyboard as long as nobody does. */
export function focusOnWriting(): void {
  focusOn(matchMedia("(min-width: 760px)").matches ? "#write" : ".said");
}

/** Paints; what is moved as it is, as lines of a list are, keeps the focus. */
export function keepingFocus(paint: () => void): void {
  const had = document.activeElement;
  paint();
  if (document.activeElement !== document.body || had === document.body) return;
  if (had?.isConnected) (had as HTMLElement).focus({ preventScroll: true });
}

/** Whether nothing has the focus: what had it is gone. */
export function focusIsFree(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** Whether somebody waits at `place` for what they asked for there: it still stands, and they write nowhere else. */
export function waitsAt(place: Element): boolean {
  const at = document.activeElement;
  return place.isConnected && (place.contains(at) || !at?.matches("input, textarea, select"));
}

function* parents(element: Element): Generator<Element> {
  for (let at: Element | null = element; at !== null; at = at.parentElement) yield at;
}

/** Gives the focus to what `selector` finds once what has changed is painted. */
export function focusOn(selector: string): void {
  queueMicrotask(() => document.querySelector<HTMLElement>(selector)?.focus());
}
