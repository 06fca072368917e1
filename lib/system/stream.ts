/**
 * Reading what the runtime does not open for this program: pipes and descriptors below /dev and /proc, by open(2) and read(2)
 * of the C library. Reading waits on a thread of its own.
 */
import { type Bytes, utf8 } from "../bytes.ts";
import { fromLibc, O_CLOEXEC } from "./libc.ts";

const calls = fromLibc(
  {
    open: { parameters: ["buffer", "i32"], result: "i32", nonblocking: true },
    read: { parameters: ["i32", "buffer", "usize"], result: "isize", nonblocking: true },
    close: { parameters: ["i32"], result: "i32" },
  } as const,
);

/** Read at once, in bytes: what a pipe of Linux holds. */
const STREAM_READ_BYTES = 64 * 1024;

/** An error of the runtime's with the system's name, which it has where the runtime itself makes it. */
function failure(error: Error, code: string): Error {
  return Object.assign(error, { code });
}

/** The content of `path` up to its end; undefined where the C library is not to be had. */
export function openStream(path: string): ReadableStream<Bytes> | undefined {
  const libc = calls();
  if (libc === undefined || path.includes("\0")) return undefined;
  let file = -1;
  const close = () => {
    if (file >= 0) libc.close(file);
    file = -1;
  };
  return new ReadableStream<Bytes>({
    async start(controller) {
      file = await libc.open(utf8(`${path}\0`), O_CLOEXEC);
      if (file < 0) controller.error(failure(new Deno.errors.NotFound(), "ENOENT"));
    },
    async pull(controller) {
      const buffer = new Uint8Array(STREAM_READ_BYTES);
      const length = Number(await libc.read(file, buffer, BigInt(STREAM_READ_BYTES)));
      if (length > 0) return controller.enqueue(buffer.subarray(0, length));
      close();
      if (length === 0) controller.close();
      else controller.error(failure(new Deno.errors.BrokenPipe(), "EIO"));
    },
    cancel: close,
  }, { highWaterMark: 0 });
}
