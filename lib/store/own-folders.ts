/**
 * The folders of a root on its way in. Those in use are held open, each by its name in the one above, so that what is
 * written goes there whatever comes to stand at their paths; where the system cannot do that their paths are looked at.
 */
import { FailureError } from "../errors.ts";
import { Directory } from "../system/files.ts";

/** How long a folder that was looked at counts as seen, in milliseconds. */
const SEEN_MS = 20;

/** Folders held open at a time. */
const MAX_OPEN = 16;

/** One of them. */
export class OwnFolder {
  /** What is in it, by folded names; folders with what is known of them. */
  readonly names = new Map<string, OwnFolder | undefined>();

  constructor(
    readonly path: string,
    readonly name: string,
    readonly parent: OwnFolder | undefined,
  ) {}
}

/** All of one root. */
export class OwnFolders {
  readonly root: OwnFolder;
  readonly #real: string;
  /** Those that were used last, and when each was looked at. */
  readonly #used = new Map<OwnFolder, { directory: Directory | undefined; seen: number }>();

  /** @param path where the root is */
  constructor(path: string) {
    this.root = new OwnFolder(path, "", undefined);
    this.#real = Deno.realPathSync(path);
  }

  /** Opens `folder`; undefined where it has to be used by its path, which has been looked at. */
  open(folder: OwnFolder): Directory | undefined {
    const now = performance.now();
    const used = this.#used.get(folder);
    if (used === undefined) return this.#openNew(folder, now);
    if (now - used.seen >= SEEN_MS) {
      this.#look(folder);
      used.seen = now;
    }
    return used.directory;
  }

  close(): void {
    for (const { directory } of this.#used.values()) directory?.close();
    this.#used.clear();
  }

  #openNew(folder: OwnFolder, now: number): Directory | undefined {
    const { path, name, parent } = folder;
    const directory = parent === undefined ? Directory.open(path) : this.open(parent)?.folder(name);
    if (directory === undefined) this.#look(folder);
    this.#used.set(folder, { directory, seen: now });
    for (const [oldest, { directory }] of this.#used) {
      if (this.#used.size <= MAX_OPEN) break;
      this.#used.delete(oldest);
      directory?.close();
    }
    return directory;
  }

  /** Makes sure that `folder` is really below our own: nobody put a link in the way. */
  #look({ path }: OwnFolder): void {
    const expected = this.#real + path.slice(this.root.path.length);
    if (Deno.realPathSync(path).normalize("NFC") !== expected.normalize("NFC")) {
      throw new FailureError("receive files: a link was put in the place of a folder");
    }
  }
}
