/** Two byte streams joined back to back, and transfers over them. */
import { text as textOf } from "../../lib/text/catalogue.ts";
import assert from "node:assert/strict";
import { FailureError } from "../../lib/errors.ts";
import { IncomingFiles } from "../../lib/files/incoming.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import { receiveTransfer } from "../../lib/transfer/receive.ts";
import { type SendReport, sendTransfer } from "../../lib/transfer/send.ts";
import type { ByteStream } from "../../lib/transfer/stream.ts";
import type { ReceivedRoot, ReceiveReport } from "../../lib/transfer/target.ts";

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
      this.#break(new FailureError("bytes.truncated", { what: textOf("reading.input") }));
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
    this.#break(new FailureError("bytes.truncated", { what: textOf("reading.input") }));
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

/** What a run of `transfer` may change. */
export interface TransferOptions extends PipeOptions {
  /** Key of the sender; partials are found again for the same one. */
  readonly peer?: Uint8Array;
  /** Called with all bytes so far, at the sender. */
  readonly progress?: (bytes: number) => void;
  /** Takes the transfer back. */
  readonly signal?: AbortSignal;
  /** Whether both sides tell the SM3 of each file. */
  readonly digests?: boolean;
  /** What the path "-" stands for, and the name that the one path has for the receiver. */
  readonly input?: ReadableStream<Uint8Array>;
  readonly name?: string;
}

/** What came of it. */
export interface TransferOutcome {
  readonly sent: SendReport | Error;
  readonly received: ReceiveReport | Error;
  readonly roots: readonly ReceivedRoot[];
  /** What the sender was told of each file, where that was wanted. */
  readonly digests: ReadonlyArray<Uint8Array | undefined>;
  /** Bytes that crossed from the sender to the receiver. */
  readonly wire: number;
}

/** Sends `paths` into `folder` through a pipe, with the real stores on both sides. */
export async function transfer(
  paths: readonly string[],
  folder: string,
  options: TransferOptions = {},
): Promise<TransferOutcome> {
  const { left, right } = pipe(options);
  const outgoing = await walkOutgoing(paths, options);
  const roots: ReceivedRoot[] = [];
  const digests: Array<Uint8Array | undefined> = [];
  const receiving = settled(async () => {
    assert.equal(await right.read(new Uint8Array(2)), Math.min(2, options.most ?? 2));
    if (options.most === 1) await right.read(new Uint8Array(1));
    return await receiveTransfer(right, {
      decide: () =>
        Promise.resolve(
          new IncomingFiles(folder, options.peer ?? new Uint8Array(33), () => right.abort(3)),
        ),
      root: (root) => void roots.push(root),
      digests: options.digests ?? false,
    });
  });
  const { files, folders, bytes, entries } = outgoing;
  const offer = {
    kind: 0,
    files,
    folders,
    bytes,
    milliseconds: 0,
    mediaType: "",
    name: "x",
  } as const;
  const sent = await settled(() =>
    sendTransfer(left, offer, entries, {
      progress: (n) => options.progress?.(n),
      signal: options.signal,
      digests: options.digests ?? false,
      file: (_, __, sm3) => void digests.push(sm3),
    })
  );
  return { digests, sent, received: await receiving, roots, wire: left.outgoing.total };
}

async function settled<T>(work: () => Promise<T>): Promise<T | Error> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** The report, or the test fails with the error. */
export function good<T>(outcome: T | Error): T {
  if (outcome instanceof Error) throw outcome;
  return outcome;
}

/** A fresh temporary folder with `src` and `in` in it, removed when `use` ends. */
export async function withFolders(
  use: (folders: { root: string; src: string; target: string }) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "p2p-transfer-" });
  try {
    const [src, target] = [`${root}/src`, `${root}/in`];
    await Deno.mkdir(src);
    await Deno.mkdir(target);
    await use({ root, src, target });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** `length` bytes that differ everywhere, the same for the same seed. */
export function pattern(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed * 2654435761 >>> 0 || 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}
