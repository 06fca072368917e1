/** A single file on its way in: it grows under its private name, which one handle locks against other programs. */
import { FailureError, FormatError } from "../errors.ts";
import type { Entry } from "../transfer/offers.ts";
import { takeFreeName } from "./free-name.ts";
import type { IncomingRoot } from "./incoming-types.ts";
import { fillWhole, isAt, openPlain, PartialFile } from "./partial.ts";

/** Mode of a file while it is not complete: nobody else's business. */
const PARTIAL_MODE = 0o600;

/** A root that is one file. */
export class FileRoot implements IncomingRoot {
  readonly partial: string;
  readonly #file: Deno.FsFile;
  /** What an earlier attempt left, in bytes. */
  readonly #had: number;
  #placed = false;

  constructor(partial: string) {
    this.partial = partial;
    const { file, fresh } = openPlain(partial, PARTIAL_MODE);
    this.#file = file;
    this.#had = fresh ? 0 : file.statSync().size;
  }

  lock(): boolean {
    if (this.#file.tryLockSync(true)) return true;
    this.#file.close();
    return false;
  }

  folder(): void {
    throw new FormatError("receive files: a folder within a file");
  }

  have(): number {
    return this.#had;
  }

  open(entry: Entry, path: readonly string[]): PartialFile {
    const opened = openPlain(this.partial, PARTIAL_MODE);
    return new PartialFile(opened, this.partial, path.join("/"), entry.size, entry);
  }

  put(entry: Entry, path: readonly string[], content: Uint8Array): void {
    const file = this.#file;
    if (!isAt(file, this.partial)) {
      throw new FailureError(`receive ${path.join("/")}: another file was put in its place`);
    }
    fillWhole({ file, fresh: this.#had === 0 }, this.partial, content, entry);
  }

  place(folder: string, name: string): string {
    const path = takeFreeName(this.partial, folder, name);
    this.#placed = true;
    return path;
  }

  close(): void {
    this.#file.close();
    if (this.#placed) return;
    // Nothing arrived: nothing to resume.
    try {
      const info = Deno.lstatSync(this.partial);
      if (info.isFile && info.size === 0) Deno.removeSync(this.partial);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
