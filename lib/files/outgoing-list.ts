/**
 * What was found to be sent, of which there may be a million: columns of numbers, and each name once. An entry becomes an
 * object when it is asked for.
 */
import type { List } from "../transfer/answers.ts";
import { join } from "../system/path.ts";
import type { Status } from "../system/files.ts";
import { FoundEntry, type OutgoingEntry } from "./outgoing-entry.ts";

/** Entries that there is room for at first. */
const FIRST_ROOM = 16;

/** Bit of a mode that says: a folder. */
const FOLDER = 0o100000;

/** Where an entry without a folder above it is. */
const NO_PARENT = -1;

/** See the file comment. */
export class OutgoingList implements List<OutgoingEntry>, Iterable<OutgoingEntry> {
  #length = 0;
  readonly #names: string[] = [];
  #parents = new Int32Array(FIRST_ROOM);
  #roots = new Uint32Array(FIRST_ROOM);
  #modes = new Uint16Array(FIRST_ROOM);
  #sizes = new Float64Array(FIRST_ROOM);
  #times = new Float64Array(FIRST_ROOM);
  /** Where the roots lie here, by their numbers. */
  readonly #places: string[] = [];
  /** Entries that are no files or folders on the disk. */
  readonly #others = new Map<number, OutgoingEntry>();
  /** The folder that was asked for last: most entries are in the same as the one before. */
  #lastParent = NO_PARENT;
  #lastPath = "";
  #lastPlace = "";

  get length(): number {
    return this.#length;
  }

  /** Adds a root that lies at `place`; answers its index. */
  addRoot(place: string, name: string, status: Status): number {
    this.#places.push(place);
    return this.#add(NO_PARENT, name, status);
  }

  /** Adds what is called `name` in the folder with the index `parent`; answers its index. */
  add(parent: number, name: string, status: Status): number {
    return this.#add(parent, name, status);
  }

  /** Adds a root that is not on the disk. */
  addOther(make: (root: number) => OutgoingEntry): void {
    const entry = make(this.#places.length);
    this.#others.set(this.addRoot("", entry.path, { ...entry, folder: false }), entry);
  }

  at(index: number): OutgoingEntry | undefined {
    if (index < 0 || index >= this.#length) return undefined;
    const other = this.#others.get(index);
    if (other !== undefined) return other;
    const parent = this.#parents[index]!;
    const name = this.#names[index]!;
    const root = this.#roots[index]!;
    const mode = this.#modes[index]!;
    if (parent !== NO_PARENT && parent !== this.#lastParent) this.#findParent(parent);
    const isRoot = parent === NO_PARENT;
    return new FoundEntry(
      root,
      mode >= FOLDER,
      mode & 0o777,
      this.#times[index]!,
      this.#sizes[index]!,
      isRoot ? name : `${this.#lastPath}/${name}`,
      isRoot ? this.#places[root]! : join(this.#lastPlace, name),
    );
  }

  *[Symbol.iterator](): Iterator<OutgoingEntry> {
    for (let i = 0; i < this.#length; i++) yield this.at(i)!;
  }

  #findParent(parent: number): void {
    const names: string[] = [];
    let at = parent;
    for (; this.#parents[at] !== NO_PARENT; at = this.#parents[at]!) names.push(this.#names[at]!);
    names.reverse();
    this.#lastParent = parent;
    this.#lastPath = [this.#names[at]!, ...names].join("/");
    this.#lastPlace = join(this.#places[this.#roots[at]!]!, ...names);
  }

  #add(parent: number, name: string, { folder, mode, modified, size }: Status): number {
    const index = this.#length++;
    if (index === this.#modes.length) this.#grow();
    this.#names.push(name);
    this.#parents[index] = parent;
    this.#roots[index] = this.#places.length - 1;
    this.#modes[index] = mode & 0o777 | (folder ? FOLDER : 0);
    this.#sizes[index] = folder ? 0 : size;
    this.#times[index] = modified;
    return index;
  }

  #grow(): void {
    const room = 2 * this.#modes.length;
    this.#parents = grown(this.#parents, new Int32Array(room));
    this.#roots = grown(this.#roots, new Uint32Array(room));
    this.#modes = grown(this.#modes, new Uint16Array(room));
    this.#sizes = grown(this.#sizes, new Float64Array(room));
    this.#times = grown(this.#times, new Float64Array(room));
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
