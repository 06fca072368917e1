/**
 * The folders of a root on its way in. Those in use are held open, each by its name in the one above, so that what is
 * written goes there whatever comes to stand at their paths; where the system cannot do that, their paths are checked.
 */
import { Directory } from "../system/files.ts";
import { freeNumber, numberedParts } from "../transfer/free-names.ts";
import { foldName } from "../transfer/names.ts";
import { TransferCode, VerdictError } from "../transfer/verdict.ts";
import { basename, join } from "../system/path.ts";

/** How long a folder counts as checked, in milliseconds. */
const CHECKED_MS = 20;

/** Folders held open at a time, of all roots together. */
const MAX_HELD = 16;

/** A folder that was used lately. */
interface HeldFolder {
  readonly owner: OwnFolders;
  /** Undefined where it is used by its path. */
  readonly directory: Directory | undefined;
  /** When it was checked last. */
  checked: number;
}

/** Those used lately, the oldest first. */
const held = new Map<OwnFolder, HeldFolder>();

function letGo(folder: OwnFolder, { directory }: HeldFolder): void {
  held.delete(folder);
  directory?.close();
}

/** Where something of the peer's goes: a name in a folder. */
export class OwnPlace {
  /** Something may be there that is not whole. */
  begun = false;

  constructor(readonly folder: OwnFolder, readonly name: string) {}

  get path(): string {
    return join(this.folder.path, this.name);
  }
}

/** One of them. */
export class OwnFolder {
  /** Folded names of all that is in it. */
  readonly names = new Set<string>();
  /** The folders in it, by folded names. */
  readonly folders = new Map<string, OwnFolder>();
  /** The number after the last one given, by what stands around it in the folded name. */
  #numbers: Map<string, number> | undefined;

  constructor(
    readonly path: string,
    readonly name: string,
    readonly parent: OwnFolder | undefined,
  ) {}

  /** A place for something that `name` is a safe name for: different from every other place. */
  assign(name: string): OwnPlace {
    const own = this.#free(name);
    this.names.add(foldName(own));
    return new OwnPlace(this, own);
  }

  #free(name: string): string {
    if (!this.names.has(foldName(name))) return name;
    const [stem, extension] = numberedParts(name);
    const around = `${foldName(stem)}\0${foldName(extension)}`;
    this.#numbers ??= new Map();
    const numbered = (n: number) => `${stem} (${n})${extension}`;
    const isTaken = (n: number) => this.names.has(foldName(numbered(n)));
    const n = freeNumber(isTaken, this.#numbers.get(around) ?? 1);
    this.#numbers.set(around, n + 1);
    return numbered(n);
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
      throw new VerdictError(TransferCode.replaced, "transfer.receive", basename(path));
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
