/**
 * Something without a size (standard input, a pipe) on its way out: what is offered has a size and can be gone on with, so
 * all of it is first written to a private file, which loses its name at once and is gone with this program.
 */
import { openStream } from "../system/stream.ts";
import { lookAt } from "./look.ts";
import { type OutgoingEntry, OutgoingFile } from "./outgoing-entry.ts";

/** Descriptors of this program, as shells name them for `<(command)`. */
const DESCRIPTOR = /^\/(?:dev\/fd|proc\/self\/fd)\/\d+$|^\/dev\/stdin$/;

/** Permissions that what was spooled is offered with. */
const MODE = 0o600;

/**
 * Whether what lies at `path` is read to its end rather than sent as the file it is. What is not there, or out of reach,
 * is not; opening it says why.
 */
export function isStreamPath(path: string): boolean {
  if (DESCRIPTOR.test(path)) return true;
  if (path.startsWith("/dev/") || path.startsWith("/proc/")) return false;
  try {
    return lookAt(path)?.isFifo ?? false;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** The content of the pipe at `path`. */
export async function streamAt(path: string): Promise<ReadableStream<Uint8Array>> {
  return openStream(path) ?? (await Deno.open(path, { read: true })).readable;
}

/** Something spooled. */
export interface Spool {
  readonly size: number;
  /** It as the root with that number. */
  entry(root: number): OutgoingEntry;
}

/** Reads `stream` to its end, to be sent as a file called `name`. */
export async function spool(stream: ReadableStream<Uint8Array>, name: string): Promise<Spool> {
  const path = Deno.makeTempFileSync({ prefix: "p2p-" });
  const file = Deno.openSync(path, { read: true, write: true });
  // Where an open file keeps its name (Windows), the system's own clean-up has to do.
  if (Deno.build.os !== "windows") Deno.removeSync(path);
  let size = 0;
  for await (const bytes of stream) {
    size += bytes.length;
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await file.write(rest));
  }
  const modified = Math.floor(file.statSync().mtime?.getTime() ?? 0);
  return { size, entry: (root) => new Spooled(root, name, file, size, modified) };
}

class Spooled implements OutgoingEntry {
  readonly folder = false;
  readonly mode = MODE;
  readonly place = "";

  constructor(
    readonly root: number,
    readonly path: string,
    readonly file: Deno.FsFile,
    readonly size: number,
    readonly modified: number,
  ) {}

  async open(): Promise<OutgoingFile> {
    await this.file.seek(0, Deno.SeekMode.Start);
    return new SpooledFile(this.file, this);
  }

  async readWhole(out: Uint8Array): Promise<boolean> {
    await this.file.seek(0, Deno.SeekMode.Start);
    for (let rest = out; rest.length > 0;) {
      const length = await this.file.read(rest);
      if (length === null) return false;
      rest = rest.subarray(length);
    }
    return true;
  }
}

/** The spool is read again when it is sent again: it stays open as long as this program runs. */
class SpooledFile extends OutgoingFile {
  override close(): void {
    // See above.
  }
}
