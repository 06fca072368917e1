/**
 * A line being typed, without the terminal: keys in, text and cursor out. Understands the usual editing keys, history
 * and bracketed paste; everything a person types stays text, whatever a paste contains.
 */
import { characters, characterWidth, mostColumns } from "./width.ts";

/** What a key led to. */
export type EditorEvent =
  | { readonly type: "line"; readonly text: string }
  | { readonly type: "interrupt" | "end" };

/** How a line break within the text is shown. */
const BREAK = "↵";

/** Lines remembered. */
const HISTORY = 100;

/** Longest line, in characters. */
const MAX_CHARACTERS = 64 * 1024;

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";

const ESC = "\x1b";

/** What follows ESC in one key: CSI, SS3, or Alt with a key. */
const ESCAPE = /^(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[^[O])/u;
const UNFINISHED_ESCAPE = /^(?:\[[0-?]*[ -/]*|O)?$/u;
/** A longer escape sequence is none. */
const MAX_ESCAPE = 32;
/** A text whose last character is cut in two. */
const HALF = /[\ud800-\udbff]$/;
const controls = () => /[\p{Cc}\p{Cs}]/gu;

/** The line. */
export class LineEditor {
  #before: string[] = [];
  #after: string[] = [];
  #input = "";
  #pasting = false;
  #afterReturn = false;
  readonly #history: string[] = [];
  #recalled: number | undefined;
  #draft = "";

  /** What has been typed so far. */
  get text(): string {
    return [...this.#before, ...this.#after].join("");
  }

  /** Puts `text` in place of what was typed. */
  set(text: string): void {
    this.#before = characters(text);
    this.#after = [];
  }

  /** Takes what came from the keyboard, in any pieces. */
  feed(input: string): EditorEvent[] {
    this.#input += input;
    const events: EditorEvent[] = [];
    while (this.#input !== "") {
      const event = this.#pasting ? this.#paste() : this.#key();
      if (event === "more") break;
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  /** The line as it fits `columns`, and the column of the cursor. */
  view(columns: number): { readonly text: string; readonly cursor: number } {
    const shown = (list: string[]) => list.map((c) => c === "\n" ? BREAK : c);
    const left = shown(this.#before);
    const right = shown(this.#after);
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

  #paste(): EditorEvent | "more" | undefined {
    const end = this.#input.indexOf(PASTE_END);
    if (end < 0) {
      const whole = this.#input.length - unfinished(this.#input);
      this.#insert(this.#input.slice(0, whole));
      this.#input = this.#input.slice(whole);
      return "more";
    }
    this.#insert(this.#input.slice(0, end));
    this.#input = this.#input.slice(end + PASTE_END.length);
    this.#pasting = false;
    return undefined;
  }

  #key(): EditorEvent | "more" | undefined {
    if (this.#input.startsWith(ESC)) {
      if (this.#input.startsWith(PASTE_START)) {
        this.#input = this.#input.slice(PASTE_START.length);
        this.#pasting = true;
        return undefined;
      }
      const rest = this.#input.slice(ESC.length);
      const sequence = ESCAPE.exec(rest)?.[0];
      if (sequence === undefined) {
        if (UNFINISHED_ESCAPE.test(rest) && rest.length < MAX_ESCAPE) return "more";
        this.#input = rest;
        return undefined;
      }
      this.#input = rest.slice(sequence.length);
      this.#escape(sequence);
      return undefined;
    }
    const plain = /^[^\p{Cc}]+/u.exec(this.#input)?.[0];
    if (plain !== undefined && HALF.test(plain) && plain.length === this.#input.length) {
      if (plain.length === 1) return "more";
      this.#input = plain.at(-1)!;
      this.#insert(plain.slice(0, -1));
      return "more";
    }
    if (plain !== undefined) {
      this.#afterReturn = false;
      this.#input = this.#input.slice(plain.length);
      this.#insert(plain);
      return undefined;
    }
    const control = this.#input.charCodeAt(0);
    this.#input = this.#input.slice(1);
    // Where a terminal pastes without marks, a line ends with CR LF: one line end.
    const doubled = control === 0x0a && this.#afterReturn;
    this.#afterReturn = control === 0x0d;
    return doubled ? undefined : this.#control(control);
  }

  #control(code: number): EditorEvent | undefined {
    switch (code) {
      case 0x01: // Ctrl-A
        return this.#move(-Infinity);
      case 0x02: // Ctrl-B
        return this.#move(-1);
      case 0x03: // Ctrl-C
        return { type: "interrupt" };
      case 0x04: // Ctrl-D
        if (this.text === "") return { type: "end" };
        return void this.#after.shift();
      case 0x05: // Ctrl-E
        return this.#move(Infinity);
      case 0x06: // Ctrl-F
        return this.#move(1);
      case 0x08:
      case 0x7f: // Backspace
        return void this.#before.pop();
      case 0x0a:
      case 0x0d: // Enter
        return this.#enter();
      case 0x0b: // Ctrl-K
        this.#after = [];
        return undefined;
      case 0x0e: // Ctrl-N
        return this.#recall(1);
      case 0x10: // Ctrl-P
        return this.#recall(-1);
      case 0x15: // Ctrl-U
        this.#before = [];
        return undefined;
      case 0x17: // Ctrl-W
        return this.#eraseWord();
      default:
        return undefined;
    }
  }

  #escape(sequence: string): void {
    switch (sequence) {
      case "[A":
      case "OA":
        return this.#recall(-1);
      case "[B":
      case "OB":
        return this.#recall(1);
      case "[C":
      case "OC":
        return this.#move(1);
      case "[D":
      case "OD":
        return this.#move(-1);
      case "[H":
      case "OH":
      case "[1~":
        return this.#move(-Infinity);
      case "[F":
      case "OF":
      case "[4~":
        return this.#move(Infinity);
      case "[3~":
        this.#after.shift();
    }
  }

  #insert(text: string): void {
    const clean = text.replace(/\r\n?/g, "\n").replaceAll("\t", " ")
      .replace(controls(), (c) => c === "\n" ? c : "");
    // Together with what stands before: a mark typed now belongs to the letter typed before.
    const last = this.#before.pop() ?? "";
    const room = MAX_CHARACTERS - this.#before.length - this.#after.length;
    for (const character of characters(last + clean).slice(0, room)) this.#before.push(character);
  }

  #move(by: number): undefined {
    for (; by < 0 && this.#before.length > 0; by++) this.#after.unshift(this.#before.pop()!);
    for (; by > 0 && this.#after.length > 0; by--) this.#before.push(this.#after.shift()!);
    return undefined;
  }

  #eraseWord(): undefined {
    while (this.#before.at(-1) === " ") this.#before.pop();
    while (this.#before.length > 0 && this.#before.at(-1) !== " ") this.#before.pop();
    return undefined;
  }

  #enter(): EditorEvent {
    const text = this.text;
    this.set("");
    this.#recalled = undefined;
    if (text.trim() !== "" && this.#history.at(-1) !== text) this.#history.push(text);
    if (this.#history.length > HISTORY) this.#history.shift();
    return { type: "line", text };
  }

  #recall(step: number): undefined {
    const length = this.#history.length;
    const at = this.#recalled ?? length;
    const next = Math.min(Math.max(at + step, 0), length);
    if (next === at) return undefined;
    if (at === length) this.#draft = this.text;
    this.#recalled = next === length ? undefined : next;
    this.set(this.#history[next] ?? this.#draft);
    return undefined;
  }
}

/** How much at the end of a piece of a paste cannot be judged before the next: a cut mark, CR, or half a character. */
function unfinished(piece: string): number {
  for (let length = Math.min(PASTE_END.length - 1, piece.length); length > 0; length--) {
    if (PASTE_END.startsWith(piece.slice(-length))) {
      return length + unfinished(piece.slice(0, -length));
    }
  }
  return piece.endsWith("\r") || HALF.test(piece) ? 1 : 0;
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
