/**
 * Small files through the C library on Linux: the runtime looks at every part of a path, twice, which takes several times
 * as long as reading or writing 4 KiB. Links are not followed where a path ends. What cannot be done here is answered
 * with undefined or false and no reason, since errno is not to be had: the caller lets the runtime try, which knows it.
 */
import { putUtf8, utf8Text } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import { AT_FDCWD, fromLibc, type Functions, O_CLOEXEC, O_NOFOLLOW, O_WRONLY } from "./libc.ts";
import { renameNoReplace } from "./rename.ts";

const SYMBOLS = {
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  futimens: { parameters: ["i32", "buffer"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
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
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
const LOCK_EX = 2;
const LOCK_NB = 4;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;

/** A pipe or a device that took the place of a file does not make one wait. */
const READ = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
const CREATE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
const FOLDER = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/** STATX_TYPE, STATX_MODE, STATX_MTIME and STATX_SIZE. */
const STATX_WANTED = 0x1 | 0x2 | 0x40 | 0x200;

const STATX_INO = 0x100;

/** `struct statx` in words of four bytes, the same everywhere, and its members by word. */
const STATX_WORDS = 64;
const MASK_AT = 0;
const MODE_AT = 7;
const SIZE_AT = 10;
const INODE_AT = 8;
const DEVICE_AT = 34;
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

/** What tells one file from every other, as the runtime says it. */
export interface FileIdentity {
  readonly ino: number | null;
  readonly dev: number;
}

/** Sets the permissions of the file at `place`, when it is the one of `identity`; whether it did. */
export function setModeOf(place: string, identity: FileIdentity, mode: number): boolean {
  const c = calls();
  if (c === undefined || !writePath(place)) return false;
  const file = c.openat(AT_FDCWD, path, READ, 0);
  if (file < 0) return false;
  try {
    return c.statx(file, EMPTY_PATH, AT_EMPTY_PATH, STATX_INO, statusBytes) === 0 &&
      isIdentity(identity) && c.fchmod(file, mode) === 0;
  } finally {
    c.close(file);
  }
}

/** Whether statx(2) has written of that file. */
function isIdentity({ ino, dev }: FileIdentity): boolean {
  const major = status[DEVICE_AT]!;
  const minor = status[DEVICE_AT + 1]!;
  // gnu_dev_makedev(3), of which only the low words are in use.
  const device = (major & 0xfff) * 256 + (minor & 0xff) + (minor >>> 8) * 2 ** 20;
  return status[INODE_AT]! + status[INODE_AT + 1]! * 2 ** 32 === ino && device === dev;
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
   * Adds to `found` a part of what lies in it, by names, in no order, with what is told of plain files and folders, and to
   * `unnamed` the names that are not UTF-8, escaped; false when there is no more, undefined where the runtime has to list it.
   */
  list(found: Map<string, Status | undefined>, unnamed: string[]): boolean | undefined {
    const c = this.calls;
    const list = new Uint8Array(LIST_BYTES);
    const length = Number(c.getdents64(this.file, list, BigInt(LIST_BYTES)));
    if (length <= 0) return length === 0 ? false : undefined;
    for (let at = 0; at < length;) {
      const end = list.indexOf(0, at + NAME_AT);
      const bytes = list.subarray(at + NAME_AT, end);
      const name = textOf(bytes);
      if (name === undefined) unnamed.push(escaped(bytes));
      else if (name !== "." && name !== "..") {
        const z = list.subarray(at + NAME_AT, end + 1);
        const failed = c.statx(this.file, z, AT_SYMLINK_NOFOLLOW, STATX_WANTED, statusBytes) !== 0;
        found.set(name, failed ? undefined : readStatus());
      }
      at += list[at + RECORD_AT]! | list[at + RECORD_AT + 1]! << 8;
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

  /** Whether something is seen to have that name; false also where that cannot be told. */
  has(name: string): boolean {
    return isName(name) && writePath(name) &&
      this.calls.statx(this.file, path, AT_SYMLINK_NOFOLLOW, STATX_INO, statusBytes) === 0;
  }

  /** Gives what has the name `from` the name `to`; false when it did not, as where something has that. */
  rename(from: string, to: string): boolean {
    return isName(from) && isName(to) && renameNoReplace(from, to, this.file);
  }

  /** Makes the folder `name` in this one; false where something has that name. */
  makeFolder(name: string, mode: number): boolean {
    return isName(name) && writePath(name) && this.calls.mkdirat(this.file, path, mode) === 0;
  }
}

/** Text of UTF-8; undefined where it is none. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8Text(bytes);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** A name that is no text, for people: what is not printable ASCII as \xNN. */
function escaped(name: Uint8Array): string {
  return Array.from(name, (byte) => {
    const printable = byte > 0x20 && byte < 0x7f && byte !== 0x5c;
    return printable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  }).join("");
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

  /** Keeps it from other programs as long as it is open; false when one of them has it. */
  lock(): boolean {
    return this.calls.flock(this.file, LOCK_EX | LOCK_NB) === 0;
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
