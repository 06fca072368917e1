/**
 * Records of a transfer stream (docs/protocol.md, "Transfer streams"). Sender: offer, entries, begin/data/end,
 * abandon, root end. Receiver: answer, ready, result, root result.
 *
 * Every decoder accepts exactly what its encoder writes and bounds every number before anyone uses it.
 */
import {
  ByteReader,
  type Bytes,
  ByteWriter,
  fromHex,
  getU32,
  hex,
  putU32,
  putUtf8,
  type Reading,
  utf8,
  utf8Text,
} from "../bytes.ts";
import { SM3_BYTES } from "../crypto/sm3.ts";
import { RemoteProtocolError } from "../errors.ts";
import { MAX_PARTIAL_CHUNKS } from "./chunks.ts";
import {
  encodeRecord,
  MAX_PATH_BYTES,
  MAX_RECORD_REASON_BYTES,
  MESSAGE_ID_BYTES,
  putRecordHeader,
  RECORD_HEADER_BYTES,
  RecordType,
} from "./records.ts";
import type { Verdict } from "./verdict.ts";

/** Most entries in one transfer; bounds what a receiver remembers of it. */
export const MAX_ENTRIES = 1_000_000;

/** Longest voice note, in milliseconds (an hour). */
export const MAX_VOICE_MS = 3_600_000;

/** An entry without its path. */
const ENTRY_BYTES = 27;

/** What is offered. */
export const OfferKind = { files: 0, voice: 1 } as const;
export type OfferKind = typeof OfferKind[keyof typeof OfferKind];

/** The first record: everything the other side's owner needs to say yes or no. */
export interface Offer {
  readonly kind: OfferKind;
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  /** Length of a voice note; 0 for files. */
  readonly milliseconds: number;
  /** Media type of a voice note ("audio/ogg"), else empty. */
  readonly mediaType: string;
  /** Name of the first root, for display. */
  readonly name: string;
}

/** One file or folder of a transfer. */
export interface TransferEntry {
  /** Position in the transfer, counted from 0. */
  readonly index: number;
  /** Which of the sent paths it belongs to, counted from 0. */
  readonly root: number;
  readonly folder: boolean;
  /** Permission bits (0o777). */
  readonly mode: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** 0 for folders. */
  readonly size: number;
  /** Components joined by "/"; the first is the root's own name. */
  readonly path: string;
}

/** What the receiver already holds of an entry: the digests of the chunks of its first `have` bytes. */
export interface Ready {
  readonly index: number;
  readonly have: number;
  /** Length of all chunks but the last. */
  readonly chunk: number;
  /** One after the other, none when `have` is 0; see chunks.ts. */
  readonly digests: Bytes;
}

function text(reader: ByteReader, length: number, what: Reading): string {
  return utf8Text(reader.bytes(length), what);
}

function restText(reader: ByteReader, limit: number, what: Reading): string {
  if (reader.remaining > limit) throw broken("text-length");
  return utf8Text(reader.rest(), what);
}

/** UTF-8 of `value`, cut to `limit` bytes between two characters. */
export function boundedText(value: string, limit = MAX_RECORD_REASON_BYTES): Bytes {
  const bytes = utf8(value.toWellFormed());
  if (bytes.length <= limit) return bytes;
  let end = limit;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.slice(0, end);
}

function count(value: number, limit: number, rule: string): number {
  if (value > limit) throw broken(rule);
  return value;
}

/** The peer broke the rule of that name. */
function broken(rule: string): RemoteProtocolError {
  return new RemoteProtocolError("transfer.broken", { rule });
}

/** The id of a transfer, 32 hexadecimal digits: the same for every attempt at it. */
export function encodeTransferId(id: string): Bytes {
  return encodeRecord(RecordType.transferId, fromHex(id, "reading.message-id"));
}

export function decodeTransferId(body: Uint8Array): string {
  const reader = new ByteReader(body, "reading.offer");
  const id = hex(reader.bytes(MESSAGE_ID_BYTES));
  reader.end();
  return id;
}

export function encodeOffer(offer: Offer): Bytes {
  const media = boundedText(offer.mediaType, 255);
  return encodeRecord(
    RecordType.offer,
    new ByteWriter().u8(offer.kind).u32(offer.files).u32(offer.folders).u64(offer.bytes)
      .u32(offer.milliseconds).u8(media.length).bytes(media).bytes(boundedText(offer.name))
      .finish(),
  );
}

export function decodeOffer(body: Uint8Array): Offer {
  const what = "reading.offer";
  const reader = new ByteReader(body, what);
  const kind = reader.u8();
  if (kind !== OfferKind.files && kind !== OfferKind.voice) {
    throw broken("offer-kind");
  }
  const files = count(reader.u32(), MAX_ENTRIES, "offer-files");
  const folders = count(reader.u32(), MAX_ENTRIES, "offer-folders");
  if (files + folders === 0) throw broken("offer-empty");
  count(files + folders, MAX_ENTRIES, "offer-entries");
  const bytes = reader.u64();
  const milliseconds = count(reader.u32(), MAX_VOICE_MS, "offer-time");
  if (kind === OfferKind.voice && (files !== 1 || folders !== 0)) {
    throw broken("voice-files");
  }
  const mediaType = text(reader, reader.u8(), what);
  const name = restText(reader, MAX_RECORD_REASON_BYTES, what);
  return { kind, files, folders, bytes, milliseconds, mediaType, name };
}

export function encodeAnswer(verdict: Verdict): Bytes {
  return encodeRecord(
    RecordType.answer,
    new ByteWriter().u8(verdict.code).bytes(boundedText(verdict.reason)).finish(),
  );
}

export function decodeAnswer(body: Uint8Array): Verdict {
  const reader = new ByteReader(body, "reading.answer");
  return { code: reader.u8(), reason: restText(reader, MAX_RECORD_REASON_BYTES, "reading.answer") };
}

/** Room for the record of an entry, at least. */
export function entryRoom(path: string): number {
  return RECORD_HEADER_BYTES + ENTRY_BYTES + 3 * path.length;
}

/** Writes the record of an entry to the beginning of `out`, in place: there may be a million of them. How long it is. */
export function putEntry(
  index: number,
  entry: Omit<TransferEntry, "index">,
  out: Uint8Array,
): number {
  const at = RECORD_HEADER_BYTES;
  const length = ENTRY_BYTES + putUtf8(entry.path, out.subarray(at + ENTRY_BYTES));
  putRecordHeader(RecordType.entry, length, out);
  putU32(index, out, at);
  putU32(entry.root, out, at + 4);
  out[at + 8] = entry.folder ? 1 : 0;
  out[at + 9] = entry.mode >>> 8;
  out[at + 10] = entry.mode;
  putU64(entry.modified, out, at + 11);
  putU64(entry.size, out, at + 19);
  return at + length;
}

function putU64(value: number, out: Uint8Array, at: number): void {
  putU32(Math.floor(value / 2 ** 32), out, at);
  putU32(value >>> 0, out, at + 4);
}

export function decodeTransferEntry(body: Uint8Array): TransferEntry {
  const what = "reading.entry";
  const reader = new ByteReader(body, what);
  const index = count(reader.u32(), MAX_ENTRIES - 1, "entry-index");
  const root = count(reader.u32(), index, "entry-root");
  const type = count(reader.u8(), 1, "entry-type");
  const mode = count(reader.u16(), 0o777, "entry-mode");
  const modified = count(reader.u64(), 8.64e15, "entry-time");
  const size = reader.u64();
  if (type === 1 && size !== 0) throw broken("folder-size");
  const path = restText(reader, MAX_PATH_BYTES, what);
  return { index, root, folder: type === 1, mode, modified, size, path };
}

export function encodeReady(ready: Ready): Bytes {
  const writer = new ByteWriter().u32(ready.index).u64(ready.have).u64(ready.chunk)
    .u16(ready.digests.length / SM3_BYTES).bytes(ready.digests);
  return encodeRecord(RecordType.ready, writer.finish());
}

export function decodeReady(body: Uint8Array): Ready {
  const what = "reading.ready";
  const reader = new ByteReader(body, what);
  const index = reader.u32();
  const have = reader.u64();
  const chunk = reader.u64();
  const length = count(reader.u16(), MAX_PARTIAL_CHUNKS, "ready-count");
  const expected = have === 0 ? 0 : chunk === 0 ? Infinity : Math.ceil(have / chunk);
  if (length !== expected) {
    throw broken("ready-digests");
  }
  const digests = reader.bytes(length * SM3_BYTES).slice();
  reader.end();
  return { index, have, chunk, digests };
}

/** What the receiver has nothing of: `count` entries from `first` on. */
export interface Fresh {
  readonly first: number;
  readonly count: number;
}

export function encodeFresh({ first, count }: Fresh): Bytes {
  return encodeRecord(RecordType.fresh, new ByteWriter().u32(first).u32(count).finish());
}

export function decodeFresh(body: Uint8Array): Fresh {
  const reader = new ByteReader(body, "reading.fresh");
  const fresh = { first: reader.u32(), count: reader.u32() };
  reader.end();
  return fresh;
}

/** What precedes a whole file in its record. */
export const FILE_BYTES = RECORD_HEADER_BYTES + 4;

/** Writes the header of a record that holds a whole file of `size` bytes, which follow, to the beginning of `out`. */
export function putFileHeader(index: number, size: number, out: Uint8Array): void {
  putRecordHeader(RecordType.file, 4 + size, out);
  putU32(index, out, RECORD_HEADER_BYTES);
}

export function decodeFile(body: Uint8Array): { index: number; content: Uint8Array } {
  if (body.length < 4) throw broken("file-length");
  return { index: getU32(body, 0), content: body.subarray(4) };
}

export function encodeBegin(index: number, offset: number): Bytes {
  return encodeRecord(RecordType.begin, new ByteWriter().u32(index).u64(offset).finish());
}

export function decodeBegin(body: Uint8Array): { index: number; offset: number } {
  const reader = new ByteReader(body, "reading.begin");
  const begin = { index: reader.u32(), offset: reader.u64() };
  reader.end();
  return begin;
}

export function encodeEnd(index: number): Bytes {
  return encodeRecord(RecordType.end, new ByteWriter().u32(index).finish());
}

export function decodeEnd(body: Uint8Array): number {
  const reader = new ByteReader(body, "reading.end");
  const index = reader.u32();
  reader.end();
  return index;
}

/** Abandon (sender), result (receiver): an index, a code and words. */
export interface Outcome extends Verdict {
  readonly index: number;
}

function encodeOutcome(type: RecordType, outcome: Outcome, limit: number): Bytes {
  return encodeRecord(
    type,
    new ByteWriter().u32(outcome.index).u8(outcome.code).bytes(boundedText(outcome.reason, limit))
      .finish(),
  );
}

function decodeOutcome(body: Uint8Array, limit: number, what: Reading): Outcome {
  const reader = new ByteReader(body, what);
  return { index: reader.u32(), code: reader.u8(), reason: restText(reader, limit, what) };
}

export function encodeAbandon(outcome: Outcome): Bytes {
  return encodeOutcome(RecordType.abandon, outcome, MAX_RECORD_REASON_BYTES);
}

export function decodeAbandon(body: Uint8Array): Outcome {
  return decodeOutcome(body, MAX_RECORD_REASON_BYTES, "reading.abandon");
}

export function encodeResult(outcome: Outcome): Bytes {
  return encodeOutcome(RecordType.result, outcome, MAX_RECORD_REASON_BYTES);
}

export function decodeResult(body: Uint8Array): Outcome {
  return decodeOutcome(body, MAX_RECORD_REASON_BYTES, "reading.result");
}

export function encodeRootEnd(root: number): Bytes {
  return encodeRecord(RecordType.rootEnd, new ByteWriter().u32(root).finish());
}

export function decodeRootEnd(body: Uint8Array): number {
  const reader = new ByteReader(body, "reading.root-end");
  const root = reader.u32();
  reader.end();
  return root;
}

/** `reason` is the name the root got at the receiver when the code is ok. */
export function encodeRootResult(outcome: Outcome): Bytes {
  return encodeOutcome(RecordType.rootResult, outcome, MAX_PATH_BYTES);
}

export function decodeRootResult(body: Uint8Array): Outcome {
  return decodeOutcome(body, MAX_PATH_BYTES, "reading.root-result");
}
