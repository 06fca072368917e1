/**
 * One end of the local socket between two programs that share a port: records out of a bounded queue, records in batches as
 * they have come. Neither end ever waits for the other: what a queue does not hold is a lost datagram.
 */
import { P2PError } from "../errors.ts";
import type { Address } from "./address.ts";
import {
  MAX_PORT_RECORD_BYTES,
  type PortControl,
  PortQueue,
  PortReader,
  type PortRecord,
} from "../port/records.ts";

/** Bytes that may wait for the other program. */
const QUEUE_BYTES = 1024 * 1024;
/** Who sends more than this at once waits until less than that waits, for so long at most, in milliseconds. */
const HIGH_BYTES = 128 * 1024;
const PATIENCE_MS = 50;
/** Room for what comes: how long a link's buffer is. */
export const LINK_BUFFER_BYTES = 4 * MAX_PORT_RECORD_BYTES;

/** A connected local socket. */
export class PortLink {
  readonly #connection: Deno.Conn;
  readonly #queue = new PortQueue(QUEUE_BYTES);
  readonly #reader: PortReader;
  #writing = false;
  #closed = false;
  #drained: (() => void) | undefined;
  /** Resolves when the queue is short again. */
  #draining: Promise<void> | undefined;

  /** @param buffer where what comes is put, `LINK_BUFFER_BYTES` long; nobody else's until the link is closed */
  constructor(connection: Deno.Conn, buffer: Uint8Array) {
    this.#connection = connection;
    this.#reader = new PortReader(buffer);
  }

  /** Sends a record without a datagram. */
  control(record: PortControl): void {
    if (this.#closed) return;
    if (this.#queue.add(record)) this.flush();
    else this.close();
  }

  /** Puts a datagram in the queue; `flush` sends what is there. */
  datagram(datagram: Uint8Array, address: Address, alone: boolean): void {
    if (!this.#closed) this.#queue.datagram(datagram, address, alone);
  }

  /** Sends what is in the queue. */
  flush(): void {
    if (this.#writing || this.#closed || this.#queue.length === 0) return;
    this.#writing = true;
    void this.#write();
  }

  /** Writes until the queue is empty. Never rejects: an end that is gone is noticed by who reads. */
  async #write(): Promise<void> {
    try {
      while (this.#queue.length > 0 && !this.#closed) {
        let rest = this.#queue.take();
        while (rest.length > 0) rest = rest.subarray(await this.#connection.write(rest));
        if (this.#queue.length <= HIGH_BYTES) this.#drained?.();
      }
    } catch {
      this.close();
    } finally {
      this.#writing = false;
      this.#drained?.();
    }
  }

  /** Resolves when not much waits any more, or after a while. */
  async room(): Promise<void> {
    if (this.#queue.length <= HIGH_BYTES || this.#closed) return;
    this.#draining ??= new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#drained?.(), PATIENCE_MS);
      this.#drained = () => {
        clearTimeout(timer);
        this.#drained = this.#draining = undefined;
        resolve();
      };
    });
    await this.#draining;
  }

  /**
   * Hands records to `take`, all that have come at a time, until the other end is gone or talks nonsense. The datagrams in them
   * are valid until `take` is done.
   */
  async receiveAll(take: (records: readonly PortRecord[]) => Promise<void> | void): Promise<void> {
    try {
      for (;;) {
        const count = await this.#connection.read(this.#reader.room());
        if (count === null || this.#closed) return;
        this.#reader.filled(count);
        const records: PortRecord[] = [];
        for (let next = this.#reader.next(); next !== undefined; next = this.#reader.next()) {
          records.push(next);
        }
        if (records.length > 0) await take(records);
      }
    } catch (error) {
      if (!isOver(error)) throw error;
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#drained?.();
    this.#connection.close();
  }
}

/** Whether this is how a local socket ends: the other program has gone, or does not speak these records. */
function isOver(error: unknown): boolean {
  return error instanceof P2PError || error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.NotConnected;
}
