/** Conversations for a person at a terminal: a prompt that names the addressee and stays below what arrives. */
import type { Delivered, ProgressEvent, Sent, TalkEvent } from "../../lib/talk/events.ts";
import { interruptProgram, onInterrupt } from "../../lib/system/cleanup.ts";
import { LineScreen } from "../../lib/terminal/line-screen.ts";
import { terminalColumns } from "../../lib/terminal/progress.ts";
import { wrapLine, wrapLines } from "../../lib/terminal/wrap.ts";
import { progressText } from "../../lib/text/format.ts";
import { safeLines } from "../../lib/text/safe.ts";
import { say, speaker } from "../shared/speech.ts";
import type { Face } from "./face.ts";
import {
  eventLines,
  keyChangedLines,
  listeningLines,
  problemLines,
  progressLabel,
  questionLines,
  speakerLabel,
  spoken,
} from "./words.ts";

/** Progress is painted at most this often, in milliseconds. */
const REPAINT_MS = 200;

/** A message that takes longer than this to be acknowledged is worth a word, in milliseconds. */
const SLOW_SCREEN_MS = 5000;

function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 5);
}

/** The time of a message; marked where its author's clock is off. */
function clockOf({ time, clockAhead }: Extract<TalkEvent, { type: "message" }>): string {
  return clockAhead === undefined ? clock(time) : `${clock(time)}?`;
}

interface Moving {
  readonly since: number;
  painted: number;
}

/** What the person does that is not a line. */
export interface Controls {
  /** A line is begun, or empty again. */
  draft(begun: boolean): void;
  /** A question is answered. */
  answer(id: string, yes: boolean): void;
}

/** Shows a person, and listens to the keyboard. */
export class TerminalFace implements Face {
  readonly #screen: LineScreen;
  readonly #controls: Controls;
  readonly #forget: () => void;
  readonly #moving = new Map<string, Moving>();
  /** Texts that were not delivered at once, by id. */
  readonly #late = new Map<string, string>();
  readonly #slow = new Map<string, ReturnType<typeof setTimeout>>();
  /** Lines that wait for an addressee. */
  readonly #waiting: string[] = [];

  constructor(controls: Controls) {
    this.#controls = controls;
    this.#screen = new LineScreen("> ", interruptProgram, (begun) => this.#begun(begun));
    this.#forget = onInterrupt(() => this.close());
  }

  /** What the person types. */
  lines(): AsyncGenerator<string> {
    return this.#screen.lines();
  }

  /** Lends the terminal to `work`. */
  lend<T>(work: () => Promise<T>): Promise<T> {
    return this.#screen.lend(work);
  }

  /** Puts a line back that could go to nobody, once there is somebody: `/to` is typed before. */
  putBack(line: string): void {
    this.#waiting.push(line);
    this.#begun(true);
  }

  /** What waits for an addressee is begun, too: nobody becomes it by writing. */
  #begun(begun: boolean): void {
    this.#controls.draft(begun || this.#waiting.length > 0);
  }

  tell(event: TalkEvent): Promise<void> | void {
    switch (event.type) {
      case "message":
        return this.#speech(clockOf(event), speakerLabel(event), spoken(event));
      case "sent":
        return this.#sent(event);
      case "delivered":
        return this.#delivered(event);
      case "waiting":
        this.#settle(event);
        this.#late.set(event.id, event.text);
        return this.#say(eventLines(event));
      case "failed":
        this.#settle(event);
        return this.#print(eventLines(event));
      case "addressee":
        this.#screen.prompt(event.peer === undefined ? "> " : `${event.peer.label}> `);
        if (event.peer === undefined || this.#waiting.length === 0) return;
        return this.#screen.draft(this.#waiting.splice(0).join("\n"));
      case "question": {
        const { who, ask } = questionLines(event);
        return this.#screen.ask(event.id, who, ask, (yes) => {
          this.#controls.answer(event.id, yes);
        });
      }
      case "question-over":
        return this.#screen.withdraw(event.id);
      case "progress":
        return this.#move(event);
      case "progress-over":
        this.#moving.delete(event.id);
        return this.#screen.status("");
      case "listening":
        return this.#say(listeningLines(event));
      case "key-changed":
        return this.#print(keyChangedLines(event));
      case "error":
        return this.#print(problemLines(event.error));
      default:
        return this.#say(eventLines(event));
    }
  }

  /** Lines of the program's own, for which nobody waits. */
  say(lines: string | readonly string[]): void {
    const said = this.#say(typeof lines === "string" ? lines.split("\n") : lines);
    // That the terminal is gone, the next event tells.
    said?.catch(() => undefined);
  }

  settled(): Promise<void> {
    return this.#screen.settled();
  }

  close(): Promise<void> {
    for (const timer of this.#slow.values()) clearTimeout(timer);
    this.#forget();
    return this.#screen.close();
  }

  #say(lines: readonly string[]): Promise<void> | void {
    return this.#print(lines.map((line) => `* ${line}`));
  }

  #print(lines: readonly string[]): Promise<void> | void {
    const columns = terminalColumns();
    const rows = lines.flatMap((line) => wrapLine(line, columns, "  "));
    if (rows.length > 0) return this.#screen.print(rows.join("\n"));
  }

  #speech(time: string, speaker: string, text: string): Promise<void> {
    const line = `[${time}] ${speaker}: ${safeLines(text)}`;
    return this.#screen.print(wrapLines(line, terminalColumns()));
  }

  #sent({ id, what, time, peer, text }: Sent): Promise<void> | void {
    if (what !== "message") return;
    const timer = setTimeout(() => {
      this.say(say("talk.not-yet"));
      this.#late.set(id, text);
    }, SLOW_SCREEN_MS);
    this.#slow.set(id, timer);
    // What waited was shown when it was written, if it was written here.
    if (this.#late.has(id)) return;
    return this.#speech(clock(time), say("talk.me", { label: peer.label }), text);
  }

  /** A mark for what was late; what is delivered at once needs none. */
  #delivered(event: Delivered): Promise<void> | void {
    this.#settle(event);
    const late = this.#late.get(event.id);
    this.#late.delete(event.id);
    const lines = eventLines(event);
    if (event.what === "message" && late !== undefined) {
      const { label } = event.peer;
      lines.push(say("talk.delivered-late", { label, text: late.replaceAll("\n", " ") }));
    }
    return this.#say(lines);
  }

  #settle({ id }: Pick<Delivered, "id">): void {
    clearTimeout(this.#slow.get(id));
    this.#slow.delete(id);
  }

  #move(event: ProgressEvent): void {
    const { id, bytes, total, resumed } = event;
    const now = performance.now();
    let moving = this.#moving.get(id);
    if (moving === undefined) {
      moving = { since: now, painted: now };
      this.#moving.set(id, moving);
    }
    if (now - moving.painted < REPAINT_MS) return;
    moving.painted = now;
    const seconds = (now - moving.since) / 1000;
    const line = progressText(progressLabel(event), bytes, total, seconds, resumed);
    this.#screen.status(speaker.text(line));
  }
}
