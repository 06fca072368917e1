/**
 * Files on their way from the browser to this program: written to `$P2P_HOME/uploads` as they come, in pieces, so that a
 * page that was reloaded goes on where it stopped. What is whole is sent from there, and removed when the outbox is done with
 * it, unless it is small: own pictures and notes stay to be looked at.
 */
import { type Bytes, hex, utf8 } from "../bytes.ts";
import { sm3 } from "../crypto/sm3.ts";
import { FailureError } from "../errors.ts";
import { exists } from "./look.ts";
import { dirname, join } from "../system/path.ts";
import { safeTopName } from "../transfer/names.ts";

/** A piece has so many bytes at most. */
export const MAX_PIECE_BYTES = 8 << 20;
/** Uploads that are not whole, at once. */
const MAX_UPLOADS = 64;
/** What is not gone on with for so long is removed at a start, in milliseconds. */
const STALE_MS = 7 * 24 * 3_600_000;
/** Sent files up to this size stay, in bytes. */
const KEPT_BYTES = 32 << 20;

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
  busy: boolean;
}

/** The uploads of one program, below `root`. */
export class Uploads {
  readonly #root: string;
  readonly #open = new Map<string, Open>();

  /** @param root a private folder that is there */
  constructor(root: string, now: number) {
    this.#root = root;
    this.#readAll(now);
  }

  /** Those of an earlier run, which go on; stale ones go. */
  #readAll(now: number): void {
    for (const { name: id } of [...Deno.readDirSync(this.#root)]) {
      const folder = join(this.#root, id);
      const about = join(folder, ABOUT);
      if (!/^[0-9a-f]{32}$/.test(id) || !exists(about)) continue;
      try {
        const at = Deno.statSync(join(folder, PART)).mtime?.getTime() ?? 0;
        const file = JSON.parse(Deno.readTextFileSync(about)) as UploadFile;
        if (now - at > STALE_MS) Deno.removeSync(folder, { recursive: true });
        else {
          const { size: offset } = Deno.statSync(join(folder, PART));
          this.#open.set(id, { ...file, folder, offset, busy: false });
        }
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
    const name = safeTopName(file.name);
    const { size, modified } = file;
    const id = hex(sm3(utf8(JSON.stringify([file.name, size, modified])))).slice(0, 32);
    let open = this.#open.get(id);
    if (open === undefined) {
      if (this.#open.size >= MAX_UPLOADS) throw new FailureError("page.many-uploads", {});
      const folder = join(this.#root, id);
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
      Deno.writeTextFileSync(join(folder, ABOUT), JSON.stringify({ name, size, modified }), {
        mode: 0o600,
      });
      const part = Deno.openSync(join(folder, PART), {
        ...{ write: true, create: true, truncate: true, mode: 0o600 },
      });
      part.close();
      open = { name, size, modified, folder, offset: 0, busy: false };
      this.#open.set(id, open);
    }
    return { id, name, size, modified, offset: open.offset };
  }

  /** Writes a piece that begins at `offset`, where the upload stands; answers where it stands then. */
  async write(id: string, offset: number, body: ReadableStream<Bytes> | null): Promise<number> {
    const open = this.#needed(id);
    if (open.busy || offset !== open.offset) return open.offset;
    open.busy = true;
    try {
      using file = await Deno.open(join(open.folder, PART), { write: true });
      await file.seek(offset, Deno.SeekMode.Start);
      let taken = 0;
      for await (const piece of body ?? []) {
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
    } finally {
      open.busy = false;
    }
    return open.offset;
  }

  /** The path of an upload that is whole: it is an ordinary file from now on, and out of the list. */
  take(id: string): string {
    const open = this.#needed(id);
    if (open.offset !== open.size || open.busy) throw new FailureError("page.upload-part", {});
    // A folder of its own for each: the same file may be sent again.
    const path = join(this.newFolder(), open.name);
    Deno.renameSync(join(open.folder, PART), path);
    Deno.removeSync(open.folder, { recursive: true });
    this.#open.delete(id);
    return path;
  }

  /** A folder for something that is sent. */
  newFolder(): string {
    return Deno.makeTempDirSync({ dir: this.#root, prefix: "sent-" });
  }

  /** Keeps a copy of an own note for the page: the outbox forgets its own when it is delivered. */
  keepNote(path: string, id: string): void {
    if (!/^[0-9a-f]{32}$/.test(id)) return;
    const notes = join(this.#root, "notes");
    Deno.mkdirSync(notes, { recursive: true, mode: 0o700 });
    Deno.copyFileSync(path, join(notes, id));
  }

  /** Gives an upload up. */
  drop(id: string): void {
    const { folder } = this.#needed(id);
    this.#open.delete(id);
    Deno.removeSync(folder, { recursive: true });
  }

  /** Removes what is large and has been sent: whatever is not among `needed`, which the outbox has yet to send. */
  clear(needed: ReadonlySet<string>): void {
    for (const { name } of [...Deno.readDirSync(this.#root)]) {
      if (!name.startsWith("sent-")) continue;
      for (const { name: file } of [...Deno.readDirSync(join(this.#root, name))]) {
        const path = join(this.#root, name, file);
        if (!needed.has(path) && Deno.statSync(path).size > KEPT_BYTES) this.forget(path);
      }
    }
  }

  /** Removes what `take` answered. */
  forget(path: string): void {
    Deno.removeSync(dirname(path), { recursive: true });
  }

  #needed(id: string): Open {
    const open = this.#open.get(id);
    if (open === undefined) throw new FailureError("page.no-upload", {});
    return open;
  }
}

const ABOUT = "about.json";
const PART = "part";
