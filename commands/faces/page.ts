/**
 * Conversations for the page: the events of programs (lib/api/) to every window that is open, with the words of errors and
 * notices in the page's language beside their codes. What still stands when a window opens is told to it.
 */
import type { ApiEvent } from "../../lib/api/event-types.ts";
import { EventStream } from "../../lib/api/event-stream.ts";
import { notice } from "../../lib/terminal/notice.ts";
import type { TalkEvent } from "../../lib/talk/events.ts";
import { safeJson } from "../../lib/text/safe.ts";
import type { Speaker } from "../../lib/text/speaker.ts";
import type { Text } from "../../lib/text/text.ts";
import type { Face } from "./face.ts";
import { listeningLines } from "./words.ts";

/** A window that takes no more than this while so much waits is closed, in bytes; it connects anew, and misses nothing. */
const MOST_WAITING_BYTES = 16 << 20;

/** What a window is written to through. */
export interface PageSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number): void;
}

/** The windows of one program. */
export class PageFace implements Face {
  /** Words errors and notices. */
  speaker: Speaker;
  readonly #quiet: { readonly quiet: boolean };
  readonly #streams = new Set<EventStream>();
  /** Questions that nobody has answered, and who is heard nearby. */
  readonly #standing = new Map<string, TalkEvent>();

  /** @param quiet whether the terminal is told nothing */
  constructor(speaker: Speaker, quiet = false) {
    this.speaker = speaker;
    this.#quiet = { quiet };
  }

  /** A window is there: answers where its events go, and the function that takes it out again. */
  join(socket: PageSocket): { readonly stream: EventStream; readonly leave: () => void } {
    const stream = new EventStream({
      write: (events) => {
        if (socket.bufferedAmount > MOST_WAITING_BYTES) socket.close(4008);
        else socket.send(events.map((event) => safeJson(this.#worded(event))).join("\n"));
        return Promise.resolve();
      },
      get waitingBytes() {
        return socket.bufferedAmount;
      },
    });
    this.#streams.add(stream);
    return { stream, leave: () => void this.#streams.delete(stream) };
  }

  /** Tells a window what still stands. */
  async tellStanding(stream: EventStream): Promise<void> {
    for (const event of this.#standing.values()) await stream.tell(event);
  }

  async tell(event: TalkEvent): Promise<void> {
    this.#note(event);
    if (event.type === "listening") notice(listeningLines(event).join("\n"), this.#quiet);
    await Promise.all([...this.#streams].map((stream) => stream.tell(event)));
  }

  /** What is remembered has changed: every window asks again for what it shows. */
  async changed(): Promise<void> {
    await Promise.all([...this.#streams].map((stream) => stream.write({ type: "changed" })));
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#streams.clear();
    this.#standing.clear();
  }

  #note(event: TalkEvent): void {
    switch (event.type) {
      case "question":
        this.#standing.set(`question ${event.id}`, event);
        break;
      case "question-over":
        this.#standing.delete(`question ${event.id}`);
        break;
      case "present":
        this.#standing.set(`present ${event.peer.keyText}`, event);
        break;
      case "absent":
        this.#standing.delete(`present ${event.peer.keyText}`);
        break;
    }
  }

  #worded(event: ApiEvent): ApiEvent & { readonly words?: string } {
    if (event.type !== "error" && event.type !== "notice") return event;
    return { ...event, words: this.speaker.text(event.reason as Text) };
  }
}
