/** Files of the history for the page: found by their message, never by a path, given out in ranges as bytes to save. */
import { type Bytes, fromHex } from "../../lib/bytes.ts";
import { decodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { FailureError } from "../../lib/errors.ts";
import { lookAt } from "../../lib/files/look.ts";
import { attachment, pageHeaders } from "../../lib/page/headers.ts";
import { PICTURE_HEAD_BYTES, pictureType } from "../../lib/page/picture-type.ts";
import { rangeOf } from "../../lib/page/ranges.ts";
import { isThere, type OpenNote, openNote } from "../../lib/talk/cargo.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { basename } from "../../lib/system/path.ts";

/** Bytes read at once. */
const FILE_READ_BYTES = 256 << 10;

/** Larger pictures of ours are not shown again, in bytes; the page (web/view/message.tsx) asks for none. */
const MOST_SHOWN_BYTES = 24 << 20;

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

/** The file of a message, where it has one that is still there; `open` gives its bytes as they were, until `over`. */
export function fileOf(
  { state: { history, copies }, identity }: Talk,
  { talk, id }: MessagePlace,
): { readonly open: () => Promise<OpenNote> } | undefined {
  const message = history.get(talk, id);
  if (message?.path === undefined || message.kind === "text") return undefined;
  const { path, kind } = message;
  if (kind === "voice" && isThere(path)) {
    return { open: () => openNote(path, basename(path), identity, copies) };
  }
  if (!lookAt(path)?.isFile) return undefined;
  return { open: () => Promise.resolve({ path, over: () => Promise.resolve() }) };
}

/** Whether the page shows a file of ours itself, as a picture: its copy stays with the message. */
export function isShown(path: string): boolean {
  using file = Deno.openSync(path);
  if (file.statSync().size > MOST_SHOWN_BYTES) return false;
  const head = new Uint8Array(PICTURE_HEAD_BYTES);
  return pictureType(head.subarray(0, readHead(file, head))) !== undefined;
}

function readHead(file: Deno.FsFile, head: Uint8Array): number {
  for (let length = 0;;) {
    const count = length === head.length ? null : file.readSync(head.subarray(length));
    if (count === null) return length;
    length += count;
  }
}

/** Gives out the file at `path`, or the part that is asked for, and calls `over` when nobody reads it any more. */
export async function fileResponse(
  path: string,
  range: string | null,
  over: () => Promise<void>,
): Promise<Response> {
  try {
    return await responseOf(path, range, over);
  } catch (error) {
    await over();
    throw error;
  }
}

async function responseOf(
  path: string,
  range: string | null,
  over: () => Promise<void>,
): Promise<Response> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (cause) {
    throw new FailureError("page.file-gone", {}, { cause });
  }
  try {
    const { size, isFile } = await file.stat();
    if (!isFile) throw new FailureError("page.file-gone", {});
    const head = new Uint8Array(PICTURE_HEAD_BYTES);
    const picture = pictureType(head.subarray(0, readHead(file, head)));
    const wanted = rangeOf(range, size);
    const headers = {
      "accept-ranges": "bytes",
      "content-type": "application/octet-stream",
      "content-disposition": attachment(basename(path)),
      ...(picture === undefined ? {} : { "x-p2p-picture": picture }),
    };
    if (wanted === "none") {
      file.close();
      await over();
      const where = { "content-range": `bytes */${size}` };
      return new Response(null, { status: 416, headers: pageHeaders({ ...headers, ...where }) });
    }
    const { from, to } = wanted === "all" ? { from: 0, to: size } : wanted;
    await file.seek(from, Deno.SeekMode.Start);
    return new Response(piecesOf(file, to - from, over), {
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

function closeOnce(file: Deno.FsFile): void {
  try {
    file.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

/** The next `length` bytes of `file`, read as they are asked for; closes it. */
function piecesOf(
  file: Deno.FsFile,
  length: number,
  over: () => Promise<void>,
): ReadableStream<Bytes> {
  let left = length;
  return new ReadableStream<Bytes>({
    async pull(controller) {
      const piece = new Uint8Array(Math.min(FILE_READ_BYTES, left));
      const count = left === 0 ? null : await file.read(piece);
      if (count === null) {
        file.close();
        await over();
        return controller.close();
      }
      left -= count;
      controller.enqueue(piece.subarray(0, count));
    },
    async cancel() {
      closeOnce(file);
      await over();
    },
  }, { highWaterMark: 0 });
}
