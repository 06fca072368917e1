/**
 * The receiver's account of the entries that a sender has announced: checks each, makes folders, finds what an earlier
 * attempt left, and tells the sender (docs/protocol.md, "Transfer streams"). What it remembers of them is taken from the
 * peer's budget of memory.
 */
import { concat } from "../bytes.ts";
import { FormatError, RemoteProtocolError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Budget } from "./budget.ts";
import type { RecordChannel } from "./channel.ts";
import { chunkDigests, chunkLength } from "./chunks.ts";
import { Ledger } from "./ledger.ts";
import { safePath } from "./names.ts";
import { encodeFresh, encodeReady, type Offer, type TransferEntry } from "./offers.ts";
import type { IncomingTarget } from "./target.ts";
import { TransferCode, VerdictError } from "./verdict.ts";

/** Most entries a sender may announce before they are settled. */
const MAX_PENDING_ENTRIES = 4096;

/** Most roots a sender may begin before it ends them. */
const MAX_OPEN_ROOTS = 4096;

/** Memory, in bytes: of an entry that is not settled, of a file as long as its root is open, of a folder, of a root. */
const PENDING_BYTES = 512;
const ANNOUNCED_FILE_BYTES = 80;
const FOLDER_BYTES = 1024;
const ROOT_BYTES = 2048;

/** An entry that was announced and is not settled. */
export interface PendingEntry {
  readonly entry: TransferEntry;
  readonly path: readonly string[];
  readonly have: number;
}

/** A root of which not everything is here. */
export interface OpenRoot {
  /** As it was sent; empty when it was refused, and all below it is then. */
  name: string;
  /** Index of its first entry. */
  readonly first: number;
  readonly folder: boolean;
  readonly done: Ledger;
  /** Folders of it, itself included, that are there. */
  folders: number;
  /** Files of it that are still to come. */
  pending: number;
  /** Something of it failed on this side: what came of it is gone on with when it is sent again. */
  failed: boolean;
  /** Memory that is given back when it ends, in bytes. */
  held: number;
}

/** A promise only where something has to be waited for. */
export type Later = Promise<void> | undefined;

/** The peer broke the rule of that name. */
function broken(rule: string): RemoteProtocolError {
  return new RemoteProtocolError("transfer.broken", { rule });
}

/** See the file comment. */
export class Announced {
  readonly roots = new Map<number, OpenRoot>();
  readonly #pending = new Map<number, PendingEntry>();
  #nextIndex = 0;
  #nextRoot = 0;
  #announcedBytes = 0;
  /** Entries of which nothing is here, in a row, not yet told. */
  #freshFirst = 0;
  #freshCount = 0;

  /**
   * @param digests whether the SM3 of each file is remembered
   * @param fail tells the sender that an entry cannot be had
   */
  constructor(
    readonly channel: RecordChannel,
    readonly offer: Offer,
    readonly target: IncomingTarget,
    readonly memory: Budget,
    readonly digests: boolean,
    readonly fail: (entry: TransferEntry, error: unknown) => Promise<void>,
  ) {}

  /** Takes an announcement and answers it. */
  entry(entry: TransferEntry): Later {
    const { index, root } = entry;
    if (index !== this.#nextIndex++ || index >= this.offer.files + this.offer.folders) {
      throw broken("entry-order");
    }
    if (this.#pending.size >= MAX_PENDING_ENTRIES) throw broken("entry-count");
    this.#announcedBytes += entry.size;
    if (this.#announcedBytes > this.offer.bytes) throw broken("entry-bytes");
    const open = root === this.#nextRoot ? this.#openRoot(entry) : this.roots.get(root);
    if (open === undefined || (index !== open.first && !open.folder)) throw broken("entry-root");
    try {
      const path = safePath(entry.path);
      checkPlace(entry, path, open);
      this.#remember(entry, open);
      if (entry.folder) {
        const made = this.target.folder(entry, path);
        open.folders++;
        return made === undefined ? this.#fresh(index) : this.#folderLater(entry, made);
      }
      const have = this.target.have(entry, path);
      if (have === 0) return this.#freshFile(entry, path);
      return this.#fileLater(entry, path, have);
    } catch (error) {
      if (index === open.first) this.#refuse(open);
      return this.fail(entry, error);
    }
  }

  /** Keeps nothing of a root that was refused. */
  #refuse(open: OpenRoot): void {
    this.memory.give(open.held);
    open.held = 0;
    open.name = "";
  }

  #openRoot({ index, root, path, folder }: TransferEntry): OpenRoot {
    if (this.roots.size >= MAX_OPEN_ROOTS) throw broken("root-count");
    const cost = ROOT_BYTES + 2 * path.length;
    const paid = this.memory.take(cost);
    const name = paid ? path : "";
    const held = paid ? cost : 0;
    const open = {
      name,
      first: index,
      folder,
      done: new Ledger(),
      folders: 0,
      pending: 0,
      failed: false,
      held,
    };
    this.#nextRoot++;
    this.roots.set(root, open);
    return open;
  }

  /** Takes the memory that an entry needs as long as its root is open. */
  #remember({ path, folder }: TransferEntry, open: OpenRoot): void {
    const cost = folder
      ? FOLDER_BYTES + 4 * path.length
      : ANNOUNCED_FILE_BYTES + Ledger.cost(path, this.digests);
    if (open.name === "" || !this.memory.take(cost)) throw outOfMemory(path);
    open.held += cost;
  }

  async #folderLater(entry: TransferEntry, made: Promise<void>): Promise<void> {
    try {
      await made;
    } catch (error) {
      return await this.fail(entry, error);
    }
    await this.#fresh(entry.index);
  }

  async #fileLater(
    entry: TransferEntry,
    path: readonly string[],
    size: Promise<number> | number,
  ): Promise<void> {
    try {
      const have = Math.min(await size, entry.size);
      if (have > 0) await this.#digest(entry, path, have);
      else await this.#freshFile(entry, path);
    } catch (error) {
      await this.fail(entry, error);
    }
  }

  #freshFile(entry: TransferEntry, path: readonly string[]): Later {
    this.#wait({ entry, path, have: 0 });
    return this.#fresh(entry.index);
  }

  #wait(pending: PendingEntry): void {
    const { index, root, path } = pending.entry;
    if (!this.memory.take(pendingCost(path))) throw outOfMemory(path);
    this.#pending.set(index, pending);
    this.roots.get(root)!.pending++;
  }

  /** Something was left by an earlier attempt: tells the sender what. */
  async #digest(entry: TransferEntry, path: readonly string[], have: number): Promise<void> {
    const { index } = entry;
    const chunk = chunkLength(have);
    const file = await this.target.open(entry, path);
    try {
      const digests = await Array.fromAsync(chunkDigests((out) => file.read(out), have, chunk));
      // Less when somebody has cut it meanwhile.
      const there = Math.min(have, digests.length * chunk);
      this.#wait({ entry, path, have: there });
      const ready = { index, have: there, chunk: there > 0 ? chunk : 0 };
      await this.channel.put(encodeReady({ ...ready, digests: concat(...digests) }));
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
  take(index: number): PendingEntry | undefined {
    const pending = this.#pending.get(index);
    if (pending === undefined) return undefined;
    this.forget(pending.entry);
    return pending;
  }

  /** An entry is settled. */
  forget({ index, root, path }: TransferEntry): void {
    if (!this.#pending.delete(index)) return;
    this.memory.give(pendingCost(path));
    const open = this.roots.get(root);
    if (open !== undefined) open.pending--;
  }

  /** A root is over: what was remembered of it is given back, but for the files that arrived. */
  endRoot(root: number): void {
    const open = this.roots.get(root);
    if (open === undefined) return;
    this.roots.delete(root);
    this.memory.give(open.held);
  }
}

function pendingCost(path: string): number {
  return PENDING_BYTES + 4 * path.length;
}

function outOfMemory(path: string): VerdictError {
  return new VerdictError(TransferCode.memory, "transfer.receive", path);
}

/** A root is a single name; everything else lies below its root. */
function checkPlace(
  entry: TransferEntry,
  path: readonly string[],
  { name, first }: OpenRoot,
): void {
  if (entry.index === first ? path.length === 1 : entry.path.startsWith(`${name}/`)) return;
  throw new FormatError("transfer.name", { reason: text("transfer.name-outside") });
}
