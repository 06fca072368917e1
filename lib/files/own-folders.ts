/**
 * The folders of a root on its way in. Those in use are held open, each by its name in the one above, so that what is
 * written goes there whatever comes to stand at their paths; where the system cannot do that, their paths are checked.
 */
import { FailureError, FormatError } from "../errors.ts";
import { Directory } from "../system/files.ts";
import { foldName, numberedName } from "../transfer/names.ts";
import { join } from "../system/path.ts";

/** How long a folder counts as checked, in milliseconds. */
const CHECKED_MS = 20;

/** Folders held open at a time, of all roots together. */
const MAX_HELD = 16;

/** A folder that was used lately. */
interface Held {
  readonly owner: OwnFolders;
  /** Undefined where it is used by its path. */
  readonly directory: Directory | undefined;
  /** When it was checked last. */
  checked: number;
}

/** Those used lately, the oldest first. */
const held = new Map<OwnFolder, Held>();

function letGo(folder: OwnFolder, { directory }: Held): void {
  held.delete(folder);
  directory?.close();
}

/** Where something of the peer's goes: a name in a folder. */
export class Place {
  /** It is a file, and not whole: it never gets its name. */
  unfinished = false;

  /** @param sent its path at the peer */
  constructor(readonly folder: OwnFolder, readonly name: string, readonly sent: string) {}

  get path(): string {
    return join(this.folder.path, this.name);
  }
}

/** One of them. */
export class OwnFolder {
  /** What is in it, by folded names. */
  readonly places = new Map<string, Place>();
  /** The folders in it, by folded names. */
  readonly folders = new Map<string, OwnFolder>();

  constructor(
    readonly path: string,
    readonly name: string,
    readonly parent: OwnFolder | undefined,
  ) {}

  /** A place for what the peer calls `sent`, and `name` is a safe name for: different from every other place. */
  assign(name: string, sent: string): Place {
    for (let n = 0;; n++) {
      const numbered = numberedName(name, n);
      const folded = foldName(numbered);
      const taken = this.places.get(folded);
      if (taken === undefined) {
        const place = new Place(this, numbered, sent);
        this.places.set(folded, place);
        return place;
      }
      if (taken.sent === sent) throw new FormatError("receive files: the same name twice");
    }
  }
}

/** All of one root. */
export class OwnFolders {
  readonly root: OwnFolder;
  readonly #real: string;

  /** @param path where the root is */
  constructor(path: string) {
    this.root = new OwnFolder(path, "", undefined);
    this.#real = Deno.realPathSync(path);
  }

  /** Opens `folder`; undefined where it has to be used by its path, which has been checked. */
  open(folder: OwnFolder, now = performance.now()): Directory | undefined {
    const known = held.get(folder);
    if (known === undefined) return this.#openNew(folder, now);
    if (now - known.checked >= CHECKED_MS) {
      this.check(folder);
      known.checked = now;
    }
    return known.directory;
  }

  /** Makes sure that the path of `folder` is really below our own: nobody put a link in the way. */
  check({ path }: OwnFolder): void {
    const expected = this.#real + path.slice(this.root.path.length);
    if (Deno.realPathSync(path).normalize("NFC") !== expected.normalize("NFC")) {
      throw new FailureError("receive files: a link was put in the place of a folder");
    }
  }

  close(): void {
    for (const [folder, known] of held) if (known.owner === this) letGo(folder, known);
  }

  #openNew(folder: OwnFolder, now: number): Directory | undefined {
    const { path, name, parent } = folder;
    const directory = parent === undefined
      ? Directory.open(path)
      : this.open(parent, now)?.folder(name);
    if (directory === undefined) this.check(folder);
    held.set(folder, { owner: this, directory, checked: now });
    for (const [oldest, known] of held) {
      if (held.size <= MAX_HELD) break;
      letGo(oldest, known);
    }
    return directory;
  }
}
