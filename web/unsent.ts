/** Texts of this tab of which the program has not said that it has them: kept as drafts are, over a reload, as long as the tab. */

/** One of them. */
export interface Unsent {
  /** The id that its command gives it; the same every time. */
  readonly id: string;
  readonly to: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

const KEY = "unsent";
let kept: readonly Unsent[] = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");

function keep(all: readonly Unsent[]): void {
  kept = all;
  if (all.length === 0) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(all));
}

/** All of them. */
export function unsentTexts(): readonly Unsent[] {
  return kept;
}

/** The one of that id. */
export function unsentText(id: string): Unsent | undefined {
  return kept.find((each) => each.id === id);
}

/** Keeps a text; once. */
export function keepUnsent(text: Unsent): void {
  keep([...kept.filter(({ id }) => id !== text.id), text]);
}

/** The program has it, or nobody wants it any more. */
export function forgetUnsent(id: string): void {
  if (unsentText(id) !== undefined) keep(kept.filter((each) => each.id !== id));
}
