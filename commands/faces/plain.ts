/**
 * Conversations in plain lines: what peers write goes to stdout, "NAME: text", everything else to stderr. Further
 * lines of a message are indented, so that no text can pass for another speaker's line.
 */
import type { TalkEvent } from "../../lib/talk/events.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { Progress } from "../../lib/terminal/progress.ts";
import { QueuedOutput } from "../../lib/terminal/queued-output.ts";
import { terminalColumns } from "../../lib/terminal/size.ts";
import { stderrRoom, stderrWritten } from "../../lib/terminal/stderr.ts";
import { type LogFlags, type LogLevel, logLevelOf } from "../shared/log-level.ts";
import { speaker } from "../shared/speech.ts";
import { wrapLines } from "../../lib/terminal/wrap.ts";
import { safeLines } from "../../lib/text/safe.ts";
import type { Face } from "./face.ts";
import {
  eventLines,
  keyChangedLines,
  listeningLines,
  problemLines,
  progressLabel,
  speakerLabel,
  spoken,
} from "./words.ts";

/** Shows lines. */
export class PlainFace implements Face {
  readonly #level: LogLevel;
  readonly #quiet: { quiet: boolean };
  readonly #progress = new Map<string, Progress>();
  readonly #output = new QueuedOutput(Deno.stdout);

  constructor(options: LogFlags) {
    this.#level = logLevelOf(options, "warning");
    this.#quiet = { quiet: this.#level !== "info" };
  }

  tell(event: TalkEvent): Promise<void> | void {
    switch (event.type) {
      case "message":
        this.#wipe();
        return this.#output.write(`${messageLine(event)}\n`);
      case "progress":
        return this.#move(event);
      case "progress-over":
        this.#progress.get(event.id)?.finish();
        this.#progress.delete(event.id);
        return;
      case "listening":
        return this.#say(listeningLines(event));
      case "key-changed":
        // Whatever was asked for, this is said.
        return this.#insist(keyChangedLines(event));
      case "error":
        return this.#insist(problemLines(event.error));
      case "waiting":
      case "failed":
        return this.#warn(eventLines(event));
      case "notice":
        // Only a terminal takes slash commands.
        if (event.level === "hint") return;
        return event.level === "warning"
          ? this.#warn(eventLines(event))
          : this.#say(eventLines(event));
      default:
        return this.#say(eventLines(event));
    }
  }

  async settled(): Promise<void> {
    await Promise.all([this.#output.settled(), stderrWritten()]);
  }

  close(): void {
    this.#wipe();
  }

  #say(lines: readonly string[]): Promise<void> | void {
    if (lines.length === 0) return;
    this.#wipe();
    notice(lines.join("\n"), this.#quiet);
    return stderrRoom();
  }

  #warn(lines: readonly string[]): Promise<void> | void {
    if (this.#level !== "error") return this.#insist(lines);
  }

  #insist(lines: readonly string[]): Promise<void> | void {
    this.#wipe();
    notice(lines.join("\n"));
    return stderrRoom();
  }

  #move(event: Extract<TalkEvent, { type: "progress" }>): void {
    let progress = this.#progress.get(event.id);
    if (progress === undefined) {
      progress = new Progress(progressLabel(event), event.total, () => speaker, this.#quiet);
      this.#progress.set(event.id, progress);
    }
    progress.startAt(event.resumed);
    progress.update(event.bytes);
  }

  #wipe(): void {
    for (const progress of this.#progress.values()) progress.finish();
  }
}

function messageLine(event: Extract<TalkEvent, { type: "message" }>): string {
  const line = `${speakerLabel(event)}: ${safeLines(spoken(event))}`;
  return Deno.stdout.isTerminal() ? wrapLines(line, terminalColumns()) : line;
}
