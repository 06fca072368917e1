/**
 * The sender's account of what the receiver has answered: which files it has nothing or something of, what failed,
 * and how the roots ended (docs/protocol.md, "Transfer streams").
 */
import type { Bytes } from "../bytes.ts";
import { FailureError, RemoteProtocolError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { SM3_BYTES } from "../crypto/sm3.ts";
import {
  decodeFresh,
  decodeReady,
  decodeResult,
  decodeRootResult,
  type Fresh,
  type Outcome,
  type Ready,
} from "./offers.ts";
import { RecordType } from "./records.ts";
import { Failures, TransferCode, verdictText } from "./verdict.ts";

/** Most digests of partial files that are kept until their files' turn comes, in bytes; a file beyond is sent whole. */
const MOST_DIGEST_BYTES = 16 * 1024 * 1024;

/** What is known of an entry. */
const AnswerState = { unanswered: 0, answered: 1, failed: 2, abandoned: 3 } as const;

/** What the sender has to know of an entry here. */
export interface AnnouncedEntry {
  readonly root: number;
  readonly folder: boolean;
  readonly path: string;
  readonly size: number;
}

/** A list that may be longer than what one keeps in memory. */
export interface List<T> {
  readonly length: number;
  at(index: number): T | undefined;
}

/** The peer broke the rule of that name. */
function broken(rule: string): RemoteProtocolError {
  return new RemoteProtocolError("transfer.broken", { rule });
}

/** See the file comment. */
export class Answers<T extends AnnouncedEntry> {
  readonly failures = new Failures();
  /** What the receiver named each root; undefined for one that failed. */
  readonly roots: Array<string | undefined> = [];
  /** Entries announced so far. */
  announced = 0;
  /** Roots that were sent to their end. */
  rootsEnded = 0;
  readonly #entries: List<T>;
  readonly #arrived: (entry: T, index: number, sm3: Bytes | undefined) => void;
  readonly #state: Uint8Array;
  readonly #ready = new Map<number, Ready>();
  #readyBytes = 0;
  /** SM3 of each file that was sent, where that is wanted. */
  readonly #digests: Bytes | undefined;
  /** The first entry of the root that is answered next. */
  #rootStart = 0;

  /**
   * @param arrived is told of each file that is at the receiver, under its name
   * @param digests whether it is told their SM3 too
   */
  constructor(
    entries: List<T>,
    arrived: (entry: T, index: number, sm3: Bytes | undefined) => void,
    digests: boolean,
  ) {
    this.#entries = entries;
    this.#arrived = arrived;
    this.#state = new Uint8Array(entries.length);
    if (digests) this.#digests = new Uint8Array(SM3_BYTES * entries.length);
  }

  /** Keeps the SM3 of what was sent of a file. */
  hashed(index: number, sm3: Uint8Array): void {
    this.#digests?.set(sm3, SM3_BYTES * index);
  }

  /** Whether the receiver has said something of the entry. */
  has(index: number): boolean {
    return this.#state[index] !== AnswerState.unanswered;
  }

  /** Whether the receiver cannot take the entry. */
  failed(index: number): boolean {
    return this.#state[index] === AnswerState.failed;
  }

  /** What the receiver has of the file; undefined for nothing. */
  takeReady(index: number): Ready | undefined {
    const ready = this.#ready.get(index);
    if (ready === undefined) return undefined;
    this.#ready.delete(index);
    this.#readyBytes -= ready.digests.length;
    return ready;
  }

  /** We do not send the entry (to its end) after all. */
  abandon(index: number, code: number, reason: Text): void {
    if (this.failed(index)) return;
    this.#state[index] = AnswerState.abandoned;
    this.failures.add({ path: this.#entry(index).path, code, reason });
  }

  #entry(index: number): T {
    const entry = this.#entries.at(index);
    if (entry === undefined || index >= this.announced) throw broken("answer-index");
    return entry;
  }

  /** Takes a record of the receiver's. */
  take(type: number, body: Uint8Array): void {
    switch (type) {
      case RecordType.fresh:
        return this.#fresh(decodeFresh(body));
      case RecordType.ready:
        return this.#takeReady(decodeReady(body));
      case RecordType.result:
        return this.#result(decodeResult(body));
      case RecordType.rootResult:
        return this.#rootResult(decodeRootResult(body));
      default:
        throw broken("record-place");
    }
  }

  #fresh({ first, count }: Fresh): void {
    const end = first + count;
    if (count === 0 || end > this.announced) throw broken("fresh-range");
    for (let index = first; index < end; index++) this.#answer(index);
  }

  #takeReady(ready: Ready): void {
    const { folder, size } = this.#entry(ready.index);
    if (folder || ready.have > size) throw broken("ready-have");
    this.#answer(ready.index);
    if (this.#readyBytes + ready.digests.length > MOST_DIGEST_BYTES) return;
    this.#readyBytes += ready.digests.length;
    this.#ready.set(ready.index, ready);
  }

  #answer(index: number): void {
    if (this.has(index)) throw broken("answer-twice");
    this.#state[index] = AnswerState.answered;
  }

  #result({ index, code, reason }: Outcome): void {
    const { path } = this.#entry(index);
    if (code === TransferCode.ok) throw broken("result-code");
    if (this.failed(index)) throw broken("result-twice");
    const abandoned = this.#state[index] === AnswerState.abandoned;
    this.#state[index] = AnswerState.failed;
    if (abandoned) return;
    const there = atPeer({ code, reason });
    this.failures.add({ path, code, reason: there });
    if (code === TransferCode.full) {
      throw new FailureError("transfer.send", { path, reason: there });
    }
  }

  #rootResult({ index, code, reason }: Outcome): void {
    if (index !== this.roots.length || index >= this.rootsEnded) throw broken("root-order");
    const good = code === TransferCode.ok;
    this.roots.push(good ? reason : undefined);
    const start = this.#rootStart;
    const { path } = this.#entry(start);
    while (this.#entries.at(this.#rootStart)?.root === index) this.#rootStart++;
    if (good) {
      for (let i = start; i < this.#rootStart; i++) {
        if (this.#state[i] !== AnswerState.answered) continue;
        const entry = this.#entry(i);
        if (!entry.folder) this.#arrived(entry, i, this.#sm3Of(i));
      }
    } else if (this.#state[start] === AnswerState.answered) {
      this.failures.add({ path, code, reason: atPeer({ code, reason }) });
    }
  }

  #sm3Of(index: number): Bytes | undefined {
    return this.#digests?.slice(SM3_BYTES * index, SM3_BYTES * (index + 1));
  }
}

function atPeer(verdict: { code: number; reason: string }): Text {
  return text("transfer.at-peer", { reason: verdictText(verdict) });
}
