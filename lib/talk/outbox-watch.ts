/**
 * What other programs of the same identity put in the outbox and did not get rid of: they are over, or do not reach the
 * peer. It goes out by this one.
 */
import { base64, type Bytes } from "../bytes.ts";
import type { Archive } from "./archive.ts";

/** How often is looked, in milliseconds. */
const LOOK_MS = 1_000;
/** Whoever wrote something has so long to send it alone, in milliseconds. */
const ALONE_MS = 5_000;

/** What it needs of the application. */
export interface OutboxWatchHost {
  readonly archive: Pick<Archive, "revision" | "waiting" | "recipientAt">;
  /** Something waits for somebody, there or not. */
  waits(key: Bytes): void;
}

/** See above. */
export class OutboxWatch {
  readonly #host: OutboxWatchHost;
  #revision: string | undefined;
  /** Rows of the outbox, and since when they are known; those that were told of are over. */
  #rows = new Map<number, number | "told">();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: OutboxWatchHost) {
    this.#host = host;
  }

  /** Looks now and then. */
  start(): void {
    this.#timer = setInterval(() => this.look(performance.now()), LOOK_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** Looks no more. */
  close(): void {
    clearInterval(this.#timer);
  }

  /** Looks at the outbox now. */
  look(now: number): void {
    const { archive } = this.#host;
    const { revision } = archive;
    const awaited = [...this.#rows.values()].some((since) => since !== "told");
    if (revision === this.#revision && !awaited) return;
    this.#revision = revision;
    const rows = new Map<number, number | "told">();
    const to = new Map<string, Bytes>();
    for (const row of archive.waiting) {
      const since = this.#rows.get(row) ?? now;
      const due = since !== "told" && now - since >= ALONE_MS;
      rows.set(row, due ? "told" : since);
      const key = due ? archive.recipientAt(row) : undefined;
      if (key !== undefined) to.set(base64(key), key);
    }
    this.#rows = rows;
    for (const key of to.values()) this.#host.waits(key);
  }
}
