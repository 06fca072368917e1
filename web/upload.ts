/** Files from the browser to the program: in pieces, one file after the other, so that a tab never holds one whole. */
import { command, connected, Failure, post, request } from "./api.ts";
import type { Upload } from "./model.ts";
import { changed, complain, say, store } from "./store.ts";
import { t } from "./words.ts";

/** Bytes of a piece. */
const PIECE = 4 << 20;
/** Tries of a piece before the upload waits for the person. */
const TRIES = 6;

/** What becomes of an upload that is whole. */
export type Then = (id: string) => Promise<unknown>;

let queue: Promise<unknown> = Promise.resolve();
let count = 0;

/** Sends files to somebody, in order. */
export function sendFiles(to: string, files: readonly File[]): void {
  for (const file of files) {
    upload(to, file, (id) => command("file", { to, upload: id })).catch(complain);
  }
}

/** Brings a file to the program, then does something with it. */
export async function upload(to: string, file: File, then: Then): Promise<void> {
  const { name, size } = file;
  const stop = new AbortController();
  const item: Upload = {
    ...{ number: count++, to, name, size, done: 0, from: 0, began: 0 },
    ...{ state: "waiting", stop },
  };
  store.uploads = [...store.uploads, item];
  changed();
  const before = queue;
  const turn = Promise.withResolvers<void>();
  queue = turn.promise;
  await before;
  try {
    // Another tab may be bringing the same file: one after the other.
    const name = `upload ${JSON.stringify([file.name, size, file.lastModified])}`;
    const id: string = await navigator.locks.request(
      name,
      { signal: stop.signal },
      () => bring(item, file),
    );
    remove(item);
    turn.resolve();
    store.unfinished = store.unfinished.filter((each) => each.id !== id);
    // Its delivery is told by events; nobody waits for it here.
    give(id, then).catch(complain);
  } catch (error) {
    remove(item);
    if (stop.signal.aborted) return;
    if (error instanceof Unreadable) return say(t("uploadUnreadable", name), "error");
    say(t("uploadFailed", name), "error");
    throw error;
  } finally {
    turn.resolve();
    changed();
  }
}

/** Says what becomes of an upload that is whole; once more where the program went away meanwhile and does not know it. */
async function give(id: string, then: Then): Promise<void> {
  for (;;) {
    try {
      return void await then(id);
    } catch (error) {
      if (!(error instanceof Failure && error.status === 0)) throw error;
    }
    await connected();
    if (!(await readUploads()).some((each) => each.id === id)) return;
  }
}

/** What is on its way to the program, or was when a page ended. */
export async function readUploads(): Promise<typeof store.unfinished> {
  return (await (await request("GET", "/uploads")).json()).uploads;
}

/** The browser does not read the file: it is a folder, or was moved, changed or removed since it was chosen. */
class Unreadable extends Error {}

async function mustBeReadable(file: File, at: number): Promise<void> {
  try {
    await file.slice(at, at + 1).arrayBuffer();
  } catch {
    throw new Unreadable();
  }
}

async function bring(item: Upload, file: File): Promise<string> {
  const { signal } = item.stop;
  signal.throwIfAborted();
  await mustBeReadable(file, 0);
  const { name, size, lastModified: modified } = file;
  const begun = await post("/uploads", { name, size, modified });
  const id: string = begun["id"];
  Object.assign(item, {
    ...{ id, done: begun["offset"], from: begun["offset"], began: performance.now() },
    state: "running",
  });
  changed();
  for (let tries = 0; item.done < size;) {
    const piece = file.slice(item.done, item.done + PIECE);
    try {
      const path = `/uploads/${id}?offset=${item.done}`;
      const answer = await (await request("PUT", path, piece, signal)).json();
      item.done = answer.offset;
      tries = 0;
    } catch (error) {
      signal.throwIfAborted();
      await mustBeReadable(file, item.done);
      if (error instanceof Failure && error.status !== 0 && error.status < 500) throw error;
      if (++tries >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250 << tries));
      item.done = (await post("/uploads", { name, size, modified }))["offset"];
    }
    changed();
  }
  return id;
}

function remove(item: Upload): void {
  store.uploads = store.uploads.filter((each) => each !== item);
}

/** Gives an upload up; what has come of it goes. */
export async function stopUpload(item: Upload): Promise<void> {
  item.stop.abort();
  remove(item);
  changed();
  if (item.id !== undefined) await post(`/uploads/${item.id}/drop`);
}

/** The rate, and how long it takes yet. */
export function pace(done: number, from: number, total: number, began: number): {
  readonly rate: number;
  readonly left: number | undefined;
} {
  const seconds = (performance.now() - began) / 1000;
  const rate = seconds > 0.5 ? (done - from) / seconds : 0;
  return { rate, left: rate > 0 ? (total - done) / rate : undefined };
}
