/** A transport stream of one connection as a `ByteStream`: events become promises. */
import { FailureError, type P2PError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { Signal } from "../transfer/signal.ts";
import { type ByteStream, StreamCode } from "../transfer/stream.ts";
import { nextTurn } from "../transfer/turn.ts";

/**
 * Bytes taken from or given to one stream in one turn of the event loop. Whoever reads and writes without ever waiting
 * must not keep datagrams, timers and other peers waiting either.
 */
const TURN_BYTES = 256 * 1024;

/** What a stream needs of its connection. */
export interface StreamPort {
  read(stream: number, out: Uint8Array): number;
  readFinished(stream: number): boolean;
  write(stream: number, data: Uint8Array): number;
  finish(stream: number): void;
  reset(stream: number, code: number): void;
  stop(stream: number, code: number): void;
}

/** Why a stream that the other side gave up is over. */
function abortedError(code: number): P2PError {
  switch (code) {
    case StreamCode.unsupported:
      return over(text("net.abort.unsupported"));
    case StreamCode.superseded:
      return over(text("net.abort.superseded"));
    case StreamCode.protocol:
      return over(text("net.abort.not-understood"));
    case StreamCode.internal:
      return over(text("net.abort.failed"));
    default:
      return over(text("net.abort.cancelled"));
  }
}

function over(reason: Text): P2PError {
  return new FailureError("net.stream-over", { reason });
}

/** One bidirectional stream of a connection. */
export class NetStream implements ByteStream {
  readonly id: number;
  readonly #port: StreamPort;
  /** Lets the socket loop know that there is something to send. */
  readonly #wake: () => void;
  /** Told when both directions are over. */
  readonly #over: () => void;
  readonly #readable = new Signal();
  readonly #writable = new Signal();
  #error: P2PError | undefined;
  #ended = false;
  #finished = false;
  #inTurn = 0;

  constructor(id: number, port: StreamPort, wake: () => void, over: () => void) {
    this.id = id;
    this.#over = over;
    this.#port = port;
    this.#wake = wake;
  }

  async read(out: Uint8Array): Promise<number> {
    if (this.#inTurn >= TURN_BYTES) await this.#turn();
    for (;;) {
      if (this.#ended) return 0;
      if (this.#error !== undefined) throw this.#error;
      const length = this.#port.read(this.id, out);
      if (length > 0) {
        this.#inTurn += length;
        this.#wake();
        return length;
      }
      if (this.#port.readFinished(this.id)) {
        this.#ended = true;
        if (this.#finished) this.#over();
        return 0;
      }
      await this.#readable.wait();
      this.#inTurn = 0;
    }
  }

  async write(data: Uint8Array): Promise<void> {
    let rest = data;
    while (rest.length > 0) {
      if (this.#error !== undefined) throw this.#error;
      const accepted = this.#port.write(this.id, rest);
      if (accepted > 0) this.#wake();
      this.#inTurn += accepted;
      rest = rest.subarray(accepted);
      if (rest.length > 0) {
        await this.#writable.wait();
        this.#inTurn = 0;
      }
    }
    if (this.#inTurn >= TURN_BYTES) await this.#turn();
  }

  async #turn(): Promise<void> {
    this.#inTurn = 0;
    await nextTurn();
  }

  finish(): void {
    if (this.#error !== undefined || this.#finished) return;
    this.#finished = true;
    this.#port.finish(this.id);
    if (this.#ended) this.#over();
    this.#wake();
  }

  abort(code: number): void {
    if (this.#error !== undefined) return;
    if (!this.#finished) this.#port.reset(this.id, code);
    if (!this.#ended) this.#port.stop(this.id, code);
    this.#finished = true;
    this.fail(over(text("net.abort.own")));
    this.#wake();
  }

  /** The connection has something to read, or the end. */
  readable(): void {
    this.#readable.notify();
  }

  /** The connection takes more. */
  writable(): void {
    this.#writable.notify();
  }

  /** The other side gave the stream up. */
  aborted(code: number): void {
    this.fail(abortedError(code));
  }

  /** The stream is over with `error`. */
  fail(error: P2PError): void {
    this.#error ??= error;
    this.#over();
    this.#readable.notify();
    this.#writable.notify();
  }
}
