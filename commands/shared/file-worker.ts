/**
 * A worker that takes pieces straight from file to file. Its own entry in the compiled executable;
 * `file-workers.ts` starts it.
 */
import { type DirectJob, pieceBuffer, runPiece } from "../../lib/container/direct.ts";
import { PieceCipher } from "../../lib/container/piece.ts";
import { P2PError } from "../../lib/errors.ts";
import { OpenPieceFiles, type PieceFilePaths } from "./piece-files.ts";

/** First message to a worker. */
export interface StartMessage extends PieceFilePaths {
  readonly job: DirectJob;
}

/** Every further one: do these pieces. */
export interface SpanMessage {
  readonly from: number;
  readonly until: number;
}

/** What a worker answers: that it is there, how a span went, or what stopped it. */
export type Answer = { readonly authentic: boolean } | { readonly error: string };

interface WorkerScope {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  postMessage(message: Answer): void;
}

const scope = globalThis as unknown as WorkerScope;
const buffer = pieceBuffer();
let state: { files: OpenPieceFiles; cipher: PieceCipher; job: DirectJob } | undefined;

function handle(message: StartMessage | SpanMessage): boolean {
  if ("job" in message) {
    const { job } = message;
    state = { files: new OpenPieceFiles(message), cipher: new PieceCipher(job.payloadKey), job };
    job.payloadKey.fill(0);
    return true;
  }
  for (let i = message.from; i < message.until; i++) {
    if (!runPiece(state!.cipher, state!.files, state!.job, i, buffer)) return false;
  }
  return true;
}

scope.addEventListener("message", ({ data }: MessageEvent<StartMessage | SpanMessage>) => {
  try {
    scope.postMessage({ authentic: handle(data) });
  } catch (error) {
    if (!(error instanceof P2PError)) throw error;
    scope.postMessage({ error: error.message });
  }
});
