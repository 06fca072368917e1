/**
 * The sending side of a transfer stream, free of I/O: it reads from `SourceEntry`s and talks to the receiver
 * (docs/protocol.md, "Transfer streams"). Entries are announced far ahead of their data, so that many small files
 * go as fast as one large one.
 */

import type { Bytes } from "../bytes.ts";
import { Sm3, sm3 } from "../crypto/sm3.ts";
import { RemoteProtocolError } from "../errors.ts";
import type { Later } from "./announced.ts";
import { Answers, type List } from "./answers.ts";
import { RecordChannel } from "./channel.ts";
import {
  decodeAnswer,
  encodeAbandon,
  encodeBegin,
  encodeEnd,
  encodeOffer,
  encodeRootEnd,
  encodeTransferId,
  entryRoom,
  FILE_BYTES,
  type Offer,
  putEntry,
  putFileHeader,
  type Ready,
} from "./offers.ts";
import { encodePreface, StreamKind } from "./preface.ts";
import { MAX_WHOLE_BYTES, recordHeader, RecordType } from "./records.ts";
import { Signal } from "./signal.ts";
import { type ByteStream, StreamCode, streamCodeOf } from "./stream.ts";
import {
  beginning,
  CANCELLED,
  CHANGED,
  hashPrefix,
  problemOfCode,
  READ_BYTES,
  readPiece,
  type SourceEntry,
  type SourceFile,
  type SourceProblem,
  sourceProblem,
} from "./source.ts";
import { type Failure, TransferCode, type Verdict, verdict } from "./verdict.ts";

/** Entries announced and not settled, at most; well below what a receiver accepts. */
const WINDOW_ENTRIES = 1024;

/** What the sender's program wants to know meanwhile. */
export interface SendHandlers {
  /** The same for every attempt at one transfer, for peers that know such ids: 32 hexadecimal digits. */
  readonly id?: string | undefined;
  /** Whether `file` is to be told the SM3 of what was sent. */
  readonly digests?: boolean;
  /** Given once the transfer is not wanted any more: what is not sent by then is abandoned, and nothing of it stays. */
  readonly signal?: AbortSignal | undefined;
  /** The other side took the offer. */
  accepted?(): void;
  /** Bytes the receiver has or is being sent, of `offer.bytes`; `resumed` of them were there before. */
  progress?(bytes: number, resumed: number): void;
  /** A file is at the receiver, whole and under its name. */
  file?(entry: SourceEntry, index: number, sm3: Bytes | undefined): void;
}

/** What became of a transfer. */
export interface SendReport {
  /** Why the whole was refused. */
  readonly refused: Verdict | undefined;
  /** The first failures. */
  readonly failures: readonly Failure[];
  /** How many failed in all. */
  readonly failed: number;
  /** What the receiver named each root, in order; undefined for one that failed. */
  readonly roots: ReadonlyArray<string | undefined>;
  /** Bytes that did not have to be sent. */
  readonly resumed: number;
}

/** Sends one transfer on a fresh stream, and ends it. */
export async function sendTransfer(
  stream: ByteStream,
  offer: Offer,
  entries: List<SourceEntry>,
  handlers: SendHandlers = {},
): Promise<SendReport> {
  const channel = new RecordChannel(stream);
  const { signal } = handlers;
  const withdraw = () => channel.abort(StreamCode.cancelled);
  signal?.addEventListener("abort", withdraw);
  try {
    await stream.write(encodePreface(StreamKind.transfer));
    if (handlers.id !== undefined) await channel.put(encodeTransferId(handlers.id));
    await channel.put(encodeOffer(offer));
    await channel.flush();
    const record = await channel.next();
    if (record?.type !== RecordType.answer) {
      throw broken("no-answer");
    }
    const answer = decodeAnswer(record.body);
    if (answer.code !== TransferCode.ok) {
      await channel.finish();
      return { refused: answer, failures: [], failed: 0, roots: [], resumed: 0 };
    }
    signal?.removeEventListener("abort", withdraw);
    handlers.accepted?.();
    const sender = new Sender(channel, entries, handlers);
    return await sender.run();
  } catch (error) {
    channel.abort(streamCodeOf(error));
    throw error;
  } finally {
    signal?.removeEventListener("abort", withdraw);
  }
}

/** The peer broke the rule of that name. */
function broken(rule: string): RemoteProtocolError {
  return new RemoteProtocolError("transfer.broken", { rule });
}

class Sender {
  readonly #answers: Answers<SourceEntry>;
  readonly #changed = new Signal();
  #bytes = 0;
  #resumed = 0;
  #ended = false;
  #broken: unknown;
  #buffers: [Uint8Array, Uint8Array] | undefined;

  constructor(
    readonly channel: RecordChannel,
    readonly entries: List<SourceEntry>,
    readonly handlers: SendHandlers,
  ) {
    const arrived = (entry: SourceEntry, index: number, sm3: Bytes | undefined) =>
      handlers.file?.(entry, index, sm3);
    this.#answers = new Answers(entries, arrived, handlers.digests ?? false);
  }

  async run(): Promise<SendReport> {
    const listening = this.#listen();
    try {
      // Most files need no waiting, and a promise for each would cost more than sending it.
      for (let index = 0; index < this.entries.length; index++) {
        const entry = this.#entry(index);
        const announcing = this.#announceAhead(index);
        if (announcing !== undefined) await announcing;
        const sending = entry.folder ? undefined : this.#sendFile(index, entry);
        if (sending !== undefined) await sending;
        if (this.entries.at(index + 1)?.root !== entry.root) await this.#endRoot(entry.root);
      }
      await this.channel.flush();
      await this.#until(() => this.#answers.roots.length === this.#answers.rootsEnded);
      await this.channel.finish();
      await listening;
    } catch (error) {
      // What the receiver said explains more than what came of it; what our own giving up causes explains nothing.
      const broken = this.#broken;
      this.channel.abort(StreamCode.cancelled);
      await listening;
      throw broken ?? error;
    }
    return {
      refused: undefined,
      failures: this.#answers.failures.list,
      failed: this.#answers.failures.count,
      roots: this.#answers.roots,
      resumed: this.#resumed,
    };
  }

  /** Takes what the receiver says, until its stream ends. Never rejects: `#broken` holds what went wrong. */
  async #listen(): Promise<void> {
    try {
      for (;;) {
        const record = await this.channel.next();
        if (record === undefined) break;
        this.#answers.take(record.type, record.body);
        this.#changed.notify();
      }
    } catch (error) {
      this.#broken = error;
    }
    this.#ended = true;
    this.#changed.notify();
  }

  /** Waits until `condition`; fails when the receiver can no longer make it true. */
  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#broken !== undefined) throw this.#broken;
      if (this.#ended) throw broken("early-end");
      await this.#changed.wait();
    }
    if (this.#broken !== undefined) throw this.#broken;
  }

  #entry(index: number): SourceEntry {
    return this.entries.at(index)!;
  }

  #announceAhead(index: number): Promise<void> | undefined {
    const answers = this.#answers;
    const limit = Math.min(this.entries.length, index + WINDOW_ENTRIES);
    // In halves of a window, so that entries go out in few large writes.
    const due = answers.announced <= index || limit - answers.announced >= WINDOW_ENTRIES / 2;
    return due ? this.#announceTo(limit) : undefined;
  }

  async #announceTo(limit: number): Promise<void> {
    while (this.#answers.announced < limit) {
      const index = this.#answers.announced;
      const entry = this.#entry(index);
      const room = this.channel.room(entryRoom(entry.path));
      if (room === undefined) {
        await this.channel.flush();
        continue;
      }
      this.channel.took(putEntry(index, entry, room));
      this.#answers.announced++;
    }
  }

  #sendFile(index: number, entry: SourceEntry): Later {
    if (!this.#answers.has(index)) return this.#sendAnswered(index, entry);
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#answers.failed(index)) {
      this.#skip(entry.size);
      return undefined;
    }
    if (this.handlers.signal?.aborted) {
      return this.#abandon(index, this.#bytes + entry.size, CANCELLED);
    }
    const ready = this.#answers.takeReady(index);
    if (ready === undefined && entry.size <= MAX_WHOLE_BYTES) return this.#sendWhole(index, entry);
    return this.#sendParts(index, entry, ready);
  }

  async #sendAnswered(index: number, entry: SourceEntry): Promise<void> {
    await this.channel.flush();
    await this.#until(() => this.#answers.has(index));
    await this.#sendFile(index, entry);
  }

  async #sendParts(index: number, entry: SourceEntry, ready: Ready | undefined): Promise<void> {
    const before = this.#bytes;
    const problem = await this.#tryFile(index, entry, ready);
    if (problem !== undefined) await this.#abandon(index, before + entry.size, problem);
  }

  /** Sends no more of a file: `bytes` are counted then. */
  async #abandon(index: number, bytes: number, { code, reason }: SourceProblem): Promise<void> {
    this.#skip(bytes - this.#bytes);
    this.#answers.abandon(index, code, reason);
    await this.channel.put(encodeAbandon({ index, ...verdict(code) }));
  }

  /** Sends a small file in one record. */
  #sendWhole(index: number, entry: SourceEntry): Later {
    const length = FILE_BYTES + entry.size;
    const room = this.channel.room(length);
    if (room === undefined) return this.#flushAndSend(index, entry);
    putFileHeader(index, entry.size, room);
    try {
      const whole = entry.readWhole(room.subarray(FILE_BYTES));
      if (typeof whole !== "boolean") return this.#wholeLater(index, entry, room, whole);
      if (!whole) return this.#abandon(index, this.#bytes + entry.size, CHANGED);
    } catch (error) {
      return this.#abandon(index, this.#bytes + entry.size, sourceProblem(error));
    }
    this.#wholeRead(index, entry, room);
    return undefined;
  }

  #wholeRead(index: number, { size }: SourceEntry, room: Uint8Array): void {
    if (this.handlers.digests) this.#answers.hashed(index, sm3(room.subarray(FILE_BYTES)));
    this.channel.took(FILE_BYTES + size);
    this.#count(size, 0);
  }

  async #flushAndSend(index: number, entry: SourceEntry): Promise<void> {
    await this.channel.flush();
    await this.#sendWhole(index, entry);
  }

  async #wholeLater(
    index: number,
    entry: SourceEntry,
    room: Uint8Array,
    reading: Promise<boolean>,
  ): Promise<void> {
    let problem: SourceProblem | undefined;
    try {
      problem = await reading ? undefined : CHANGED;
    } catch (error) {
      problem = sourceProblem(error);
    }
    if (problem !== undefined) return await this.#abandon(index, this.#bytes + entry.size, problem);
    this.#wholeRead(index, entry, room);
  }

  /** Sends one file's data; a problem with the source, or undefined. */
  async #tryFile(
    index: number,
    entry: SourceEntry,
    ready: Ready | undefined,
  ): Promise<SourceProblem | undefined> {
    let file: SourceFile;
    try {
      file = await entry.open();
    } catch (error) {
      return sourceProblem(error);
    }
    try {
      if (!file.unchanged()) return CHANGED;
      const offset = await beginning(file, ready);
      if (typeof offset !== "number") return offset;
      const hash = this.handlers.digests ? new Sm3() : undefined;
      if (hash !== undefined && offset > 0) {
        await file.seek(0);
        if (!await hashPrefix(file, offset, hash)) return CHANGED;
      }
      await this.channel.put(encodeBegin(index, offset));
      this.#count(offset, offset);
      const problem = await this.#sendData(index, entry.size - offset, file, hash);
      if (problem !== undefined) return problem;
      if (!file.unchanged()) return CHANGED;
      if (hash !== undefined) this.#answers.hashed(index, hash.digest());
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
    hash: Sm3 | undefined,
  ): Promise<SourceProblem | undefined> {
    let left = length;
    if (left === 0) return undefined;
    this.#buffers ??= [new Uint8Array(READ_BYTES), new Uint8Array(READ_BYTES)];
    let [buffer, other] = this.#buffers;
    let reading = readPiece(file, buffer.subarray(0, Math.min(left, READ_BYTES)));
    try {
      for (;;) {
        const got = await reading;
        if ("code" in got) return got;
        if (got.length === 0) return CHANGED;
        left -= got.length;
        hash?.update(got);
        [buffer, other] = [other, buffer];
        if (left > 0) reading = readPiece(file, buffer.subarray(0, Math.min(left, READ_BYTES)));
        await this.#writePiece(got);
        this.#count(got.length, 0);
        if (left === 0) return undefined;
        if (this.handlers.signal?.aborted) return CANCELLED;
        // The peer has said why.
        if (this.#answers.failed(index)) return problemOfCode(TransferCode.storage);
      }
    } finally {
      await Promise.allSettled([reading]);
    }
  }

  async #writePiece(piece: Uint8Array): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    await this.channel.write(recordHeader(RecordType.data, piece.length), piece);
  }

  async #endRoot(root: number): Promise<void> {
    this.#answers.rootsEnded++;
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
