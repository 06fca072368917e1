/** The language of the page: what a person chooses here, and what another window or program has chosen. */
import { post, request } from "./api.ts";
import { changed } from "./store.ts";
import { speak } from "./words.ts";

/** What was said last of the language: whatever is said next waits for it, so that the last one counts. */
let said: Promise<unknown> = Promise.resolve();

/** Chooses the language. */
export async function chooseLanguage(language: "en" | "zh"): Promise<void> {
  speak(language);
  changed();
  const mine = said.then(() => post("/language", { language }));
  // Whoever chose it hears why it was not taken.
  said = mine.catch(() => undefined);
  await mine;
}

/** Asks for the language; an answer from before a choice that was made here meanwhile does not undo that. */
export async function askLanguage(): Promise<void> {
  let known: Promise<unknown> | undefined;
  while (known !== said) {
    known = said;
    await known;
    const { language } = await (await request("GET", "/state")).json();
    if (known === said) speak(language);
  }
}
