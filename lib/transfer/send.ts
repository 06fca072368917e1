/**
 * The sending side of a transfer stream, free of I/O: it reads from `SourceEntry`s and talks to the receiver
 * (docs/protocol.md, "Transfer streams"). Entries are announced far ahead of their data, so that many small files
 * go as fast as one large one.
 */

import { FailureError, P2PError, RemoteProtocolError } from "../errors.ts";
import { RecordChannel } from "./channel.ts";
import { commonLength } from "./chunks.ts";
import {
  decodeAnswer,
  decodeReady,
  decodeResult,
  decodeRootResult,
  encodeAbandon,
  encodeBegin,
  encodeEnd,
  encodeEntry,
  encodeOffer,
  encodeRootEnd,
  type Entry,
  type Offer,
  type Outcome,
  type Ready,
  reasonAlone,
  TransferCode,
  type Verdict,
} from "./offers.ts";
import { encodePreface, StreamKind } from "./preface.ts";

import { recordHeader, RecordType } from "./records.ts";
import { Signal } from "./signal.ts";
import { type ByteStream, StreamCode } from "./stream.ts";
import type { Failure } from "./target.ts";

/** Entries announced and not settled, at most; well below what a receiver accepts. */
const WINDOW_ENTRIES = 1024;

/** File data is read and sent in pieces of this size. */
const PIECE_BYTES = 256 * 1024;

/** The source is no longer what its entry says. */
const CHANGED: Verdict = { code: TransferCode.changed, reason: "it changed while it was sent" };

/** An open file at the source. */
export interface SourceFile {
  /** Reads on; 0 at the end. */
  read(out: Uint8Array): Promise<number>;
  /** Continues at `offset`. */
  seek(offset: number): Promise<void>;
  /** Whether size and time are still what the entry says. */
  unchanged(): Promise<boolean>;
  close(): void;
}

/** A file or folder to send. */
export interface SourceEntry extends Omit<Entry, "index"> {
  open(): Promise<SourceFile>;
}

/** What the sender's program wants to know meanwhile. */
export interface SendHandlers {
  /** The other side took the offer. */
  accepted?(): void;
  /** Bytes the receiver has or is being sent, of `offer.bytes`; `resumed` of them were there before. */
  progress?(bytes: number, resumed: number): void;
  /** A file is at the receiver, whole. */
  file?(entry: SourceEntry, index: number): void;
}

/** What became of a transfer. */
export interface SendReport {
  /** Why the whole was refused. */
  readonly refused: Verdict | undefined;
  readonly failures: readonly Failure[];
  /** What the receiver named each root, in order; undefined for one that failed. */
  readonly roots: ReadonlyArray<string | undefined>;
  /** Bytes that did not have to be sent. */
  readonly resumed: number;
}

/** Sends one transfer on a fresh stream, and ends it. */
export async function sendTransfer(
  stream: ByteStream,
  offer: Offer,
  entries: readonly SourceEntry[],
  handlers: SendHandlers = {},
): Promise<SendReport> {
  const channel = new RecordChannel(stream);
  try {
    await stream.write(encodePreface(StreamKind.transfer));
    void channel.put(encodeOffer(offer));
    await channel.flush();
    const record = await channel.next();
    if (record?.type !== RecordType.answer) {
      throw new RemoteProtocolError("send files: the peer did not answer the offer");
    }
    const answer = decodeAnswer(record.body);
    if (answer.code !== TransferCode.ok) {
      await channel.finish();
      return { refused: answer, failures: [], roots: [], resumed: 0 };
    }
    handlers.accepted?.();
    const sender = new Sender(channel, entries, handlers);
    return await sender.run();
  } catch (error) {
    channel.abort(
      error instanceof RemoteProtocolError ? StreamCode.protocol : StreamCode.cancelled,
    );
    throw error;
  }
}

class Sender {
  readonly #ready = new Map<number, Ready>();
  /** Files sent whole, until the receiver confirms them. */
  readonly #sent = new Set<number>();
  readonly #refused = new Set<number>();
  readonly #failures: Failure[] = [];
  readonly #roots: Array<string | undefined> = [];
  readonly #changed = new Signal();
  #announced = 0;
  #settled = 0;
  #rootsDone = 0;
  #bytes = 0;
  #resumed = 0;
  #ended = false;
  #broken: unknown;
  #buffers: [Uint8Array, Uint8Array] | undefined;

  constructor(
    readonly channel: RecordChannel,
    readonly entries: readonly SourceEntry[],
    readonly handlers: SendHandlers,
  ) {}

  async run(): Promise<SendReport> {
    const listening = this.#listen();
    try {
      for (const [index, entry] of this.entries.entries()) {
        await this.#announceAhead(index);
        if (!entry.folder) await this.#sendFile(index, entry);
        else this.#settled++;
        if (this.entries[index + 1]?.root !== entry.root) await this.#endRoot(entry.root);
      }
      await this.channel.flush();
      const roots = this.#rootCount();
      await this.#until(() => this.#rootsDone === roots);
      await this.channel.finish();
      await listening;
    } catch (error) {
      this.channel.abort(StreamCode.cancelled);
      await listening;
      throw this.#broken ?? error;
    }
    return {
      refused: undefined,
      failures: this.#failures,
      roots: this.#roots,
      resumed: this.#resumed,
    };
  }

  #rootCount(): number {
    return (this.entries.at(-1)?.root ?? -1) + 1;
  }

  /** Takes what the receiver says, until its stream ends. Never rejects: `#broken` holds what went wrong. */
  async #listen(): Promise<void> {
    try {
      for (;;) {
        const record = await this.channel.next();
        if (record === undefined) break;
        this.#take(record.type, record.body);
        this.#changed.notify();
      }
    } catch (error) {
      this.#broken = error;
    }
    this.#ended = true;
    this.#changed.notify();
  }

  #take(type: number, body: Uint8Array): void {
    switch (type) {
      case RecordType.ready: {
        const ready = decodeReady(body);
        if (ready.index >= this.#announced) {
          throw new RemoteProtocolError("send files: ready for what?");
        }
        this.#ready.set(ready.index, ready);
        return;
      }
      case RecordType.result:
        return this.#result(decodeResult(body));
      case RecordType.rootResult:
        return this.#rootResult(decodeRootResult(body));
      default:
        throw new RemoteProtocolError(`send files: record of type ${type} out of place`);
    }
  }

  #result({ index, code, reason }: Outcome): void {
    const source = this.entries[index];
    if (source === undefined || index >= this.#announced) {
      throw new RemoteProtocolError("send files: result of what?");
    }
    if (code !== TransferCode.ok) {
      this.#refused.add(index);
      const there = `at the peer: ${reason}`;
      this.#failures.push({ path: source.path, code, reason: there });
      if (code === TransferCode.full) throw new FailureError(`send ${source.path}: ${there}`);
      return;
    }
    if (!this.#sent.delete(index)) {
      throw new RemoteProtocolError("send files: result before its file");
    }
    this.handlers.file?.(source, index);
  }

  #rootResult({ index, code, reason }: Outcome): void {
    if (index !== this.#rootsDone) throw new RemoteProtocolError("send files: root out of order");
    this.#rootsDone++;
    this.#roots[index] = code === TransferCode.ok ? reason : undefined;
    const root = this.entries.find((entry) => entry.root === index);
    if (code === TransferCode.ok || root === undefined) return;
    if (this.#failures.some(({ path }) => path === root.path)) return;
    this.#failures.push({ path: root.path, code, reason: `at the peer: ${reason}` });
  }

  /** Waits until `condition`; fails when the receiver can no longer make it true. */
  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#broken !== undefined) throw this.#broken;
      if (this.#ended) throw new RemoteProtocolError("send files: the peer stopped before the end");
      await this.#changed.wait();
    }
    if (this.#broken !== undefined) throw this.#broken;
  }

  async #announceAhead(index: number): Promise<void> {
    const limit = Math.min(this.entries.length, index + WINDOW_ENTRIES);
    // In halves of a window, so that entries go out in few large writes.
    if (this.#announced > index && limit - this.#announced < WINDOW_ENTRIES / 2) return;
    while (this.#announced < limit) {
      const { root, folder, mode, modified, size, path } = this.entries[this.#announced]!;
      const record = encodeEntry({
        index: this.#announced++,
        root,
        folder,
        mode,
        modified,
        size,
        path,
      });
      await this.channel.put(record);
    }
  }

  async #sendFile(index: number, entry: SourceEntry): Promise<void> {
    if (!this.#ready.has(index) && !this.#refused.has(index)) {
      await this.channel.flush();
      await this.#until(() => this.#ready.has(index) || this.#refused.has(index));
    }
    this.#settled++;
    const ready = this.#ready.get(index);
    this.#ready.delete(index);
    if (ready === undefined || this.#refused.has(index)) return this.#skip(entry.size);
    const before = this.#bytes;
    const problem = await this.#tryFile(index, entry, ready);
    if (problem !== undefined) {
      this.#skip(before + entry.size - this.#bytes);
      if (!this.#refused.has(index)) this.#failures.push({ path: entry.path, ...problem });
      await this.channel.put(encodeAbandon({ index, ...problem }));
    }
  }

  /** Sends one file's data; a problem with the source, or undefined. */
  async #tryFile(index: number, entry: SourceEntry, ready: Ready): Promise<Verdict | undefined> {
    let file: SourceFile;
    try {
      file = await entry.open();
    } catch (error) {
      return sourceProblem(error);
    }
    try {
      // A small file is looked at once, when it is read.
      if (entry.size > PIECE_BYTES && !await file.unchanged()) return CHANGED;
      const offset = await beginning(file, ready);
      if (typeof offset !== "number") return offset;
      await this.channel.put(encodeBegin(index, offset));
      this.#count(offset, offset);
      const problem = await this.#sendData(index, entry.size - offset, file);
      if (problem !== undefined) return problem;
      if (!await file.unchanged()) return CHANGED;
      this.#sent.add(index);
      await this.channel.put(encodeEnd(index));
      return undefined;
    } finally {
      file.close();
    }
  }

  /** Reads one piece while the piece before is on its way. */
  async #sendData(
    index: number,
    length: number,
    file: SourceFile,
  ): Promise<Verdict | undefined> {
    let left = length;
    if (left === 0) return undefined;
    this.#buffers ??= [new Uint8Array(PIECE_BYTES), new Uint8Array(PIECE_BYTES)];
    let [buffer, other] = this.#buffers;
    let reading = readPiece(file, buffer.subarray(0, Math.min(left, PIECE_BYTES)));
    try {
      for (;;) {
        const got = await reading;
        if ("code" in got) return got;
        if (got.length === 0) return CHANGED;
        left -= got.length;
        [buffer, other] = [other, buffer];
        if (left > 0) reading = readPiece(file, buffer.subarray(0, Math.min(left, PIECE_BYTES)));
        await this.#writePiece(got);
        this.#count(got.length, 0);
        if (left === 0) return undefined;
        if (this.#refused.has(index)) {
          return { code: TransferCode.storage, reason: "the peer could not take it" };
        }
      }
    } finally {
      await Promise.allSettled([reading]);
    }
  }

  async #writePiece(piece: Uint8Array): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    const header = recordHeader(RecordType.data, piece.length);
    if (piece.length < SMALL_PIECE_BYTES) {
      void this.channel.put(header);
      await this.channel.put(piece.slice());
    } else await this.channel.write(header, piece);
  }

  async #endRoot(root: number): Promise<void> {
    await this.channel.put(encodeRootEnd(root));
  }

  #count(bytes: number, resumed: number): void {
    this.#bytes += bytes;
    this.#resumed += resumed;
    this.handlers.progress?.(this.#bytes, this.#resumed);
  }

  /** Bytes that will not be sent still count, so that progress ends at the whole. */
  #skip(bytes: number): void {
    this.#bytes += bytes;
  }
}

/** Pieces below this are copied and collected, so that small files share a write. */
const SMALL_PIECE_BYTES = 16 * 1024;

async function readPiece(file: SourceFile, out: Uint8Array): Promise<Uint8Array | Verdict> {
  try {
    let length = 0;
    while (length < out.length) {
      const count = await file.read(out.subarray(length));
      if (count === 0) break;
      length += count;
    }
    return out.subarray(0, length);
  } catch (error) {
    return sourceProblem(error);
  }
}

/** Where sending begins: after what the receiver has and is still what the source has. */
async function beginning(file: SourceFile, ready: Ready): Promise<number | Verdict> {
  if (ready.have === 0) return 0;
  try {
    const { have, chunk, digests } = ready;
    const offset = await commonLength((out) => file.read(out), have, chunk, digests);
    await file.seek(offset);
    return offset;
  } catch (error) {
    return sourceProblem(error);
  }
}

function sourceProblem(error: unknown): Verdict {
  if (!(error instanceof P2PError)) throw error;
  return { code: TransferCode.storage, reason: reasonAlone(error.message) };
}
