/**
 * The receiving side of a transfer stream, free of I/O: it reads records from a stream, writes to an
 * `IncomingTarget`, and answers (docs/protocol.md, "Transfer streams").
 */
import { FailureError, FormatError, P2PError, RemoteProtocolError } from "../errors.ts";
import { RecordChannel } from "./channel.ts";
import { chunkDigests, chunkLength } from "./chunks.ts";
import { safePath } from "./names.ts";
import {
  decodeAbandon,
  decodeBegin,
  decodeEnd,
  decodeEntry,
  decodeOffer,
  decodeRootEnd,
  encodeAnswer,
  encodeReady,
  encodeResult,
  encodeRootResult,
  type Entry,
  type Offer,
  reasonAlone,
  TransferCode,
  type Verdict,
} from "./offers.ts";
import type {
  Failure,
  IncomingFile,
  IncomingTarget,
  ReceivedRoot,
  ReceiveHandlers,
  ReceiveReport,
} from "./target.ts";
import { RecordType } from "./records.ts";
import { type ByteStream, StreamCode } from "./stream.ts";

/** Most entries a sender may announce before they are settled. */
export const MAX_PENDING_ENTRIES = 4096;

/** An entry that was announced and is not settled. */
interface Pending {
  readonly entry: Entry;
  readonly path: readonly string[];
  readonly have: number;
}

/** The file whose data is coming. */
interface Current extends Pending {
  /** Undefined after a failure: the rest of its data is skipped. */
  file: IncomingFile | undefined;
  written: number;
}

interface OpenRoot {
  readonly name: string;
  readonly folder: boolean;
  readonly done: Array<{ below: readonly string[]; size: number }>;
}

function isVerdict(decision: IncomingTarget | Verdict): decision is Verdict {
  return "code" in decision;
}

/** Code and words for something thrown by a target. */
function verdictOf(error: unknown): Verdict {
  if (!(error instanceof P2PError)) throw error;
  const code = error instanceof FormatError
    ? TransferCode.name
    : error.code === "no-space"
    ? TransferCode.full
    : TransferCode.storage;
  return { code, reason: reasonAlone(error.message) };
}

/** Receives one transfer. The stream's preface has been read. */
export async function receiveTransfer(
  stream: ByteStream,
  handlers: ReceiveHandlers,
): Promise<ReceiveReport> {
  const channel = new RecordChannel(stream);
  const first = await channel.next();
  if (first === undefined || first.type !== RecordType.offer) {
    throw new RemoteProtocolError("read transfer: no offer at its beginning");
  }
  const offer = decodeOffer(first.body);
  const decision = await handlers.decide(offer);
  if (isVerdict(decision)) {
    void channel.put(encodeAnswer(decision));
    await channel.finish();
    return { offer, refused: decision, roots: [], failures: [] };
  }
  const receiver = new Receiver(channel, offer, decision, handlers);
  try {
    void channel.put(encodeAnswer({ code: TransferCode.ok, reason: "" }));
    await channel.flush();
    await receiver.run();
    await channel.finish();
    return receiver.report();
  } catch (error) {
    channel.abort(error instanceof RemoteProtocolError ? StreamCode.protocol : StreamCode.internal);
    throw receiver.noSpace() ?? error;
  } finally {
    await receiver.suspend();
    await decision.close();
  }
}

class Receiver {
  readonly #pending = new Map<number, Pending>();
  readonly #roots = new Map<number, OpenRoot>();
  readonly #finished: ReceivedRoot[] = [];
  readonly #failures: Failure[] = [];
  #current: Current | undefined;
  #nextIndex = 0;
  #nextRoot = 0;
  #announcedBytes = 0;
  #bytes = 0;
  #resumed = 0;

  constructor(
    readonly channel: RecordChannel,
    readonly offer: Offer,
    readonly target: IncomingTarget,
    readonly handlers: ReceiveHandlers,
  ) {}

  report(): ReceiveReport {
    return {
      offer: this.offer,
      refused: undefined,
      roots: this.#finished,
      failures: this.#failures,
    };
  }

  /** The true reason when the sender gave up because we are full. */
  noSpace(): FailureError | undefined {
    const failure = this.#failures.find(({ code }) => code === TransferCode.full);
    return failure === undefined
      ? undefined
      : new FailureError(`receive ${failure.path}: ${failure.reason}`);
  }

  async suspend(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    await current?.file?.suspend();
  }

  async run(): Promise<void> {
    for (;;) {
      if (this.channel.idle) await this.channel.flush();
      const record = await this.channel.next();
      if (record === undefined) break;
      await this.#take(record.type, record.body);
    }
    if (this.#roots.size > 0 || this.#current !== undefined) {
      throw new RemoteProtocolError("read transfer: ended before everything was there");
    }
  }

  async #take(type: number, body: Uint8Array): Promise<void> {
    switch (type) {
      case RecordType.data:
        return await this.#data(body);
      case RecordType.entry:
        return await this.#entry(decodeEntry(body));
      case RecordType.begin:
        return await this.#begin(decodeBegin(body));
      case RecordType.end:
        return await this.#end(decodeEnd(body));
      case RecordType.abandon:
        return await this.#abandon(decodeAbandon(body));
      case RecordType.rootEnd:
        return await this.#rootEnd(decodeRootEnd(body));
      default:
        throw new RemoteProtocolError(`read transfer: record of type ${type} out of place`);
    }
  }

  async #entry(entry: Entry): Promise<void> {
    const { index, root } = entry;
    if (index !== this.#nextIndex++ || index >= this.offer.files + this.offer.folders) {
      throw new RemoteProtocolError("read transfer: entry out of order");
    }
    if (this.#pending.size >= MAX_PENDING_ENTRIES) {
      throw new RemoteProtocolError("read transfer: too many entries at once");
    }
    this.#announcedBytes += entry.size;
    if (this.#announcedBytes > this.offer.bytes) {
      throw new RemoteProtocolError("read transfer: more bytes than were offered");
    }
    if (root === this.#nextRoot) {
      this.#roots.set(root, { name: entry.path, folder: entry.folder, done: [] });
      this.#nextRoot++;
    } else if (!this.#roots.get(root)?.folder) {
      throw new RemoteProtocolError("read transfer: entry of no open folder");
    }
    try {
      const path = safePath(entry.path);
      this.#checkPlace(entry, path);
      if (entry.folder) await this.target.folder(entry, path);
      else await this.#announceFile(entry, path);
    } catch (error) {
      await this.#fail(entry, verdictOf(error));
    }
  }

  /** A root is a single name; everything else lies below its root. */
  #checkPlace({ root, path: raw }: Entry, path: readonly string[]): void {
    const name = this.#roots.get(root)?.name ?? raw;
    if (raw === name ? path.length !== 1 : !raw.startsWith(`${name}/`)) {
      throw new FormatError("read name: outside its folder");
    }
  }

  async #announceFile(entry: Entry, path: readonly string[]): Promise<void> {
    const { index } = entry;
    const have = Math.min(await this.target.have(entry, path), entry.size);
    if (have === 0) {
      this.#pending.set(index, { entry, path, have: 0 });
      await this.channel.put(encodeReady({ index, have: 0, chunk: 0, digests: [] }));
      return;
    }
    const chunk = chunkLength(have);
    const file = await this.target.open(entry, path);
    try {
      const digests = await Array.fromAsync(chunkDigests((out) => file.read(out), have, chunk));
      // Less when somebody has cut it meanwhile.
      const there = Math.min(have, digests.length * chunk);
      this.#pending.set(index, { entry, path, have: there });
      await this.channel.put(
        encodeReady({ index, have: there, chunk: there > 0 ? chunk : 0, digests }),
      );
    } finally {
      await file.suspend();
    }
    // The sender compares while the next file is being hashed.
    await this.channel.flush();
  }

  async #begin({ index, offset }: { index: number; offset: number }): Promise<void> {
    const pending = this.#pending.get(index);
    if (
      this.#current !== undefined || pending === undefined || offset > pending.have ||
      offset > pending.entry.size
    ) {
      throw new RemoteProtocolError("read transfer: data out of order");
    }
    this.#pending.delete(index);
    const current: Current = {
      ...pending,
      file: undefined,
      written: offset,
    };
    this.#current = current;
    this.#bytes += offset;
    this.#resumed += offset;
    try {
      current.file = await this.target.open(pending.entry, pending.path);
      await current.file.restart(offset);
    } catch (error) {
      await this.#failCurrent(verdictOf(error));
    }
  }

  async #data(bytes: Uint8Array): Promise<void> {
    const current = this.#current;
    if (current === undefined) throw new RemoteProtocolError("read transfer: data of no file");
    current.written += bytes.length;
    if (current.written > current.entry.size) {
      throw new RemoteProtocolError("read transfer: more data than the file's size");
    }
    if (current.file === undefined) return;
    try {
      await current.file.write(bytes);
    } catch (error) {
      return await this.#failCurrent(verdictOf(error));
    }
    this.#bytes += bytes.length;
    this.handlers.progress?.(this.#bytes, this.#resumed);
  }

  async #end(index: number): Promise<void> {
    const current = this.#current;
    if (current?.entry.index !== index) {
      throw new RemoteProtocolError("read transfer: end of no file");
    }
    this.#current = undefined;
    const file = current.file;
    if (file === undefined) return;
    if (current.written !== current.entry.size) {
      await file.suspend();
      throw new RemoteProtocolError("read transfer: less data than the file's size");
    }
    try {
      await file.complete();
    } catch (error) {
      return await this.#fail(current.entry, verdictOf(error));
    }
    const below = current.path.slice(1);
    this.#roots.get(current.entry.root)?.done.push({ below, size: current.entry.size });
    await this.channel.put(encodeResult({ index, code: TransferCode.ok, reason: "" }));
    this.handlers.progress?.(this.#bytes, this.#resumed);
  }

  /** The sender cannot send (the rest of) a file. */
  async #abandon({ index, code, reason }: { index: number } & Verdict): Promise<void> {
    const current = this.#current;
    if (current?.entry.index === index) {
      this.#current = undefined;
      if (current.file === undefined) return;
      await current.file.suspend();
      this.#failures.push({ path: current.entry.path, code, reason });
      return;
    }
    const pending = this.#pending.get(index);
    if (pending === undefined) throw new RemoteProtocolError("read transfer: abandons no file");
    this.#pending.delete(index);
    this.#failures.push({ path: pending.entry.path, code, reason });
  }

  async #rootEnd(root: number): Promise<void> {
    const open = this.#roots.get(root);
    if (open === undefined || this.#current !== undefined || this.#hasPending(root)) {
      throw new RemoteProtocolError("read transfer: end of no complete root");
    }
    this.#roots.delete(root);
    let outcome: Verdict;
    try {
      if (!open.folder && open.done.length === 0) {
        throw new FormatError("receive file: it did not come");
      }
      const path = await this.target.endRoot(root);
      const files = open.done.map((file) => ({ root: path, ...file }));
      const received = { path, folder: open.folder, files };
      this.#finished.push(received);
      this.handlers.root?.(received);
      outcome = { code: TransferCode.ok, reason: path.slice(path.search(/[^/\\]*$/)) };
    } catch (error) {
      outcome = verdictOf(error);
      if (open.folder || open.done.length > 0) this.#failures.push({ path: open.name, ...outcome });
    }
    await this.channel.put(encodeRootResult({ index: root, ...outcome }));
  }

  #hasPending(root: number): boolean {
    for (const { entry } of this.#pending.values()) if (entry.root === root) return true;
    return false;
  }

  async #failCurrent(verdict: Verdict): Promise<void> {
    const current = this.#current;
    if (current === undefined) return;
    const file = current.file;
    current.file = undefined;
    await this.#fail(current.entry, verdict);
    await file?.suspend();
  }

  async #fail(entry: Entry, verdict: Verdict): Promise<void> {
    this.#failures.push({ path: entry.path, ...verdict });
    await this.channel.put(encodeResult({ index: entry.index, ...verdict }));
  }
}
