/** The input and the output of a direct run, opened once per thread. */
import { FailureError, reasonText } from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { PieceFiles } from "../../lib/container/direct.ts";
import { readFailure } from "./input.ts";

/** A regular file as it was when it was first opened: the same path may come to mean another one. */
export interface RegularFile {
  readonly path: string;
  readonly size: number;
  readonly device: number;
  /** Absent on systems without. */
  readonly inode: number | null;
}

/** What `info` says of the file at `path`; undefined where it is not a regular one. */
export function regularFile(path: string, info: Deno.FileInfo): RegularFile | undefined {
  return info.isFile ? { path, size: info.size, device: info.dev, inode: info.ino } : undefined;
}

/** Opens `known` once more, and makes sure that it is the same file still. */
function openAgain(
  known: RegularFile,
  options: Deno.OpenOptions,
  code: "input.read" | "output.write",
  name: string,
): Deno.FsFile {
  const file = Deno.openSync(known.path, options);
  const { dev, ino } = file.statSync();
  if (dev === known.device && ino === known.inode) return file;
  file.close();
  throw new FailureError(code, { name, reason: text("files.replaced") });
}

/** What one thread opens. */
export interface PieceFilePaths {
  readonly input: RegularFile;
  /** The file that is written. */
  readonly output: RegularFile;
  /** Its name for messages: it may have another one until it is complete. */
  readonly outputName: string;
}

/** Both files of a run. */
export class OpenPieceFiles implements PieceFiles {
  readonly #input: Deno.FsFile;
  readonly #output: Deno.FsFile;
  readonly #paths: PieceFilePaths;
  #inputAt = 0;
  #outputAt = 0;

  constructor(paths: PieceFilePaths) {
    const { input, output, outputName } = paths;
    this.#paths = paths;
    this.#input = openAgain(input, { read: true }, "input.read", input.path);
    this.#output = openAgain(output, { write: true }, "output.write", outputName);
  }

  readAt(into: Uint8Array, at: number): number {
    let filled = 0;
    try {
      if (at !== this.#inputAt) this.#input.seekSync(at, Deno.SeekMode.Start);
      while (filled < into.length) {
        const count = this.#input.readSync(into.subarray(filled));
        if (count === null) break;
        filled += count;
      }
    } catch (cause) {
      throw readFailure(this.#paths.input.path, cause);
    }
    this.#inputAt = at + filled;
    return filled;
  }

  writeAt(bytes: Uint8Array, at: number): void {
    try {
      if (at !== this.#outputAt) this.#output.seekSync(at, Deno.SeekMode.Start);
      for (let rest = bytes; rest.length > 0;) rest = rest.subarray(this.#output.writeSync(rest));
    } catch (cause) {
      const name = this.#paths.outputName;
      throw new FailureError("output.write", { name, reason: reasonText(cause) }, { cause });
    }
    this.#outputAt = at + bytes.length;
  }

  close(): void {
    this.#input.close();
    this.#output.close();
  }
}
