/**
 * `config language`: kept in `$P2P_HOME/language`, two letters in plain, because texts are spoken before, and without,
 * a database that has to be unlocked.
 */
import { ensureHome, homePath, PRIVATE_FILE } from "../../lib/state/home.ts";
import { removeIfThere } from "../../lib/files/look.ts";
import { type Language, parseLanguage } from "../../lib/text/language.ts";

const FILE = "language";

/** Longer files are none of ours. */
const MOST_CHARACTERS = 16;

/** The language that the owner of this state folder chose; undefined for none. */
export function configuredLanguage(): Language | undefined {
  try {
    const text = Deno.readTextFileSync(homePath(FILE));
    return text.length <= MOST_CHARACTERS ? parseLanguage(text) : undefined;
  } catch {
    // No home, no file, or one that cannot be read: nobody chose. Whoever needs the home says what is wrong with it.
    return undefined;
  }
}

/** Chooses a language; undefined leaves it to the environment again. */
export async function configureLanguage(language: Language | undefined): Promise<void> {
  await ensureHome();
  const path = homePath(FILE);
  if (language === undefined) return removeIfThere(path);
  await Deno.writeTextFile(path, `${language}\n`, { mode: PRIVATE_FILE });
}
