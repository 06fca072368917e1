/**
 * Records of group streams (docs/protocol.md, "Groups"): what a member has, entries, messages, receipts, what will
 * not be given, and whose files are wanted. Every decoder accepts exactly what its encoder writes.
 */
import { ByteReader, type Bytes, ByteWriter, hex } from "../bytes.ts";
import { SM3_BYTES } from "../crypto/sm3.ts";
import { encodeRecord, RecordType } from "../transfer/records.ts";
import { MAX_PARENTS } from "./entry.ts";
import { readIds, writeIds } from "./signed.ts";

/** Most ids of messages in a `have`. */
export const MAX_HAVE_MESSAGES = 64;
/** Most ids that are asked for by name. */
export const MAX_LACKING = 64;

/** What a member has of a group, in short. */
export interface Have {
  readonly group: string;
  /** Heads of the membership log; none: nothing of the group is known, or its invitation is not yet accepted. */
  readonly entries: readonly string[];
  /** Messages that nothing here links to, and some behind them: with all that they link to they are here. */
  readonly messages: readonly string[];
  /** Ids that messages here link to and that are not here. */
  readonly lacking: readonly string[];
}

/** A message, by its group and its id. */
export interface MessageName {
  readonly group: string;
  readonly id: string;
}

export function encodeHave({ group, entries, messages, lacking }: Have): Bytes {
  const writer = new ByteWriter().bytes(Uint8Array.fromHex(group));
  for (const ids of [entries, messages, lacking]) writeIds(writer, ids);
  return encodeRecord(RecordType.groupHave, writer.finish());
}

export function decodeHave(body: Uint8Array): Have {
  const reader = new ByteReader(body);
  const group = hex(reader.bytes(SM3_BYTES));
  const entries = readIds(reader, MAX_PARENTS, "group.record");
  const messages = readIds(reader, MAX_HAVE_MESSAGES, "group.record");
  const lacking = readIds(reader, MAX_LACKING, "group.record");
  reader.end();
  return { group, entries, messages, lacking };
}

/** An entry, or a message: as it was signed, behind the group's id. */
export function encodeSigned(
  type: typeof RecordType.groupEntry | typeof RecordType.groupMessage,
  group: string,
  bytes: Uint8Array,
): Bytes {
  return encodeRecord(
    type,
    new ByteWriter().bytes(Uint8Array.fromHex(group)).bytes(bytes).finish(),
  );
}

export function decodeSigned(
  body: Uint8Array,
): { readonly group: string; readonly bytes: Uint8Array } {
  const reader = new ByteReader(body);
  return { group: hex(reader.bytes(SM3_BYTES)), bytes: reader.rest() };
}

/** Records that name a message and say nothing more. */
export type NamingType =
  | typeof RecordType.groupTaken
  | typeof RecordType.groupAbsent
  | typeof RecordType.groupWanted
  | typeof RecordType.groupMissing;

/** A receipt; that a message will not be given; that its files are wanted, or not here. */
export function encodeName(
  type: NamingType,
  { group, id }: MessageName,
): Bytes {
  return encodeRecord(type, Uint8Array.fromHex(group + id));
}

export function decodeName(body: Uint8Array): MessageName {
  const reader = new ByteReader(body);
  const [group, id] = [hex(reader.bytes(SM3_BYTES)), hex(reader.bytes(SM3_BYTES))];
  reader.end();
  return { group, id };
}
