/** Two byte streams joined back to back, and transfers over them. */
import type { ByteStream } from "../../lib/transfer/stream.ts";
import { FailureError } from "../../lib/errors.ts";

/** What one side of a pipe may be made to do. */
export interface PipeOptions {
  /** Bytes handed over per read at most: 1 feeds the reader byte by byte. */
  readonly most?: number;
  /** The pipe breaks after this many bytes from the left to the right. */
  readonly breakAfter?: number;
}

class Half {
  readonly chunks: Uint8Array[] = [];
  bytes = 0;
  total = 0;
  ended = false;
  broken: Error | undefined;
  #wake: () => void = () => undefined;
  #changed = Promise.resolve();

  async wait(): Promise<void> {
    this.#changed = new Promise((resolve) => this.#wake = resolve);
    await this.#changed;
  }

  notify(): void {
    this.#wake();
  }
}

/** Room in one direction before a write waits. */
const PIPE_BYTES = 1024 * 1024;

class End implements ByteStream {
  code: number | undefined;
  constructor(
    readonly incoming: Half,
    readonly outgoing: Half,
    readonly most: number,
    readonly breakAfter: number,
  ) {}

  async read(out: Uint8Array): Promise<number> {
    const { incoming } = this;
    while (incoming.bytes === 0) {
      if (incoming.broken !== undefined) throw incoming.broken;
      if (incoming.ended) return 0;
      await incoming.wait();
    }
    if (incoming.broken !== undefined) throw incoming.broken;
    const chunk = incoming.chunks[0]!;
    const length = Math.min(chunk.length, out.length, this.most);
    out.set(chunk.subarray(0, length));
    if (length === chunk.length) incoming.chunks.shift();
    else incoming.chunks[0] = chunk.subarray(length);
    incoming.bytes -= length;
    incoming.notify();
    return length;
  }

  async write(data: Uint8Array): Promise<void> {
    const { outgoing } = this;
    while (outgoing.bytes > PIPE_BYTES && outgoing.broken === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    if (outgoing.broken !== undefined) throw outgoing.broken;
    const room = this.breakAfter - outgoing.total;
    if (data.length > room) {
      this.#break(new FailureError("test pipe: broken"));
      throw outgoing.broken!;
    }
    outgoing.total += data.length;
    outgoing.chunks.push(data.slice());
    outgoing.bytes += data.length;
    outgoing.notify();
  }

  finish(): void {
    this.outgoing.ended = true;
    this.outgoing.notify();
  }

  abort(code: number): void {
    if (this.incoming.ended && this.outgoing.ended) return;
    this.code ??= code;
    this.#break(new FailureError(`test pipe: aborted with ${code}`));
  }

  #break(error: Error): void {
    for (const half of [this.incoming, this.outgoing]) {
      half.broken ??= error;
      half.notify();
    }
  }
}

/** Two ends of a pipe. */
export function pipe(options: PipeOptions = {}): { left: End; right: End } {
  const toRight = new Half();
  const toLeft = new Half();
  const most = options.most ?? Infinity;
  return {
    left: new End(toLeft, toRight, most, options.breakAfter ?? Infinity),
    right: new End(toRight, toLeft, most, Infinity),
  };
}
