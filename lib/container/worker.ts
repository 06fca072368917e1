/**
 * The worker of the pool: says that it is there, gets the payload key, then pieces, and sends each back done. Its own entry in the
 * compiled executable; `pool.ts` starts it.
 */
import { kernel } from "../crypto/kernel/kernel.ts";
import { PieceCipher, type PieceTask } from "./piece.ts";

/** First message to a worker. */
export interface WorkerKey {
  readonly payloadKey: Uint8Array;
}

/** First message from a worker, once it has its key: from now on it loses no time. */
export interface WorkerReady {
  readonly ready: true;
}

interface WorkerScope {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
let cipher: PieceCipher | undefined;

scope.addEventListener("message", ({ data }: MessageEvent<WorkerKey | PieceTask>) => {
  if ("payloadKey" in data) {
    kernel().expectMuch();
    cipher = new PieceCipher(data.payloadKey);
    data.payloadKey.fill(0);
    scope.postMessage({ ready: true } satisfies WorkerReady, []);
  } else if (cipher !== undefined) {
    const result = cipher.run(data);
    scope.postMessage(result, [result.buffer.buffer]);
  }
});
