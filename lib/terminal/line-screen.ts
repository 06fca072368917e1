/**
 * A prompt at the bottom of the terminal with a line being typed, and text that scrolls above it. What arrives never
 * garbles what is being typed. Everything printed must be safe already. Nothing here waits for the terminal: one that
 * takes nothing (a connection that stalls) holds up those who wait for what is printed, and nobody else.
 */
import { suspendProgram } from "../system/suspend.ts";
import { type AskedQuestion, Asking, CHOICE } from "./asking.ts";
import { FooterPainter, promptRow, questionRows } from "./footer.ts";
import { type EditorEvent, fitText, LineEditor } from "./line-editor.ts";
import { Marks } from "./marks.ts";
import { terminalColumns, terminalRows } from "./size.ts";
import { QueuedOutput } from "./queued-output.ts";
import { forTerminal } from "./signs.ts";
import { readTyped } from "./typed.ts";

/** Pasted text comes marked (xterm's bracketed paste). */
const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";
/** The window empty; and what scrolled out of it forgotten (xterm). */
const CLEAR = "\x1b[H\x1b[2J";
const CLEAR_SAVED = "\x1b[3J";
const ASK_POSITION = "\x1b[6n";

/** How long giving the terminal back waits for one that takes nothing, in milliseconds. */
const CLOSE_MS = 1000;
/** How long a terminal may take to say where its cursor is, in milliseconds. */
const POSITION_MS = 200;

/** Whether there is a terminal to draw on and a keyboard to read. */
export function hasScreen(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && Deno.env.get("TERM") !== "dumb";
}

/** What the person does that is no line. */
export interface ScreenHandlers {
  /** Ctrl-C; gives the terminal back. */
  interrupt(): void;
  /** A line is begun, or empty again. */
  typing?(begun: boolean): void;
  /** Tab. */
  complete?(): void;
  /** Alt with a digit. */
  number?(number: number): void;
  /** How a search for a line typed before stands, in place of the prompt. */
  searching?(query: string, found: boolean): string;
  /** Lines typed in earlier runs, the oldest first. */
  older?(): readonly string[];
}

/** The screen of a conversation. One at a time. */
export class LineScreen {
  readonly #output = new QueuedOutput(Deno.stdout);
  readonly #handlers: ScreenHandlers;
  readonly #editor: LineEditor;
  readonly #asking: Asking;
  readonly #marks = new Marks();
  #prompt: string;
  #aside = "";
  #begun = false;
  #status: readonly string[] = [];
  readonly #footer = new FooterPainter();
  #drawing = false;
  #stale = false;
  #open = true;
  #paused = false;
  /** The window has changed: where the footer is, the terminal has been asked. */
  #unsettled: { readonly timer: ReturnType<typeof setTimeout> } | undefined;
  #held: Array<() => void> = [];
  #closing: Promise<void> | undefined;

  /** @param prompt safe to print */
  constructor(prompt: string, handlers: ScreenHandlers) {
    this.#prompt = prompt;
    this.#handlers = handlers;
    this.#editor = new LineEditor(() => handlers.older?.() ?? []);
    this.#asking = new Asking({
      editor: this.#editor,
      announce: (who) => {
        this.print(`* ${who}`).catch(() => undefined);
      },
      answered: (question, answer) => {
        const rows = questionRows(terminalColumns(), question.text).join("\n").replace(
          CHOICE,
          answer,
        );
        this.print(rows).catch(() => undefined);
      },
      draw: () => this.#draw(),
      typing: () => this.#tellTyping(),
    });
    if (Deno.build.os !== "windows") {
      Deno.addSignalListener("SIGWINCH", this.#resized);
      Deno.addSignalListener("SIGCONT", this.#continued);
    }
    Deno.stdin.setRaw(true);
    this.#put(PASTE_ON);
    this.#draw();
  }

  /** The lines typed, until Ctrl-D (which is told as undefined) or `close`. */
  async *lines(): AsyncGenerator<string | undefined> {
    const decoder = new TextDecoder();
    while (this.#open) {
      const typed = await readTyped();
      if (typed === null) return;
      const unread = this.#asking.pressed();
      for (const event of this.#editor.feed(decoder.decode(typed, { stream: true }))) {
        this.#tellTyping(event.type === "line");
        if (unread) this.#asking.noteEarly();
        if (event.type === "interrupt") {
          this.#handlers.interrupt();
          return;
        }
        if (event.type === "end") yield undefined;
        if (event.type !== "line") {
          await this.#act(event);
          continue;
        }
        if (this.#asking.takes(event.text)) continue;
        this.#draw();
        yield event.text;
      }
      this.#asking.handled(unread);
      this.#tellTyping();
      this.#draw();
    }
  }

  /** Carries out a key that is the screen's. */
  async #act(event: Exclude<EditorEvent, { type: "line" | "interrupt" | "end" }>): Promise<void> {
    switch (event.type) {
      case "complete":
        if (this.#asking.current === undefined) this.#handlers.complete?.();
        return;
      case "number":
        return this.#handlers.number?.(event.number);
      case "repaint":
        return this.clear();
      case "suspend":
        return await this.#suspend();
      case "position":
        return this.#settleSize(event.column - 1);
    }
  }

  /** @param line a whole line was just typed: it is still begun for whoever takes it */
  #tellTyping(line = false): void {
    const begun = line || this.#editor.text !== "" || this.#asking.draft !== "";
    if (begun === this.#begun) return;
    this.#begun = begun;
    this.#handlers.typing?.(begun);
  }

  /**
   * Changes the prompt.
   *
   * @param aside stands before it where there is room
   */
  prompt(text: string, aside = ""): void {
    if (this.#prompt === text && this.#aside === aside) return;
    this.#prompt = text;
    this.#aside = aside;
    this.#draw();
  }

  /** Puts `text` on the line to be edited, before what stands there. */
  draft(text: string): void {
    if (this.#asking.current !== undefined) this.#asking.putBefore(text);
    else this.#editor.set(text + this.#editor.text);
    this.#tellTyping();
    this.#draw();
  }

  /** The line up to the cursor; undefined while something else is typed. */
  get begun(): string | undefined {
    const other = this.#asking.current !== undefined || this.#editor.search !== undefined;
    return other ? undefined : this.#editor.textBefore;
  }

  /** Puts `text` in place of the line up to the cursor, unless that has changed from `before`. */
  complete(before: string, text: string): void {
    if (this.begun !== before) return;
    this.#editor.setBefore(text);
    this.#tellTyping();
    this.#draw();
  }

  /**
   * Prints a line (or several) above the prompt. Rejects where the terminal is gone.
   *
   * @param id the first row may be marked by it later
   */
  print(text: string, id?: string): Promise<void> {
    if (this.#unsettled !== undefined) {
      return new Promise((resolve, reject) => {
        this.#held.push(() => this.print(text, id).then(resolve, reject));
      });
    }
    const wipe = this.#open ? this.#footer.wipe() : "";
    const printed = this.#output.write(forTerminal(`${wipe}${text}\n`));
    this.#marks.printed(text.split("\n").length, id);
    this.#draw();
    return printed;
  }

  /** Puts a mark (one column, colours besides) at `column` of the row that was printed as `id`, while it can be reached. */
  mark(id: string, column: number, mark: string): void {
    if (this.#unsettled !== undefined || !this.#open || this.#paused) return;
    const reach = terminalRows() - (this.#footer.drawn?.rowsAbove ?? 0) - 1;
    const up = this.#marks.take(id, reach);
    if (up === undefined) return;
    const right = column > 0 ? `\x1b[${column}C` : "";
    this.#put(`${this.#footer.wipe()}\x1b[${up}A${right}${mark}\r\x1b[${up}B`);
    this.#draw();
  }

  /** Writes what the terminal shows nowhere: a bell, a notification. */
  signal(sequence: string): void {
    if (this.#open && !this.#paused) this.#put(sequence);
  }

  /**
   * Empties the window.
   *
   * @param saved what has scrolled out of it, too
   */
  clear(saved = false): void {
    if (!this.#open || this.#paused) return;
    this.#marks.forget();
    this.#footer.forget();
    this.#put(CLEAR + (saved ? CLEAR_SAVED : ""));
    this.#draw();
  }

  /** Resolves when everything printed is on the terminal. */
  settled(): Promise<void> {
    return this.#output.settled();
  }

  /** Short texts, each on a row above the prompt; the fewer the better. */
  status(rows: readonly string[]): void {
    if (rows.length === this.#status.length && rows.every((row, i) => row === this.#status[i])) {
      return;
    }
    this.#status = rows;
    this.#draw();
  }

  /**
   * Asks a question: `who` on a line of its own, then `text` in place of the prompt, once no key has been pressed for a
   * moment. What was being typed comes back afterwards. Only yes and no count.
   */
  ask(id: string, who: string, text: string, answer: (yes: boolean) => void): void {
    this.#asking.ask({ id, who, text, answer });
  }

  /** The question needs no answer any more. */
  withdraw(id: string): void {
    this.#asking.withdraw(id);
  }

  /** Gives the terminal to somebody else (a recording's meter) until the promise is settled. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    await this.#leave();
    try {
      return await work();
    } finally {
      this.#return();
    }
  }

  /** Ctrl-Z: the shell has the terminal until it continues the program. */
  async #suspend(): Promise<void> {
    await this.#leave();
    suspendProgram();
    this.#return();
  }

  async #leave(): Promise<void> {
    this.#paused = true;
    this.#marks.forget();
    this.#put(this.#footer.wipe() + PASTE_OFF);
    await this.#output.settled();
    Deno.stdin.setRaw(false);
  }

  #return(): void {
    this.#paused = false;
    if (!this.#open) return;
    Deno.stdin.setRaw(true);
    this.#put(PASTE_ON);
    this.#draw();
  }

  /** Somebody stopped the program without asking it, and it goes on: the shell has had the terminal. */
  readonly #continued = (): void => {
    if (!this.#open || this.#paused) return;
    // The runtime knows of no change: it has to make one.
    Deno.stdin.setRaw(false);
    this.#return();
  };

  /** The window has changed. */
  readonly #resized = (): void => {
    if (!this.#open || this.#paused) return;
    this.#marks.forget();
    if (terminalColumns() >= (this.#footer.drawn?.columns ?? 0)) {
      return this.#draw();
    }
    if (this.#unsettled !== undefined) clearTimeout(this.#unsettled.timer);
    this.#unsettled = { timer: setTimeout(() => this.#settleSize(undefined), POSITION_MS) };
    this.#put(ASK_POSITION);
  };

  /** @param column where the cursor is, from 0; undefined where the terminal does not say */
  #settleSize(column: number | undefined): void {
    if (this.#unsettled === undefined) return;
    clearTimeout(this.#unsettled.timer);
    this.#unsettled = undefined;
    this.#footer.resized(terminalColumns(), column);
    for (const held of this.#held.splice(0)) held();
    this.#draw();
  }

  /** Gives the terminal back as it was. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#asking.close();
    if (Deno.build.os !== "windows") {
      Deno.removeSignalListener("SIGWINCH", this.#resized);
      Deno.removeSignalListener("SIGCONT", this.#continued);
    }
    this.#settleSize(undefined);
    this.#put(this.#footer.wipe() + PASTE_OFF);
    this.#open = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise((resolve) => timer = setTimeout(resolve, CLOSE_MS));
    await Promise.race([this.#output.settled(), limit]);
    clearTimeout(timer);
    Deno.stdin.setRaw(false);
  }

  /** Draws once what was drawn before is on the terminal: one that is slow gets the latest alone. */
  #draw(): void {
    if (!this.#open || this.#paused || this.#unsettled !== undefined) return;
    if (this.#drawing) {
      this.#stale = true;
      return;
    }
    this.#drawing = true;
    const asked = this.#asking.current;
    const over = () => {
      this.#drawing = false;
      this.#asking.painted(asked);
      if (!this.#stale) return;
      this.#stale = false;
      this.#draw();
    };
    this.#output.write(forTerminal(this.#frame(asked))).then(over, over);
  }

  /** The question or the prompt, and the line; the cursor where typing goes on. */
  #frame(question: AskedQuestion | undefined): string {
    const columns = terminalColumns();
    const rows = question === undefined
      ? [...this.#status.map((row) => fitText(row, columns - 1)), this.#promptRow(columns)]
      : questionRows(columns, question.text).map((row, i, { length }) =>
        i < length - 1 ? row : `${row} `
      );
    return this.#footer.paint(columns, rows, (room) => this.#editor.view(room));
  }

  /** The prompt names whom the line goes to; or what is searched for. */
  #promptRow(columns: number): string {
    const { search: sought } = this.#editor;
    const search = sought && (this.#handlers.searching?.(sought.query, sought.found) ?? "? ");
    return promptRow(columns, { prompt: this.#prompt, aside: this.#aside, search });
  }

  /** Writes; that the terminal is gone is told by the next that is printed. */
  #put(text: string): void {
    this.#output.write(forTerminal(text)).catch(() => undefined);
  }
}
