/**
 * What a command shows of its conversations, whoever looks: a person at a terminal, a reader of plain lines, or a
 * program that reads JSON.
 */
import type { P2PError } from "../../lib/errors.ts";
import type { CloseInfo } from "../../lib/net/close.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import type { Node } from "../../lib/net/node.ts";
import type { SentMessage } from "../../lib/net/outbox.ts";
import type { Message } from "../../lib/transfer/messages.ts";
import type { ReceivedRoot } from "../../lib/transfer/target.ts";
import type { Person } from "./person.ts";

/** A file or voice note on its way, in either direction. */
export interface Movement {
  readonly id: string;
  /** Safe to print: "sending photo.jpg". */
  readonly label: string;
  readonly total: number;
}

/** A voice note that has come. */
export interface ShownVoice {
  readonly path: string;
  readonly seconds: number;
  /** "▁▂▆█▇▃▁", where the sound could be looked into. */
  readonly waveform: string | undefined;
}

/** The three kinds of onlookers implement this. Texts of peers are made safe by the face, labels are safe already. */
export interface Face {
  listening(node: Node): void;
  connected(person: Person, conversation: Conversation): void;
  /** Resolves when it has really been shown. */
  message(person: Person, message: Message): Promise<void>;
  /** A message of the user's is on its way. */
  sent(person: Person, message: SentMessage): void;
  delivered(id: string): void;
  /** A file or folder has come. */
  received(person: Person, root: ReceivedRoot): Promise<void>;
  voice(person: Person, note: ShownVoice): Promise<void>;
  /** Whether a voice note is looked into before it is shown; programs are told at once. */
  readonly pictures: boolean;
  progress(movement: Movement, bytes: number, resumed: number): void;
  progressEnd(movement: Movement): void;
  disconnected(person: Person, info: CloseInfo): void;
  /** A line for a person; nothing that a program needs. */
  say(text: string): void;
  /** Advice for somebody at the keyboard. */
  hint(text: string): void;
  /** Something went wrong that does not end the command. */
  problem(error: P2PError): void;
  /** Asks the person; undefined where there is none to ask. */
  ask(question: string): Promise<boolean> | undefined;
  /** Resolves when everything that happened so far has been told. */
  settled(): Promise<void>;
  /** Gives the terminal back. */
  close(): void;
}
