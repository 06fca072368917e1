/**
 * Deflates filtered scanlines, about as small as the picture was before. `node:zlib` is the codec; nothing here
 * reads or writes files.
 */
import { constants, createDeflate, type Deflate, deflateSync } from "node:zlib";
import { FailureError, reasonText } from "../../errors.ts";
import type { DataLayout } from "./read.ts";

/** How much the codec gives at a time, in bytes. */
const DEFLATED_BYTES = 1 << 17;

/** Parameters of the codec. */
export interface Compression {
  readonly level: number;
  readonly strategy: number;
  readonly memLevel: number;
  readonly windowBits: number;
}

const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_RLE } = constants;

/**
 * What is tried on a sample, quickest first. Noise (photos) goes best with run lengths only, drawings with long
 * matches; a slower one must save 1 % to be taken.
 */
const CANDIDATES = [
  { level: 6, strategy: Z_RLE, memLevel: 9 },
  { level: 6, strategy: Z_DEFAULT_STRATEGY, memLevel: 8 },
  { level: 7, strategy: Z_FILTERED, memLevel: 8 },
  { level: 9, strategy: Z_FILTERED, memLevel: 9 },
] as const;
const WORTH = 0.99;

/** The slowest candidate is only for pictures up to this size, in bytes of scanlines. */
const SLOW_BYTES = 16 << 20;

/** The parameters that fit `sample`, a part of the filtered scanlines of `total` bytes. */
export function chooseCompression(
  sample: Uint8Array,
  total: number,
  layout: DataLayout | undefined,
): Compression {
  const windowBits = layout === undefined ? 15 : Math.max(9, (layout.zlibHeader[0] >> 4) + 8);
  if (layout !== undefined && layout.bytes >= total) {
    return { level: 0, strategy: Z_DEFAULT_STRATEGY, memLevel: 8, windowBits };
  }
  let chosen: Compression | undefined;
  let least = Infinity;
  for (const candidate of CANDIDATES) {
    if (candidate.level === 9 && total > SLOW_BYTES) continue;
    const size = deflateSync(sample, { ...candidate, windowBits }).length;
    if (size >= least * WORTH) continue;
    least = size;
    chosen = { ...candidate, windowBits };
  }
  return chosen ?? { ...CANDIDATES[1], windowBits };
}

/** A zlib stream that is written piece by piece. */
export class DeflateStream {
  readonly #codec: Deflate;
  readonly #sink: (piece: Uint8Array) => void;
  #failure: FailureError | undefined;
  #wake: (() => void) | undefined;

  /** @param sink takes the compressed bytes as they come */
  constructor(compression: Compression, sink: (piece: Uint8Array) => void) {
    this.#sink = sink;
    this.#codec = createDeflate({ ...compression, chunkSize: DEFLATED_BYTES });
    this.#codec.on("data", (piece: Uint8Array) => this.#sink(piece));
    this.#codec.on("error", (error) => {
      this.#failure = new FailureError("png.deflate", { reason: reasonText(error) }, {
        cause: error,
      });
      this.#wake?.();
    });
  }

  async #step(run: (done: () => void) => void): Promise<void> {
    if (this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        run(resolve);
      });
      this.#wake = undefined;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Compresses `bytes`; they may be reused afterwards. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#step((done) => this.#codec.write(bytes, () => done()));
  }

  /** Writes out what is left. */
  async finish(): Promise<void> {
    await this.#step((done) => {
      this.#codec.once("end", done);
      this.#codec.end();
    });
  }

  /** Lets go of the codec, wherever it stands. */
  close(): void {
    this.#codec.destroy();
  }
}
