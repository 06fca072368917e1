/**
 * A prompt at the bottom of the terminal with a line being typed, and text that scrolls above it. What arrives never
 * garbles what is being typed. Everything printed must be safe already.
 */
import { fitText, LineEditor } from "./line-editor.ts";
import { terminalColumns } from "./progress.ts";
import { readTyped } from "./typed.ts";
import { textWidth } from "./width.ts";
import { writeAllSync } from "./write.ts";

/** Pasted text comes marked (xterm's bracketed paste). */
const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";
const WIPE_LINE = "\r\x1b[K";

/** Columns left for typing, whatever else wants to be shown. */
const LEAST_TYPING = 20;

interface Question {
  readonly text: string;
  readonly answer: (yes: boolean) => void;
}

/** Whether there is a terminal to draw on and a keyboard to read. */
export function hasScreen(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && Deno.env.get("TERM") !== "dumb";
}

/** The screen of a conversation. One at a time. */
export class LineScreen {
  readonly #editor = new LineEditor();
  readonly #prompt: string;
  readonly #interrupt: () => void;
  #status = "";
  #questions: Question[] = [];
  #draft = "";
  #open = true;
  #paused = false;

  /** @param prompt safe to print; @param interrupt called on Ctrl-C, after the terminal was given back */
  constructor(prompt: string, interrupt: () => void) {
    this.#prompt = prompt;
    this.#interrupt = interrupt;
    Deno.stdin.setRaw(true);
    writeAllSync(Deno.stdout, PASTE_ON);
    this.#draw();
  }

  /** The lines typed, until Ctrl-D or `close`. */
  async *lines(): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    while (this.#open) {
      const typed = await readTyped();
      if (typed === null) return;
      for (const event of this.#editor.feed(decoder.decode(typed, { stream: true }))) {
        if (event.type === "interrupt") {
          this.close();
          this.#interrupt();
          return;
        }
        if (event.type === "end") return;
        if (event.type !== "line" || this.#answered(event.text)) continue;
        this.#draw();
        yield event.text;
      }
      this.#draw();
    }
  }

  /** Prints a line (or several) above the prompt. */
  print(text: string): void {
    if (this.#paused) return writeAllSync(Deno.stdout, `${WIPE_LINE}${text}\n`);
    if (!this.#open) return writeAllSync(Deno.stdout, `${text}\n`);
    writeAllSync(Deno.stdout, `${WIPE_LINE}${text}\n`);
    this.#draw();
  }

  /** A short text in front of the prompt; empty for none. */
  status(text: string): void {
    if (this.#status === text) return;
    this.#status = text;
    this.#draw();
  }

  /** Asks a question in place of the prompt; what was being typed comes back afterwards. */
  ask(text: string): Promise<boolean> {
    return new Promise((answer) => {
      if (this.#questions.length === 0) {
        this.#draft = this.#editor.text;
        this.#editor.set("");
      }
      this.#questions.push({ text, answer });
      this.#draw();
    });
  }

  /** Gives the terminal to somebody else (a recording's meter) until the promise is settled. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    this.#paused = true;
    writeAllSync(Deno.stdout, `${WIPE_LINE}${PASTE_OFF}`);
    Deno.stdin.setRaw(false);
    try {
      return await work();
    } finally {
      this.#paused = false;
      if (this.#open) {
        Deno.stdin.setRaw(true);
        writeAllSync(Deno.stdout, PASTE_ON);
        this.#draw();
      }
    }
  }

  /** Gives the terminal back as it was. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const { answer } of this.#questions.splice(0)) answer(false);
    writeAllSync(Deno.stdout, `${WIPE_LINE}${PASTE_OFF}`);
    Deno.stdin.setRaw(false);
  }

  /** Whether the line was the answer to a question. */
  #answered(line: string): boolean {
    const question = this.#questions.shift();
    if (question === undefined) return false;
    const yes = /^\s*(y|yes|是|好)\s*$/i.test(line);
    writeAllSync(Deno.stdout, `${WIPE_LINE}${question.text} ${yes ? "yes" : "no"}\n`);
    question.answer(yes);
    if (this.#questions.length === 0) this.#editor.set(this.#draft);
    return true;
  }

  #draw(): void {
    if (!this.#open || this.#paused) return;
    const columns = terminalColumns();
    const question = this.#questions[0]?.text;
    const head = question === undefined
      ? (this.#status === "" ? "" : `[${this.#status}] `) + this.#prompt
      : `${question} [y/N] `;
    const shown = fitText(head, Math.max(columns - LEAST_TYPING, 1));
    const width = textWidth(shown);
    const { text, cursor } = this.#editor.view(Math.max(columns - width, 2));
    const right = width + cursor;
    writeAllSync(Deno.stdout, `${WIPE_LINE}${shown}${text}\r${right > 0 ? `\x1b[${right}C` : ""}`);
  }
}
