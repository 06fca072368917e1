/**
 * Conversation streams (docs/protocol.md, "Conversation streams"): the opener writes messages, the other side
 * answers each with a receipt once its *program* has taken it. Two forms: texts and receipts with ids of 128 bits, and
 * the message and delivered records of version 0.1, whose ids have 64.
 */
import { ByteReader, type Bytes, ByteWriter, fromHex, hex, utf8, utf8Text } from "../bytes.ts";
import { LimitError, RemoteProtocolError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import {
  encodeRecord,
  MAX_TEXT_BYTES,
  MAX_TEXT_LINKS,
  MESSAGE_ID_BYTES,
  RecordType,
  SHORT_ID_BYTES,
} from "./records.ts";

/** The largest time ECMAScript knows (ECMA-262 §21.4.1.1), in milliseconds since 1970. */
export const MAX_TIME = 8.64e15;

/** A text one person sent another. */
export interface Message {
  /** 32 hex digits, chosen by the sender; 16 from a program of version 0.1. */
  readonly id: string;
  /** Milliseconds since 1970 by the sender's clock. */
  readonly time: number;
  readonly text: string;
  /** Ids of the messages that its author had seen last. */
  readonly after: readonly string[];
}

/** What a receipt says: the message is stored durably there, or it was shown and is stored nowhere. */
export interface Receipt {
  readonly id: string;
  readonly stored: boolean;
}

/** The id under which a peer that has only ids of 64 bits gets a message: its first half. */
export function shortId(id: string): string {
  return id.slice(0, 2 * SHORT_ID_BYTES);
}

/** Text form of a message id. */
export function messageId(bytes: Uint8Array): string {
  return hex(bytes);
}

/** A message record; in the form of version 0.1, without links, where the id has 64 bits. */
export function encodeMessage(
  id: Uint8Array,
  time: number,
  words: string,
  after: readonly string[] = [],
): Bytes {
  const body = utf8(words);
  if (body.length > MAX_TEXT_BYTES) {
    throw new LimitError("transfer.text-length", { bytes: body.length, most: MAX_TEXT_BYTES }, {
      hint: text("transfer.text-length.hint"),
    });
  }
  const writer = new ByteWriter().bytes(id).u64(time);
  if (id.length === SHORT_ID_BYTES) {
    return encodeRecord(RecordType.message, writer.bytes(body).finish());
  }
  const links = after.filter((link) => link.length === 2 * MESSAGE_ID_BYTES).slice(
    -MAX_TEXT_LINKS,
  );
  writer.u8(links.length);
  for (const link of links) writer.bytes(fromHex(link, "reading.message-id"));
  return encodeRecord(RecordType.text, writer.bytes(body).finish());
}

/** The message in the body of a message record of version 0.1. */
export function decodeMessage(body: Uint8Array): Message {
  const reader = new ByteReader(body, "reading.message");
  const id = messageId(reader.bytes(SHORT_ID_BYTES));
  const time = decodeTime(reader);
  return { id, time, text: utf8Text(reader.rest(), "reading.message"), after: [] };
}

/** The message in the body of a text record. */
export function decodeText(body: Uint8Array): Message {
  const reader = new ByteReader(body, "reading.message");
  const id = messageId(reader.bytes(MESSAGE_ID_BYTES));
  const time = decodeTime(reader);
  const count = reader.u8();
  if (count > MAX_TEXT_LINKS) {
    throw new RemoteProtocolError("transfer.broken", { rule: "message-links" });
  }
  const after = Array.from({ length: count }, () => messageId(reader.bytes(MESSAGE_ID_BYTES)));
  return { id, time, text: utf8Text(reader.rest(), "reading.message"), after };
}

function decodeTime(reader: ByteReader): number {
  const time = reader.u64();
  if (time > MAX_TIME) throw new RemoteProtocolError("transfer.broken", { rule: "message-time" });
  return time;
}

/** A delivered record of version 0.1. */
export function encodeDelivered(id: Uint8Array): Bytes {
  return encodeRecord(RecordType.delivered, id);
}

/** The id in a delivered record's body. */
export function decodeDelivered(body: Uint8Array): string {
  const reader = new ByteReader(body, "reading.delivery");
  const id = reader.bytes(SHORT_ID_BYTES);
  reader.end();
  return messageId(id);
}

/** What answers a message: in the form that its id has. */
export function encodeReceipt({ id, stored }: Receipt): Bytes {
  const raw = fromHex(id, "reading.message-id");
  if (raw.length === SHORT_ID_BYTES) return encodeDelivered(raw);
  return encodeRecord(RecordType.receipt, new ByteWriter().bytes(raw).u8(stored ? 0 : 1).finish());
}

/** The receipt in the body of a receipt record. */
export function decodeReceipt(body: Uint8Array): Receipt {
  const reader = new ByteReader(body, "reading.delivery");
  const id = messageId(reader.bytes(MESSAGE_ID_BYTES));
  const kind = reader.u8();
  reader.end();
  if (kind > 1) throw new RemoteProtocolError("transfer.broken", { rule: "receipt-kind" });
  return { id, stored: kind === 0 };
}
