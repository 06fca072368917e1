/** What calls a person back to the terminal: words that they wait for, a bell, a notification of the desktop. */

/** For which messages. */
export type Occasion = "off" | "mention" | "all";

/** What the person wants to be called for (`p2p config`). */
export interface AttentionOptions {
  /** Words, compared without regard to case; whole words only. */
  readonly mention: readonly string[];
  readonly bell: Occasion;
  readonly notify: Occasion;
}

const BEL = "\x07";
/** Characters of a notification. */
const MOST_CHARACTERS = 100;

/** Terminals that take OSC 777 (urxvt's, with a title) rather than OSC 9 (iTerm2's). */
const TAKES_777 = /^(?:rxvt|foot|vte|ghostty|wezterm)/;

/** Whether `text` holds one of `words`, as a word of its own. */
export function mentions(text: string, words: readonly string[]): boolean {
  if (words.length === 0) return false;
  const inWord = /[\p{L}\p{N}_]/u;
  const folded = text.toLowerCase();
  return words.some((word) => {
    const wanted = word.toLowerCase();
    // Chinese has no blanks between words.
    const apart = !/\p{Script=Han}/u.test(wanted);
    for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
      if (!apart) return true;
      const before = folded.slice(0, at).at(-1) ?? " ";
      const after = folded[at + wanted.length] ?? " ";
      if (!inWord.test(before) && !inWord.test(after)) return true;
    }
    return false;
  });
}

/** What the environment says of the terminal. */
export interface TerminalKind {
  readonly term: string;
  readonly vte: boolean;
  readonly program: string;
  readonly tmux: boolean;
}

/** The terminal of this program. */
export function terminalKind(): TerminalKind {
  return {
    term: Deno.env.get("TERM") ?? "",
    vte: Deno.env.get("VTE_VERSION") !== undefined,
    program: (Deno.env.get("TERM_PROGRAM") ?? "").toLowerCase(),
    tmux: Deno.env.get("TMUX") !== undefined,
  };
}

/** The sequence that has the terminal notify the desktop. `text` must be safe to print. */
export function notification(text: string, { term, vte, program, tmux }: TerminalKind): string {
  // A semicolon ends a field, and nothing may end the sequence.
  // deno-lint-ignore no-control-regex
  const words = [...text.replace(/[;\x00-\x1f\x7f-\x9f]/g, " ")].slice(0, MOST_CHARACTERS).join("");
  const by777 = vte || TAKES_777.test(term) || TAKES_777.test(program);
  const sequence = by777 ? `\x1b]777;notify;p2p;${words}${BEL}` : `\x1b]9;${words}${BEL}`;
  // tmux hands on what stands in its own sequence, where it is allowed to (allow-passthrough).
  return tmux ? `\x1bPtmux;${sequence.replaceAll("\x1b", "\x1b\x1b")}\x1b\\` : sequence;
}

/** Whether a message is an occasion. */
function isOccasion(occasion: Occasion, mention: boolean): boolean {
  return occasion === "all" || (occasion === "mention" && mention);
}

/** What is sent to the terminal for a message; empty for nothing. `text` names who wrote, and not what. */
export function attention(
  { bell, notify }: AttentionOptions,
  mention: boolean,
  text: string,
  kind: TerminalKind,
): string {
  return (isOccasion(bell, mention) ? BEL : "") +
    (isOccasion(notify, mention) ? notification(text, kind) : "");
}
