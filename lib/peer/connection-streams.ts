/** The streams of a connection, as the application uses them; and what that says of how much the peer matters. */
import type { Transport } from "../transport/transport.ts";

/** The part of a connection that the application writes to and reads from. */
export abstract class ConnectionStreams {
  #kept = false;
  /** When bytes of a stream last came, by the endpoint's clock. */
  activeAt = 0;

  /** What carries the streams; a LocalProtocolError while there is none. */
  abstract get transport(): Transport;

  /** There may be something to send. */
  protected abstract touched(): void;

  /** Whether the user knows the peer, or has begun something with it: it is not shed for strangers. */
  get kept(): boolean {
    return this.#kept;
  }

  /** Says that the user knows the peer. */
  keep(): void {
    this.#kept = true;
  }

  /** Opens a stream; whom we begin something with is no stranger any more. */
  openStream(): number {
    const stream = this.transport.openStream();
    this.keep();
    this.touched();
    return stream;
  }

  /** Queues as much of `data` as there is room for; how many bytes. */
  write(stream: number, data: Uint8Array): number {
    const accepted = this.transport.write(stream, data);
    this.touched();
    return accepted;
  }

  /** Ends our direction: nothing is written any more. */
  finish(stream: number): void {
    this.transport.finish(stream);
    this.touched();
  }

  /** Takes what has come into `out`; how many bytes. */
  read(stream: number, out: Uint8Array): number {
    const length = this.transport.read(stream, out);
    this.touched();
    return length;
  }

  /** Whether all of the peer's direction has been read. */
  readFinished(stream: number): boolean {
    return this.transport.readFinished(stream);
  }

  /** Gives up our direction. */
  reset(stream: number, code: number): void {
    this.transport.reset(stream, code);
    this.touched();
  }

  /** Asks the peer to give up its direction. */
  stop(stream: number, code: number): void {
    this.transport.stop(stream, code);
    this.touched();
  }
}
