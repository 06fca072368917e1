/**
 * Questions put in place of the prompt, one after the other. A key pressed before anybody can have read a question is no
 * answer, only yes and no count, and what was being typed comes back afterwards.
 */
import type { LineEditor } from "./line-editor.ts";
import { yesOrNo } from "./yes-no.ts";

/**
 * No key is pressed for this long before a question is put, and it stands for this long before what is typed may be its
 * answer, in milliseconds.
 */
const QUESTION_PAUSE_MS = 500;
export const CHOICE = "[y/N]";

/** A question. */
export interface AskedQuestion {
  readonly id: string;
  readonly who: string;
  readonly text: string;
  readonly answer: (yes: boolean) => void;
}

/** What asking needs of the screen. */
export interface AskingHost {
  readonly editor: LineEditor;
  /** Says who asks, on a line above. */
  announce(who: string): void;
  /** Prints the question with its answer above. */
  answered(question: AskedQuestion, answer: string): void;
  draw(): void;
  /** What is typed has changed. */
  typing(): void;
}

/** The questions of one screen. */
export class Asking {
  readonly #host: AskingHost;
  #questions: AskedQuestion[] = [];
  /** The first question stands in place of the prompt, whose line waits in `#draft`. */
  #asking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keyAt = 0;
  /** When the question was on the screen; undefined until then. */
  #askedAt: number | undefined;
  /** What stands on the line was begun before anybody can have read the question. */
  #early = false;
  #draft = "";
  /** Whether Enter was pressed behind the draft: what is typed then is another line. */
  #draftEnded = false;
  #closed = false;

  constructor(host: AskingHost) {
    this.#host = host;
  }

  /** The question that stands in place of the prompt. */
  get current(): AskedQuestion | undefined {
    return this.#asking ? this.#questions[0] : undefined;
  }

  /** The line that waits behind the question. */
  get draft(): string {
    return this.#asking ? this.#draft : "";
  }

  /** The question is on the screen now. */
  painted(question: AskedQuestion | undefined): void {
    if (question !== undefined && question === this.#questions[0]) {
      this.#askedAt ??= performance.now();
    }
  }

  /** Keys were pressed; whether nobody can have read the question before. */
  pressed(): boolean {
    this.#keyAt = performance.now();
    return this.#asking &&
      !(this.#askedAt !== undefined && this.#keyAt - this.#askedAt >= QUESTION_PAUSE_MS);
  }

  /** What those keys did is done. */
  handled(unread: boolean): void {
    this.#early = this.#host.editor.text !== "" && (this.#early || unread);
  }

  /** The keys at hand were pressed before the question could be read. */
  noteEarly(): void {
    this.#early = true;
  }

  /** Puts words before the line that waits. */
  putBefore(text: string): void {
    this.#draft = text + this.#draft;
  }

  /** Asks once no key has been pressed for a moment. */
  ask(question: AskedQuestion): void {
    this.#questions.push(question);
    if (this.#questions.length === 1) this.#announce();
  }

  /** The question needs no answer any more. */
  withdraw(id: string): void {
    const at = this.#questions.findIndex((question) => question.id === id);
    if (at < 0) return;
    this.#questions.splice(at, 1);
    if (at === 0) this.#next();
  }

  /** Whether the line belonged to a question: its answer, or something that is kept for later. */
  takes(line: string): boolean {
    const question = this.current;
    if (question === undefined || line.startsWith("/")) return false;
    const yes = yesOrNo(line);
    if (this.#early || yes === undefined) {
      // Words for somebody: they wait until the question is out of the way.
      this.#early = false;
      this.#keep(line, true);
      this.#host.typing();
      return true;
    }
    this.#questions.shift();
    this.#host.answered(question, line.trim());
    this.#next();
    question.answer(yes);
    return true;
  }

  /** Nobody is asked any more: all are a no. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { answer } of this.#questions.splice(0)) answer(false);
  }

  #announce(): void {
    const [question] = this.#questions;
    if (question === undefined) return;
    this.#host.announce(question.who);
    const announced = performance.now();
    const due = () => Math.max(announced, this.#keyAt) + QUESTION_PAUSE_MS - performance.now();
    const wait = () => {
      this.#timer = setTimeout(() => {
        if (due() > 0) return wait();
        this.#timer = undefined;
        this.#begin();
      }, Math.max(due(), 1));
    };
    wait();
  }

  #begin(): void {
    if (this.#closed) return;
    const { editor } = this.#host;
    this.#asking = true;
    this.#askedAt = undefined;
    this.#early = false;
    editor.remembers = false;
    const { text } = editor;
    this.#draftEnded = this.#draftEnded && text !== "" && text === this.#draft;
    this.#draft = text;
    editor.set("");
    this.#host.draw();
  }

  #next(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#asking) {
      const { editor } = this.#host;
      this.#asking = false;
      editor.remembers = true;
      const words = this.#early || yesOrNo(editor.text) === undefined ? editor.text : "";
      // A yes without its Enter was for the question: with it gone, it is for nobody.
      this.#keep(words, this.#draftEnded && words === "");
      editor.set(this.#draft);
    }
    this.#host.typing();
    this.#host.draw();
    this.#announce();
  }

  /** Keeps words for somebody behind the draft. */
  #keep(words: string, ended: boolean): void {
    const apart = this.#draftEnded && this.#draft !== "" && words !== "";
    this.#draft += (apart ? "\n" : "") + words;
    this.#draftEnded = ended;
  }
}
