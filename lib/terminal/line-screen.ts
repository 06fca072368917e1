/**
 * A prompt at the bottom of the terminal with a line being typed, and text that scrolls above it. What arrives never
 * garbles what is being typed. Everything printed must be safe already. Nothing here waits for the terminal: one that
 * takes nothing (a connection that stalls) holds up those who wait for what is printed, and nobody else.
 */
import { yesOrNo } from "./yes-no.ts";
import { fitText, LineEditor } from "./line-editor.ts";
import { terminalColumns } from "./progress.ts";
import { QueuedOutput } from "./queued-output.ts";
import { readTyped } from "./typed.ts";
import { textWidth } from "./width.ts";
import { wrapLine } from "./wrap.ts";

/** Pasted text comes marked (xterm's bracketed paste). */
const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";
const WIPE_LINE = "\r\x1b[K";

/** Columns left for typing, whatever else wants to be shown. */
const LEAST_TYPING = 20;

/**
 * No key is pressed for this long before a question is put, and it stands for this long before what is typed may be its
 * answer, in milliseconds.
 */
const QUESTION_PAUSE_MS = 500;
/** How long giving the terminal back waits for one that takes nothing, in milliseconds. */
const CLOSE_MS = 1000;
/** Columns left for typing an answer. */
const LEAST_ANSWER = 4;
const CHOICE = "[y/N]";

interface AskedQuestion {
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
  readonly #output = new QueuedOutput(Deno.stdout);
  readonly #interrupt: () => void;
  readonly #typing: (begun: boolean) => void;
  #prompt: string;
  #begun = false;
  #status = "";
  #questions: AskedQuestion[] = [];
  /** The first question stands in place of the prompt, whose line waits in `#draft`. */
  #asking = false;
  #askTimer: ReturnType<typeof setTimeout> | undefined;
  #keyAt = 0;
  /** When the question was on the screen; undefined until then. */
  #askedAt: number | undefined;
  /** What stands on the line was begun before anybody can have read the question. */
  #early = false;
  #draft = "";
  /** Whether Enter was pressed behind the draft: what is typed then is another line. */
  #draftEnded = false;
  /** Rows that were drawn above the one with the cursor. */
  #above = 0;
  #drawing = false;
  #stale = false;
  #open = true;
  #paused = false;
  #closing: Promise<void> | undefined;

  /**
   * @param prompt safe to print
   * @param interrupt called on Ctrl-C; it gives the terminal back
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
    this.#put(PASTE_ON);
    this.#draw();
  }

  /** The lines typed, until Ctrl-D or `close`. */
  async *lines(): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    while (this.#open) {
      const typed = await readTyped();
      if (typed === null) return;
      this.#keyAt = performance.now();
      const unread = this.#asking &&
        !(this.#askedAt !== undefined && this.#keyAt - this.#askedAt >= QUESTION_PAUSE_MS);
      for (const event of this.#editor.feed(decoder.decode(typed, { stream: true }))) {
        this.#tellTyping(event.type === "line");
        if (unread) this.#early = true;
        if (event.type === "interrupt") {
          this.#interrupt();
          return;
        }
        if (event.type === "end") return;
        if (event.type !== "line" || this.#answered(event.text)) continue;
        this.#draw();
        yield event.text;
      }
      this.#early = this.#editor.text !== "" && (this.#early || unread);
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

  /** Prints a line (or several) above the prompt. Rejects where the terminal is gone. */
  print(text: string): Promise<void> {
    const printed = this.#output.write(`${this.#open ? this.#wipe() : ""}${text}\n`);
    this.#draw();
    return printed;
  }

  /** Resolves when everything printed is on the terminal. */
  settled(): Promise<void> {
    return this.#output.settled();
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
    this.#put(`${this.#wipe()}* ${question.who}\n`);
    this.#draw();
    const announced = performance.now();
    const due = () => Math.max(announced, this.#keyAt) + QUESTION_PAUSE_MS - performance.now();
    const wait = () => {
      this.#askTimer = setTimeout(() => {
        if (due() > 0) return wait();
        this.#askTimer = undefined;
        this.#beginAsking();
      }, Math.max(due(), 1));
    };
    wait();
  }

  #beginAsking(): void {
    if (!this.#open) return;
    this.#asking = true;
    this.#askedAt = undefined;
    this.#early = false;
    const { text } = this.#editor;
    this.#draftEnded = this.#draftEnded && text !== "" && text === this.#draft;
    this.#draft = text;
    this.#editor.set("");
    this.#draw();
  }

  /** The question in rows that leave room for an answer behind the last one. */
  #questionRows({ text }: AskedQuestion): string[] {
    return wrapLine(`${text} ${CHOICE}`, terminalColumns() - LEAST_ANSWER, "  ");
  }

  #nextQuestion(): void {
    clearTimeout(this.#askTimer);
    this.#askTimer = undefined;
    if (this.#asking) {
      this.#asking = false;
      this.#keep(this.#editor.text, this.#draftEnded && this.#editor.text === "");
      this.#editor.set(this.#draft);
    }
    this.#tellTyping();
    this.#draw();
    this.#announce();
  }

  /** Keeps words for somebody behind the draft. */
  #keep(words: string, ended: boolean): void {
    const apart = this.#draftEnded && this.#draft !== "" && words !== "";
    this.#draft += (apart ? "\n" : "") + words;
    this.#draftEnded = ended;
  }

  /** Gives the terminal to somebody else (a recording's meter) until the promise is settled. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    this.#paused = true;
    this.#put(this.#wipe() + PASTE_OFF);
    await this.#output.settled();
    Deno.stdin.setRaw(false);
    try {
      return await work();
    } finally {
      this.#paused = false;
      if (this.#open) {
        Deno.stdin.setRaw(true);
        this.#put(PASTE_ON);
        this.#draw();
      }
    }
  }

  /** Gives the terminal back as it was. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    clearTimeout(this.#askTimer);
    for (const { answer } of this.#questions.splice(0)) answer(false);
    this.#put(this.#wipe() + PASTE_OFF);
    this.#open = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise((resolve) => timer = setTimeout(resolve, CLOSE_MS));
    await Promise.race([this.#output.settled(), limit]);
    clearTimeout(timer);
    Deno.stdin.setRaw(false);
  }

  /** Whether the line belonged to a question: its answer, or something that is kept for later. */
  #answered(line: string): boolean {
    const [question] = this.#questions;
    if (!this.#asking || question === undefined || line.startsWith("/")) return false;
    const yes = yesOrNo(line);
    if (this.#early || yes === undefined) {
      // Words for somebody: they wait until the question is out of the way.
      this.#early = false;
      this.#keep(line, true);
      this.#tellTyping();
      return true;
    }
    this.#questions.shift();
    const rows = this.#questionRows(question).join("\n").replace(CHOICE, line.trim());
    this.#put(`${this.#wipe()}${rows}\n`);
    this.#nextQuestion();
    question.answer(yes);
    return true;
  }

  /** Draws once what was drawn before is on the terminal: one that is slow gets the latest alone. */
  #draw(): void {
    if (!this.#open || this.#paused) return;
    if (this.#drawing) {
      this.#stale = true;
      return;
    }
    this.#drawing = true;
    const asked = this.#asking ? this.#questions[0] : undefined;
    const over = () => {
      this.#drawing = false;
      if (asked !== undefined && asked === this.#questions[0]) {
        this.#askedAt ??= performance.now();
      }
      if (!this.#stale) return;
      this.#stale = false;
      this.#draw();
    };
    this.#output.write(this.#frame(asked)).then(over, over);
  }

  /** The question or the prompt, and the line; the cursor where typing goes on. */
  #frame(question: AskedQuestion | undefined): string {
    const columns = terminalColumns();
    const rows = question === undefined
      ? [this.#promptFor(columns)]
      : this.#questionRows(question).map((row, i, all) => i < all.length - 1 ? row : `${row} `);
    const width = textWidth(rows.at(-1)!);
    const { text, cursor } = this.#editor.view(Math.max(columns - width, 2));
    const right = width + cursor;
    const wipe = this.#wipe();
    this.#above = rows.length - 1;
    return `${wipe}${rows.join("\n")}${text}\r${right > 0 ? `\x1b[${right}C` : ""}`;
  }

  /** Takes away what was drawn last. */
  #wipe(): string {
    const above = this.#above;
    this.#above = 0;
    return above === 0 ? WIPE_LINE : `${WIPE_LINE}\x1b[${above}A\x1b[J`;
  }

  /** Writes; that the terminal is gone is told by the next that is printed. */
  #put(text: string): void {
    this.#output.write(text).catch(() => undefined);
  }

  /** The prompt names whom the line goes to: a status gives way to it. */
  #promptFor(columns: number): string {
    const room = Math.max(columns - LEAST_TYPING, 1);
    const prompt = fitText(this.#prompt, room);
    const left = room - textWidth(prompt) - "[] ".length;
    return this.#status === "" || left < 1 ? prompt : `[${fitText(this.#status, left)}] ${prompt}`;
  }
}
