/** Conversations for a person at a terminal: a prompt that names the addressee and stays below what arrives. */
import type { Delivered, ProgressEvent, Sent, TalkEvent } from "../../lib/talk/events.ts";
import type { Person } from "../../lib/talk/person.ts";
import { interruptProgram, onInterrupt } from "../../lib/system/cleanup.ts";
import { LineScreen } from "../../lib/terminal/line-screen.ts";
import { progressLine } from "../../lib/terminal/progress.ts";
import { terminalColumns } from "../../lib/terminal/size.ts";
import { Painter } from "../../lib/terminal/style.ts";
import { wrapLine, wrapLines } from "../../lib/terminal/wrap.ts";
import { safeLines } from "../../lib/text/safe.ts";
import { say, speaker } from "../shared/speech.ts";
import { attention, type AttentionOptions, mentions, terminalKind } from "./attention.ts";
import { dayOf, messageClock } from "./clock.ts";
import type { Face } from "./face.ts";
import { type OpenTalk, OpenTalks } from "./open-talks.ts";
import {
  eventLines,
  groupLabel,
  keyChangedLines,
  listeningLines,
  oneLine,
  problemLines,
  progressLabel,
  questionLines,
  speakerLabel,
  spoken,
} from "./words.ts";

/** Progress is painted at most this often, in milliseconds. */
const REPAINT_MS = 200;

/** Transfers that have a row each; the others go on unseen. */
const MOST_PROGRESS = 3;

/** A message that takes longer than this to be acknowledged is worth a word, in milliseconds. */
const SLOW_SCREEN_MS = 5000;

/** Stands beside a message of one's own that the peer has. */
const DELIVERED = "✓";

/** Other conversations that the prompt names, where they have news. */
const MOST_NEWS = 3;

/** A message that says what its author does (XEP-0245). */
const ACTION = /^\/me[ \n]/;

interface MovingTransfer {
  readonly since: number;
  painted: number;
  latest: ProgressEvent;
}

/** Something that is said. */
interface Speech {
  readonly clock: string;
  readonly label: string;
  /** Whose colour it has. */
  readonly key: string;
  readonly text: string;
  /** Of a message of one's own. */
  readonly id?: string;
  readonly mention?: boolean;
}

/** What the person does that is not a line. */
export interface Controls {
  /** A line is begun, or empty again. */
  draft(begun: boolean): void;
  /** A question is answered. */
  answer(id: string, yes: boolean): void;
  /** Tab: `before` is the line up to the cursor. */
  complete(before: string): void;
  /** Another conversation is wanted, by its key. */
  choose(keyText: string): void;
  /** Lines typed in earlier runs, the oldest first. */
  older(): readonly string[];
}

/** How the person wants it (`p2p config`). */
export interface TerminalWishes extends AttentionOptions {
  /** Whether messages have their times. */
  readonly times: boolean;
}

/** Shows a person, and listens to the keyboard. */
export class TerminalFace implements Face {
  readonly #screen: LineScreen;
  readonly #controls: Controls;
  readonly #wishes: TerminalWishes;
  readonly #painter = new Painter();
  readonly #forget: () => void;
  readonly #moving = new Map<string, MovingTransfer>();
  /** Texts that were not delivered at once, by id. */
  readonly #late = new Map<string, string>();
  readonly #slow = new Map<string, ReturnType<typeof setTimeout>>();
  /** Lines that wait for an addressee. */
  readonly #waiting: string[] = [];
  readonly #talks = new OpenTalks();
  /** Conversations by key: who is there. */
  readonly #there = new Map<string, number>();
  #addressee: Person | undefined;
  #day = dayOf(Date.now());

  constructor(controls: Controls, wishes: TerminalWishes) {
    this.#controls = controls;
    this.#wishes = wishes;
    this.#screen = new LineScreen("> ", {
      interrupt: interruptProgram,
      typing: (begun) => this.#begun(begun),
      complete: () => {
        const { begun } = this.#screen;
        if (begun !== undefined) controls.complete(begun);
      },
      number: (number) => this.#chooseNumber(number),
      searching: (query, found) => say("screen.searching", { query, found }),
      older: () => controls.older(),
    });
    this.#forget = onInterrupt(() => this.close());
  }

  /** What the person types; undefined for Ctrl-D. */
  lines(): AsyncGenerator<string | undefined> {
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

  /** Empties the window, and what has scrolled out of it. */
  clear(): void {
    this.#screen.clear(true);
  }

  /** Puts `text` in place of the line up to the cursor, unless that has changed. */
  complete(before: string, text: string): void {
    this.#screen.complete(before, text);
  }

  /** The conversation of that number, by its key. */
  numbered(number: number): string | undefined {
    return this.#talks.numbered(number)?.keyText;
  }

  /** Whether somebody is there. */
  isThere(keyText: string): boolean {
    return this.#there.has(keyText);
  }

  /** The conversations there are. */
  get talks(): readonly OpenTalk[] {
    return this.#talks.all;
  }

  /** What waits for an addressee is begun, too: nobody becomes it by writing. */
  #begun(begun: boolean): void {
    this.#controls.draft(begun || this.#waiting.length > 0);
  }

  tell(event: TalkEvent): Promise<void> | void {
    switch (event.type) {
      case "message":
        return this.#message(event);
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
        this.#addressee = event.peer;
        this.#talks.choose(event.peer);
        this.#prompt();
        if (event.peer === undefined || this.#waiting.length === 0) return;
        return this.#screen.draft(this.#waiting.splice(0).join("\n"));
      case "connected":
      case "disconnected":
        this.#moved(event.peer, event.type === "connected" ? 1 : -1);
        return this.#say(eventLines(event));
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
        if (this.#moving.delete(event.id)) this.#showProgress();
        return;
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

  /** Lines without a mark before them: what was asked for. */
  print(lines: readonly string[]): void {
    this.#screen.print(lines.join("\n")).catch(() => undefined);
  }

  settled(): Promise<void> {
    return this.#screen.settled();
  }

  close(): Promise<void> {
    for (const timer of this.#slow.values()) clearTimeout(timer);
    this.#forget();
    return this.#screen.close();
  }

  /** Somebody has come, or gone. */
  #moved(peer: Person, by: 1 | -1): void {
    const { keyText } = peer;
    const there = (this.#there.get(keyText) ?? 0) + by;
    if (there > 0) this.#there.set(keyText, there);
    else this.#there.delete(keyText);
    if (by > 0) this.#talks.add(peer);
    this.#prompt();
  }

  /** The prompt: whom lines go to, whether they are there, and who else has written. */
  #prompt(): void {
    const to = this.#addressee;
    const news = this.#talks.unread;
    const some = news.slice(0, MOST_NEWS).map(({ number, label, unread }) =>
      `${number}:${label} ${unread}`
    );
    const aside = news.length === 0
      ? ""
      : `[${some.join(", ")}${news.length > MOST_NEWS ? ", …" : ""}] `;
    const away = to !== undefined && to.group === undefined && !this.#there.has(to.keyText);
    const label = to === undefined ? "" : away ? say("screen.away", { label: to.label }) : to.label;
    this.#screen.prompt(`${label}> `, aside);
  }

  #chooseNumber(number: number): void {
    const keyText = this.numbered(number);
    if (keyText === undefined) return this.say(say("screen.no-number", { number }));
    this.#controls.choose(keyText);
  }

  #say(lines: readonly string[]): Promise<void> | void {
    return this.#print(lines.map((line) => `* ${line}`));
  }

  #print(lines: readonly string[]): Promise<void> | void {
    const columns = terminalColumns();
    const rows = lines.flatMap((line) => wrapLine(line, columns, "  "));
    if (rows.length === 0) return;
    return this.#screen.print(rows.map((row) => this.#coloured(row)).join("\n"));
  }

  /** The program's own marks at the beginning of a row. */
  #coloured(row: string): string {
    const [, mark = "", rest = ""] = /^(\* |p2p: )?([\s\S]*)$/.exec(row)!;
    return this.#painter.paint(mark, mark === "* " ? "faint" : "alarm") + rest;
  }

  #message(event: Extract<TalkEvent, { type: "message" }>): Promise<void> {
    const { peer, group } = event;
    this.#talks.heard(peer, group);
    const text = spoken(event);
    const mention = mentions(text, this.#wishes.mention);
    const label = speakerLabel(event);
    const call = attention(
      this.#wishes,
      mention,
      say("screen.notification", { label: group === undefined ? label : groupLabel(group) }),
      terminalKind(),
    );
    if (call !== "") this.#screen.signal(call);
    this.#prompt();
    return this.#speech({ clock: messageClock(event), label, key: peer.keyText, text, mention });
  }

  #speech({ clock, label, key, text, id, mention = false }: Speech): Promise<void> {
    const today = dayOf(Date.now());
    if (today !== this.#day) {
      this.#day = today;
      this.say(say("screen.day", { day: today, weekday: new Date().getDay() }));
    }
    const { times } = this.#wishes;
    // The blank behind the time is where a mark of delivery goes.
    const before = times ? `[${clock}] ` : id === undefined ? "" : " ";
    const action = ACTION.test(text);
    const who = action ? `-*- ${label}` : `${label}:`;
    const said = safeLines(action ? text.slice("/me ".length) : text);
    const [first = "", ...more] = wrapLines(`${before}${who} ${said}`, terminalColumns())
      .split("\n");
    return this.#screen.print(
      [this.#firstRow(first, before, who, key, mention), ...more].join("\n"),
      id,
    );
  }

  #firstRow(row: string, before: string, who: string, key: string, mention: boolean): string {
    if (!row.startsWith(before + who)) return row;
    const painter = this.#painter;
    const name = mention ? painter.paint(who, "called") : painter.speaker(who, key);
    return painter.paint(before, "faint") + name + row.slice(before.length + who.length);
  }

  #sent({ id, what, time, peer, text }: Sent): Promise<void> | void {
    if (what !== "message") return;
    const { label } = peer;
    const timer = setTimeout(() => {
      this.say(say("talk.not-yet", { label, text: excerpt(text) }));
      this.#late.set(id, text);
    }, SLOW_SCREEN_MS);
    this.#slow.set(id, timer);
    // What waited was shown when it was written, if it was written here.
    if (this.#late.has(id)) return;
    const clock = messageClock({ time });
    return this.#speech({ clock, label: say("talk.me", { label }), key: "", text, id });
  }

  /** A mark, where the message is still to be seen; what was late is told as well. */
  #delivered(event: Delivered): Promise<void> | void {
    this.#settle(event);
    const late = this.#late.get(event.id);
    this.#late.delete(event.id);
    const lines = eventLines(event);
    if (event.what === "message") {
      const column = this.#wishes.times ? "[00:00]".length : 0;
      this.#screen.mark(event.id, column, this.#painter.paint(DELIVERED, "good"));
      if (late !== undefined) {
        const { label } = event.peer;
        lines.push(say("talk.delivered-late", { label, text: excerpt(late) }));
      }
    }
    return this.#say(lines);
  }

  #settle({ id }: Pick<Delivered, "id">): void {
    clearTimeout(this.#slow.get(id));
    this.#slow.delete(id);
  }

  #move(event: ProgressEvent): void {
    const now = performance.now();
    const moving = this.#moving.get(event.id);
    if (moving === undefined) {
      this.#moving.set(event.id, { since: now, painted: now, latest: event });
      return;
    }
    moving.latest = event;
    if (now - moving.painted < REPAINT_MS) return;
    moving.painted = now;
    this.#showProgress();
  }

  #showProgress(): void {
    const now = performance.now();
    const columns = terminalColumns() - 1;
    const some = [...this.#moving.values()].slice(0, MOST_PROGRESS);
    this.#screen.status(
      some.filter(({ painted, since }) => painted > since).map((moving) => {
        const { bytes, total, resumed } = moving.latest;
        const seconds = (now - moving.since) / 1000;
        const label = progressLabel(moving.latest);
        return progressLine(speaker, { label, bytes, total, seconds, resumed }, columns);
      }),
    );
  }
}

/** Characters of a message that say which one is meant. */
const EXCERPT = 40;

function excerpt(text: string): string {
  const line = oneLine(text);
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT).toWellFormed()}…` : line;
}
