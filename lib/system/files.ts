/**
 * Small files through the C library on Linux: the runtime looks at every part of a path, twice, which takes several times
 * as long as reading or writing 4 KiB. Links are not followed where a path ends. What cannot be done here is answered
 * with undefined or false and no reason, since errno is not to be had: the caller lets the runtime try, which knows it.
 */
import { openLibrary } from "./libc.ts";

const SYMBOLS = {
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  futimens: { parameters: ["i32", "buffer"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

type Calls = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** Linux's numbers; two of them are not the same on x86-64 and AArch64. */
const ARM = Deno.build.arch === "aarch64";
const O_WRONLY = 0o1;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_NONBLOCK = 0o4000;
const O_DIRECTORY = ARM ? 0o40000 : 0o200000;
const O_NOFOLLOW = ARM ? 0o100000 : 0o400000;
const O_CLOEXEC = 0o2000000;
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

/** `struct statx`, the same everywhere, and its members by offset. */
const STATX_BYTES = 256;
const MASK_AT = 0;
const MODE_AT = 28;
const SIZE_AT = 40;
const SECONDS_AT = 112;
const NANOSECONDS_AT = 120;

/** PATH_MAX: the longest path that the system takes, with the NUL at its end. */
const PATH_BYTES = 4096;

const path = new Uint8Array(PATH_BYTES);
const EMPTY_PATH = new Uint8Array(1);
const status = new DataView(new ArrayBuffer(STATX_BYTES));
const statusBytes = new Uint8Array(status.buffer);
/** Two `struct timespec`: of the last access and of the last change. */
const times = new DataView(new ArrayBuffer(32));
const timesBytes = new Uint8Array(times.buffer);
const encoder = new TextEncoder();

let loaded: Calls | undefined | null = null;

function calls(): Calls | undefined {
  if (loaded === null) loaded = openLibrary(SYMBOLS);
  return loaded;
}

/** `text` for C in `path`; false when it cannot be a path. */
function writePath(text: string): boolean {
  const { read, written } = encoder.encodeInto(text, path);
  if (read < text.length || written === PATH_BYTES || written === 0) return false;
  path[written] = 0;
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
  if ((status.getUint32(MASK_AT, true) & STATX_WANTED) !== STATX_WANTED) return undefined;
  const mode = status.getUint16(MODE_AT, true);
  const kind = mode & S_IFMT;
  if (kind !== S_IFREG && kind !== S_IFDIR) return undefined;
  const milliseconds = Math.floor(status.getUint32(NANOSECONDS_AT, true) / 1e6);
  return {
    folder: kind === S_IFDIR,
    mode: mode & 0o7777,
    size: status.getUint32(SIZE_AT, true) + status.getUint32(SIZE_AT + 4, true) * 2 ** 32,
    modified: Math.max(0, 1000 * readSeconds() + milliseconds),
  };
}

function readSeconds(): number {
  return status.getUint32(SECONDS_AT, true) + status.getInt32(SECONDS_AT + 4, true) * 2 ** 32;
}

function fileStatus(c: Calls, file: number): Status | undefined {
  const failed = c.statx(file, EMPTY_PATH, AT_EMPTY_PATH, STATX_WANTED, statusBytes) !== 0;
  return failed ? undefined : readStatus();
}

/** Looks at the plain file or folder at `place`; undefined where the runtime has to. */
export function lookAt(place: string): Status | undefined {
  const c = calls();
  if (c === undefined || !writePath(place)) return undefined;
  const failed = c.statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_WANTED, statusBytes) !== 0;
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
      const count = Number(c.read(file, out.subarray(at), BigInt(out.length - at)));
      if (count <= 0) return undefined;
      at += count;
    }
    const now = fileStatus(c, file);
    return now === undefined || now.folder ? undefined : now;
  } finally {
    c.close(file);
  }
}

/** An open folder: what is done by it happens in this one, whatever comes to stand at its path. */
export class Directory {
  readonly #calls: Calls;
  readonly #file: number;

  private constructor(calls: Calls, file: number) {
    this.#calls = calls;
    this.#file = file;
  }

  /** Opens the folder at `place`; undefined where the runtime has to do. */
  static open(place: string): Directory | undefined {
    const c = calls();
    return c === undefined ? undefined : Directory.#openAt(c, AT_FDCWD, place);
  }

  static #openAt(c: Calls, parent: number, place: string): Directory | undefined {
    const file = writePath(place) ? c.openat(parent, path, FOLDER, 0) : -1;
    return file < 0 ? undefined : new Directory(c, file);
  }

  /** Opens the folder `name` in this one. */
  folder(name: string): Directory | undefined {
    return isName(name) ? Directory.#openAt(this.#calls, this.#file, name) : undefined;
  }

  /** Makes the file `name` in this folder; undefined where something has that name. */
  create(name: string, mode: number): NewFile | undefined {
    if (!isName(name) || !writePath(name)) return undefined;
    const file = this.#calls.openat(this.#file, path, CREATE, mode);
    return file < 0 ? undefined : new NewFile(this.#calls, file);
  }

  close(): void {
    this.#calls.close(this.#file);
  }
}

function isName(name: string): boolean {
  return !name.includes("/") && name !== "." && name !== "..";
}

/** A file just made, open for writing. */
export class NewFile {
  readonly #calls: Calls;
  readonly #file: number;

  /** @param file its descriptor */
  constructor(calls: Calls, file: number) {
    this.#calls = calls;
    this.#file = file;
  }

  /** The permissions that it has. */
  mode(): number | undefined {
    return fileStatus(this.#calls, this.#file)?.mode;
  }

  /** Appends; whether all of `bytes` is written. */
  write(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length;) {
      const rest = bytes.subarray(at);
      const count = Number(this.#calls.write(this.#file, rest, BigInt(rest.length)));
      if (count <= 0) return false;
      at += count;
    }
    return true;
  }

  setMode(mode: number): boolean {
    return this.#calls.fchmod(this.#file, mode) === 0;
  }

  /** Sets when it was changed and read last, in milliseconds since 1970. */
  setTime(milliseconds: number): boolean {
    const seconds = Math.floor(milliseconds / 1000);
    const nanoseconds = Math.floor(milliseconds - 1000 * seconds) * 1e6;
    for (const at of [0, 16]) {
      times.setUint32(at, seconds >>> 0, true);
      times.setInt32(at + 4, Math.floor(seconds / 2 ** 32), true);
      times.setUint32(at + 8, nanoseconds, true);
    }
    return this.#calls.futimens(this.#file, timesBytes) === 0;
  }

  /** Whether everything written is with the system. */
  close(): boolean {
    return this.#calls.close(this.#file) === 0;
  }
}
