/**
 * The receiving side of a transfer stream, free of I/O: it reads records from a stream, writes to an
 * `IncomingTarget`, and answers (docs/protocol.md, "Transfer streams").
 */
import type { Bytes } from "../bytes.ts";
import { reasonText, RemoteProtocolError } from "../errors.ts";
import { Sm3, sm3 } from "../crypto/sm3.ts";
import { Announced, type Later, type PendingEntry } from "./announced.ts";
import { Budget, PEER_MEMORY_BYTES } from "./budget.ts";
import { RecordChannel } from "./channel.ts";
import {
  decodeAbandon,
  decodeBegin,
  decodeEnd,
  decodeFile,
  decodeOffer,
  decodeRootEnd,
  decodeTransferEntry,
  decodeTransferId,
  encodeAnswer,
  encodeResult,
  encodeRootResult,
  type Offer,
  type TransferEntry,
} from "./offers.ts";
import type { IncomingFile, IncomingTarget, ReceiveHandlers, ReceiveReport } from "./target.ts";
import { RecordType } from "./records.ts";
import { hashPrefix } from "./source.ts";
import { type ByteStream, StreamCode, streamCodeOf } from "./stream.ts";
import { nextTurn } from "./turn.ts";
import {
  bareText,
  codeOf,
  Failures,
  TransferCode,
  type Verdict,
  verdict,
  VerdictError,
  verdictText,
} from "./verdict.ts";

/** Records that are read before everything else has a turn: each costs a few microseconds. */
const TURN_RECORDS = 256;

/** The file whose data is coming. */
interface Current extends PendingEntry {
  /** Undefined after a failure: the rest of its data is skipped. */
  file: IncomingFile | undefined;
  written: number;
  /** Of what is there so far, where a digest is wanted. */
  hash: Sm3 | undefined;
}

/** The peer broke the rule of that name. */
function broken(rule: string): RemoteProtocolError {
  return new RemoteProtocolError("transfer.broken", { rule });
}

function isVerdict(decision: IncomingTarget | Verdict): decision is Verdict {
  return "code" in decision;
}

/**
 * Receives one transfer. The stream's preface has been read.
 *
 * @param memory what the peer's transfers may keep in memory
 */
export async function receiveTransfer(
  stream: ByteStream,
  handlers: ReceiveHandlers,
  memory: Budget = new Budget(PEER_MEMORY_BYTES),
): Promise<ReceiveReport> {
  const channel = new RecordChannel(stream);
  let first = await channel.next();
  let id: string | undefined;
  if (first?.type === RecordType.transferId) {
    id = decodeTransferId(first.body);
    first = await channel.next();
  }
  if (first === undefined || first.type !== RecordType.offer) {
    throw broken("offer-first");
  }
  const offer = decodeOffer(first.body);
  const decision = await handlers.decide(offer, id);
  if (isVerdict(decision)) {
    await channel.put(encodeAnswer(decision));
    await channel.finish();
    return { offer, refused: decision, roots: 0, failures: [], failed: 0 };
  }
  const own = new Budget(PEER_MEMORY_BYTES, memory);
  const receiver = new Receiver(channel, offer, decision, own, handlers);
  try {
    await channel.put(encodeAnswer(verdict(TransferCode.ok)));
    await channel.flush();
    await receiver.run();
    await channel.finish();
    return receiver.report();
  } catch (error) {
    channel.abort(error instanceof RemoteProtocolError ? streamCodeOf(error) : StreamCode.internal);
    throw receiver.noSpace() ?? error;
  } finally {
    await receiver.suspend();
    await decision.close();
    own.give();
  }
}

class Receiver {
  readonly #announced: Announced;
  readonly #failures = new Failures();
  #full: VerdictError | undefined;
  #roots = 0;
  #current: Current | undefined;
  #bytes = 0;
  #resumed = 0;

  constructor(
    readonly channel: RecordChannel,
    readonly offer: Offer,
    readonly target: IncomingTarget,
    memory: Budget,
    readonly handlers: ReceiveHandlers,
  ) {
    const fail = (entry: TransferEntry, error: unknown) => this.#fail(entry, error);
    const digests = handlers.digests ?? false;
    this.#announced = new Announced(channel, offer, target, memory, digests, fail);
  }

  report(): ReceiveReport {
    return {
      offer: this.offer,
      refused: undefined,
      roots: this.#roots,
      failures: this.#failures.list,
      failed: this.#failures.count,
    };
  }

  /** The true reason when the sender gave up because we are full. */
  noSpace(): VerdictError | undefined {
    return this.#full;
  }

  async suspend(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    await current?.file?.suspend();
  }

  async run(): Promise<void> {
    for (let records = 1;; records++) {
      if (records % TURN_RECORDS === 0) await nextTurn();
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
      throw broken("early-end");
    }
  }

  #take(type: number, body: Uint8Array): Later {
    switch (type) {
      case RecordType.data:
        return this.#data(body);
      case RecordType.file:
        return this.#file(decodeFile(body));
      case RecordType.entry:
        return this.#announced.entry(decodeTransferEntry(body));
      case RecordType.begin:
        return this.#begin(decodeBegin(body));
      case RecordType.end:
        return this.#end(decodeEnd(body));
      case RecordType.abandon:
        return this.#abandon(decodeAbandon(body));
      case RecordType.rootEnd:
        return this.#rootEnd(decodeRootEnd(body));
      default:
        throw broken("record-place");
    }
  }

  /** A small file, whole. */
  #file({ index, content }: { index: number; content: Uint8Array }): Later {
    const pending = this.#announced.take(index);
    if (
      this.#current !== undefined || pending === undefined ||
      content.length !== pending.entry.size
    ) {
      throw broken("file-order");
    }
    try {
      const later = this.target.put(pending.entry, pending.path, content);
      if (later !== undefined) {
        return this.#putLater(pending, later, this.handlers.digests ? sm3(content) : undefined);
      }
    } catch (error) {
      return this.#fail(pending.entry, error);
    }
    this.#bytes += content.length;
    return this.#done(pending, this.handlers.digests ? sm3(content) : undefined);
  }

  async #putLater(pending: PendingEntry, later: Promise<void>, digest?: Bytes): Promise<void> {
    try {
      await later;
    } catch (error) {
      return await this.#fail(pending.entry, error);
    }
    this.#bytes += pending.entry.size;
    this.#done(pending, digest);
  }

  /** A file is here, whole. */
  #done({ entry, path }: PendingEntry, sm3: Bytes | undefined): undefined {
    const below = path.slice(1);
    this.#announced.roots.get(entry.root)?.done.add({ below, size: entry.size, sm3 });
    this.handlers.progress?.(this.#bytes, this.#resumed);
  }

  async #begin({ index, offset }: { index: number; offset: number }): Promise<void> {
    const pending = this.#announced.take(index);
    if (
      this.#current !== undefined || pending === undefined || offset > pending.have ||
      offset > pending.entry.size
    ) {
      throw broken("data-order");
    }
    const current: Current = {
      ...pending,
      file: undefined,
      written: offset,
      hash: this.handlers.digests ? new Sm3() : undefined,
    };
    this.#current = current;
    this.#bytes += offset;
    this.#resumed += offset;
    try {
      current.file = await this.target.open(pending.entry, pending.path);
      if (current.hash !== undefined && !await hashPrefix(current.file, offset, current.hash)) {
        throw new VerdictError(TransferCode.replaced, "transfer.receive", "");
      }
      await current.file.restart(offset);
    } catch (error) {
      await this.#failCurrent(error);
    }
  }

  #data(bytes: Uint8Array): Later {
    const current = this.#current;
    if (current === undefined) throw broken("data-file");
    current.written += bytes.length;
    if (current.written > current.entry.size) {
      throw broken("data-length");
    }
    if (current.file === undefined) return undefined;
    current.hash?.update(bytes);
    try {
      const later = current.file.write(bytes);
      if (later !== undefined) return this.#dataLater(later, bytes.length);
    } catch (error) {
      return this.#failCurrent(error);
    }
    this.#count(bytes.length);
    return undefined;
  }

  async #dataLater(later: Promise<void>, length: number): Promise<void> {
    try {
      await later;
    } catch (error) {
      return await this.#failCurrent(error);
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
      throw broken("end-file");
    }
    this.#current = undefined;
    const file = current.file;
    if (file === undefined) return;
    if (current.written !== current.entry.size) {
      await file.suspend();
      throw broken("end-length");
    }
    try {
      await file.complete();
    } catch (error) {
      return await this.#fail(current.entry, error);
    }
    this.#done(current, current.hash?.digest());
  }

  /** The sender cannot send (the rest of) a file. */
  async #abandon({ index, ...problem }: { index: number } & Verdict): Promise<void> {
    const current = this.#current;
    const isCurrent = current?.entry.index === index;
    const pending = isCurrent ? current : this.#announced.take(index);
    if (pending === undefined) throw broken("abandon-file");
    const { entry } = pending;
    if (isCurrent) {
      this.#current = undefined;
      // It has failed here already.
      if (current.file === undefined) return;
      await current.file.suspend();
    }
    this.target.skip(entry);
    this.#failures.add({ path: entry.path, code: problem.code, reason: verdictText(problem) });
  }

  async #rootEnd(root: number): Promise<void> {
    const open = this.#announced.roots.get(root);
    if (open === undefined || this.#current !== undefined || open.pending > 0) {
      throw broken("root-end");
    }
    this.#announced.endRoot(root);
    const { name, folder, folders, done } = open;
    if (!folder && done.length === 0) {
      if (!open.failed) await this.target.dropRoot(root);
      return await this.#tellRoot(root, verdict(TransferCode.nothingCame));
    }
    let path: string;
    try {
      path = await this.target.endRoot(root);
    } catch (error) {
      const code = codeOf(error);
      this.#failures.add({ path: name, code, reason: bareText(reasonText(error)) });
      return await this.#tellRoot(root, verdict(code));
    }
    this.#roots++;
    await this.handlers.root?.({ path, name, folder, folders, files: done });
    const reason = path.slice(path.search(/[^/\\]*$/));
    await this.#tellRoot(root, { code: TransferCode.ok, reason });
  }

  async #tellRoot(index: number, outcome: Verdict): Promise<void> {
    await this.channel.put(encodeRootResult({ index, ...outcome }));
  }

  async #failCurrent(error: unknown): Promise<void> {
    const current = this.#current;
    if (current === undefined) return;
    const file = current.file;
    current.file = undefined;
    await this.#fail(current.entry, error);
    await file?.suspend();
  }

  async #fail(entry: TransferEntry, error: unknown): Promise<void> {
    const code = codeOf(error);
    this.#announced.forget(entry);
    const root = this.#announced.roots.get(entry.root);
    if (root !== undefined) root.failed = true;
    this.target.skip(entry);
    if (error instanceof VerdictError && code === TransferCode.full) this.#full ??= error;
    this.#failures.add({ path: entry.path, code, reason: bareText(reasonText(error)) });
    await this.channel.put(encodeResult({ index: entry.index, ...verdict(code) }));
  }
}
