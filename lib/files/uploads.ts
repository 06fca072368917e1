/**
 * Files on their way from the browser to this program: written to `$P2P_HOME/uploads/parts` as they come, in pieces, so
 * that a page that was reloaded goes on where it stopped. What is whole is sent from where the caller says.
 */
import { type Bytes, hex, utf8 } from "../bytes.ts";
import { sm3 } from "../crypto/sm3.ts";
import { FailureError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { diskCode, diskReason } from "./disk-error.ts";
import { exists } from "./look.ts";
import { join } from "../system/path.ts";
import { safeTopName } from "../transfer/names.ts";

/** A piece has so many bytes at most. */
export const MAX_PIECE_BYTES = 8 << 20;
/** Uploads that are not whole, at once, and bytes of them in all. */
export const MAX_UPLOADS = 64;
export const MAX_UPLOADS_BYTES = 256 * 2 ** 30;
/** The longest name that a browser may say, in characters. */
const MAX_NAME = 4096;
/** What is not gone on with for so long is removed at a start, in milliseconds. */
const STALE_MS = 7 * 24 * 3_600_000;

/** What the browser says of a file. */
export interface UploadFile {
  readonly name: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** An upload, and how far it is. */
export interface Upload extends UploadFile {
  readonly id: string;
  /** Bytes that are written. */
  readonly offset: number;
}

interface Open extends UploadFile {
  readonly folder: string;
  offset: number;
  /** What the piece that comes now is read by. */
  reading: ReadableStreamDefaultReader<Bytes> | undefined;
}

/** The uploads of one program, below `root`. */
export class Uploads {
  readonly #root: string;
  readonly #newFolder: () => string;
  readonly #open = new Map<string, Open>();

  /**
   * @param root a private folder that is there
   * @param newFolder makes a folder for something that is sent, on the same file system
   */
  constructor(root: string, newFolder: () => string, now: number) {
    this.#root = root;
    this.#newFolder = newFolder;
    this.#readAll(now);
  }

  /** Those of an earlier run, which go on; stale ones go. */
  #readAll(now: number): void {
    for (const { name: id } of [...Deno.readDirSync(this.#root)]) {
      const folder = join(this.#root, id);
      try {
        const { mtime, size: offset } = Deno.statSync(join(folder, PART));
        const file = JSON.parse(Deno.readTextFileSync(join(folder, ABOUT))) as UploadFile;
        if (now - (mtime?.getTime() ?? 0) > STALE_MS) Deno.removeSync(folder, { recursive: true });
        else this.#open.set(id, { ...file, folder, offset, reading: undefined });
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound) && !(error instanceof SyntaxError)) {
          throw error;
        }
        Deno.removeSync(folder, { recursive: true });
      }
    }
  }

  /** What is not whole. */
  list(): Upload[] {
    return [...this.#open].map(([id, { name, size, modified, offset }]) => ({
      ...{ id, name, size, modified, offset },
    }));
  }

  /** Begins, or goes on with, the upload of a file; the same name, size and time mean the same file. */
  begin(file: UploadFile): Upload {
    const { size, modified } = file;
    if (file.name.length > MAX_NAME) throw new FailureError("page.upload-name", {});
    const name = safeTopName(file.name);
    const id = hex(sm3(utf8(JSON.stringify([file.name, size, modified])))).slice(0, 32);
    const open = this.#open.get(id) ?? this.#begin(id, { name, size, modified });
    return { id, name, size, modified, offset: open.offset };
  }

  #begin(id: string, { name, size, modified }: UploadFile): Open {
    if (this.#open.size >= MAX_UPLOADS) throw new FailureError("page.many-uploads", {});
    const bytes = [...this.#open.values()].reduce((sum, { size }) => sum + size, size);
    if (bytes > MAX_UPLOADS_BYTES) {
      throw new FailureError("page.large-uploads", { most: MAX_UPLOADS_BYTES });
    }
    const folder = join(this.#root, id);
    try {
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
      const about = JSON.stringify({ name, size, modified });
      Deno.writeTextFileSync(join(folder, ABOUT), about, { mode: 0o600 });
      Deno.writeFileSync(join(folder, PART), new Uint8Array(0), { mode: 0o600 });
    } catch (error) {
      if (exists(folder)) Deno.removeSync(folder, { recursive: true });
      throw diskProblem(name, error);
    }
    const open: Open = { name, size, modified, folder, offset: 0, reading: undefined };
    this.#open.set(id, open);
    return open;
  }

  /**
   * Writes a piece that begins at `offset`, where the upload stands; answers where it stands then. What has come of a piece
   * that is cut off stays; when the disk takes no more, the upload is given up.
   */
  async write(id: string, offset: number, body: ReadableStream<Bytes> | null): Promise<number> {
    const open = this.#needed(id);
    if (open.reading !== undefined || offset !== open.offset || body === null) return open.offset;
    const reader = open.reading = body.getReader();
    try {
      using file = await Deno.open(join(open.folder, PART), { write: true });
      await file.seek(offset, Deno.SeekMode.Start);
      for (let taken = 0;;) {
        const { done, value: piece } = await reader.read();
        if (done || this.#open.get(id) !== open) break;
        taken += piece.length;
        if (taken > MAX_PIECE_BYTES || open.offset + piece.length > open.size) {
          throw new FailureError("page.upload-size", {});
        }
        for (let rest: Uint8Array = piece; rest.length > 0;) {
          const count = await file.write(rest);
          open.offset += count;
          rest = rest.subarray(count);
        }
      }
    } catch (error) {
      const problem = diskProblem(open.name, error);
      if (problem !== error && this.#open.get(id) === open) this.drop(id);
      throw problem;
    } finally {
      await reader.cancel().catch(() => undefined);
      open.reading = undefined;
    }
    // Somebody gave it up meanwhile.
    this.#needed(id);
    return open.offset;
  }

  /** Reads no more of what comes now: what is there stays, and is gone on with later. */
  async halt(): Promise<void> {
    const reading = [...this.#open.values()].flatMap(({ reading }) => reading ?? []);
    await Promise.allSettled(reading.map((reader) => reader.cancel()));
  }

  /** The path of an upload that is whole: it is an ordinary file from now on, and out of the list. */
  take(id: string): string {
    const open = this.#needed(id);
    if (open.offset !== open.size || open.reading !== undefined) {
      throw new FailureError("page.upload-part", {});
    }
    // A folder of its own for each: the same file may be sent again.
    const path = join(this.#newFolder(), open.name);
    Deno.renameSync(join(open.folder, PART), path);
    this.drop(id);
    return path;
  }

  /** Gives an upload up. */
  drop(id: string): void {
    const { folder } = this.#needed(id);
    this.#open.delete(id);
    Deno.removeSync(folder, { recursive: true });
  }

  #needed(id: string): Open {
    const open = this.#open.get(id);
    if (open === undefined) throw new FailureError("page.no-upload", {});
    return open;
  }
}

/** What a person is told where a disk takes no more; any other error stays as it is. */
function diskProblem(name: string, error: unknown): unknown {
  const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes(diskCode(error) ?? "");
  if (!full) return error;
  const hint = text("page.upload-disk.hint");
  return new FailureError("page.upload-disk", { name, reason: diskReason(error) }, {
    ...{ cause: error, hint },
  });
}

const ABOUT = "about.json";
const PART = "part";
