/**
 * Files and folders on their way out: walks the named paths in a fixed order. Symbolic links and special files within
 * folders are never sent: what they lead to may not be meant, may not end, or may not be a file. Standard input, and a pipe
 * or device that is named itself, are read to their end and sent as a file.
 */
import { FailureError, LimitError, reasonText, UsageError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import type { List } from "../transfer/answers.ts";
import { MAX_ENTRIES } from "../transfer/offers.ts";
import { basename, join, resolve } from "../system/path.ts";
import { Directory, type Status } from "../system/files.ts";
import { modifiedOf, type OutgoingEntry, unsendable } from "./outgoing-entry.ts";
import { OutgoingList } from "./outgoing-list.ts";
import { sortInTurns, Steps, turnAfter } from "./patience.ts";
import { isStreamPath, spool, streamAt } from "./spool.ts";

export type { OutgoingEntry } from "./outgoing-entry.ts";

/** Permissions where the platform has none (Windows). */
const USUAL_FILE_MODE = 0o644;
const USUAL_FOLDER_MODE = 0o755;

/** What the runtime puts where a name is not UTF-8. */
const REPLACEMENT = "\ufffd";

/** Something that is not sent, and why. */
export interface Unsendable {
  readonly path: string;
  readonly reason: Text;
}

/** All that was found. */
export interface Outgoing {
  readonly entries: List<OutgoingEntry>;
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  readonly skipped: readonly Unsendable[];
}

/** How the paths are to be understood. */
export interface WalkOptions {
  /** What the path "-" stands for. */
  readonly input?: ReadableStream<Uint8Array>;
  /** The name that the one path is sent under. */
  readonly name?: string;
  /** The names that the paths are sent under, one for each. */
  readonly names?: readonly string[];
}

/** Walks `paths`; a path that is named must be a file or a folder, what is found within folders may be skipped. */
export async function walkOutgoing(
  paths: readonly string[],
  options: WalkOptions = {},
): Promise<Outgoing> {
  if (options.name !== undefined && paths.length !== 1) {
    throw new FailureError("files.send", {
      path: options.name,
      reason: text("files.name-alone"),
    });
  }
  if (options.name !== undefined && !isName(options.name)) {
    throw new UsageError("files.bad-name", { name: options.name });
  }
  const walk = new OutgoingWalk();
  const { names, ...others } = options;
  for (const [i, path] of paths.entries()) {
    const name = names?.[i] ?? options.name;
    await walk.root(path, { ...others, ...(name === undefined ? {} : { name }) });
  }
  return walk.found();
}

/** Whether a file may be offered under `name`. */
function isName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0\ufffd]/.test(name);
}

class OutgoingWalk {
  readonly #list = new OutgoingList();
  readonly #skipped: Unsendable[] = [];
  readonly #steps = new Steps();
  #files = 0;
  #bytes = 0;

  found(): Outgoing {
    return {
      entries: this.#list,
      files: this.#files,
      folders: this.#list.length - this.#files,
      bytes: this.#bytes,
      skipped: this.#skipped,
    };
  }

  async root(path: string, { input, name }: WalkOptions): Promise<void> {
    if (path === "-" && input !== undefined) return await this.#spool(path, input, name ?? "stdin");
    if (isStreamPath(path)) {
      const stream = await streamAt(path).catch((cause) => failed(path, cause));
      return await this.#spool(path, stream, name ?? basename(path));
    }
    // The bytes of the command line may have been others: what lies there may not be what was meant.
    if (path.includes(REPLACEMENT)) {
      const hint = text("input.not-utf8.hint");
      throw new FailureError("files.send", { path, reason: text("files.not-utf8") }, { hint });
    }
    const info = rootInfo(path);
    const own = name ?? basename(resolve(path));
    if (own === "") failed(path, text("files.no-name"));
    const kind = unsendable(info);
    if (kind !== undefined) {
      throw new FailureError("files.send", { path, reason: kind }, {
        hint: info.isSymlink ? text("files.is-link.hint") : undefined,
      });
    }
    const status = statusOf(info);
    const index = this.#list.addRoot(path, own, status);
    this.#count(status);
    if (status.folder) await this.#folder(path, own, index);
  }

  async #spool(path: string, stream: ReadableStream<Uint8Array>, name: string): Promise<void> {
    const spooled = await spool(stream, name).catch((cause) => failed(path, cause));
    this.#list.addOther((root) => spooled.entry(root));
    this.#count({ folder: false, mode: 0, modified: 0, size: spooled.size });
  }

  #count({ folder, size }: Status): void {
    if (this.#list.length > MAX_ENTRIES) {
      throw new LimitError("files.too-many", { most: MAX_ENTRIES }, {
        hint: text("files.too-many.hint"),
      });
    }
    if (folder) return;
    this.#files++;
    this.#bytes += size;
  }

  async #folder(place: string, path: string, index: number): Promise<void> {
    const unnamed: string[] = [];
    let listed: Map<string, Status | undefined>;
    try {
      listed = await list(place, unnamed);
    } catch (error) {
      this.#skipped.push({ path, reason: reasonText(error) });
      return;
    }
    for (const name of unnamed) {
      this.#skipped.push({ path: `${path}/${name}`, reason: text("files.not-utf8") });
    }
    for (const name of await sortInTurns([...listed.keys()])) {
      const pause = this.#steps.after();
      if (pause !== undefined) await pause;
      const inner = join(place, name);
      const below = `${path}/${name}`;
      const found = listed.get(name) ?? this.#look(inner, below);
      if (found === undefined) continue;
      const at = this.#list.add(index, name, found);
      this.#count(found);
      if (found.folder) await this.#folder(inner, below, at);
    }
  }

  /** What lies at `place`; undefined when that is not sent. */
  #look(place: string, path: string): Status | undefined {
    try {
      const info = Deno.lstatSync(place);
      const kind = unsendable(info);
      if (kind === undefined) return statusOf(info);
      this.#skipped.push({ path, reason: kind });
    } catch (error) {
      this.#skipped.push({ path, reason: reasonText(error) });
    }
    return undefined;
  }
}

/** What lies in `folder`, by names; undefined where the runtime has to look at it. Names that are no text go to `unnamed`. */
async function list(
  folder: string,
  unnamed: string[],
): Promise<Map<string, Status | undefined>> {
  const found = new Map<string, Status | undefined>();
  const directory = Directory.open(folder);
  try {
    for (;;) {
      const begun = performance.now();
      const more = directory?.list(found, unnamed);
      if (more === false) return found;
      if (more === undefined) break;
      const pause = turnAfter(begun);
      if (pause !== undefined) await pause;
    }
  } finally {
    directory?.close();
  }
  found.clear();
  unnamed.length = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    if (name.includes(REPLACEMENT)) unnamed.push(name);
    else found.set(name, undefined);
  }
  return found;
}

function failed(path: string, cause: unknown): never {
  const isText = typeof cause === "object" && cause !== null && "params" in cause;
  const reason = isText ? cause as Text : reasonText(cause);
  throw new FailureError("files.send", { path, reason }, { cause });
}

function rootInfo(path: string): Deno.FileInfo {
  try {
    return Deno.lstatSync(path);
  } catch (cause) {
    return failed(path, cause);
  }
}

/** What counts of `info`, which is of a file or folder. */
function statusOf(info: Deno.FileInfo): Status {
  const folder = info.isDirectory;
  const mode = info.mode ?? (folder ? USUAL_FOLDER_MODE : USUAL_FILE_MODE);
  return { folder, mode, size: info.size, modified: modifiedOf(info) };
}
