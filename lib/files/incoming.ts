/**
 * Where received files and folders go. Each root grows under a private name beside its target,
 * `.NAME.TAG.p2p-part`, which the same peer sending the same name finds again; when it is whole it takes a free
 * name at once. Nothing that exists is ever replaced, nothing is written through a link.
 */
import { join } from "../system/path.ts";
import { hex, utf8 } from "../bytes.ts";
import { sm3 } from "../crypto/sm3.ts";
import { FormatError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { TransferEntry } from "../transfer/offers.ts";
import type { IncomingTarget } from "../transfer/target.ts";
import { claim } from "./claims.ts";
import { FileRoot } from "./incoming-file.ts";
import { FolderRoot } from "./incoming-folder.ts";
import type { IncomingRoot } from "./incoming-types.ts";
import { TransferCode, VerdictError } from "../transfer/verdict.ts";
import { incomingError } from "./disk-error.ts";
import type { PartialFile } from "./partial.ts";
import { turnAfter } from "./patience.ts";
import { TargetFolder } from "./target-folder.ts";

/** Suffix of everything unfinished. */
const PARTIAL_SUFFIX = ".p2p-part";

/** Longest part of a name kept in a partial's name, in characters: tag and suffix must still fit 255 bytes. */
const PARTIAL_NAME_CHARACTERS = 50;

/** At most this many partials of one name may be busy with others. */
const MAX_BUSY = 100;

/** Most names of roots whose number is remembered. */
const MAX_SAME = 10_000;

/** Everything one transfer brings into one folder. */
export class IncomingFiles implements IncomingTarget {
  readonly #folder: TargetFolder;
  readonly #peer: Uint8Array;
  readonly #evict: () => void;
  readonly #roots = new Map<number, { root: IncomingRoot; name: string; release: () => void }>();
  /** How many roots of one sort and name there have been: each has a partial of its own. */
  readonly #same = new Map<string, number>();
  #progress = 0;

  /** @param evict stops this transfer: the peer has begun it anew */
  constructor(folder: string, peer: Uint8Array, evict: () => void) {
    this.#folder = new TargetFolder(folder);
    this.#peer = peer;
    this.#evict = evict;
  }

  folder(entry: TransferEntry, path: readonly string[]): Promise<void> | undefined {
    const begun = performance.now();
    const later = this.#within(entry, path, (root) => {
      if (path.length > 1) root.folder(entry, path);
      return undefined;
    });
    return later ?? turnAfter(begun);
  }

  have(entry: TransferEntry, path: readonly string[]): Promise<number> | number {
    const begun = performance.now();
    const have = this.#within(entry, path, (root) => root.have(entry, path));
    return typeof have === "number" ? turnAfter(begun)?.then(() => have) ?? have : have;
  }

  put(
    entry: TransferEntry,
    path: readonly string[],
    content: Uint8Array,
  ): Promise<void> | undefined {
    const begun = performance.now();
    const later = this.#within(entry, path, (root) => {
      root.put(entry, path, content, begun);
      return undefined;
    });
    return later ?? turnAfter(begun);
  }

  async open(entry: TransferEntry, path: readonly string[]): Promise<PartialFile> {
    const file = await this.#within(entry, path, (root) => root.open(entry, path));
    file.onWrite = () => this.#progress++;
    return file;
  }

  skip(entry: TransferEntry): void {
    this.#roots.get(entry.root)?.root.skip(entry);
  }

  async endRoot(index: number): Promise<string> {
    const open = this.#roots.get(index);
    if (open === undefined) {
      throw new VerdictError(TransferCode.nothingCame, "transfer.receive", "");
    }
    this.#roots.delete(index);
    const begun = performance.now();
    try {
      const path = await open.root.place(open.name, begun);
      await turnAfter(begun);
      return path;
    } catch (error) {
      throw incomingError(open.name, error);
    } finally {
      open.root.close();
      open.release();
    }
  }

  async dropRoot(index: number): Promise<void> {
    const open = this.#roots.get(index);
    if (open === undefined) return;
    this.#roots.delete(index);
    try {
      await open.root.drop();
    } finally {
      open.root.close();
      open.release();
    }
  }

  close(): Promise<void> {
    for (const { root, release } of this.#roots.values()) {
      root.close();
      release();
    }
    this.#roots.clear();
    this.#folder.close();
    return Promise.resolve();
  }

  /** Does `work` in the root of `entry`, which has to be waited for at its first entry only. */
  #within<T>(
    entry: TransferEntry,
    path: readonly string[],
    work: (root: IncomingRoot) => T,
  ): T | Promise<T> {
    this.#progress++;
    const known = this.#roots.get(entry.root);
    if (known === undefined) return this.#withinNew(entry, path, work);
    try {
      return work(known.root);
    } catch (error) {
      throw incomingError(path.join("/"), error);
    }
  }

  async #withinNew<T>(
    entry: TransferEntry,
    path: readonly string[],
    work: (root: IncomingRoot) => T,
  ): Promise<T> {
    try {
      const root = await this.#newRoot(entry, path);
      const begun = performance.now();
      const result = work(root);
      await turnAfter(begun);
      return result;
    } catch (error) {
      throw incomingError(path.join("/"), error);
    }
  }

  async #newRoot(entry: TransferEntry, path: readonly string[]): Promise<IncomingRoot> {
    const [name] = path;
    if (name === undefined || path.length !== 1) {
      throw new FormatError("transfer.name", { reason: text("transfer.name-outside") });
    }
    const same = `${entry.folder ? "d" : "f"}${entry.path}`;
    for (let busy = 0; busy < MAX_BUSY; busy++) {
      const n = this.#same.get(same) ?? 0;
      this.#same.set(same, n + 1);
      if (this.#same.size > MAX_SAME) this.#same.delete(this.#same.keys().next().value!);
      const opened = await this.#claimRoot(entry, this.#partialPath(entry, name, n));
      if (opened === undefined) continue;
      this.#roots.set(entry.root, { ...opened, name });
      return opened.root;
    }
    throw new VerdictError(TransferCode.busy, "transfer.receive", name);
  }

  async #claimRoot(
    entry: TransferEntry,
    partial: string,
  ): Promise<{ root: IncomingRoot; release: () => void } | undefined> {
    const release = await claim(partial, {
      progress: () => this.#progress,
      evict: this.#evict,
    });
    if (release === undefined) return undefined;
    try {
      const begun = performance.now();
      const root = entry.folder
        ? new FolderRoot(partial, this.#folder.path, entry)
        : new FileRoot(partial, this.#folder, entry, begun);
      const locked = root.lock();
      await turnAfter(begun);
      if (locked) return { root, release };
      release();
      return undefined;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** The same for the same peer, kind and name, so that a new attempt finds what an earlier one left. */
  #partialPath(entry: TransferEntry, name: string, n: number): string {
    const kind = Uint8Array.of(entry.folder ? 1 : 0);
    const tag = hex(sm3(this.#peer, kind, numberBytes(n), utf8(entry.path))).slice(0, 12);
    const shown = [...name].slice(0, PARTIAL_NAME_CHARACTERS).join("");
    return join(this.#folder.path, `.${shown}.${tag}${PARTIAL_SUFFIX}`);
  }
}

/** A number in one byte, or in five where it is 255 or more. */
function numberBytes(n: number): Uint8Array {
  return n < 255 ? Uint8Array.of(n) : Uint8Array.of(255, n >>> 24, n >>> 16, n >>> 8, n);
}
