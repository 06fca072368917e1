/** The page's colours: the system's, or those that were chosen. */

/** Where the page keeps them until it has the settings. */
const KEY = "theme";

/** Puts the colours on: "light", "dark", or whatever else for the system's. */
export function wear(theme: string): void {
  const { dataset } = document.documentElement;
  if (theme === "light" || theme === "dark") dataset["theme"] = theme;
  else delete dataset["theme"];
  localStorage.setItem(KEY, theme);
}

/** Those of the last time, before anything is known. */
export function wearLast(): void {
  wear(localStorage.getItem(KEY) ?? "");
}
