/**
 * What is typed at the terminal, in the pieces it comes. A read of stdin cannot be taken back: one that its reader no
 * longer waits for is handed to whoever asks next, so that no key is lost between a prompt, a recording and a line editor.
 */
const TYPED_BYTES = 4096;

let pending: Promise<Uint8Array | null> | undefined;

/** The next bytes typed; null at the end. Asking twice before they came answers the same bytes twice. */
export function readTyped(): Promise<Uint8Array | null> {
  pending ??= readPiece().finally(() => pending = undefined);
  return pending;
}

async function readPiece(): Promise<Uint8Array | null> {
  const piece = new Uint8Array(TYPED_BYTES);
  const count = await Deno.stdin.read(piece);
  return count === null ? null : piece.subarray(0, count);
}
