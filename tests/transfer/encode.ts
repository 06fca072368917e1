/** Single records as byte strings, of which the sender writes many into one buffer. */
import type { Bytes } from "../../lib/bytes.ts";
import {
  entryRoom,
  FILE_BYTES,
  putEntry,
  putFileHeader,
  type TransferEntry,
} from "../../lib/transfer/offers.ts";

/** The record of an entry. */
export function encodeEntry(entry: TransferEntry): Bytes {
  const out = new Uint8Array(entryRoom(entry.path));
  return out.slice(0, putEntry(entry.index, entry, out));
}

/** The header of a record that holds a whole file of `size` bytes; they follow. */
export function fileHeader(index: number, size: number): Bytes {
  const header = new Uint8Array(FILE_BYTES);
  putFileHeader(index, size, header);
  return header;
}
