/**
 * Small files through the C library on Linux: the runtime looks at every part of a path, twice, which takes several times
 * as long as reading or writing 4 KiB. Links are not followed where a path ends. What cannot be done here is answered
 * with undefined or false and no reason, since errno is not to be had: the caller lets the runtime try, which knows it.
 */
import { putUtf8 } from "../bytes.ts";
import { fromLibc, type Functions, O_CLOEXEC, O_NOFOLLOW, O_WRONLY } from "./libc.ts";

const SYMBOLS = {
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  futimens: { parameters: ["i32", "buffer"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

type Calls = Functions<typeof SYMBOLS>;

const calls = fromLibc(SYMBOLS);

/** Linux's numbers; two of them are not the same on x86-64 and AArch64. */
const ARM = Deno.build.arch === "aarch64";
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_NONBLOCK = 0o4000;
const O_DIRECTORY = ARM ? 0o40000 : 0o200000;
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;

/** A pipe or a device that took the place of a file does not make one wait. */
const READ = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
const CREATE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
const FOLDER = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/** STATX_TYPE, STATX_MODE, STATX_MTIME and STATX_SIZE. */
const STATX_WANTED = 0x1 | 0x2 | 0x40 | 0x200;

/** `struct statx` in words of four bytes, the same everywhere, and its members by word. */
const STATX_WORDS = 64;
const MASK_AT = 0;
const MODE_AT = 7;
const SIZE_AT = 10;
const SECONDS_AT = 28;
const NANOSECONDS_AT = 30;

/** Room for a part of the list of a folder, and the members of `struct linux_dirent64` by byte. */
const LIST_BYTES = 4 * 1024;
const RECORD_AT = 16;
const NAME_AT = 19;

/** PATH_MAX: the longest path that the system takes, with the NUL at its end. */
const PATH_BYTES = 4096;

const path = new Uint8Array(PATH_BYTES);
const EMPTY_PATH = new Uint8Array(1);
const status = new Uint32Array(STATX_WORDS);
const statusBytes = new Uint8Array(status.buffer);
/** Two `struct timespec`, of the last access and of the last change, in words of four bytes. */
const times = new Uint32Array(8);
const timesBytes = new Uint8Array(times.buffer);
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `text` for C in `path`; false when it cannot be a path. */
function writePath(text: string): boolean {
  const length = putUtf8(text, path);
  // A longer one may have been cut.
  if (length === 0 || length > PATH_BYTES - 4) return false;
  path[length] = 0;
  return !text.includes("\0");
}

/** What is told of a file or folder. */
export interface Status {
  readonly folder: boolean;
  /** Permission bits. */
  readonly mode: number;
  readonly size: number;
  /** Milliseconds since 1970, never negative. */
  readonly modified: number;
}

/** What statx(2) has written; undefined when it is neither a plain file nor a folder. */
function readStatus(): Status | undefined {
  if ((status[MASK_AT]! & STATX_WANTED) !== STATX_WANTED) return undefined;
  const mode = status[MODE_AT]! & 0xffff;
  const kind = mode & S_IFMT;
  if (kind !== S_IFREG && kind !== S_IFDIR) return undefined;
  const seconds = status[SECONDS_AT]! + (status[SECONDS_AT + 1]! | 0) * 2 ** 32;
  return {
    folder: kind === S_IFDIR,
    mode: mode & 0o7777,
    size: status[SIZE_AT]! + status[SIZE_AT + 1]! * 2 ** 32,
    modified: Math.max(0, 1000 * seconds + Math.floor(status[NANOSECONDS_AT]! / 1e6)),
  };
}

function fileStatus(c: Calls, file: number): Status | undefined {
  const failed = c.statx(file, EMPTY_PATH, AT_EMPTY_PATH, STATX_WANTED, statusBytes) !== 0;
  return failed ? undefined : readStatus();
}

/** Reads the plain file at `place`, of as many bytes as `out` has; what it is afterwards, or undefined. */
export function readWhole(place: string, out: Uint8Array): Status | undefined {
  const c = calls();
  if (c === undefined || !writePath(place)) return undefined;
  const file = c.openat(AT_FDCWD, path, READ, 0);
  if (file < 0) return undefined;
  try {
    for (let at = 0; at < out.length;) {
      const rest = at === 0 ? out : out.subarray(at);
      const count = Number(c.read(file, rest, BigInt(rest.length)));
      if (count <= 0) return undefined;
      at += count;
    }
    const now = fileStatus(c, file);
    return now === undefined || now.folder ? undefined : now;
  } finally {
    c.close(file);
  }
}

/** Something open, by its descriptor. */
class Open {
  protected readonly calls: Calls;
  protected readonly file: number;

  constructor(calls: Calls, file: number) {
    this.calls = calls;
    this.file = file;
  }

  setMode(mode: number): boolean {
    return this.calls.fchmod(this.file, mode) === 0;
  }

  /** Sets when it was changed and read last, in milliseconds since 1970. */
  setTime(milliseconds: number): boolean {
    const seconds = Math.floor(milliseconds / 1000);
    const nanoseconds = Math.floor(milliseconds - 1000 * seconds) * 1e6;
    times[0] = times[4] = seconds;
    times[1] = times[5] = Math.floor(seconds / 2 ** 32);
    times[2] = times[6] = nanoseconds;
    return this.calls.futimens(this.file, timesBytes) === 0;
  }

  /** Whether everything written is with the system. */
  close(): boolean {
    return this.calls.close(this.file) === 0;
  }
}

/** An open folder: what is done by it happens in this one, whatever comes to stand at its path. */
export class Directory extends Open {
  /** Opens the folder at `place`; undefined where the runtime has to do. */
  static open(place: string): Directory | undefined {
    const c = calls();
    return c === undefined ? undefined : Directory.#openAt(c, AT_FDCWD, place);
  }

  static #openAt(c: Calls, parent: number, place: string): Directory | undefined {
    const file = writePath(place) ? c.openat(parent, path, FOLDER, 0) : -1;
    return file < 0 ? undefined : new Directory(c, file);
  }

  /**
   * Adds to `found` a part of what lies in it, by names, in no order, with what is told of plain files and folders; false
   * when there is no more, undefined where a name is not UTF-8 or the runtime has to list it for another reason.
   */
  list(found: Map<string, Status | undefined>): boolean | undefined {
    const c = this.calls;
    const list = new Uint8Array(LIST_BYTES);
    const length = Number(c.getdents64(this.file, list, BigInt(LIST_BYTES)));
    if (length <= 0) return length === 0 ? false : undefined;
    const told: Array<Status | undefined> = [];
    // The names move together, so that they become text at once.
    let end = 0;
    for (let at = 0; at < length;) {
      const name = list.subarray(at + NAME_AT, list.indexOf(0, at + NAME_AT) + 1);
      const failed = c.statx(this.file, name, AT_SYMLINK_NOFOLLOW, STATX_WANTED, statusBytes);
      told.push(failed !== 0 ? undefined : readStatus());
      const next = at + (list[at + RECORD_AT]! | list[at + RECORD_AT + 1]! << 8);
      list.copyWithin(end, name.byteOffset, name.byteOffset + name.length);
      end += name.length;
      at = next;
    }
    const names = textOf(list.subarray(0, end - 1))?.split("\0");
    if (names?.length !== told.length) return undefined;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      if (name !== "." && name !== "..") found.set(name, told[i]);
    }
    return true;
  }

  /** Opens the folder `name` in this one. */
  folder(name: string): Directory | undefined {
    return isName(name) ? Directory.#openAt(this.calls, this.file, name) : undefined;
  }

  /** Makes the file `name` in this folder; undefined where something has that name. */
  create(name: string, mode: number): NewFile | undefined {
    if (!isName(name) || !writePath(name)) return undefined;
    const file = this.calls.openat(this.file, path, CREATE, mode);
    return file < 0 ? undefined : new NewFile(this.calls, file);
  }

  /** Makes the folder `name` in this one; false where something has that name. */
  makeFolder(name: string, mode: number): boolean {
    return isName(name) && writePath(name) && this.calls.mkdirat(this.file, path, mode) === 0;
  }
}

/** Text of UTF-8; undefined where it is none. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function isName(name: string): boolean {
  return !name.includes("/") && name !== "." && name !== "..";
}

/** A file just made, open for writing. */
export class NewFile extends Open {
  /** The permissions that it has. */
  mode(): number | undefined {
    return fileStatus(this.calls, this.file)?.mode;
  }

  /** Appends; whether all of `bytes` is written. */
  write(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length;) {
      const rest = at === 0 ? bytes : bytes.subarray(at);
      const count = Number(this.calls.write(this.file, rest, BigInt(rest.length)));
      if (count <= 0) return false;
      at += count;
    }
    return true;
  }
}
