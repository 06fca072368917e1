/** Files of the history for the page: found by their message, never by a path, given out in ranges as bytes to save. */
import { type Bytes, fromHex } from "../../lib/bytes.ts";
import { decodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { FailureError } from "../../lib/errors.ts";
import { exists, lookAt } from "../../lib/files/look.ts";
import { attachment, pageHeaders } from "../../lib/page/headers.ts";
import { PICTURE_HEAD_BYTES, pictureType } from "../../lib/page/picture-type.ts";
import { rangeOf } from "../../lib/page/ranges.ts";
import { homePath } from "../../lib/state/home.ts";
import type { State } from "../../lib/state/state.ts";
import { basename } from "../../lib/system/path.ts";

/** Bytes read at once. */
const FILE_READ_BYTES = 256 << 10;

/** A message that a path of the page names: a key or a group's id, and an id. */
export interface MessagePlace {
  readonly talk: Bytes;
  readonly id: string;
}

/** The message that "files/TALK/ID" names; undefined where it names none. */
export function messagePlace(
  [, talk = "", id = "", more]: readonly string[],
): MessagePlace | undefined {
  if (more !== undefined || !/^(?:[0-9a-f]{32}|[0-9a-f]{64})$/.test(id)) return undefined;
  if (/^[0-9a-f]{64}$/.test(talk)) return { talk: fromHex(talk), id };
  return talk.startsWith("p2p1") ? { talk: decodePublicKeyText(talk), id } : undefined;
}

/** The file of a message, where it has one that is still there. */
export function fileOf({ history }: State, { talk, id }: MessagePlace): string | undefined {
  const message = history.get(talk, id);
  if (message === undefined || message.kind === "text") return undefined;
  const { path } = message;
  if (path !== undefined && lookAt(path)?.isFile) return path;
  // An own note leaves the outbox when it is delivered; the page's copy of it stays.
  const own = homePath(NOTES, id);
  return message.author === undefined && exists(own) ? own : undefined;
}

/** Where own notes lie, by the id of their message, below the state folder. */
export const NOTES = "uploads/notes";

/** Gives out the file at `path`, or the part that is asked for. */
export async function fileResponse(path: string, range: string | null): Promise<Response> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (cause) {
    throw new FailureError("page.file-gone", {}, { cause });
  }
  try {
    const { size, isFile } = await file.stat();
    if (!isFile) throw new FailureError("page.file-gone", {});
    const picture = pictureType(await headOf(file));
    const wanted = rangeOf(range, size);
    const headers = {
      "accept-ranges": "bytes",
      "content-type": "application/octet-stream",
      "content-disposition": attachment(basename(path)),
      ...(picture === undefined ? {} : { "x-p2p-picture": picture }),
    };
    if (wanted === "none") {
      file.close();
      const where = { "content-range": `bytes */${size}` };
      return new Response(null, { status: 416, headers: pageHeaders({ ...headers, ...where }) });
    }
    const { from, to } = wanted === "all" ? { from: 0, to: size } : wanted;
    await file.seek(from, Deno.SeekMode.Start);
    return new Response(piecesOf(file, to - from), {
      status: wanted === "all" ? 200 : 206,
      headers: pageHeaders({
        ...headers,
        "content-length": String(to - from),
        ...(wanted === "all" ? {} : { "content-range": `bytes ${from}-${to - 1}/${size}` }),
      }),
    });
  } catch (error) {
    closeOnce(file);
    throw error;
  }
}

async function headOf(file: Deno.FsFile): Promise<Uint8Array> {
  const head = new Uint8Array(PICTURE_HEAD_BYTES);
  let length = 0;
  while (length < head.length) {
    const count = await file.read(head.subarray(length));
    if (count === null) break;
    length += count;
  }
  return head.subarray(0, length);
}

function closeOnce(file: Deno.FsFile): void {
  try {
    file.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

/** The next `length` bytes of `file`, read as they are asked for; closes it. */
function piecesOf(file: Deno.FsFile, length: number): ReadableStream<Bytes> {
  let left = length;
  return new ReadableStream<Bytes>({
    async pull(controller) {
      const piece = new Uint8Array(Math.min(FILE_READ_BYTES, left));
      const count = left === 0 ? null : await file.read(piece);
      if (count === null) {
        file.close();
        return controller.close();
      }
      left -= count;
      controller.enqueue(piece.subarray(0, count));
    },
    cancel: () => closeOnce(file),
  }, { highWaterMark: 0 });
}
