/**
 * Compression of hidden contents (Brotli, RFC 7932), piece by piece, so that neither direction holds the whole and an
 * interrupt is heard between two pieces. `node:zlib` is the codec; nothing here reads or writes files.
 */
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createBrotliDecompress,
} from "node:zlib";
import { type Bytes, concat } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import { text } from "../text/catalogue.ts";

/** Contents up to this size are compressed as hard as can be, larger ones at a speed that is still bearable. */
const SMALL_CONTENT_BYTES = 1 << 18;
/** How much the codec gives at a time, in bytes. */
const BROTLI_PIECE_BYTES = 1 << 16;

/** log₂ of the window: no larger than the content (RFC 7932 §9.1), which spares memory. */
function windowFor(length: number): number {
  return Math.min(22, Math.max(10, Math.ceil(Math.log2(length + 16))));
}

/** `content` compressed. */
export async function compressContent(content: Uint8Array): Promise<Uint8Array> {
  const small = content.length <= SMALL_CONTENT_BYTES;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: small ? 11 : 8,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    [constants.BROTLI_PARAM_LGWIN]: windowFor(content.length),
  };
  if (small) return brotliCompressSync(content, { params });
  const codec = createBrotliCompress({ params, chunkSize: BROTLI_PIECE_BYTES });
  codec.end(content);
  const parts: Uint8Array[] = [];
  for await (const piece of codec) parts.push(piece);
  return concat(...parts);
}

/** What `packed` decompresses to, which must be `size` bytes: no byte more is given. */
export async function* decompress(packed: Uint8Array, size: number): AsyncGenerator<Bytes> {
  const codec = createBrotliDecompress({ chunkSize: BROTLI_PIECE_BYTES });
  let length = 0;
  try {
    codec.end(packed);
    for await (const piece of codec) {
      length += piece.length;
      if (length > size) break;
      yield piece;
    }
  } catch (cause) {
    throw new FormatError("stego.payload", { reason: text("stego.undecodable") }, { cause });
  } finally {
    codec.destroy();
  }
  if (length !== size) {
    throw new FormatError("stego.payload", { reason: text("stego.wrong-length") });
  }
}
