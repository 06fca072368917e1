/**
 * Everything that two transports can say to each other, in a few seconds of simulated time: streams long, short and
 * empty, more of them than may be open at once, readers that start late, resets, stops, challenges.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { LimitError } from "../../lib/errors.ts";
import type { Pair, Peer } from "./pair.ts";
import type { SeededRandom } from "./random.ts";

const LONG_BYTES = 300_000;
const LONG = 2;
const SHORT = 90;
const RESETS = 2;
const STOPS = 2;
/** A long stream is read from this time on, when its sender has used up its credit. */
const LATE_MS = 1000;
const CHALLENGE_EVERY_MS = 500;
const RESET_CODE = 3;
const STOP_CODE = 5;

type Kind = "whole" | "reset" | "stop";

/** One stream as its sender sees it. */
interface Outgoing {
  readonly kind: Kind;
  readonly length: number;
  id: number;
  written: number;
  /** For room: until "writable". */
  waits: boolean;
  over: boolean;
}

/** The streams that `from` opens, and what `to` does with them. */
export class Traffic {
  readonly #pair: Pair;
  readonly #from: Peer;
  readonly #to: Peer;
  readonly #waiting: Outgoing[] = [];
  readonly #open = new Map<number, Outgoing>();
  /** Bytes that `to` has read of each, and whether it has seen the end. */
  readonly #read = new Map<number, number>();
  readonly #ended = new Set<number>();
  readonly #reset = new Set<number>();
  readonly #stopped = new Set<number>();
  readonly #begin: number;
  readonly #buffer = new Uint8Array(LONG_BYTES);
  readonly #token: Uint8Array;
  #challengeAt: number;
  #validated = false;

  constructor(pair: Pair, from: Peer, to: Peer, random: SeededRandom) {
    this.#pair = pair;
    this.#from = from;
    this.#to = to;
    this.#begin = pair.now;
    this.#challengeAt = pair.now;
    this.#token = random.bytes(8);
    const add = (kind: Kind, count: number, length: () => number) => {
      for (let n = 0; n < count; n++) {
        this.#waiting.push({
          kind,
          length: length(),
          id: -1,
          written: 0,
          waits: false,
          over: false,
        });
      }
    };
    add("whole", LONG, () => LONG_BYTES);
    add("reset", RESETS, () => 1 + random.below(60_000));
    add("stop", STOPS, () => LONG_BYTES);
    add("whole", SHORT, () => random.below(3) === 0 ? random.below(3) : random.below(4000));
    const fromTurn = from.onTurn;
    const toTurn = to.onTurn;
    from.onTurn = () => (fromTurn(), this.#write());
    to.onTurn = () => (toTurn(), this.#readAll());
    const fromEvent = from.onEvent;
    from.onEvent = (event) => {
      fromEvent(event);
      if (event.type === "stream-stopped") this.#stopped.add(event.stream);
      if (event.type === "writable") this.#open.get(event.stream)!.waits = false;
      if (event.type === "path-response") this.#validated = true;
    };
    const toEvent = to.onEvent;
    to.onEvent = (event) => {
      toEvent(event);
      const opened = event.type === "stream-opened" && event.stream % 2 === this.#parity;
      if (opened) this.#read.set(event.stream, 0);
      if (event.type === "stream-reset") this.#reset.add(event.stream);
    };
  }

  get #parity(): number {
    return this.#from === this.#pair.a ? 0 : 1;
  }

  /** Whether all that was to happen has. */
  get done(): boolean {
    return this.#validated && this.#waiting.length === 0 &&
      [...this.#open.values()].every(({ kind, id }) =>
        kind === "whole"
          ? this.#ended.has(id)
          : kind === "reset"
          ? this.#reset.has(id) || this.#ended.has(id)
          : this.#stopped.has(id)
      );
  }

  #write(): void {
    const { transport } = this.#from;
    if (transport.state !== "open") return;
    while (this.#waiting.length > 0) {
      try {
        const next = this.#waiting[0]!;
        next.id = transport.openStream();
        this.#open.set(next.id, next);
        this.#waiting.shift();
        // The first takes all that it may, so that its own credit ends before that of the connection.
        if (this.#open.size === 1) transport.setPriority(next.id, 0);
      } catch (error) {
        if (!(error instanceof LimitError)) throw error;
        break;
      }
    }
    for (const stream of this.#open.values()) if (!stream.over) this.#writeTo(stream);
    if (!this.#validated && this.#pair.now >= this.#challengeAt) {
      this.#challengeAt = this.#pair.now + CHALLENGE_EVERY_MS;
      this.#from.sendPath(this.#pair.now, this.#token);
    }
  }

  #writeTo(stream: Outgoing): void {
    const { transport } = this.#from;
    const { id, length, kind } = stream;
    if (!stream.waits) {
      const data = pattern(id, stream.written, Math.min(length - stream.written, 30_000));
      const taken = transport.write(id, data);
      stream.waits = taken < data.length;
      stream.written += taken;
    }
    if (kind === "reset" && stream.written * 2 >= length) {
      transport.reset(id, RESET_CODE);
      stream.over = true;
    } else if (stream.written === length) {
      transport.finish(id);
      stream.over = true;
    } else if (this.#stopped.has(id)) stream.over = true;
  }

  #readAll(): void {
    const { transport } = this.#to;
    if (transport.state !== "open") return;
    for (const [id, before] of this.#read) {
      const stream = this.#open.get(id)!;
      const late = stream.length === LONG_BYTES && this.#pair.now < this.#begin + LATE_MS;
      if (this.#ended.has(id) || late) continue;
      if (stream.kind === "stop" && before > 0) {
        transport.stop(id, STOP_CODE);
        transport.finish(id);
        this.#ended.add(id);
        continue;
      }
      const got = transport.read(id, this.#buffer);
      const expected = pattern(id, before, got);
      assert.ok(Buffer.compare(this.#buffer.subarray(0, got), expected) === 0, "other bytes came");
      this.#read.set(id, before + got);
      const over = transport.readFinished(id) || this.#reset.has(id);
      if (!over) continue;
      if (stream.kind === "whole") assert.equal(before + got, stream.length);
      transport.finish(id);
      this.#ended.add(id);
    }
  }
}

/** The bytes of stream `id` from `offset` on. */
function pattern(id: number, offset: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) out[i] = (offset + i) * 31 + id;
  return out;
}
