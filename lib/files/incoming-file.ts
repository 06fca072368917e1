/** A single file on its way in: it grows under its private name, which one handle locks against other programs. */
import { FormatError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { TransferEntry } from "../transfer/offers.ts";
import { TransferCode, VerdictError } from "../transfer/verdict.ts";
import { receivedMode } from "../system/umask.ts";
import { type Holder, inUse, notInUse } from "./descriptors.ts";
import { takeFreeName } from "./free-name.ts";
import type { IncomingRoot } from "./incoming-types.ts";
import { isAt, isPlain, lookAt, removeIfThere } from "./look.ts";
import { fillWhole, type Finish, openPlain, PartialFile, plainFileSize } from "./partial.ts";

/** Mode of a file while it is not complete: nobody else's business. */
const PARTIAL_MODE = 0o600;

/** A root that is one file. */
export class FileRoot implements IncomingRoot, Holder {
  readonly partial: string;
  #file: Deno.FsFile | undefined;
  /** What an earlier attempt left, in bytes. */
  readonly #had: number;
  #placed = false;

  constructor(partial: string) {
    this.partial = partial;
    this.#had = plainFileSize(partial);
  }

  lock(): boolean {
    inUse(this);
    if (this.#file !== undefined) return true;
    const { file } = openPlain(this.partial, PARTIAL_MODE);
    if (file.tryLockSync(true)) {
      this.#file = file;
      return true;
    }
    file.close();
    notInUse(this);
    return false;
  }

  park(): boolean {
    this.#file?.close();
    this.#file = undefined;
    return true;
  }

  folder(): void {
    throw new FormatError("transfer.name", { reason: text("transfer.name-outside") });
  }

  have(): number {
    return this.#had;
  }

  open(entry: TransferEntry, path: readonly string[]): PartialFile {
    this.#hold(path);
    const opened = openPlain(this.partial, PARTIAL_MODE);
    return new PartialFile(opened, this.partial, path.join("/"), entry.size, finishOf(entry));
  }

  put(entry: TransferEntry, path: readonly string[], content: Uint8Array): void {
    const file = this.#hold(path);
    if (!isAt(file, this.partial)) {
      throw new VerdictError(TransferCode.replaced, "transfer.receive", path.join("/"));
    }
    fillWhole({ file, fresh: this.#had === 0 }, this.partial, content, finishOf(entry));
  }

  #hold(path: readonly string[]): Deno.FsFile {
    if (!this.lock()) throw new VerdictError(TransferCode.busy, "transfer.receive", path.join("/"));
    return this.#file!;
  }

  skip(): void {
    // What there is of it may be gone on with, or is dropped with the root.
  }

  place(folder: string, name: string): Promise<string> {
    const path = takeFreeName(this.partial, folder, name);
    this.#placed = true;
    return Promise.resolve(path);
  }

  drop(): Promise<void> {
    if (isPlain(lookAt(this.partial))) removeIfThere(this.partial);
    return Promise.resolve();
  }

  close(): void {
    this.park();
    notInUse(this);
    if (this.#placed) return;
    // Nothing arrived: nothing to resume.
    const info = lookAt(this.partial);
    if (isPlain(info) && info.size === 0) removeIfThere(this.partial);
  }
}

function finishOf({ mode, modified }: TransferEntry): Finish {
  return { modified, mode: receivedMode(mode, false) };
}
