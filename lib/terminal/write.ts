/** Whole writes to the standard streams. */
import { FailureError, reasonText } from "../errors.ts";
import { wasClosed } from "../system/closed.ts";
import { text } from "../text/catalogue.ts";

/** A stream to which bytes can be written, of which it takes as many as it wants. */
interface OutputStream {
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
}

/** Refuses a stdout that was closed: what is written to what the runtime has in its place would be lost. */
function refuseClosed(stream: object): void {
  if (stream === Deno.stdout && wasClosed("stdout")) {
    throw new FailureError("terminal.write-stdout", { reason: text("system.closed") });
  }
}

/** Why a write failed: of stdout, a failure that says so. */
function failed(stream: object, cause: unknown): unknown {
  if (stream !== Deno.stdout) return cause;
  return new FailureError("terminal.write-stdout", { reason: reasonText(cause) }, { cause });
}

/** Writes all of `data` (text as UTF-8), however little the stream takes at a time. */
export function writeAllSync(
  stream: Pick<OutputStream, "writeSync">,
  data: string | Uint8Array,
): void {
  refuseClosed(stream);
  let bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    throw failed(stream, error);
  }
}

/** Writes all of `bytes`, waiting where the stream is slow. */
export async function writeAll(
  stream: Pick<OutputStream, "write">,
  bytes: Uint8Array,
): Promise<void> {
  refuseClosed(stream);
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(await stream.write(rest));
  } catch (error) {
    throw failed(stream, error);
  }
}
