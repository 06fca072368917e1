/**
 * A prompt at the bottom of the terminal with a line being typed, and text that scrolls above it. What arrives never
 * garbles what is being typed. Everything printed must be safe already.
 */
import { fitText, LineEditor } from "./line-editor.ts";
import { terminalColumns } from "./progress.ts";
import { readTyped } from "./typed.ts";
import { textWidth } from "./width.ts";
import { wrapLine } from "./wrap.ts";
import { writeAllSync } from "./write.ts";

/** Pasted text comes marked (xterm's bracketed paste). */
const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";
const WIPE_LINE = "\r\x1b[K";

/** Columns left for typing, whatever else wants to be shown. */
const LEAST_TYPING = 20;

/** A question stands this long, and no key is pressed for this long, before a line may be its answer, in milliseconds. */
const QUESTION_PAUSE_MS = 500;
/** Columns left for typing an answer. */
const LEAST_ANSWER = 4;
const YES = /^\s*(?:y|yes|是)\s*$/i;
const NO = /^\s*(?:n|no|否)\s*$/i;
const CHOICE = "[y/N]";

interface Question {
  readonly id: string;
  readonly who: string;
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
  readonly #interrupt: () => void;
  readonly #typing: (begun: boolean) => void;
  #prompt: string;
  #begun = false;
  #status = "";
  #questions: Question[] = [];
  /** The first question stands in place of the prompt, whose line waits in `#draft`. */
  #asking = false;
  #askTimer: ReturnType<typeof setTimeout> | undefined;
  #keyAt = 0;
  #draft = "";
  #open = true;
  #paused = false;

  /**
   * @param prompt safe to print
   * @param interrupt called on Ctrl-C, after the terminal was given back
   * @param typing told when a line is begun, and when it is empty again
   */
  constructor(
    prompt: string,
    interrupt: () => void,
    typing: (begun: boolean) => void = () => undefined,
  ) {
    this.#prompt = prompt;
    this.#interrupt = interrupt;
    this.#typing = typing;
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
      this.#keyAt = performance.now();
      for (const event of this.#editor.feed(decoder.decode(typed, { stream: true }))) {
        this.#tellTyping(event.type === "line");
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
      this.#tellTyping();
      this.#draw();
    }
  }

  /** @param line a whole line was just typed: it is still begun for whoever takes it */
  #tellTyping(line = false): void {
    const begun = line || this.#editor.text !== "" || (this.#asking && this.#draft !== "");
    if (begun === this.#begun) return;
    this.#begun = begun;
    this.#typing(begun);
  }

  /** Changes the prompt. */
  prompt(text: string): void {
    if (this.#prompt === text) return;
    this.#prompt = text;
    this.#draw();
  }

  /** Puts `text` on the line to be edited, before what stands there. */
  draft(text: string): void {
    if (this.#asking) this.#draft = text + this.#draft;
    else this.#editor.set(text + this.#editor.text);
    this.#tellTyping();
    this.#draw();
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

  /**
   * Asks a question: `who` on a line of its own, then `text` in place of the prompt, once no key has been pressed for a
   * moment. What was being typed comes back afterwards. Only yes and no count.
   */
  ask(id: string, who: string, text: string, answer: (yes: boolean) => void): void {
    this.#questions.push({ id, who, text, answer });
    if (this.#questions.length === 1) this.#announce();
  }

  /** The question needs no answer any more. */
  withdraw(id: string): void {
    const at = this.#questions.findIndex((question) => question.id === id);
    if (at < 0) return;
    this.#questions.splice(at, 1);
    if (at === 0) this.#nextQuestion();
  }

  #announce(): void {
    const [question] = this.#questions;
    if (question === undefined) return;
    this.print(`* ${question.who}`);
    const announced = performance.now();
    const due = () => Math.max(announced, this.#keyAt) + QUESTION_PAUSE_MS - performance.now();
    const wait = () => {
      this.#askTimer = setTimeout(() => {
        if (due() > 0) return wait();
        this.#askTimer = undefined;
        this.#beginAsking(question);
      }, Math.max(due(), 1));
    };
    wait();
  }

  #beginAsking(question: Question): void {
    if (!this.#open) return;
    const rows = this.#questionRows(question);
    if (rows.length > 1) this.print(rows.slice(0, -1).join("\n"));
    this.#asking = true;
    this.#draft = this.#editor.text;
    this.#editor.set("");
    this.#draw();
  }

  /** The question in rows that leave room for an answer behind the last one. */
  #questionRows({ text }: Question): string[] {
    const columns = terminalColumns() - LEAST_ANSWER;
    const rows = wrapLine(`${text} ${CHOICE}`, columns, "  ");
    return rows;
  }

  #nextQuestion(): void {
    clearTimeout(this.#askTimer);
    this.#askTimer = undefined;
    if (this.#asking) {
      this.#asking = false;
      this.#editor.set(this.#draft + this.#editor.text);
      this.#draft = "";
    }
    this.#tellTyping();
    this.#draw();
    this.#announce();
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
    clearTimeout(this.#askTimer);
    for (const { answer } of this.#questions.splice(0)) answer(false);
    writeAllSync(Deno.stdout, `${WIPE_LINE}${PASTE_OFF}`);
    Deno.stdin.setRaw(false);
  }

  /** Whether the line belonged to a question: its answer, or something that is kept for later. */
  #answered(line: string): boolean {
    const [question] = this.#questions;
    if (!this.#asking || question === undefined || line.startsWith("/")) return false;
    const yes = YES.test(line);
    if (!yes && !NO.test(line)) {
      // Words for somebody: they wait until the question is out of the way.
      this.#draft += line;
      this.#tellTyping();
      return true;
    }
    this.#questions.shift();
    writeAllSync(
      Deno.stdout,
      `${WIPE_LINE}${this.#questionRows(question).at(-1)!.replace(CHOICE, "")}${
        yes ? "yes" : "no"
      }\n`,
    );
    this.#nextQuestion();
    question.answer(yes);
    return true;
  }

  #draw(): void {
    if (!this.#open || this.#paused) return;
    const columns = terminalColumns();
    const question = this.#asking ? this.#questions[0] : undefined;
    const shown = question === undefined
      ? this.#promptFor(columns)
      : `${this.#questionRows(question).at(-1)} `;
    const width = textWidth(shown);
    const { text, cursor } = this.#editor.view(Math.max(columns - width, 2));
    const right = width + cursor;
    writeAllSync(Deno.stdout, `${WIPE_LINE}${shown}${text}\r${right > 0 ? `\x1b[${right}C` : ""}`);
  }

  /** The prompt names whom the line goes to: a status gives way to it. */
  #promptFor(columns: number): string {
    const room = Math.max(columns - LEAST_TYPING, 1);
    const prompt = fitText(this.#prompt, room);
    const left = room - textWidth(prompt) - "[] ".length;
    return this.#status === "" || left < 1 ? prompt : `[${fitText(this.#status, left)}] ${prompt}`;
  }
}
