/** Bytes as the readers of pictures take them. */

/** `bytes` as a sequence of one piece. */
export async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
