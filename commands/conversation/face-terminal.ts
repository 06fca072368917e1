/** Conversations for a person at a terminal: a prompt that stays below what arrives. */
import type { P2PError } from "../../lib/errors.ts";
import { type CloseInfo, closePhrase } from "../../lib/net/close.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import type { SentMessage } from "../../lib/net/outbox.ts";
import { interruptProgram, onInterrupt } from "../../lib/system/cleanup.ts";
import { progressLine } from "../../lib/text/format.ts";
import { LineScreen } from "../../lib/terminal/line-screen.ts";
import { safeLines, safeText } from "../../lib/text/safe.ts";
import type { Message } from "../../lib/transfer/messages.ts";
import type { ReceivedRoot } from "../../lib/transfer/target.ts";
import { whoAndWhere } from "./connect.ts";
import type { Face, Movement, ShownVoice } from "./face.ts";
import { problemLines, receivedLine, voiceLine } from "./face-plain.ts";
import type { Person } from "./person.ts";

/** Progress is painted at most this often, in milliseconds. */
const REPAINT_MS = 200;

/** A message that takes longer than this to be acknowledged is worth a word, in milliseconds. */
const SLOW_MS = 5000;

function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 5);
}

interface Moving {
  readonly since: number;
  painted: number;
}

/** Tells a person, and listens to the keyboard. */
export class TerminalFace implements Face {
  readonly pictures = true;
  readonly #screen: LineScreen;
  readonly #forget: () => void;
  readonly #moving = new Map<string, Moving>();
  readonly #slow = new Map<string, ReturnType<typeof setTimeout>>();

  constructor() {
    this.#screen = new LineScreen("> ", interruptProgram);
    this.#forget = onInterrupt(() => this.#screen.close());
  }

  /** What the person types. */
  lines(): AsyncGenerator<string> {
    return this.#screen.lines();
  }

  /** Lends the terminal to `work`. */
  lend<T>(work: () => Promise<T>): Promise<T> {
    return this.#screen.lend(work);
  }

  listening(): void {
    // Said on stderr before the prompt came.
  }

  connected(person: Person, conversation: Conversation): void {
    const mark = person.verified ? ", verified" : "";
    this.say(`connected to ${whoAndWhere(person, conversation.address)}${mark}`);
  }

  message(person: Person, { time, text }: Message): Promise<void> {
    this.#screen.print(`[${clock(time)}] ${person.label}: ${safeLines(text)}`);
    return Promise.resolve();
  }

  sent(_person: Person, { id, time, text, delivered }: SentMessage): void {
    this.#screen.print(`[${clock(time)}] me: ${safeLines(text)}`);
    const timer = setTimeout(() => this.say("  (not yet delivered)"), SLOW_MS);
    this.#slow.set(id, timer);
    delivered.catch(() => this.delivered(id));
  }

  delivered(id: string): void {
    clearTimeout(this.#slow.get(id));
    this.#slow.delete(id);
  }

  received(person: Person, root: ReceivedRoot): Promise<void> {
    this.say(receivedLine(person, root));
    return Promise.resolve();
  }

  voice(person: Person, note: ShownVoice): Promise<void> {
    this.say(voiceLine(person, note));
    return Promise.resolve();
  }

  progress({ id, label, total }: Movement, bytes: number, resumed: number): void {
    const now = performance.now();
    let moving = this.#moving.get(id);
    if (moving === undefined) {
      moving = { since: now, painted: now };
      this.#moving.set(id, moving);
    }
    if (now - moving.painted < REPAINT_MS) return;
    moving.painted = now;
    const seconds = (now - moving.since) / 1000 * (bytes / Math.max(bytes - resumed, 1));
    this.#screen.status(progressLine(label, bytes, total, seconds));
  }

  progressEnd({ id }: Movement): void {
    this.#moving.delete(id);
    this.#screen.status("");
  }

  disconnected(person: Person, info: CloseInfo): void {
    if (info.by === "local") return;
    this.say(`${person.label}: ${safeText(closePhrase(info))}`);
  }

  say(text: string): void {
    this.#screen.print(text.split("\n").map((line) => `* ${line}`).join("\n"));
  }

  hint(text: string): void {
    this.say(text);
  }

  problem(error: P2PError): void {
    this.#screen.print(problemLines(error));
  }

  ask(question: string): Promise<boolean> {
    return this.#screen.ask(question);
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    for (const timer of this.#slow.values()) clearTimeout(timer);
    this.#forget();
    this.#screen.close();
  }
}
