/**
 * Where received files and folders go. Each root grows under a private name beside its target,
 * `.NAME.TAG.p2p-part`, which the same peer sending the same name finds again; when it is whole it takes a free
 * name at once. Nothing that exists is ever replaced, nothing is written through a link.
 */
import { join } from "../system/path.ts";
import { hex, utf8 } from "../bytes.ts";
import { sm3 } from "../crypto/sm3.ts";
import { FailureError, FormatError } from "../errors.ts";
import type { Entry } from "../transfer/offers.ts";
import type { IncomingTarget } from "../transfer/target.ts";
import { claim } from "./claims.ts";
import { FileRoot } from "./incoming-file.ts";
import { FolderRoot } from "./incoming-folder.ts";
import type { IncomingRoot } from "./incoming-types.ts";
import { diskError, NoSpaceError, PartialFile } from "./partial.ts";
import { Patience } from "./quick-file.ts";

/** Suffix of everything unfinished. */
const PARTIAL_SUFFIX = ".p2p-part";

/** Longest part of a name kept in a partial's name, in characters: tag and suffix must still fit 255 bytes. */
const PARTIAL_NAME_CHARACTERS = 50;

/** At most this many partials of one name side by side. */
const MAX_PARTIALS = 100;

/** Everything one transfer brings into one folder. */
export class IncomingFiles implements IncomingTarget {
  readonly #folder: string;
  readonly #peer: Uint8Array;
  readonly #evict: () => void;
  readonly #roots = new Map<number, { root: IncomingRoot; name: string; release: () => void }>();
  readonly #patience = new Patience();
  #progress = 0;

  /** @param evict stops this transfer: the peer has begun it anew */
  constructor(folder: string, peer: Uint8Array, evict: () => void) {
    this.#folder = folder;
    this.#peer = peer;
    this.#evict = evict;
  }

  folder(entry: Entry, path: readonly string[]): Promise<void> | undefined {
    return this.#within(entry, path, (root) => {
      if (path.length > 1) root.folder(entry, path);
      return undefined;
    });
  }

  have(entry: Entry, path: readonly string[]): Promise<number> | number {
    return this.#within(entry, path, (root) => root.have(entry, path));
  }

  put(
    entry: Entry,
    path: readonly string[],
    content: Uint8Array,
  ): Promise<void> | undefined {
    const begun = performance.now();
    const later = this.#within(entry, path, (root) => {
      root.put(entry, path, content, begun);
      return undefined;
    });
    return later ?? this.#patience.after(begun);
  }

  async open(entry: Entry, path: readonly string[]): Promise<PartialFile> {
    const file = await this.#within(entry, path, (root) => root.open(entry, path));
    file.onWrite = () => this.#progress++;
    return file;
  }

  endRoot(index: number): Promise<string> {
    const open = this.#roots.get(index);
    if (open === undefined) {
      return Promise.reject(new FormatError("receive files: it did not come"));
    }
    this.#roots.delete(index);
    try {
      return Promise.resolve(open.root.place(this.#folder, open.name));
    } catch (error) {
      return Promise.reject(diskError(`receive ${open.name}`, error));
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
    return Promise.resolve();
  }

  /** Does `work` in the root of `entry`, which has to be waited for at its first entry only. */
  #within<T>(
    entry: Entry,
    path: readonly string[],
    work: (root: IncomingRoot) => T,
  ): T | Promise<T> {
    this.#progress++;
    const known = this.#roots.get(entry.root);
    if (known === undefined) return this.#withinNew(entry, path, work);
    try {
      return work(known.root);
    } catch (error) {
      throw incomingError(entry, path, error);
    }
  }

  async #withinNew<T>(
    entry: Entry,
    path: readonly string[],
    work: (root: IncomingRoot) => T,
  ): Promise<T> {
    try {
      return work(await this.#newRoot(entry, path));
    } catch (error) {
      throw incomingError(entry, path, error);
    }
  }

  async #newRoot(entry: Entry, path: readonly string[]): Promise<IncomingRoot> {
    const [name] = path;
    if (name === undefined || path.length !== 1) {
      throw new FormatError("receive files: no such root");
    }
    for (let n = 0; n < MAX_PARTIALS; n++) {
      const opened = await this.#claimRoot(entry, this.#partialPath(entry, name, n));
      if (opened === undefined) continue;
      this.#roots.set(entry.root, { ...opened, name });
      return opened.root;
    }
    throw new FailureError(`receive ${name}: too many unfinished transfers of that name`);
  }

  async #claimRoot(
    entry: Entry,
    partial: string,
  ): Promise<{ root: IncomingRoot; release: () => void } | undefined> {
    const release = await claim(partial, {
      progress: () => this.#progress,
      evict: this.#evict,
    });
    if (release === undefined) return undefined;
    try {
      const root = entry.folder ? new FolderRoot(partial, entry) : new FileRoot(partial);
      if (root.lock()) return { root, release };
      release();
      return undefined;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** The same for the same peer, kind and name, so that a new attempt finds what an earlier one left. */
  #partialPath(entry: Entry, name: string, n: number): string {
    const kind = Uint8Array.of(entry.folder ? 1 : 0, n);
    const tag = hex(sm3(this.#peer, kind, utf8(entry.path))).slice(0, 12);
    const shown = [...name].slice(0, PARTIAL_NAME_CHARACTERS).join("");
    return join(this.#folder, `.${shown}.${tag}${PARTIAL_SUFFIX}`);
  }
}

/** What is told of something that went wrong at an entry. */
function incomingError(entry: Entry, path: readonly string[], error: unknown): unknown {
  if (error instanceof FormatError || error instanceof NoSpaceError) return error;
  return diskError(`receive ${path.join("/") || entry.path}`, error);
}
