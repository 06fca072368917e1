/**
 * A line being typed, without the terminal: keys in, text and cursor out. Understands the usual editing keys (those of
 * readline), lines typed before, and pastes; everything a person types stays text, whatever a paste contains.
 */
import { KeyReader, type Keystroke } from "./keys.ts";
import { type LineSearch, TypedLines } from "./typed-lines.ts";
import { characters, characterWidth, mostColumns } from "./width.ts";

/** What a key led to. */
export type EditorEvent =
  | { readonly type: "line"; readonly text: string }
  /** Ctrl-C; Ctrl-D on an empty line; Ctrl-Z; Ctrl-L; Tab. */
  | { readonly type: "interrupt" | "end" | "suspend" | "repaint" | "complete" }
  /** Alt with a digit. */
  | { readonly type: "number"; readonly number: number }
  | { readonly type: "position"; readonly row: number; readonly column: number };

/** How a line break within the text is shown. */
const BREAK = "↵";

/** Longest line, in characters. */
const MAX_CHARACTERS = 64 * 1024;

const controls = () => /[\p{Cc}\p{Cs}]/gu;
const partOfWord = () => /[\p{L}\p{N}\p{M}_]/u;

/** The line. */
export class LineEditor {
  readonly #keys = new KeyReader();
  readonly #lines: TypedLines;
  #line: string[] = [];
  /** Characters before the cursor. */
  #at = 0;
  /** What was cut last, for Ctrl-Y; cuts that follow each other are one. */
  #cut: string[] = [];
  #cutting = false;
  #searching = false;
  /** Whether lines are remembered: answers to questions are not. */
  remembers = true;

  /** @param older lines of earlier runs, the oldest first; asked for when they are first wanted */
  constructor(older?: () => readonly string[]) {
    this.#lines = new TypedLines(older);
  }

  /** What has been typed so far. */
  get text(): string {
    return this.#line.join("");
  }

  /** The part of it before the cursor. */
  get textBefore(): string {
    return this.#line.slice(0, this.#at).join("");
  }

  /** The search under way; undefined where there is none. */
  get search(): LineSearch | undefined {
    return this.#searching ? this.#lines.searched : undefined;
  }

  /** Puts `text` in place of what was typed. */
  set(text: string): void {
    this.#line = characters(text);
    this.#at = this.#line.length;
  }

  /** Puts `text` in place of what stands before the cursor. */
  setBefore(text: string): void {
    const after = this.#line.slice(this.#at);
    const before = characters(text);
    this.#line = [...before, ...after];
    this.#at = before.length;
  }

  /** Takes what came from the keyboard, in any pieces. */
  feed(input: string): EditorEvent[] {
    return this.#keys.feed(input).flatMap((key) => this.#take(key) ?? []);
  }

  /** The line as it fits `columns`, and the column of the cursor. */
  view(columns: number): { readonly text: string; readonly cursor: number } {
    const shown = (list: string[]) => list.map((c) => c === "\n" ? BREAK : c);
    const left = shown(this.#line.slice(Math.max(0, this.#at - columns), this.#at));
    const right = shown(this.#line.slice(this.#at, this.#at + columns));
    let width = left.reduce((sum, c) => sum + characterWidth(c), 0);
    let from = 0;
    while (width >= columns && from < left.length) width -= characterWidth(left[from++]!);
    let text = left.slice(from).join("");
    let used = width;
    for (const character of right) {
      used += characterWidth(character);
      if (used >= columns) break;
      text += character;
    }
    return { text, cursor: width };
  }

  #take(key: Keystroke): EditorEvent | undefined {
    if (key.type === "position") return key;
    if (this.#searching) {
      const event = this.#takeSearching(key);
      if (event !== "over") return event;
    }
    const cutting = this.#cutting;
    this.#cutting = false;
    if (key.type !== "key") return this.#insert(key.text);
    const number = /^alt-([1-9])$/.exec(key.name)?.[1];
    if (number !== undefined) return { type: "number", number: Number(number) };
    return this.#press(key.name, cutting);
  }

  /** @param cutting whether the key before cut something, too */
  #press(name: string, cutting: boolean): EditorEvent | undefined {
    switch (name) {
      case "ctrl-a":
      case "home":
        return this.#go(0);
      case "ctrl-b":
      case "left":
        return this.#go(this.#at - 1);
      case "ctrl-c":
        return { type: "interrupt" };
      case "ctrl-d":
        return this.#line.length === 0 ? { type: "end" } : this.#erase(this.#at, this.#at + 1);
      case "ctrl-e":
      case "end":
        return this.#go(this.#line.length);
      case "ctrl-f":
      case "right":
        return this.#go(this.#at + 1);
      case "delete":
        return this.#erase(this.#at, this.#at + 1);
      case "backspace":
        return this.#erase(this.#at - 1, this.#at);
      case "tab":
        return { type: "complete" };
      case "enter":
        return this.#enter();
      case "alt-enter":
        return this.#insert("\n");
      case "ctrl-k":
        return this.#cutOut(this.#at, this.#line.length, cutting);
      case "ctrl-l":
        return { type: "repaint" };
      case "ctrl-n":
      case "down":
        return this.#recall(1);
      case "ctrl-p":
      case "up":
        return this.#recall(-1);
      case "ctrl-r":
        this.#searching = true;
        return undefined;
      case "ctrl-t":
        return this.#transpose();
      case "ctrl-u":
        return this.#cutOut(0, this.#at, cutting);
      case "ctrl-w":
        return this.#cutOut(this.#blankBefore(), this.#at, cutting);
      case "ctrl-y":
        return this.#insert(this.#cut.join(""));
      case "ctrl-z":
        return { type: "suspend" };
      case "alt-b":
      case "alt-left":
      case "ctrl-left":
        return this.#go(this.#wordBefore());
      case "alt-f":
      case "alt-right":
      case "ctrl-right":
        return this.#go(this.#wordAfter());
      case "alt-d":
      case "ctrl-delete":
        return this.#cutOut(this.#at, this.#wordAfter(), cutting);
      case "alt-backspace":
        return this.#cutOut(this.#wordBefore(), this.#at, cutting);
      default:
        return undefined;
    }
  }

  /** A key during a search; "over" where it ends the search and means what it always does. */
  #takeSearching(key: Keystroke): EditorEvent | "over" | undefined {
    const { query } = this.#lines.searched;
    if (key.type === "text") return this.#find(query + key.text, false);
    const name = key.type === "key" ? key.name : "paste";
    switch (name) {
      case "ctrl-r":
        return this.#find(query, true);
      case "backspace":
        return this.#find(characters(query).slice(0, -1).join(""), false);
      case "ctrl-c":
      case "ctrl-g":
        this.#searching = false;
        this.#lines.leave();
        this.set(this.#lines.endSearch());
        return undefined;
      default:
        this.#searching = false;
        this.#lines.endSearch();
        return "over";
    }
  }

  #find(query: string, further: boolean): undefined {
    const found = this.#lines.search(query, further, this.text);
    if (found !== undefined) this.set(found);
    return undefined;
  }

  #insert(text: string): undefined {
    const clean = text.replace(/\r\n?/g, "\n").replaceAll("\t", " ")
      .replace(controls(), (c) => c === "\n" ? c : "");
    // Together with what stands before: a mark typed now belongs to the letter typed before.
    const from = Math.max(0, this.#at - 1);
    const room = MAX_CHARACTERS - this.#line.length;
    const last = this.#line[from] !== undefined && this.#at > 0 ? this.#line[from]! : "";
    const fresh = characters(last + clean).slice(0, room + this.#at - from);
    this.#line.splice(from, this.#at - from, ...fresh);
    this.#at = from + fresh.length;
    return undefined;
  }

  #go(to: number): undefined {
    this.#at = Math.min(Math.max(to, 0), this.#line.length);
    return undefined;
  }

  /** Takes the characters of a place out. */
  #erase(from: number, to: number): undefined {
    if (from < 0) return undefined;
    this.#line.splice(from, to - from);
    this.#at = from;
    return undefined;
  }

  /** The same, for Ctrl-Y. */
  #cutOut(from: number, to: number, more: boolean): undefined {
    const cut = this.#line.slice(from, to);
    this.#cutting = true;
    if (cut.length === 0) {
      this.#cutting = more;
      return undefined;
    }
    const forward = from === this.#at;
    this.#cut = !more ? cut : forward ? [...this.#cut, ...cut] : [...cut, ...this.#cut];
    return this.#erase(from, to);
  }

  #transpose(): undefined {
    const right = Math.min(this.#at, this.#line.length - 1);
    if (right < 1) return undefined;
    const [one, two] = [this.#line[right - 1]!, this.#line[right]!];
    this.#line.splice(right - 1, 2, two, one);
    return this.#go(right + 1);
  }

  /** Where the word before the cursor begins, of those that blanks keep apart. */
  #blankBefore(): number {
    let at = this.#at;
    while (at > 0 && this.#line[at - 1] === " ") at--;
    while (at > 0 && this.#line[at - 1] !== " ") at--;
    return at;
  }

  /** Where the word before the cursor begins, of letters and digits. */
  #wordBefore(): number {
    const letter = partOfWord();
    let at = this.#at;
    while (at > 0 && !letter.test(this.#line[at - 1]!)) at--;
    while (at > 0 && letter.test(this.#line[at - 1]!)) at--;
    return at;
  }

  #wordAfter(): number {
    const letter = partOfWord();
    const { length } = this.#line;
    let at = this.#at;
    while (at < length && !letter.test(this.#line[at]!)) at++;
    while (at < length && letter.test(this.#line[at]!)) at++;
    return at;
  }

  #enter(): EditorEvent {
    const { text } = this;
    this.set("");
    if (this.remembers) this.#lines.add(text);
    return { type: "line", text };
  }

  #recall(step: -1 | 1): undefined {
    const line = this.#lines.recall(step, this.text);
    if (line !== undefined) this.set(line);
    return undefined;
  }
}

/**
 * `text` cut to `columns` of a terminal, with an ellipsis where something is missing. Signs of ambiguous width, of which
 * our own meters are made, count as one column.
 */
export function fitText(text: string, columns: number): string {
  const all = characters(text);
  let fit = "";
  let width = 0;
  for (const [i, character] of all.entries()) {
    width += mostColumns(character, 1);
    if (width > columns) return `${fit}…`;
    // Room for the ellipsis, unless this was the last.
    if (width < columns || i === all.length - 1) fit += character;
  }
  return fit;
}
