/** Events waiting to be polled, first in, first out. */
import type { Stream } from "./stream.ts";
import type { TransportEvent } from "./types.ts";

export class EventQueue {
  #events: TransportEvent[] = [];
  #at = 0;

  push(event: TransportEvent): void {
    this.#events.push(event);
  }

  /** Reports that `stream` has bytes to read, once until it is polled. */
  pushReadable(stream: Stream): void {
    if (stream.readableQueued) return;
    stream.readableQueued = true;
    this.push(stream.readable);
  }

  shift(): TransportEvent | undefined {
    if (this.#at === this.#events.length) return undefined;
    const event = this.#events[this.#at++];
    if (this.#at === this.#events.length) {
      this.#events.length = 0;
      this.#at = 0;
    }
    return event;
  }
}
