/**
 * Conversations in plain lines: what peers write goes to stdout, "NAME: text", everything else to stderr. Further
 * lines of a message are indented, so that no text can pass for another speaker's line.
 */
import { P2PError } from "../../lib/errors.ts";
import { type CloseInfo, closePhrase } from "../../lib/net/close.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { formatDuration, formatSize } from "../../lib/text/format.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { Progress } from "../../lib/terminal/progress.ts";
import { safeLines, safeText } from "../../lib/text/safe.ts";
import { writeAllSync } from "../../lib/terminal/write.ts";
import type { Message } from "../../lib/transfer/messages.ts";
import type { ReceivedRoot } from "../../lib/transfer/target.ts";
import { speaker } from "../shared/speech.ts";
import { whoAndWhere } from "./connect.ts";
import type { Face, Movement, ShownVoice } from "./face.ts";
import type { Person } from "./person.ts";

/** "photo.jpg (1.2 MiB)" or "letters: 12 files (3 MiB)", with where it went. */
export function receivedLine(person: Person, root: ReceivedRoot): string {
  const bytes = root.files.reduce((sum, { size }) => sum + size, 0);
  const count = root.folder ? `, ${root.files.length} files` : "";
  return `received from ${person.label}: ${safeText(root.path)} (${formatSize(bytes)}${count})`;
}

/** "voice note from alice, 0:05 ▁▂▆█▇▃▁: PATH". */
export function voiceLine(person: Person, { path, seconds, waveform }: ShownVoice): string {
  const picture = waveform === undefined ? "" : ` ${waveform}`;
  return `voice note from ${person.label}, ${formatDuration(seconds)}${picture}: ${safeText(path)}`;
}

/** An error that does not end the command, as `main` would print it. */
export function problemLines(error: P2PError): string {
  const hint = error.hint === undefined ? "" : `\n     ${speaker.text(error.hint)}`;
  return `p2p: ${speaker.text(error)}${hint}`;
}

/** Tells in lines. */
export class PlainFace implements Face {
  readonly pictures = true;
  readonly #quiet: { quiet: boolean };
  readonly #progress = new Map<string, Progress>();

  constructor(options: { quiet?: boolean | undefined }) {
    this.#quiet = { quiet: options.quiet ?? false };
  }

  listening(): void {
    // Said on stderr already.
  }

  connected(person: Person, conversation: Conversation): void {
    this.say(`connected to ${whoAndWhere(person, conversation.address)}`);
  }

  message(person: Person, message: Message): Promise<void> {
    this.#wipe();
    writeAllSync(Deno.stdout, `${person.label}: ${safeLines(message.text)}\n`);
    return Promise.resolve();
  }

  sent(): void {
    // The writer has it before their eyes.
  }

  delivered(): void {
    // Only what is not delivered is worth a line here.
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
    let progress = this.#progress.get(id);
    if (progress === undefined) {
      progress = new Progress(label, total, this.#quiet);
      this.#progress.set(id, progress);
    }
    progress.startAt(resumed);
    progress.update(bytes);
  }

  progressEnd({ id }: Movement): void {
    this.#progress.get(id)?.finish();
    this.#progress.delete(id);
  }

  disconnected(person: Person, info: CloseInfo): void {
    if (info.by === "local") return;
    this.say(`${person.label}: ${safeText(closePhrase(info))}`);
  }

  say(text: string): void {
    this.#wipe();
    notice(text, this.#quiet);
  }

  hint(): void {
    // Only a terminal takes slash commands.
  }

  problem(error: P2PError): void {
    this.#wipe();
    notice(problemLines(error));
  }

  ask(): undefined {
    return undefined;
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#wipe();
  }

  #wipe(): void {
    for (const progress of this.#progress.values()) progress.finish();
  }
}
