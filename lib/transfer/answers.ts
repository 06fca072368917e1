/**
 * The sender's account of what the receiver has answered: which files it has nothing or something of, what failed,
 * and how the roots ended (docs/protocol.md, "Transfer streams").
 */
import { FailureError, RemoteProtocolError } from "../errors.ts";
import {
  decodeFresh,
  decodeReady,
  decodeResult,
  decodeRootResult,
  type Fresh,
  type Outcome,
  type Ready,
  TransferCode,
  type Verdict,
} from "./offers.ts";
import { RecordType } from "./records.ts";
import type { Failure } from "./target.ts";

/** What is known of an entry. */
const State = { unanswered: 0, answered: 1, failed: 2, abandoned: 3 } as const;

/** What the sender has to know of an entry here. */
export interface Announcement {
  readonly root: number;
  readonly folder: boolean;
  readonly path: string;
}

/** See the file comment. */
export class Answers<T extends Announcement> {
  readonly failures: Failure[] = [];
  /** What the receiver named each root; undefined for one that failed. */
  readonly roots: Array<string | undefined> = [];
  /** Entries announced so far. */
  announced = 0;
  /** Roots that were sent to their end. */
  rootsEnded = 0;
  readonly #entries: readonly T[];
  readonly #arrived: (entry: T, index: number) => void;
  readonly #state: Uint8Array;
  readonly #ready = new Map<number, Ready>();
  /** The first entry of the root that is answered next. */
  #rootStart = 0;

  /** @param arrived is told of each file that is at the receiver, under its name */
  constructor(entries: readonly T[], arrived: (entry: T, index: number) => void) {
    this.#entries = entries;
    this.#arrived = arrived;
    this.#state = new Uint8Array(entries.length);
  }

  /** Whether the receiver has said something of the entry. */
  has(index: number): boolean {
    return this.#state[index] !== State.unanswered;
  }

  /** Whether the receiver cannot take the entry. */
  failed(index: number): boolean {
    return this.#state[index] === State.failed;
  }

  /** What the receiver has of the file; undefined for nothing. */
  takeReady(index: number): Ready | undefined {
    const ready = this.#ready.get(index);
    this.#ready.delete(index);
    return ready;
  }

  /** We do not send the entry (to its end) after all. */
  abandon(index: number, problem: Verdict): void {
    if (this.failed(index)) return;
    this.#state[index] = State.abandoned;
    this.failures.push({ path: this.#entries[index]!.path, ...problem });
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
        throw new RemoteProtocolError(`send files: record of type ${type} out of place`);
    }
  }

  #fresh({ first, count }: Fresh): void {
    const end = first + count;
    if (count === 0 || end > this.announced) {
      throw new RemoteProtocolError("send files: fresh entries that were not announced");
    }
    for (let index = first; index < end; index++) this.#answer(index);
  }

  #takeReady(ready: Ready): void {
    const entry = this.#entries[ready.index];
    if (entry === undefined || ready.index >= this.announced || entry.folder) {
      throw new RemoteProtocolError("send files: ready for what?");
    }
    this.#answer(ready.index);
    this.#ready.set(ready.index, ready);
  }

  #answer(index: number): void {
    if (this.has(index)) throw new RemoteProtocolError("send files: the same entry twice");
    this.#state[index] = State.answered;
  }

  #result({ index, code, reason }: Outcome): void {
    const source = this.#entries[index];
    if (source === undefined || index >= this.announced || code === TransferCode.ok) {
      throw new RemoteProtocolError("send files: result of what?");
    }
    if (this.failed(index)) throw new RemoteProtocolError("send files: the same result twice");
    const abandoned = this.#state[index] === State.abandoned;
    this.#state[index] = State.failed;
    if (abandoned) return;
    const there = `at the peer: ${reason}`;
    this.failures.push({ path: source.path, code, reason: there });
    if (code === TransferCode.full) throw new FailureError(`send ${source.path}: ${there}`);
  }

  #rootResult({ index, code, reason }: Outcome): void {
    if (index !== this.roots.length || index >= this.rootsEnded) {
      throw new RemoteProtocolError("send files: root out of order");
    }
    const good = code === TransferCode.ok;
    this.roots.push(good ? reason : undefined);
    const start = this.#rootStart;
    const { path } = this.#entries[start]!;
    while (this.#entries[this.#rootStart]?.root === index) this.#rootStart++;
    if (good) {
      for (let i = start; i < this.#rootStart; i++) {
        const entry = this.#entries[i]!;
        if (!entry.folder && this.#state[i] === State.answered) this.#arrived(entry, i);
      }
    } else if (!this.failures.some((failure) => failure.path === path)) {
      this.failures.push({ path, code, reason: `at the peer: ${reason}` });
    }
  }
}
