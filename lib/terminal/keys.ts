/**
 * What comes from a keyboard, as keys: text, pasted text, and keys that do something by their names. Terminals send
 * those as control characters and escape sequences (ECMA-48, xterm, rxvt), which may come in any pieces. Pure.
 */

/** One of them. */
export type Keystroke =
  /** What was typed, or pasted between marks (xterm's bracketed paste): no key in it does anything. */
  | { readonly type: "text" | "paste"; readonly text: string }
  /** "ctrl-a", "alt-b", "enter", "up", "ctrl-left". */
  | { readonly type: "key"; readonly name: string }
  /** Where the cursor is, for whoever asked (CPR, `ESC [ row ; column R`); both from 1. */
  | { readonly type: "position"; readonly row: number; readonly column: number };

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

/** Keys by the last letter of their sequence. */
const BY_LETTER: ReadonlyMap<string, string> = new Map([
  ["A", "up"],
  ["B", "down"],
  ["C", "right"],
  ["D", "left"],
  ["F", "end"],
  ["H", "home"],
  ["Z", "shift-tab"],
]);

/** Keys by the number before "~". */
const BY_NUMBER: ReadonlyMap<string, string> = new Map([
  ["1", "home"],
  ["3", "delete"],
  ["4", "end"],
  ["5", "page-up"],
  ["6", "page-down"],
  ["7", "home"],
  ["8", "end"],
]);

/** rxvt's arrows with Ctrl held. */
const RXVT: ReadonlyMap<string, string> = new Map([
  ["Oa", "ctrl-up"],
  ["Ob", "ctrl-down"],
  ["Oc", "ctrl-right"],
  ["Od", "ctrl-left"],
]);

/** Control characters that have a name of their own. */
const CONTROLS: ReadonlyMap<number, string> = new Map([
  [0x08, "backspace"],
  [0x09, "tab"],
  [0x0a, "enter"],
  [0x0d, "enter"],
  [0x7f, "backspace"],
]);

/** Modifiers that are told, as xterm numbers them plus one; Shift alone changes no key. */
function modifier(parameter: string | undefined): string {
  const held = Number(parameter ?? 1) - 1;
  if ((held & 4) !== 0) return "ctrl-";
  return (held & 2) !== 0 ? "alt-" : "";
}

/** The key of a control character. */
function controlKey(code: number): string {
  return CONTROLS.get(code) ?? `ctrl-${String.fromCharCode(code | 0x60)}`;
}

/** The key of what followed ESC; undefined where it is none that anybody waits for. */
function escapeKey(sequence: string): Keystroke | undefined {
  const rxvt = RXVT.get(sequence);
  if (rxvt !== undefined) return { type: "key", name: rxvt };
  const [, first = "", second, last = ""] = /^[[O](\d*)(?:;(\d+))?([@-~])$/.exec(sequence) ?? [];
  if (last === "R" && second !== undefined && first !== "") {
    return { type: "position", row: Number(first), column: Number(second) };
  }
  const name = last === "~" ? BY_NUMBER.get(first) : BY_LETTER.get(last);
  if (name !== undefined) return { type: "key", name: modifier(second) + name };
  if (sequence.startsWith("[") || sequence.startsWith("O")) return undefined;
  const code = sequence.charCodeAt(0);
  const plain = code < 0x20 || code === 0x7f ? controlKey(code) : sequence;
  return { type: "key", name: `alt-${plain}` };
}

/** Turns what is typed into keys. */
export class KeyReader {
  #input = "";
  #pasting = false;
  #afterReturn = false;

  /** The keys of what came, and of what had come before without being one yet. */
  feed(input: string): Keystroke[] {
    this.#input += input;
    const keys: Keystroke[] = [];
    while (this.#input !== "") {
      const before = this.#input.length;
      const key = this.#pasting ? this.#paste() : this.#key();
      if (key !== undefined) keys.push(key);
      // Nothing was taken: what is there waits for more.
      if (this.#input.length === before) break;
    }
    return keys;
  }

  #paste(): Keystroke | undefined {
    const end = this.#input.indexOf(PASTE_END);
    const whole = end < 0 ? this.#input.length - unfinished(this.#input) : end;
    const text = this.#input.slice(0, whole);
    this.#input = this.#input.slice(end < 0 ? whole : end + PASTE_END.length);
    if (end >= 0) this.#pasting = false;
    return text === "" ? undefined : { type: "paste", text };
  }

  /** The next key; undefined where it needs more input, or does nothing. */
  #key(): Keystroke | undefined {
    if (this.#input.startsWith(ESC)) return this.#escape();
    const plain = /^[^\p{Cc}]+/u.exec(this.#input)?.[0];
    if (plain !== undefined) {
      const cut = HALF.test(plain) && plain.length === this.#input.length ? 1 : 0;
      const text = plain.slice(0, plain.length - cut);
      if (text === "") return undefined;
      this.#afterReturn = false;
      this.#input = this.#input.slice(text.length);
      return { type: "text", text };
    }
    const control = this.#input.charCodeAt(0);
    this.#input = this.#input.slice(1);
    // Where a terminal pastes without marks, a line ends with CR LF: one line end.
    const doubled = control === 0x0a && this.#afterReturn;
    this.#afterReturn = control === 0x0d;
    return doubled ? undefined : { type: "key", name: controlKey(control) };
  }

  #escape(): Keystroke | undefined {
    if (this.#input.startsWith(PASTE_START)) {
      this.#input = this.#input.slice(PASTE_START.length);
      this.#pasting = true;
      return undefined;
    }
    const rest = this.#input.slice(ESC.length);
    // A lone ESC before another key's, or rxvt's Alt with an arrow.
    if (rest.startsWith(ESC)) {
      this.#input = rest;
      return undefined;
    }
    const sequence = ESCAPE.exec(rest)?.[0];
    if (sequence === undefined) {
      if (UNFINISHED_ESCAPE.test(rest) && rest.length < MAX_ESCAPE) return undefined;
      this.#input = rest;
      return undefined;
    }
    this.#input = rest.slice(sequence.length);
    return escapeKey(sequence);
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
