/** The events for one program, or one page: converted, thinned where they are many, without what it is told by a feed. */
import type { P2PError } from "../errors.ts";
import type { TalkEvent } from "../talk/events.ts";
import { errorJson, eventJson, refJson } from "./event-json.ts";
import type { ApiEvent } from "./event-types.ts";

/** Progress of one transfer is told at most this often, in milliseconds. */
const PROGRESS_MS = 200;

/** Progress is left out while more than this waits for a reader, in bytes. */
const BUSY_BYTES = 64 * 1024;

/** Where events go. */
export interface EventSink {
  /** Resolves when it has really been written, and rejects when that cannot be. */
  write(events: readonly ApiEvent[]): Promise<void>;
  /** Bytes that wait for the reader. */
  readonly waitingBytes: number;
}

/** See above. */
export class EventStream {
  /** Whether a feed tells what is stored: it is not told twice. */
  following = false;
  /** Called when something may have been stored. */
  stored: () => void = () => undefined;
  /** Called when nobody reads any more. */
  over: () => void = () => undefined;
  readonly #sink: EventSink;
  readonly #told = new Map<string, { at: number; bytes: number }>();
  readonly #failures = new WeakSet<P2PError>();

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** Tells an event of the application. */
  tell(event: TalkEvent): Promise<void> | void {
    if (event.type === "progress" && !this.#isNews(event)) return;
    if (event.type === "progress-over") this.#told.delete(event.id);
    if (event.type === "failed" || event.type === "error") this.#failures.add(event.error);
    if (this.following && isStored(event)) return this.stored();
    const events = eventJson(event);
    return events.length === 0 ? undefined : this.#sink.write(events);
  }

  /** Tells of an error that ends everything; once, if it has been an event already. */
  fail(error: P2PError): Promise<void> | void {
    if (!this.#failures.has(error)) return this.refuse(error);
  }

  /** Tells this caller alone what was wrong with a command. */
  async refuse(error: P2PError, ref?: unknown): Promise<void> {
    this.#failures.add(error);
    await this.write({ type: "error", ...errorJson(error), ...refJson({ ref }) });
  }

  /** Tells events of the interface's own. */
  async write(...events: readonly ApiEvent[]): Promise<void> {
    if (events.length > 0) await this.#sink.write(events);
  }

  #isNews({ id, bytes, total }: Extract<TalkEvent, { type: "progress" }>): boolean {
    const now = performance.now();
    const told = this.#told.get(id);
    if (told?.bytes === bytes || (told && bytes < total && now - told.at < PROGRESS_MS)) {
      return false;
    }
    if (this.#sink.waitingBytes > BUSY_BYTES) return false;
    this.#told.set(id, { at: now, bytes });
    return true;
  }
}

/** Whether a feed tells it from the history. */
function isStored(event: TalkEvent): boolean {
  if (event.type === "message") return event.stored === true;
  // Of a group's files the announcement is what is stored.
  return event.type === "received" && event.group === undefined;
}
