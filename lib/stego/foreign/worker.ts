/**
 * The worker that makes one picture into scanlines: gets one task, answers it. Its own entry in the compiled executable;
 * `apart.ts` starts it.
 */
import type { Text } from "../../text/text.ts";
import { PictureError } from "../problem.ts";
import { makePixels, type Pixels, type PixelTask } from "./pixels.ts";

/** What the worker answers: the scanlines, or what is wrong with the picture. */
export type PixelAnswer = { readonly pixels: Pixels } | {
  readonly problem: {
    readonly picture: string;
    readonly reason: Text;
    readonly hint: Text | undefined;
  };
};

interface WorkerScope {
  addEventListener(type: "message", listener: (event: MessageEvent<PixelTask>) => void): void;
  postMessage(message: PixelAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.addEventListener("message", async ({ data }) => {
  try {
    const pixels = await makePixels(data);
    scope.postMessage({ pixels }, [pixels.scanlines.buffer]);
  } catch (error) {
    if (!(error instanceof PictureError)) throw error;
    const { params: { picture }, reason, hint } = error;
    scope.postMessage({ problem: { picture: String(picture), reason, hint } }, []);
  }
});
