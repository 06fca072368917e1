/**
 * The words of the search index: pairs of neighbouring characters, so that 你好 is found in 前言你好世界 and "ell" in
 * "hello", whatever the script. Pure; `Vault.word` makes tokens of them.
 */

/** Text as it is compared: compatibility forms unfolded, case and runs of blanks levelled. */
export function searchForm(text: string): string {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC").replace(/\s+/gu, " ").trim();
}

/** All pairs of neighbouring characters that have no blank in them, each once. */
export function bigrams(form: string): Set<string> {
  const found = new Set<string>();
  let before: string | undefined;
  for (const letter of form) {
    if (before !== undefined && before !== " " && letter !== " ") found.add(before + letter);
    before = letter;
  }
  return found;
}
