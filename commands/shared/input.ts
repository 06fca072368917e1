/** Input of a command: a file, or stdin for "-" and for no name. */
import { type Bytes, concat } from "../../lib/bytes.ts";
import { FailureError, LimitError, readingReason, UsageError } from "../../lib/errors.ts";
import { wasClosed } from "../../lib/system/closed.ts";
import { openStream } from "../../lib/system/stream.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { Text } from "../../lib/text/text.ts";

/** How much is read at a time, in bytes. */
const INPUT_READ_BYTES = 1 << 20;

/** Descriptors that were handed to this program, which the runtime opens for it where they are pipes alone. */
const DESCRIPTOR = /^\/(?:dev|proc\/self)\/fd\/\d+$/;

/** An open input. `chunks` may be walked once; each piece is the reader's own and stays valid. */
export interface Input {
  /** The name for messages: the path, or "stdin". */
  readonly name: string;
  /** Length in bytes, where it is a regular file. */
  readonly size: number | undefined;
  readonly chunks: AsyncIterable<Bytes>;
  close(): void;
}

/** Whether `path` stands for stdin. */
export function isStdin(path: string | undefined): path is undefined | "-" {
  return path === undefined || path === "-";
}

/** A failure to open or read `name`, in plain words. */
export function readFailure(name: string, cause: unknown): FailureError {
  const absent = cause instanceof Deno.errors.NotFound;
  // What is no UTF-8 in an argument has become this: the name that was meant cannot be known any more.
  if (absent && name.includes("\ufffd")) {
    const hint = text("input.not-utf8.hint");
    return new FailureError("input.read", { name, reason: text("files.not-utf8") }, {
      cause,
      hint,
    });
  }
  // The runtime has words of its own for no name at all.
  if (name === "") {
    const none = new Deno.errors.NotFound();
    return new FailureError("input.read", { name: '""', reason: text("input.no-file") }, {
      cause: none,
    });
  }
  return new FailureError("input.read", { name, reason: readingReason(cause) }, { cause });
}

/** Opens the file `path`; a folder is refused. */
export async function openFile(
  path: string,
): Promise<{ file: Deno.FsFile; info: Deno.FileInfo }> {
  let file: Deno.FsFile;
  try {
    // What may make us wait, a pipe that nobody writes, must not hold the thread; the rest is opened sooner at once.
    file = Deno.statSync(path).isFile
      ? Deno.openSync(path, { read: true })
      : await Deno.open(path, { read: true });
  } catch (cause) {
    throw readFailure(path, cause);
  }
  const info = file.statSync();
  if (info.isDirectory) {
    file.close();
    throw new FailureError("input.read", { name: path, reason: text("system.is-folder") });
  }
  return { file, info };
}

const nothing = () => undefined;

async function* inheritedPieces(
  stream: ReadableStream<Bytes>,
  name: string,
): AsyncGenerator<Bytes> {
  try {
    yield* stream;
  } catch (cause) {
    throw readFailure(name, cause);
  }
}

/** Stdin, to be read; refused where there is none, which must not pass for one that is empty. */
export function openStdin(): typeof Deno.stdin {
  if (wasClosed("stdin")) {
    throw new FailureError("input.read", { name: "stdin", reason: text("system.closed") });
  }
  return Deno.stdin;
}

/** Opens `path` for reading; "-" and no name are stdin. */
export async function openInput(path: string | undefined): Promise<Input> {
  if (isStdin(path)) {
    return {
      name: "stdin",
      size: undefined,
      chunks: pieces(openStdin(), "stdin"),
      close: () => undefined,
    };
  }
  const inherited = DESCRIPTOR.test(path) ? openStream(path) : undefined;
  if (inherited !== undefined) {
    return {
      name: path,
      size: undefined,
      chunks: inheritedPieces(inherited, path),
      close: nothing,
    };
  }
  const { file, info } = await openFile(path);
  let open = true;
  return {
    name: path,
    size: info.isFile ? info.size : undefined,
    chunks: pieces(file, path),
    close: () => {
      if (open) file.close();
      open = false;
    },
  };
}

async function* pieces(
  source: { read(buffer: Uint8Array): Promise<number | null> },
  name: string,
): AsyncGenerator<Bytes> {
  for (;;) {
    const buffer = new Uint8Array(INPUT_READ_BYTES);
    let count: number | null;
    try {
      count = await source.read(buffer);
    } catch (cause) {
      throw readFailure(name, cause);
    }
    if (count === null) return;
    if (count > 0) yield buffer.subarray(0, count);
  }
}

/** Reads all of `path` (or stdin); more than `limit` bytes is a LimitError. */
export async function readAll(path: string | undefined, limit: number): Promise<Bytes> {
  const input = await openInput(path);
  try {
    const parts: Bytes[] = [];
    let length = 0;
    for await (const piece of input.chunks) {
      length += piece.length;
      if (length > limit) {
        throw new LimitError("input.too-large", { name: input.name, most: limit });
      }
      parts.push(piece);
    }
    return concat(...parts);
  } finally {
    input.close();
  }
}

/**
 * Whether `path` is read once, from its beginning: stdin or another pipe ("<(command)" in a shell). What is not there is
 * none; opening it says so.
 */
export function isStream(path: string | undefined): boolean {
  if (isStdin(path) || DESCRIPTOR.test(path)) return true;
  try {
    return Deno.statSync(path).isFifo ?? false;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** Refuses what is no file that can be read, before anybody is asked for anything; what comes once is left alone. */
export async function checkInput(path: string | undefined): Promise<void> {
  if (!isStdin(path) && !isStream(path)) (await openFile(path)).file.close();
}

/** Refuses to read from the terminal where that is surely a mistake (no input was named). */
export function refuseTerminalInput(path: string | undefined, usage: Text): void {
  if (path === undefined && Deno.stdin.isTerminal()) {
    throw new UsageError("input.terminal", {}, { hint: text("input.terminal.hint", { usage }) });
  }
}

/**
 * Refuses two things that would both come from stdin, of which the second would find nothing.
 *
 * @param sources what is read, by the name of its argument: "-" is stdin
 */
export function refuseStdinTwice(
  ...sources: readonly (readonly [argument: string, value: string | undefined])[]
): void {
  const [first, second] = sources.filter(([, value]) => value === "-");
  if (first !== undefined && second !== undefined) {
    throw new UsageError("input.once", { first: first[0], second: second[0] });
  }
}
