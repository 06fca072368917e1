/** What a message of the history is, and how it lies in its row. */
import { base64, type Bytes, concat, fromBase64, fromHex, hex } from "../bytes.ts";
import type { Linked } from "./causal.ts";
import { type DeliveryState, stateOf } from "./delivery.ts";
import { bodyOf, type Fields, numberOf, type Rows, textOf } from "./rows.ts";
import type { Row } from "./sqlite.ts";

/** What a message holds. */
export type MessageKind = "text" | "file" | "voice";

/** A file or folder of those that were sent together. */
export interface StoredRoot {
  readonly name: string;
  readonly path: string;
}

/** A message of a conversation. */
export interface HistoryMessage extends Linked {
  /** 32 hexadecimal digits, the sender's random choice; of a message to a group 64, what was signed. */
  readonly id: string;
  /** Of what we wrote to a group: the id by which whoever gave the command knows it. */
  readonly given?: string | undefined;
  /** The conversation: the peer's key (33 bytes), or a group's id. */
  readonly talk: Bytes;
  /** Who wrote it; undefined for ourselves. */
  readonly author?: Bytes | undefined;
  readonly kind: MessageKind;
  /** A text, or the name of a file. */
  readonly text: string;
  /** Where a file lies here, whatever folder a program is in. */
  readonly path?: string | undefined;
  /** Of files: where each lies that was sent together, and what its author calls it. */
  readonly roots?: readonly StoredRoot[] | undefined;
  readonly bytes?: number | undefined;
  readonly seconds?: number | undefined;
  /** When its author says it was written, and when it was stored here: milliseconds since 1970. */
  readonly written: number;
  readonly stored: number;
  readonly state: DeliveryState | "received";
}

/** A message as it is stored. */
export interface StoredMessage extends HistoryMessage {
  /** Its place in the order of storing: it grows, and is never given again. */
  readonly seq: number;
}

/** What `MessageRows.read` reads. */
export const MESSAGE_COLUMNS = "seq, id, talk, time, state, body";

/** The rows of messages of one owner. */
export class MessageRows {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** What stands for a conversation in the clear columns. */
  tagOf(talk: Uint8Array): Bytes {
    return this.#rows.vault.tag("talk", talk);
  }

  /** The sealed body of a message. */
  seal(tag: Bytes, message: HistoryMessage): Bytes {
    const { id, talk, author, stored: _, state: __, ...rest } = message;
    return this.#rows.vault.seal("message", concat(tag, fromHex(id)), {
      ...rest,
      talk: base64(talk),
      ...(author === undefined ? {} : { author: base64(author) }),
    });
  }

  /** The message in a row; undefined where it is damaged. */
  read(row: Row): StoredMessage | undefined {
    const [id, tag] = [row["id"] as Uint8Array, row["talk"] as Uint8Array];
    const from = bodyOf(this.#rows, "message", concat(tag, id), row["body"]);
    const [talk, text] = [from && textOf(from, "talk"), from && textOf(from, "text")];
    if (from === undefined || talk === undefined || text === undefined) return undefined;
    const author = textOf(from, "author");
    return {
      seq: Number(row["seq"]),
      id: hex(id),
      given: textOf(from, "given"),
      talk: fromBase64(talk),
      ...(author === undefined ? {} : { author: fromBase64(author) }),
      kind: kindOf(from),
      text,
      path: textOf(from, "path"),
      roots: rootsOf(from),
      bytes: numberOf(from, "bytes"),
      seconds: numberOf(from, "seconds"),
      written: numberOf(from, "written") ?? 0,
      after: linksOf(from),
      stored: Number(row["time"]),
      state: stateOf(row["state"]),
    };
  }
}

function kindOf(from: Fields): MessageKind {
  const kind = from["kind"];
  return kind === "file" || kind === "voice" ? kind : "text";
}

function rootsOf({ roots }: Fields): StoredRoot[] | undefined {
  if (!Array.isArray(roots)) return undefined;
  return roots.flatMap(({ name, path }: Fields) =>
    typeof name === "string" && typeof path === "string" ? [{ name, path }] : []
  );
}

/** The links in a body. */
export function linksOf(from: Fields): string[] {
  const links = from["after"];
  return Array.isArray(links) ? links.filter((link) => typeof link === "string") : [];
}
