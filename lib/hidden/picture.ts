/**
 * Pictures that carry, or may carry, a hidden message: PNG is read by our own reader; other kinds are made into one.
 * Where the bytes come from is the caller's affair.
 */
import { concat } from "../bytes.ts";
import { FailureError, LimitError, P2PError, readingReason } from "../errors.ts";
import type { Carrier } from "../stego/carrier.ts";
import type { CarrierRoom } from "../stego/flat.ts";
import { kindOf, MAGIC_BYTES, type PictureKind } from "../stego/foreign/size.ts";
import { carrierOf } from "../stego/picture.ts";
import type { PictureLimits } from "../stego/png/header.ts";
import { type Png, readPng } from "../stego/png/read.ts";
import { PictureError, PictureLimitError, UnsuitablePictureError } from "../stego/problem.ts";
import { text } from "../text/catalogue.ts";

/** Where a picture comes from. */
export interface PictureSource {
  /** What errors call it. */
  readonly name: string;
  /** Whether `pieces` may be called once more: a pipe gives its bytes only once. */
  readonly repeatable: boolean;
  /** The file's bytes; a piece need be valid only until the next. */
  pieces(): AsyncIterable<Uint8Array>;
}

/** A picture that has been decoded. */
export class OpenPicture {
  #carrier: Carrier | undefined;

  constructor(readonly name: string, readonly kind: PictureKind, readonly png: Png) {}

  /** The picture as a carrier; an UnsuitablePictureError where it can be none. */
  get carrier(): Carrier {
    return this.#carrier ??= calledSo(this.name, () => carrierOf(this.png));
  }

  /** How much of it can carry, counted anew; an UnsuitablePictureError where nothing can. */
  room(): CarrierRoom {
    const { carrier } = this;
    return { available: carrier.available, uneven: carrier.countUneven() };
  }
}

/** Reads and decodes a picture. Every error names it. */
export async function openPicture(
  source: Pick<PictureSource, "name" | "pieces">,
  limits: PictureLimits,
): Promise<OpenPicture>;
/** The same, but pictures of the kinds `passedOver` are not decoded: undefined. */
export async function openPicture(
  source: Pick<PictureSource, "name" | "pieces">,
  limits: PictureLimits,
  passedOver: ReadonlySet<PictureKind>,
): Promise<OpenPicture | undefined>;
export async function openPicture(
  { name, pieces }: Pick<PictureSource, "name" | "pieces">,
  limits: PictureLimits,
  passedOver: ReadonlySet<PictureKind> = new Set(),
): Promise<OpenPicture | undefined> {
  const iterator = pieces()[Symbol.asyncIterator]();
  try {
    const start = await firstPiece(iterator);
    if (start.length === 0) throw new PictureError(name, text("picture.empty"));
    const kind = kindOf(start) ?? "PNG";
    if (passedOver.has(kind)) return undefined;
    const all = joined(start, iterator);
    if (kind === "PNG") return new OpenPicture(name, kind, await readPng(all, limits));
    const { openForeign } = await import("../stego/foreign/open.ts");
    return new OpenPicture(name, kind, await openForeign(kind, all, limits));
  } catch (error) {
    throw called(name, error);
  } finally {
    await iterator.return?.();
  }
}

/** Enough bytes to tell the kind, where there are as many. */
async function firstPiece(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0);
  while (start.length < MAGIC_BYTES) {
    const next = await pieces.next();
    if (next.done) break;
    start = concat(start, next.value);
  }
  return start;
}

async function* joined(
  start: Uint8Array,
  pieces: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield start;
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
}

function calledSo<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw called(name, error);
  }
}

/** The error of a bad picture with the picture's name in it: several may have been given. */
function called(name: string, error: unknown): unknown {
  if (
    error instanceof PictureError || error instanceof PictureLimitError ||
    error instanceof UnsuitablePictureError
  ) return error.named(name);
  if (error instanceof LimitError) {
    return new PictureLimitError(name, error, { hint: error.hint, cause: error });
  }
  if (error instanceof P2PError) return error;
  return new FailureError("picture.read", { picture: name, reason: readingReason(error) }, {
    cause: error,
  });
}

/** Decoded pictures that are kept from one use to the next may take this much, in bytes of scanlines; ours. */
const KEPT_BYTES = 64 << 20;

/**
 * Pictures that carry one message together. Each is opened once where memory allows it: those that are small, those that
 * cannot be read again, and a single one, are kept from `open` to `take`; the others are read once more.
 */
export class PictureSet {
  readonly #kept = new Map<number, OpenPicture>();
  readonly #sources: readonly PictureSource[];
  readonly #limits: PictureLimits;
  /** How much of each picture can carry. */
  readonly rooms: readonly CarrierRoom[];

  private constructor(
    sources: readonly PictureSource[],
    limits: PictureLimits,
    rooms: readonly CarrierRoom[],
    kept: Map<number, OpenPicture>,
  ) {
    this.#sources = sources;
    this.#limits = limits;
    this.rooms = rooms;
    this.#kept = kept;
  }

  /** Opens all of them; one that cannot carry is an UnsuitablePictureError. */
  static async open(
    sources: readonly PictureSource[],
    limits: PictureLimits,
  ): Promise<PictureSet> {
    const rooms: CarrierRoom[] = [];
    const kept = new Map<number, OpenPicture>();
    let bytes = 0;
    for (const [i, source] of sources.entries()) {
      const picture = await openPicture(source, limits);
      rooms.push(picture.room());
      const size = picture.png.scanlines.length;
      if (source.repeatable && sources.length > 1 && bytes + size > KEPT_BYTES) continue;
      bytes += size;
      kept.set(i, picture);
    }
    return new PictureSet(sources, limits, rooms, kept);
  }

  get length(): number {
    return this.#sources.length;
  }

  /** What errors call picture `index`. */
  name(index: number): string {
    return this.#sources[index]!.name;
  }

  /** Picture `index`, for the last time: it is not kept any longer. */
  async take(index: number): Promise<OpenPicture> {
    const kept = this.#kept.get(index);
    this.#kept.delete(index);
    return kept ?? await openPicture(this.#sources[index]!, this.#limits);
  }
}
