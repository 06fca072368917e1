/**
 * ASCII armour: base64 in lines of 64 characters between a BEGIN and an END line, for e-mail and chat.
 * docs/formats.md, "Armour". Both directions work on a stream in constant memory.
 *
 * Reading is strict but for what mail does to text: lines may end in CR LF, and white space may stand before the
 * BEGIN and behind the END line.
 */
import { type Bytes, concat, utf8 } from "../bytes.ts";
import { type Code, text } from "../text/catalogue.ts";
import { decodeBase64Into, encodeBase64Into } from "./base64.ts";
import { ContainerError } from "./format.ts";
import type { Sink, Source } from "./source.ts";

/** First and last line (RFC 7468 §3 wording). */
const BEGIN_LINE = "-----BEGIN P2P ENCRYPTED FILE-----";
const END_LINE = "-----END P2P ENCRYPTED FILE-----";

const LINE_CHARACTERS = 64;
const LINE_BYTES = 48;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const PAD = 0x3d;

/** Longest line of armoured text: no other one is longer than a full line and its CR. */
const MAX_LINE = LINE_CHARACTERS + 1;

/** White space that may stand in front of the BEGIN line. */
const MAX_LEADING_SPACE = 1024;

const ARMOUR_READ_BYTES = 64 * 1024;

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte >= 0x09 && byte <= 0x0d;
}

/**
 * Whether a file that starts with `start` is armoured: white space, then "-----BEGIN". Needs no more than
 * `ARMOUR_PEEK_BYTES` bytes.
 */
export function looksArmoured(start: Uint8Array): boolean {
  let at = 0;
  while (at < start.length && isSpace(start[at]!)) at++;
  const mark = utf8("-----BEGIN");
  return at + mark.length <= start.length && mark.every((byte, i) => start[at + i] === byte);
}

/** See `looksArmoured`. */
export const ARMOUR_PEEK_BYTES = MAX_LEADING_SPACE + BEGIN_LINE.length;

/** Armours what is written to it. `end` writes the last line. */
export class ArmourSink implements Sink {
  readonly #sink: Sink;
  #pending: Bytes = new Uint8Array(0);
  #started = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const all = concat(this.#pending, bytes);
    const whole = all.length - all.length % LINE_BYTES;
    this.#pending = all.slice(whole);
    await this.#lines(all.subarray(0, whole));
  }

  /** The incomplete line, if any, and the END line. */
  async end(): Promise<void> {
    await this.#lines(this.#pending);
    await this.#sink.write(utf8(`${END_LINE}\n`));
  }

  async #lines(bytes: Uint8Array): Promise<void> {
    if (!this.#started) {
      this.#started = true;
      await this.#sink.write(utf8(`${BEGIN_LINE}\n`));
    }
    if (bytes.length === 0) return;
    const lines = Math.ceil(bytes.length / LINE_BYTES);
    const out = new Uint8Array(lines * (LINE_CHARACTERS + 1));
    let to = 0;
    for (let at = 0; at < bytes.length; at += LINE_BYTES) {
      to = encodeBase64Into(bytes.subarray(at, at + LINE_BYTES), out, to, true);
      out[to++] = LINE_FEED;
    }
    await this.#sink.write(out.subarray(0, to));
  }
}

type Stage = "begin" | "body" | "short" | "end";

function refuse(code: Extract<Code, `armour.${string}`>): never {
  throw new ContainerError("armour", "container.armour", { reason: text(code) });
}

/** The bytes of an armoured source. */
export class ArmourSource implements Source {
  readonly #source: Source;
  readonly #input = new Uint8Array(ARMOUR_READ_BYTES);
  /** Unread input: #input from #at to #until. */
  #at = 0;
  #until = 0;
  #atEnd = false;
  #stage: Stage = "begin";
  readonly #decoded = new Uint8Array(LINE_BYTES);
  #decodedAt = 0;
  #decodedUntil = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  async fill(into: Uint8Array): Promise<number> {
    if (this.#stage === "begin") await this.#begin();
    let filled = this.#takeDecoded(into, 0);
    while (filled < into.length) {
      filled += this.#fullLines(into, filled);
      const length = await this.#nextLine(into, filled);
      if (length === undefined) return filled;
      filled += length;
    }
    return filled;
  }

  /** Moves decoded bytes that did not fit last time. */
  #takeDecoded(into: Uint8Array, at: number): number {
    const count = Math.min(this.#decodedUntil - this.#decodedAt, into.length - at);
    into.set(this.#decoded.subarray(this.#decodedAt, this.#decodedAt + count), at);
    this.#decodedAt += count;
    return count;
  }

  /** The usual case, fast: full lines that are all there and all fit. How many bytes they were. */
  #fullLines(into: Uint8Array, at: number): number {
    const input = this.#input;
    let to = at;
    while (this.#stage === "body" && this.#until - this.#at >= MAX_LINE + 1) {
      const end = this.#at + LINE_CHARACTERS;
      const bare = input[end] === LINE_FEED;
      if (!bare && (input[end] !== CARRIAGE_RETURN || input[end + 1] !== LINE_FEED)) break;
      if (to + LINE_BYTES > into.length) break;
      if (decodeBase64Into(input.subarray(this.#at, end), into, to) < 0) break;
      to += LINE_BYTES;
      this.#at = end + (bare ? 1 : 2);
    }
    return to - at;
  }

  /** Decodes one line to `into` from `at`; undefined behind the END line. */
  async #nextLine(into: Uint8Array, at: number): Promise<number | undefined> {
    if (this.#stage === "end") return undefined;
    const line = await this.#line();
    if (line.length > 0 && line[0] === 0x2d) {
      if (!matches(line, END_LINE)) refuse("armour.not-a-line");
      await this.#onlySpaceFollows();
      this.#stage = "end";
      return undefined;
    }
    if (this.#stage === "short") refuse("armour.behind-incomplete");
    if (line.length === LINE_CHARACTERS && line[LINE_CHARACTERS - 1] !== PAD) {
      return this.#decode(line, into, at);
    }
    this.#stage = "short";
    return this.#decode(unpadded(line), into, at);
  }

  #decode(line: Uint8Array, into: Uint8Array, at: number): number {
    const length = Math.floor(line.length * 3 / 4);
    if (at + length <= into.length) {
      if (decodeBase64Into(line, into, at) < 0) refuse("armour.not-base64");
      return length;
    }
    if (decodeBase64Into(line, this.#decoded, 0) < 0) refuse("armour.not-base64");
    this.#decodedAt = 0;
    this.#decodedUntil = length;
    return this.#takeDecoded(into, at);
  }

  async #begin(): Promise<void> {
    for (let skipped = 0;; skipped++) {
      if (this.#at === this.#until && !await this.#more()) refuse("armour.no-begin");
      if (!isSpace(this.#input[this.#at]!)) break;
      if (skipped === MAX_LEADING_SPACE) refuse("armour.no-begin");
      this.#at++;
    }
    if (!matches(await this.#line(), BEGIN_LINE)) refuse("armour.wrong-begin");
    this.#stage = "body";
  }

  async #onlySpaceFollows(): Promise<void> {
    do {
      for (; this.#at < this.#until; this.#at++) {
        if (!isSpace(this.#input[this.#at]!)) refuse("armour.behind-end");
      }
    } while (await this.#more());
  }

  /** The next line without its end. The END line may lack its own. */
  async #line(): Promise<Uint8Array> {
    for (;;) {
      const window = this.#input.subarray(this.#at, Math.min(this.#until, this.#at + MAX_LINE + 1));
      const end = window.indexOf(LINE_FEED);
      if (end >= 0) {
        this.#at += end + 1;
        const bare = end > 0 && window[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
        return window.subarray(0, bare);
      }
      if (window.length > MAX_LINE) refuse("armour.long-line");
      if (await this.#more()) continue;
      if (window.length === 0) refuse("armour.no-end");
      const line = window.slice();
      this.#at = this.#until;
      return line;
    }
  }

  /** Reads on behind what is unread; false at the end of the input. */
  async #more(): Promise<boolean> {
    if (this.#atEnd) return false;
    this.#input.copyWithin(0, this.#at, this.#until);
    this.#until -= this.#at;
    this.#at = 0;
    const wanted = this.#input.length - this.#until;
    const count = await this.#source.fill(this.#input.subarray(this.#until));
    this.#atEnd = count < wanted;
    this.#until += count;
    return count > 0;
  }
}

function matches(line: Uint8Array, text: string): boolean {
  return line.length === text.length && utf8(text).every((byte, i) => line[i] === byte);
}

/** A last line without its padding, which must be just right. */
function unpadded(line: Uint8Array): Uint8Array {
  if (line.length === 0 || line.length > LINE_CHARACTERS || line.length % 4 !== 0) {
    refuse("armour.line-length");
  }
  let end = line.length;
  while (end > 0 && line[end - 1] === PAD) end--;
  if (line.length - end > 2) refuse("armour.not-base64");
  return line.subarray(0, end);
}
