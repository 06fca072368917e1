/**
 * Conversation streams (docs/protocol.md, "Conversation streams"): the opener writes messages, the other side
 * answers each with a delivered record once its *program* has taken it.
 */
import { ByteReader, type Bytes, ByteWriter, hex, utf8, utf8Text } from "../bytes.ts";
import { LimitError, RemoteProtocolError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { encodeRecord, MAX_TEXT_BYTES, RecordType } from "./records.ts";

/** Bytes of a message id: random, so that ids never clash over restarts and both directions. */
export const MESSAGE_ID_BYTES = 8;

/** The largest time ECMAScript knows (ECMA-262 §21.4.1.1), in milliseconds since 1970. */
export const MAX_TIME = 8.64e15;

/** A text one person sent another. */
export interface Message {
  /** 16 hex digits, chosen by the sender. */
  readonly id: string;
  /** Milliseconds since 1970 by the sender's clock. */
  readonly time: number;
  readonly text: string;
}

/** Text form of a message id. */
export function messageId(bytes: Uint8Array): string {
  return hex(bytes);
}

/** A message record. */
export function encodeMessage(id: Uint8Array, time: number, words: string): Bytes {
  const body = utf8(words);
  if (body.length > MAX_TEXT_BYTES) {
    throw new LimitError("transfer.text-length", { bytes: body.length, most: MAX_TEXT_BYTES }, {
      hint: text("transfer.text-length.hint"),
    });
  }
  return encodeRecord(
    RecordType.message,
    new ByteWriter().bytes(id).u64(time).bytes(body).finish(),
  );
}

/** The message in a record's body. */
export function decodeMessage(body: Uint8Array): Message & { readonly rawId: Bytes } {
  const reader = new ByteReader(body, "reading.message");
  const rawId = reader.bytes(MESSAGE_ID_BYTES).slice();
  const time = reader.u64();
  if (time > MAX_TIME) throw new RemoteProtocolError("transfer.broken", { rule: "message-time" });
  return { id: messageId(rawId), rawId, time, text: utf8Text(reader.rest(), "reading.message") };
}

/** A delivered record. */
export function encodeDelivered(id: Uint8Array): Bytes {
  return encodeRecord(RecordType.delivered, id);
}

/** The id in a delivered record's body. */
export function decodeDelivered(body: Uint8Array): string {
  const reader = new ByteReader(body, "reading.delivery");
  const id = reader.bytes(MESSAGE_ID_BYTES);
  reader.end();
  return messageId(id);
}
