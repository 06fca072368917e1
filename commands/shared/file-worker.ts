/**
 * A worker that takes pieces straight from file to file until there are none left. Its own entry in the compiled
 * executable; `file-workers.ts` starts it.
 */
import {
  type DirectJob,
  pieceBuffer,
  runNextPiece,
  SharedProgress,
} from "../../lib/container/direct.ts";
import { kernel } from "../../lib/crypto/kernel/kernel.ts";
import { PieceCipher } from "../../lib/container/piece.ts";
import { P2PError } from "../../lib/errors.ts";
import type { Param, Text } from "../../lib/text/text.ts";
import { OpenPieceFiles, type PieceFilePaths } from "./piece-files.ts";

/** The message to a worker. */
export interface StartMessage extends PieceFilePaths {
  readonly job: DirectJob;
  /** Of the `SharedProgress`. */
  readonly progress: SharedArrayBuffer;
}

/** What a worker answers when no piece is left: how its pieces went, or what stopped it. */
export type WorkerAnswer = { readonly authentic: boolean } | { readonly error: Text };

interface WorkerScope {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  postMessage(message: WorkerAnswer): void;
}

const scope = globalThis as unknown as WorkerScope;

function work({ job, progress: memory, ...paths }: StartMessage): boolean {
  kernel().expectMuch();
  const progress = new SharedProgress(memory);
  const cipher = new PieceCipher(job.payloadKey);
  job.payloadKey.fill(0);
  let files: OpenPieceFiles | undefined;
  try {
    files = new OpenPieceFiles(paths);
    const buffer = pieceBuffer();
    for (;;) {
      const outcome = runNextPiece(cipher, files, job, progress, buffer);
      if (outcome !== "more") return outcome === "done";
    }
  } catch (error) {
    progress.stop();
    throw error;
  } finally {
    files?.close();
    cipher.wipe();
  }
}

/** An error as a message carries it: of a class, only the name of an Error would arrive. */
function plainText({ code, params }: Text): Text {
  const plain = Object.entries(params).map(([name, value]) =>
    [name, isText(value) ? plainText(value) : value] as const
  );
  return { code, params: Object.fromEntries(plain) };
}

function isText(value: Param): value is Text {
  return typeof value === "object" && "code" in value;
}

scope.addEventListener("message", ({ data }: MessageEvent<StartMessage>) => {
  try {
    scope.postMessage({ authentic: work(data) });
  } catch (error) {
    if (!(error instanceof P2PError)) throw error;
    scope.postMessage({ error: plainText(error) });
  }
});
