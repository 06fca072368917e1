/**
 * Opens an SM4-GCM message of any size in constant memory, and gives out nothing before its tag has been verified:
 * one pass over the ciphertext to authenticate it, a second to decipher it. What cannot be read twice (a pipe) is kept
 * in memory up to a bound and in a private temporary file beyond it, as ciphertext.
 */
import { type Bytes, concat } from "../../lib/bytes.ts";
import { authenticationFailed, Sm4GcmStream } from "../../lib/crypto/gcm.ts";
import { onInterrupt } from "../../lib/system/cleanup.ts";
import type { Loudness } from "../../lib/terminal/notice.ts";
import { feedInput, type TakePiece } from "../shared/feed.ts";
import { isStdin, openInput } from "../shared/input.ts";
import type { Output } from "../shared/output.ts";
import type { CipherSetup } from "./setup.ts";

/** How much of a pipe is kept in memory. */
const MEMORY_BYTES = 32 * 2 ** 20;

/** Something that can be walked several times. */
type GcmSource = (take: TakePiece) => Promise<void>;

/** Opens `file` (stdin for "-" and no name) into `output`. */
export async function openGcm(
  setup: CipherSetup,
  file: string | undefined,
  loudness: Loudness,
  output: Output,
): Promise<void> {
  const kept = await rereadable(file, loudness);
  try {
    const tag = await authenticate(setup, kept.source);
    // The second pass checks the tag again: a file may change between the two.
    const opening = new Sm4GcmStream("open", setup.key, setup.iv!, setup.aad);
    const tail = new TailHolder(
      setup.tagBytes,
      async (text) => await output.write(opening.update(text)),
    );
    await kept.source((piece) => tail.take(piece));
    opening.verify(tag);
  } finally {
    await kept.discard();
  }
}

async function authenticate(setup: CipherSetup, source: GcmSource): Promise<Bytes> {
  const stream = new Sm4GcmStream("open", setup.key, setup.iv!, setup.aad);
  const tail = new TailHolder(setup.tagBytes, (text) => stream.authenticate(text));
  await source((piece) => tail.take(piece));
  if (tail.held.length < setup.tagBytes) throw authenticationFailed();
  stream.verify(tail.held);
  return tail.held;
}

/** Hands on all but the last bytes, which are the tag. */
class TailHolder {
  held: Bytes = new Uint8Array(0);
  readonly #tagBytes: number;
  readonly #give: (text: Uint8Array) => void | Promise<void>;

  constructor(tagBytes: number, give: (text: Uint8Array) => void | Promise<void>) {
    this.#tagBytes = tagBytes;
    this.#give = give;
  }

  async take(piece: Uint8Array): Promise<void> {
    const all = concat(this.held, piece);
    const cut = Math.max(0, all.length - this.#tagBytes);
    this.held = all.slice(cut);
    if (cut > 0) await this.#give(all.subarray(0, cut));
  }
}

interface Kept {
  source: GcmSource;
  discard(): Promise<void>;
}

const NOTHING_TO_DISCARD = () => Promise.resolve();

async function rereadable(file: string | undefined, loudness: Loudness): Promise<Kept> {
  if (!isStdin(file) && (await Deno.stat(file).catch(() => undefined))?.isFile) {
    return { source: (take) => feedInput(file, loudness, take), discard: NOTHING_TO_DISCARD };
  }
  const input = await openInput(file);
  try {
    return await keep(input.chunks, loudness);
  } finally {
    input.close();
  }
}

async function keep(chunks: AsyncIterable<Bytes>, loudness: Loudness): Promise<Kept> {
  const pieces: Bytes[] = [];
  let length = 0;
  let spool: GcmSpool | undefined;
  try {
    for await (const piece of chunks) {
      length += piece.length;
      if (spool === undefined && length > MEMORY_BYTES) {
        spool = await GcmSpool.create();
        for (const kept of pieces.splice(0)) await spool.write(kept);
      }
      if (spool === undefined) pieces.push(piece);
      else await spool.write(piece);
    }
  } catch (error) {
    await spool?.remove();
    throw error;
  }
  if (spool === undefined) {
    const source: GcmSource = async (take) => {
      for (const piece of pieces) await take(piece);
    };
    return { source, discard: NOTHING_TO_DISCARD };
  }
  spool.close();
  const { path } = spool;
  const discard = () => spool.remove();
  return { source: (take) => feedInput(path, loudness, take), discard };
}

/** A temporary file of the user's own (mode 0600), removed on interruption too. */
class GcmSpool {
  #open = true;
  #forget: () => void;

  private constructor(readonly path: string, readonly file: Deno.FsFile) {
    this.#forget = onInterrupt(() => this.remove());
  }

  static async create(): Promise<GcmSpool> {
    const path = await Deno.makeTempFile({ prefix: "p2p-" });
    return new GcmSpool(path, await Deno.open(path, { write: true }));
  }

  async write(bytes: Bytes): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) rest = rest.subarray(await this.file.write(rest));
  }

  close(): void {
    if (this.#open) this.file.close();
    this.#open = false;
  }

  async remove(): Promise<void> {
    this.close();
    this.#forget();
    await Deno.remove(this.path);
  }
}
