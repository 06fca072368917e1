/**
 * The text header of an encrypted file: one line per stanza, closed by a MAC. docs/formats.md, "Header".
 *
 *   p2p-encrypted-file/v1
 *   -> sm2 SHARE WRAPPED
 *   -> scrypt SALT LOGN WRAPPED
 *   -> signed SEALED
 *   --- MAC
 *
 * Parsed strictly, so that there is one way only to write a header; a reader never encodes it again.
 */
import { type Bytes, concat, equalConstantTime, utf8, wipe } from "../bytes.ts";
import { hkdfSm3 } from "../crypto/hkdf.ts";
import { hmacSm3 } from "../crypto/hmac.ts";
import { SM3_BYTES } from "../crypto/sm3.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import {
  ContainerError,
  LABEL,
  MAX_HEADER_BYTES,
  MAX_LINE_BYTES,
  MAX_STANZAS,
  VERSION_LINE,
} from "./format.ts";

const LINE_FEED = 0x0a;
const FIRST_LINE = utf8(`${VERSION_LINE}\n`);
const WORD = /^[\x21-\x7e]+$/;

/** One line of the header: its type and what follows. */
export interface Stanza {
  readonly type: string;
  readonly words: readonly string[];
}

/** A header that was read. */
export interface Header {
  readonly stanzas: readonly Stanza[];
  /** All bytes that the MAC covers: up to and with the three dashes. */
  readonly covered: Bytes;
  readonly mac: Bytes;
  /** All bytes of the header. */
  readonly bytes: Bytes;
}

function refuse(reason: Text): never {
  throw new ContainerError("header", "container.header", { reason });
}

function macOf(fileKey: Uint8Array, covered: Uint8Array): Bytes {
  const key = hkdfSm3(fileKey, new Uint8Array(0), LABEL.header, SM3_BYTES);
  try {
    return hmacSm3(key, covered);
  } finally {
    wipe(key);
  }
}

/** The bytes of a header with these stanzas, under the MAC of `fileKey`. */
export function encodeHeader(stanzas: readonly Stanza[], fileKey: Uint8Array): Bytes {
  const lines = stanzas.map(({ type, words }) => `-> ${[type, ...words].join(" ")}\n`);
  const covered = utf8(`${VERSION_LINE}\n${lines.join("")}---`);
  return concat(covered, utf8(` ${encodeBase64(macOf(fileKey, covered))}\n`));
}

/** Whether the MAC of `header` is that of `fileKey`. */
export function headerHolds({ covered, mac }: Header, fileKey: Uint8Array): boolean {
  return equalConstantTime(mac, macOf(fileKey, covered));
}

/** Reads a header from pieces of any size. */
export class HeaderReader {
  #pending: Bytes = new Uint8Array(0);
  #lineStart = 0;
  #scanned = 0;
  readonly #stanzas: Stanza[] = [];

  /**
   * Takes the next bytes of the file. Undefined while the header is not complete; then the header, and `rest`,
   * the bytes behind it.
   */
  push(bytes: Uint8Array): { header: Header; rest: Bytes } | undefined {
    this.#pending = concat(this.#pending, bytes);
    this.#checkFirstLine();
    for (;;) {
      const end = this.#pending.indexOf(LINE_FEED, this.#scanned);
      const lineLength = (end < 0 ? this.#pending.length : end) - this.#lineStart;
      if (lineLength > MAX_LINE_BYTES) refuse(text("header.long-line"));
      if (end < 0) {
        this.#scanned = this.#pending.length;
        return undefined;
      }
      const header = this.#line(end);
      if (header !== undefined) return { header, rest: this.#pending.slice(end + 1) };
      this.#lineStart = this.#scanned = end + 1;
      if (this.#lineStart > MAX_HEADER_BYTES) refuse(text("header.long"));
    }
  }

  /** The file ended before its header did. */
  end(): never {
    if (this.#pending.length === 0) throw new ContainerError("header", "container.empty", {});
    throw new ContainerError("header", "container.truncated", {});
  }

  /** A file of another kind is told at its first wrong byte. */
  #checkFirstLine(): void {
    const length = Math.min(this.#pending.length, FIRST_LINE.length);
    for (let i = 0; i < length; i++) {
      if (this.#pending[i] !== FIRST_LINE[i]) {
        throw new ContainerError("header", "container.other-file", {}, {
          hint: text("container.other-file.hint"),
        });
      }
    }
  }

  /** Takes the line from #lineStart to `end`; the header, if it was the last one. */
  #line(end: number): Header | undefined {
    if (this.#lineStart === 0) return undefined; // the first line, checked as it came
    const line = String.fromCharCode(...this.#pending.subarray(this.#lineStart, end));
    const words = line.split(" ");
    const number = this.#stanzas.length + 1;
    if (!words.every((word) => WORD.test(word))) {
      refuse(text("header.not-words", { line: number + 1 }));
    }
    const [mark, second, ...others] = words;
    if (second === undefined) refuse(text("header.incomplete", { line: number + 1 }));
    if (mark === "->") {
      if (number > MAX_STANZAS) refuse(text("header.many-stanzas"));
      this.#stanzas.push({ type: second, words: others });
      return undefined;
    }
    if (mark !== "---") refuse(text("header.not-a-line", { line: number + 1 }));
    const mac = others.length === 0 ? decodeBase64(second, SM3_BYTES) : undefined;
    if (mac === undefined) refuse(text("header.mac"));
    if (this.#stanzas.length === 0) refuse(text("header.no-stanza"));
    return {
      stanzas: this.#stanzas,
      covered: this.#pending.slice(0, this.#lineStart + mark.length),
      mac,
      bytes: this.#pending.slice(0, end + 1),
    };
  }
}
