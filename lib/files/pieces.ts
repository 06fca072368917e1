/** Files read from their beginning to their end, in pieces that share one buffer. */

/** How much is read at a time, in bytes. */
const FILE_PIECE_BYTES = 1 << 16;

/** Something that is read: an open file, or stdin. */
export interface ByteInput {
  read(buffer: Uint8Array): Promise<number | null>;
}

/** The file at `path`, which is opened by the first piece; a piece is valid until the next. */
export async function* filePieces(path: string): AsyncGenerator<Uint8Array, void, void> {
  using file = await Deno.open(path, { read: true });
  yield* streamPieces(file);
}

/** What `stream` gives, until its end; a piece is valid until the next. */
export async function* streamPieces(stream: ByteInput): AsyncGenerator<Uint8Array, void, void> {
  const buffer = new Uint8Array(FILE_PIECE_BYTES);
  for (;;) {
    const count = await stream.read(buffer);
    if (count === null) return;
    yield buffer.subarray(0, count);
  }
}
