/**
 * The receiving side of a transfer stream, free of I/O: it reads records from a stream, writes to an
 * `IncomingTarget`, and answers (docs/protocol.md, "Transfer streams").
 */
import { FailureError, FormatError, RemoteProtocolError } from "../errors.ts";
import { Announced, type Later, type Pending, verdictOf } from "./announced.ts";
import { RecordChannel } from "./channel.ts";
import {
  decodeAbandon,
  decodeBegin,
  decodeEnd,
  decodeEntry,
  decodeFile,
  decodeOffer,
  decodeRootEnd,
  encodeAnswer,
  encodeResult,
  encodeRootResult,
  type Entry,
  type Offer,
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

/** The file whose data is coming. */
interface Current extends Pending {
  /** Undefined after a failure: the rest of its data is skipped. */
  file: IncomingFile | undefined;
  written: number;
}

function isVerdict(decision: IncomingTarget | Verdict): decision is Verdict {
  return "code" in decision;
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
  readonly #announced: Announced;
  readonly #finished: ReceivedRoot[] = [];
  readonly #failures: Failure[] = [];
  #current: Current | undefined;
  #bytes = 0;
  #resumed = 0;

  constructor(
    readonly channel: RecordChannel,
    readonly offer: Offer,
    readonly target: IncomingTarget,
    readonly handlers: ReceiveHandlers,
  ) {
    this.#announced = new Announced(channel, offer, target, (entry, verdict) => {
      return this.#fail(entry, verdict);
    });
  }

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
      const record = this.channel.ready();
      if (record !== undefined) {
        // Most records need no waiting, and a promise for each would cost more than what they do.
        const later = this.#take(record.type, record.body);
        if (later !== undefined) await later;
        continue;
      }
      await this.#announced.tellFresh();
      await this.channel.flush();
      if (!await this.channel.more()) break;
    }
    if (this.#announced.roots.size > 0 || this.#current !== undefined) {
      throw new RemoteProtocolError("read transfer: ended before everything was there");
    }
  }

  #take(type: number, body: Uint8Array): Later {
    switch (type) {
      case RecordType.data:
        return this.#data(body);
      case RecordType.file:
        return this.#file(decodeFile(body));
      case RecordType.entry:
        return this.#announced.entry(decodeEntry(body));
      case RecordType.begin:
        return this.#begin(decodeBegin(body));
      case RecordType.end:
        return this.#end(decodeEnd(body));
      case RecordType.abandon:
        return this.#abandon(decodeAbandon(body));
      case RecordType.rootEnd:
        return this.#rootEnd(decodeRootEnd(body));
      default:
        throw new RemoteProtocolError(`read transfer: record of type ${type} out of place`);
    }
  }

  /** A small file, whole. */
  #file({ index, content }: { index: number; content: Uint8Array }): Later {
    const pending = this.#announced.take(index);
    if (
      this.#current !== undefined || pending === undefined ||
      content.length !== pending.entry.size
    ) {
      throw new RemoteProtocolError("read transfer: file out of order");
    }
    try {
      const later = this.target.put(pending.entry, pending.path, content);
      if (later !== undefined) return this.#putLater(pending, later);
    } catch (error) {
      return this.#fail(pending.entry, verdictOf(error));
    }
    this.#bytes += content.length;
    return this.#done(pending);
  }

  async #putLater(pending: Pending, later: Promise<void>): Promise<void> {
    try {
      await later;
    } catch (error) {
      return await this.#fail(pending.entry, verdictOf(error));
    }
    this.#bytes += pending.entry.size;
    this.#done(pending);
  }

  /** A file is here, whole. */
  #done({ entry, path }: Pending): undefined {
    this.#announced.roots.get(entry.root)?.done.push({ below: path.slice(1), size: entry.size });
    this.handlers.progress?.(this.#bytes, this.#resumed);
  }

  async #begin({ index, offset }: { index: number; offset: number }): Promise<void> {
    const pending = this.#announced.take(index);
    if (
      this.#current !== undefined || pending === undefined || offset > pending.have ||
      offset > pending.entry.size
    ) {
      throw new RemoteProtocolError("read transfer: data out of order");
    }
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

  #data(bytes: Uint8Array): Later {
    const current = this.#current;
    if (current === undefined) throw new RemoteProtocolError("read transfer: data of no file");
    current.written += bytes.length;
    if (current.written > current.entry.size) {
      throw new RemoteProtocolError("read transfer: more data than the file's size");
    }
    if (current.file === undefined) return undefined;
    try {
      const later = current.file.write(bytes);
      if (later !== undefined) return this.#dataLater(later, bytes.length);
    } catch (error) {
      return this.#failCurrent(verdictOf(error));
    }
    this.#count(bytes.length);
    return undefined;
  }

  async #dataLater(later: Promise<void>, length: number): Promise<void> {
    try {
      await later;
    } catch (error) {
      return await this.#failCurrent(verdictOf(error));
    }
    this.#count(length);
  }

  #count(length: number): void {
    this.#bytes += length;
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
    this.#done(current);
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
    const pending = this.#announced.take(index);
    if (pending === undefined) throw new RemoteProtocolError("read transfer: abandons no file");
    this.#failures.push({ path: pending.entry.path, code, reason });
  }

  async #rootEnd(root: number): Promise<void> {
    const open = this.#announced.roots.get(root);
    if (open === undefined || this.#current !== undefined || this.#announced.isPending(root)) {
      throw new RemoteProtocolError("read transfer: end of no complete root");
    }
    this.#announced.roots.delete(root);
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
