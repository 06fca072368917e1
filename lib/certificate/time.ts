/** Times of certificates (RFC 5280 §4.1.2.5): UTCTime through 2049, GeneralizedTime from 2050 on, both to the second. */
import type { Bytes } from "../bytes.ts";
import { utf8 } from "../bytes.ts";
import { der, type DerReader } from "../crypto/der.ts";
import { FormatError } from "../errors.ts";

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

/** The first millisecond of 2050, where the form changes. */
const TURN = Date.UTC(2050, 0, 1);

/** Reads a Time: milliseconds since 1970. */
export function readTime(reader: DerReader): number {
  const { tag, content } = reader.any();
  const text = String.fromCharCode(...content.subarray(0, 16));
  const form = tag === UTC_TIME ? /^\d{12}Z$/ : tag === GENERALIZED_TIME ? /^\d{14}Z$/ : undefined;
  if (form === undefined || !form.test(text) || content.length !== text.length) {
    throw new FormatError("chain.time", {});
  }
  const year = tag === UTC_TIME
    ? Number(text.slice(0, 2)) + (Number(text.slice(0, 2)) < 50 ? 2000 : 1900)
    : Number(text.slice(0, 4));
  const at = tag === UTC_TIME ? 2 : 4;
  const field = (i: number) => Number(text.slice(at + 2 * i, at + 2 * i + 2));
  const time = Date.UTC(2000, field(0) - 1, field(1), field(2), field(3), field(4));
  const date = new Date(time);
  date.setUTCFullYear(year, field(0) - 1, field(1));
  const same = date.getUTCMonth() === field(0) - 1 && date.getUTCDate() === field(1) &&
    date.getUTCHours() === field(2) && date.getUTCMinutes() === field(3) &&
    date.getUTCSeconds() === field(4);
  if (!same || tag === GENERALIZED_TIME && date.getTime() < TURN && year >= 1950) {
    throw new FormatError("chain.time", {});
  }
  return date.getTime();
}

/** Writes a Time; parts of a second are cut off. */
export function encodeTime(time: number): Bytes {
  const digits = new Date(time).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  return time < TURN
    ? der(UTC_TIME, utf8(`${digits.slice(2)}Z`))
    : der(GENERALIZED_TIME, utf8(`${digits}Z`));
}
