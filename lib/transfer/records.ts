/**
 * Records: how the application protocol cuts a byte stream into typed pieces (docs/protocol.md, "Records").
 *
 *     type u8 · length u32 · body
 *
 * The reader takes bytes in whatever pieces they come and gives whole records out, except for data records, whose
 * body is handed on piece by piece as it arrives, without a copy. It never holds more than one small record.
 */
import { type Bytes, concat, getU32, putU32 } from "../bytes.ts";
import { SM3_BYTES } from "../crypto/sm3.ts";
import { RemoteProtocolError } from "../errors.ts";
import { MAX_PARTIAL_CHUNKS } from "./chunks.ts";
import { UnsupportedError } from "./stream.ts";

/** Bytes in front of a body: type and length. */
export const RECORD_HEADER_BYTES = 5;

/** Record types. Conversation streams use 0x01–0x0f, transfer streams 0x10–0x1f, group streams 0x20–0x2f. */
export const RecordType = {
  message: 0x01,
  delivered: 0x02,
  text: 0x03,
  receipt: 0x04,
  offer: 0x10,
  answer: 0x11,
  entry: 0x12,
  ready: 0x13,
  begin: 0x14,
  data: 0x15,
  end: 0x16,
  abandon: 0x17,
  result: 0x18,
  rootEnd: 0x19,
  rootResult: 0x1a,
  file: 0x1b,
  fresh: 0x1c,
  transferId: 0x1d,
  groupHave: 0x20,
  groupEntry: 0x21,
  groupMessage: 0x22,
  groupTaken: 0x23,
  groupAbsent: 0x24,
  groupWanted: 0x25,
  groupMissing: 0x26,
} as const;

export type RecordType = typeof RecordType[keyof typeof RecordType];

/** Bytes of an id of a message or transfer: random, so that ids never clash over restarts and both directions. */
export const MESSAGE_ID_BYTES = 16;

/** Bytes of an id of version 0.1. */
export const SHORT_ID_BYTES = 8;

/** Links to messages before it that one message carries at most. */
export const MAX_TEXT_LINKS = 16;

/** Longest text of one message, in bytes of UTF-8: what fits a screenful many times over; more is a file. */
export const MAX_TEXT_BYTES = 256 * 1024;

/** Record types from here on are skipped by whoever does not know them; an unknown one below ends the stream. */
const FIRST_SKIPPED_TYPE = 0x80;

/** Longest body of a record that is skipped. */
const MAX_SKIPPED_BYTES = 64 * 1024;

/** Longest path of an entry, in bytes of UTF-8 (Linux PATH_MAX). */
export const MAX_PATH_BYTES = 4096;

/** Longest reason or display name. */
export const MAX_RECORD_REASON_BYTES = 1024;

/** Longest body of one data record. */
export const MAX_DATA_BYTES = 1024 * 1024;

/** Longest file that goes in one record. */
export const MAX_WHOLE_BYTES = 64 * 1024;

/** Longest body by type; a type without an entry does not exist. */
const BODY_LIMIT: ReadonlyMap<number, number> = new Map([
  [RecordType.message, SHORT_ID_BYTES + 8 + MAX_TEXT_BYTES],
  [RecordType.delivered, SHORT_ID_BYTES],
  [
    RecordType.text,
    MESSAGE_ID_BYTES + 8 + 1 + MESSAGE_ID_BYTES * MAX_TEXT_LINKS + MAX_TEXT_BYTES,
  ],
  [RecordType.receipt, MESSAGE_ID_BYTES + 1],
  [RecordType.offer, 20 + 256 + MAX_RECORD_REASON_BYTES],
  [RecordType.answer, 1 + MAX_RECORD_REASON_BYTES],
  [RecordType.entry, 64 + MAX_PATH_BYTES],
  [RecordType.ready, 32 + SM3_BYTES * MAX_PARTIAL_CHUNKS],
  [RecordType.begin, 12],
  [RecordType.data, MAX_DATA_BYTES],
  [RecordType.end, 4],
  [RecordType.abandon, 5 + MAX_RECORD_REASON_BYTES],
  [RecordType.result, 5 + MAX_RECORD_REASON_BYTES],
  [RecordType.rootEnd, 4],
  [RecordType.rootResult, 5 + MAX_PATH_BYTES],
  [RecordType.file, 4 + MAX_WHOLE_BYTES],
  [RecordType.fresh, 8],
  [RecordType.transferId, MESSAGE_ID_BYTES],
  [RecordType.groupHave, 3 + SM3_BYTES * (1 + 16 + 64 + 64)],
  [RecordType.groupEntry, 4 * 1024],
  [RecordType.groupMessage, MAX_TEXT_BYTES + 4 * 1024],
  [RecordType.groupTaken, 2 * SM3_BYTES],
  [RecordType.groupAbsent, 2 * SM3_BYTES],
  [RecordType.groupWanted, 2 * SM3_BYTES],
  [RecordType.groupMissing, 2 * SM3_BYTES],
]);

/** One record, or one piece of a data record (`left` bytes of it are still to come). */
export interface RecordPiece {
  readonly type: number;
  /** A view, valid until the next `push`. */
  readonly body: Uint8Array;
  readonly left: number;
}

/** One record ready to be written. */
export function encodeRecord(type: RecordType, body: Uint8Array): Bytes {
  return concat(recordHeader(type, body.length), body);
}

/** The header alone, for a body that is written separately. */
export function recordHeader(type: RecordType, length: number): Bytes {
  const header = new Uint8Array(RECORD_HEADER_BYTES);
  putRecordHeader(type, length, header);
  return header;
}

/** Writes a header to the beginning of `out`. */
export function putRecordHeader(type: RecordType, length: number, out: Uint8Array): void {
  const limit = BODY_LIMIT.get(type);
  if (limit === undefined || length > limit) {
    throw new RangeError(`write record: type ${type} cannot hold ${length} bytes`);
  }
  out[0] = type;
  putU32(length, out, 1);
}

/** Cuts what it is fed into records; see the file comment. */
export class RecordReader {
  #input: Uint8Array = new Uint8Array(0);
  #offset = 0;
  /** An unfinished header or small body, kept over `push`, and how much of it there is. */
  #held: Uint8Array | undefined;
  #heldLength = 0;
  #type = 0;
  /** Body bytes still expected; undefined between records. */
  #left: number | undefined;

  /** Whether the stream may end here: between two records. */
  get atBoundary(): boolean {
    return this.#left === undefined && this.#held === undefined &&
      this.#offset === this.#input.length;
  }

  /** Whether all that was pushed has been looked at. */
  get exhausted(): boolean {
    return this.#offset === this.#input.length;
  }

  /** Feeds `bytes`, which must stay unchanged until `next` has given undefined. */
  push(bytes: Uint8Array): void {
    if (this.#offset !== this.#input.length) {
      throw new RangeError("read record: the input before is not used up");
    }
    this.#input = bytes;
    this.#offset = 0;
  }

  /** The next record or data piece; undefined when more input is needed. */
  next(): RecordPiece | undefined {
    do {
      if (this.#left === undefined && !this.#header()) return undefined;
    } while (this.#type >= FIRST_SKIPPED_TYPE && this.#skipRecord());
    if (this.#left === undefined || this.#type >= FIRST_SKIPPED_TYPE) return undefined;
    const left = this.#left;
    const available = this.#input.length - this.#offset;
    if (this.#type === RecordType.data) {
      const length = Math.min(left, available);
      if (length === 0 && left > 0) return undefined;
      const body = this.#input.subarray(this.#offset, this.#offset + length);
      this.#offset += length;
      const rest = left - length;
      this.#left = rest === 0 ? undefined : rest;
      return { type: this.#type, body, left: rest };
    }
    const body = this.#collect(left);
    if (body === undefined) return undefined;
    this.#left = undefined;
    return { type: this.#type, body, left: 0 };
  }

  #header(): boolean {
    // Most headers lie in the input whole: there may be a million of them.
    const at = this.#offset;
    if (this.#held === undefined && this.#input.length - at >= RECORD_HEADER_BYTES) {
      this.#offset = at + RECORD_HEADER_BYTES;
      return this.#begin(this.#input[at]!, getU32(this.#input, at + 1));
    }
    const header = this.#collect(RECORD_HEADER_BYTES);
    return header !== undefined && this.#begin(header[0]!, getU32(header, 1));
  }

  #begin(type: number, length: number): true {
    const limit = type >= FIRST_SKIPPED_TYPE ? MAX_SKIPPED_BYTES : BODY_LIMIT.get(type);
    if (limit === undefined) throw new UnsupportedError("transfer.unknown-record", { type });
    if (length > limit) throw new RemoteProtocolError("transfer.broken", { rule: "record-length" });
    this.#type = type;
    this.#left = length;
    return true;
  }

  /** Passes over what there is of a record that is not known; whether all of it was there. */
  #skipRecord(): boolean {
    const left = this.#left ?? 0;
    const length = Math.min(left, this.#input.length - this.#offset);
    this.#skip(length);
    this.#left = length === left ? undefined : left - length;
    return this.#left === undefined;
  }

  /** `length` bytes in one piece, or undefined after putting aside what there is of them. */
  #collect(length: number): Uint8Array | undefined {
    const available = this.#input.length - this.#offset;
    if (this.#held === undefined && length <= available) return this.#skip(length);
    if (available === 0) return undefined;
    const held = this.#held ??= new Uint8Array(length);
    const piece = this.#skip(Math.min(length - this.#heldLength, available));
    held.set(piece, this.#heldLength);
    this.#heldLength += piece.length;
    if (this.#heldLength < length) return undefined;
    this.#held = undefined;
    this.#heldLength = 0;
    return held;
  }

  #skip(length: number): Uint8Array {
    const at = this.#offset;
    this.#offset += length;
    return this.#input.subarray(at, this.#offset);
  }
}
