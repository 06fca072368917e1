/**
 * Which stream sends next: by urgency (RFC 9218), and within one urgency by deficit round robin with a queue for streams
 * that have just become busy before the queue of those that have been at it (as FQ-CoDel does with flows, RFC 8290
 * §4.2). So a message does not wait behind a file, files share the path evenly, and nothing starves.
 */
import { type Stream, URGENCIES } from "./stream.ts";

/** Ours: bytes a stream may send before the next one's turn. Most messages fit. */
const QUANTUM = 16 * 1024;

/** A first-in first-out list of streams, linked through themselves. */
class StreamQueue {
  head: Stream | undefined;
  #tail: Stream | undefined;

  push(stream: Stream): void {
    stream.nextQueued = undefined;
    if (this.#tail === undefined) this.head = stream;
    else this.#tail.nextQueued = stream;
    this.#tail = stream;
  }

  shift(): void {
    const first = this.head;
    if (first === undefined) return;
    this.head = first.nextQueued;
    if (this.head === undefined) this.#tail = undefined;
    first.nextQueued = undefined;
  }

  remove(stream: Stream): void {
    let before: Stream | undefined;
    for (let at = this.head; at !== undefined; before = at, at = at.nextQueued) {
      if (at !== stream) continue;
      if (before === undefined) return this.shift();
      before.nextQueued = at.nextQueued;
      if (this.#tail === at) this.#tail = before;
      at.nextQueued = undefined;
      return;
    }
  }
}

export class Scheduler {
  readonly #fresh = Array.from({ length: URGENCIES }, () => new StreamQueue());
  readonly #busy = Array.from({ length: URGENCIES }, () => new StreamQueue());
  #count = 0;

  /** Whether no stream stands in a queue. */
  get empty(): boolean {
    return this.#count === 0;
  }

  /** The stream has something to send. */
  activate(stream: Stream): void {
    if (stream.queued) return;
    stream.queued = true;
    stream.fresh = true;
    stream.deficit = QUANTUM;
    this.#fresh[stream.urgency]!.push(stream);
    this.#count++;
  }

  /** The stream whose turn it is. */
  next(): Stream | undefined {
    if (this.#count === 0) return undefined;
    for (let urgency = 0; urgency < URGENCIES; urgency++) {
      const fresh = this.#fresh[urgency]!;
      const busy = this.#busy[urgency]!;
      for (;;) {
        const stream = fresh.head ?? busy.head;
        if (stream === undefined) break;
        if (stream.deficit > 0) return stream;
        stream.deficit += QUANTUM;
        this.#toBusy(stream);
      }
    }
    return undefined;
  }

  /** The stream that `next` gave has sent `bytes`. */
  charge(stream: Stream, bytes: number): void {
    stream.deficit -= bytes;
  }

  /** The stream that `next` gave has nothing to send after all. */
  idle(stream: Stream): void {
    // RFC 8290 §4.2: a fresh one goes behind the busy ones first, or it could jump the queue again and again.
    if (stream.fresh) this.#toBusy(stream);
    else this.remove(stream);
  }

  remove(stream: Stream): void {
    if (!stream.queued) return;
    this.#queueOf(stream).remove(stream);
    stream.queued = false;
    this.#count--;
  }

  setUrgency(stream: Stream, urgency: number): void {
    if (stream.urgency === urgency) return;
    if (stream.queued) this.#queueOf(stream).remove(stream);
    stream.urgency = urgency;
    if (stream.queued) this.#queueOf(stream).push(stream);
  }

  #queueOf(stream: Stream): StreamQueue {
    return (stream.fresh ? this.#fresh : this.#busy)[stream.urgency]!;
  }

  #toBusy(stream: Stream): void {
    this.#queueOf(stream).shift();
    stream.fresh = false;
    this.#busy[stream.urgency]!.push(stream);
  }
}
