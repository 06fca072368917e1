/**
 * The receiver's account of the entries that a sender has announced: checks each, makes folders, finds what an earlier
 * attempt left, and tells the sender (docs/protocol.md, "Transfer streams").
 */
import { FormatError, P2PError, RemoteProtocolError } from "../errors.ts";
import type { RecordChannel } from "./channel.ts";
import { chunkDigests, chunkLength } from "./chunks.ts";
import { safePath } from "./names.ts";
import {
  encodeFresh,
  encodeReady,
  type Entry,
  type Offer,
  reasonAlone,
  TransferCode,
  type Verdict,
} from "./offers.ts";
import type { IncomingTarget } from "./target.ts";

/** Most entries a sender may announce before they are settled. */
export const MAX_PENDING_ENTRIES = 4096;

/** An entry that was announced and is not settled. */
export interface Pending {
  readonly entry: Entry;
  readonly path: readonly string[];
  readonly have: number;
}

/** A root of which not everything is here. */
export interface OpenRoot {
  readonly name: string;
  readonly folder: boolean;
  readonly done: Array<{ below: readonly string[]; size: number }>;
}

/** A promise only where something has to be waited for. */
export type Later = Promise<void> | undefined;

/** Code and words for something thrown by a target. */
export function verdictOf(error: unknown): Verdict {
  if (!(error instanceof P2PError)) throw error;
  const code = error instanceof FormatError
    ? TransferCode.name
    : error.kind === "no-space"
    ? TransferCode.full
    : TransferCode.storage;
  return { code, reason: reasonAlone(error.message) };
}

/** See the file comment. */
export class Announced {
  readonly roots = new Map<number, OpenRoot>();
  readonly #pending = new Map<number, Pending>();
  #nextIndex = 0;
  #nextRoot = 0;
  #announcedBytes = 0;
  /** Entries of which nothing is here, in a row, not yet told. */
  #freshFirst = 0;
  #freshCount = 0;

  /** @param fail tells the sender that an entry cannot be had */
  constructor(
    readonly channel: RecordChannel,
    readonly offer: Offer,
    readonly target: IncomingTarget,
    readonly fail: (entry: Entry, verdict: Verdict) => Promise<void>,
  ) {}

  /** Takes an announcement and answers it. */
  entry(entry: Entry): Later {
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
      this.roots.set(root, { name: entry.path, folder: entry.folder, done: [] });
      this.#nextRoot++;
    } else if (!this.roots.get(root)?.folder) {
      throw new RemoteProtocolError("read transfer: entry of no open folder");
    }
    try {
      const path = safePath(entry.path);
      this.#checkPlace(entry, path);
      if (entry.folder) {
        const made = this.target.folder(entry, path);
        return made === undefined ? this.#fresh(index) : this.#folderLater(entry, made);
      }
      const have = this.target.have(entry, path);
      if (have === 0) return this.#freshFile(entry, path);
      return this.#fileLater(entry, path, have);
    } catch (error) {
      return this.fail(entry, verdictOf(error));
    }
  }

  /** A root is a single name; everything else lies below its root. */
  #checkPlace({ root, path: raw }: Entry, path: readonly string[]): void {
    const name = this.roots.get(root)?.name ?? raw;
    if (raw === name ? path.length !== 1 : !raw.startsWith(`${name}/`)) {
      throw new FormatError("read name: outside its folder");
    }
  }

  async #folderLater(entry: Entry, made: Promise<void>): Promise<void> {
    try {
      await made;
    } catch (error) {
      return await this.fail(entry, verdictOf(error));
    }
    await this.#fresh(entry.index);
  }

  async #fileLater(
    entry: Entry,
    path: readonly string[],
    size: Promise<number> | number,
  ): Promise<void> {
    try {
      const have = Math.min(await size, entry.size);
      if (have > 0) await this.#digest(entry, path, have);
      else await this.#freshFile(entry, path);
    } catch (error) {
      await this.fail(entry, verdictOf(error));
    }
  }

  #freshFile(entry: Entry, path: readonly string[]): Later {
    this.#pending.set(entry.index, { entry, path, have: 0 });
    return this.#fresh(entry.index);
  }

  /** Something was left by an earlier attempt: tells the sender what. */
  async #digest(entry: Entry, path: readonly string[], have: number): Promise<void> {
    const { index } = entry;
    const chunk = chunkLength(have);
    const file = await this.target.open(entry, path);
    try {
      const digests = await Array.fromAsync(chunkDigests((out) => file.read(out), have, chunk));
      // Less when somebody has cut it meanwhile.
      const there = Math.min(have, digests.length * chunk);
      this.#pending.set(index, { entry, path, have: there });
      const ready = { index, have: there, chunk: there > 0 ? chunk : 0, digests };
      await this.channel.put(encodeReady(ready));
    } finally {
      await file.suspend();
    }
    // The sender compares while the next file is being hashed.
    await this.channel.flush();
  }

  /** Nothing is here of this entry: said of many at once. */
  #fresh(index: number): Later {
    if (this.#freshCount > 0 && index === this.#freshFirst + this.#freshCount) {
      this.#freshCount++;
      return undefined;
    }
    const later = this.tellFresh();
    this.#freshFirst = index;
    this.#freshCount = 1;
    return later;
  }

  /** Says what has not been said: before anything is waited for. */
  tellFresh(): Later {
    const count = this.#freshCount;
    if (count === 0) return undefined;
    this.#freshCount = 0;
    return this.channel.put(encodeFresh({ first: this.#freshFirst, count }));
  }

  /** The file whose content comes now. */
  take(index: number): Pending | undefined {
    const pending = this.#pending.get(index);
    this.#pending.delete(index);
    return pending;
  }

  /** Whether files of `root` are still to come. */
  isPending(root: number): boolean {
    for (const { entry } of this.#pending.values()) if (entry.root === root) return true;
    return false;
  }
}
