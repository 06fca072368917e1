/** Conversations for programs: one JSON object a line on stdout (`--json`), and a line for whoever runs the program on stderr. */
import type { ApiEvent } from "../../lib/api/event-types.ts";
import { EventStream } from "../../lib/api/event-stream.ts";
import type { P2PError } from "../../lib/errors.ts";
import type { TalkEvent } from "../../lib/talk/events.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { QueuedOutput } from "../../lib/terminal/queued-output.ts";
import { stderrRoom, stderrWritten } from "../../lib/terminal/stderr.ts";
import { safeJson } from "../../lib/text/safe.ts";
import type { Face } from "./face.ts";
import { type LogFlags, type LogLevel, logLevelOf } from "../shared/log-level.ts";
import { eventLines, keyChangedLines, listeningLines } from "./words.ts";

/** One event on a line, its type first. Nothing in it can forge a line or drive a terminal. */
function jsonLine({ type, ...fields }: ApiEvent): string {
  return `${safeJson({ type, ...fields })}\n`;
}

/** Shows programs. */
export class JsonFace implements Face {
  /** What goes to stdout. */
  readonly stream: EventStream;
  readonly #level: LogLevel;
  readonly #quiet: { quiet: boolean };
  readonly #output = new QueuedOutput(Deno.stdout);

  constructor(options: LogFlags = {}) {
    this.#level = logLevelOf(options, "error");
    this.#quiet = { quiet: this.#level !== "info" };
    const output = this.#output;
    this.stream = new EventStream({
      write: (events) => output.write(events.map(jsonLine).join("")),
      get waitingBytes() {
        return output.waitingBytes;
      },
    });
  }

  /** An error that ends the command; told once, if it has been an event already. */
  async fail(error: P2PError): Promise<void> {
    await this.stream.fail(error);
    await this.settled();
  }

  async tell(event: TalkEvent): Promise<void> {
    await Promise.all([this.stream.tell(event), this.#say(event)]);
  }

  async settled(): Promise<void> {
    await Promise.all([this.#output.settled(), stderrWritten()]);
  }

  close(): void {
    this.stream.over();
  }

  /** Programs get events; this is for whoever runs them. */
  #say(event: TalkEvent): Promise<void> | void {
    switch (event.type) {
      case "listening":
        return this.#note(listeningLines(event), this.#quiet);
      case "key-changed":
        return this.#note(keyChangedLines(event), { quiet: false });
      case "first-contact":
        return this.#note(eventLines(event), this.#quiet);
      case "notice":
        return event.level === "warning"
          ? this.#note(eventLines(event), { quiet: this.#level === "error" })
          : undefined;
      default:
        return;
    }
  }

  #note(lines: readonly string[], loudness: { quiet: boolean }): Promise<void> | void {
    notice(lines.join("\n"), loudness);
    return stderrRoom();
  }
}
