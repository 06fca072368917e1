/**
 * Large pictures are made into scanlines in a worker, so that this thread goes on hearing signals meanwhile, and the
 * decoder's memory is gone with the worker.
 */
import type { Bytes } from "../../bytes.ts";
import { FailureError } from "../../errors.ts";
import { PictureError } from "../problem.ts";
import { makePixels, type Pixels, type PixelTask } from "./pixels.ts";
import type { PictureSize } from "./size.ts";
import type { PixelAnswer } from "./worker.ts";

/** Pictures of so many pixels, and files of so many bytes, take a tenth of a second at most: no worker is started. */
const SMALL_PIXELS = 500_000;
const SMALL_BYTES = 500_000;

/** The worker's entry: beside this file, or beside the bundle of the compiled executable. */
const WORKER_URL = new URL(
  import.meta.url.endsWith(".ts") ? "./worker.ts" : "./picture-worker.js",
  import.meta.url,
);

/** Does the task, whose bytes are used up, for a picture of a size. */
export async function pixelsApart(task: PixelTask, size: PictureSize): Promise<Pixels> {
  const bytes = task.kind === "samples" ? task.decoded.samples : task.bytes;
  const small = size.width * size.height <= SMALL_PIXELS && bytes.length <= SMALL_BYTES;
  return small ? await makePixels(task) : await inWorker(task, bytes);
}

async function inWorker(task: PixelTask, bytes: Bytes): Promise<Pixels> {
  const worker = new Worker(WORKER_URL, { type: "module", name: "p2p picture" });
  try {
    const answer = await new Promise<PixelAnswer>((resolve, reject) => {
      worker.addEventListener("message", ({ data }: MessageEvent<PixelAnswer>) => resolve(data));
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        reject(new FailureError("worker.failed", { message: event.message }));
      });
      worker.postMessage(task, [bytes.buffer]);
    });
    if ("pixels" in answer) return answer.pixels;
    const { picture, reason, hint } = answer.problem;
    throw new PictureError(picture, reason, { hint });
  } finally {
    worker.terminate();
  }
}
