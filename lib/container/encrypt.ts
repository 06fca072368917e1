/**
 * Writes an encrypted file: header, payload nonce, pieces in order, signatures between them. docs/formats.md,
 * "Encrypted files".
 */
import { type Bytes, concat, hex, wipe } from "../bytes.ts";
import { hkdfSm3 } from "../crypto/hkdf.ts";
import type { Turn } from "../crypto/kdf-cost.ts";
import type { RandomSource } from "../crypto/random.ts";
import type { Sm2KeyPair } from "../crypto/sm2.ts";
import type { NonceSource } from "../crypto/sm2-nonce.ts";
import { LimitError, LocalProtocolError } from "../errors.ts";
import { ArmourSink } from "./armour.ts";
import {
  CHUNK_BYTES,
  FILE_KEY_BYTES,
  LABEL,
  MAX_CHUNKS,
  MAX_STANZAS,
  PAYLOAD_NONCE_BYTES,
  PIECE_CHUNKS,
  SCRYPT_LOG_N,
  SEALED_CHUNK_BYTES,
  SEGMENT_CHUNKS,
} from "./format.ts";
import { encodeHeader, type Stanza } from "./header.ts";
import { pieceDigests, type PieceTask } from "./piece.ts";
import { scryptStanza, sm2Stanza } from "./recipients.ts";
import { InlineRunner, type Payload, PieceBuffers, type RunnerFactory } from "./runner.ts";
import { SegmentSigner, signedStanza } from "./signature.ts";
import type { Sink, Source } from "./source.ts";

/** To whom a file is encrypted, and how. */
export interface EncryptOptions {
  /** 33-byte public keys; one that comes twice counts once. */
  readonly recipients: readonly Uint8Array[];
  readonly passphrase?: Uint8Array | undefined;
  /** log₂ N of the passphrase stanza. */
  readonly scryptLogN?: number;
  /** Who signs. */
  readonly sender?: Sm2KeyPair | undefined;
  readonly armour?: boolean | undefined;
  readonly random: RandomSource;
  /** Where the k of signatures comes from: hedged, unless known answers fix it. */
  readonly nonces?: NonceSource;
  /** Lets others have their turn while the passphrase's key is derived. */
  readonly turn?: Turn | undefined;
  /** Who does the pieces; this thread when absent. */
  readonly runner?: RunnerFactory;
  /** Hears how many bytes of plaintext are done. */
  readonly onProgress?: (bytes: number) => void;
}

/** The key of the chunks. */
export function payloadKeyOf(fileKey: Uint8Array, payloadNonce: Uint8Array): Bytes {
  return hkdfSm3(fileKey, payloadNonce, LABEL.payload, FILE_KEY_BYTES);
}

/** Encrypts all of `source` to `sink`. */
export async function encryptContainer(
  source: Source,
  sink: Sink,
  options: EncryptOptions,
): Promise<void> {
  const fileKey = options.random(FILE_KEY_BYTES);
  const payloadNonce = options.random(PAYLOAD_NONCE_BYTES);
  const key = payloadKeyOf(fileKey, payloadNonce);
  const startRunner = options.runner ?? ((payloadKey) => new InlineRunner(payloadKey));
  const runner = startRunner(key, Boolean(options.armour || options.sender));
  let signer: SegmentSigner | undefined;
  try {
    const header = encodeHeader(await stanzasFor(fileKey, options), fileKey);
    if (options.sender !== undefined) {
      const { sender, random, nonces } = options;
      signer = new SegmentSigner(header, payloadNonce, key, sender, random, nonces);
    }
    const armour = options.armour ? new ArmourSink(sink) : undefined;
    const out = armour ?? sink;
    await out.write(concat(header, payloadNonce));
    const outputAt = header.length + payloadNonce.length;
    const pieces = piecesOf(source, out, signer, options.onProgress);
    await runner.run({ action: "seal", key, inputAt: 0, outputAt, ...pieces });
    await armour?.end();
  } finally {
    runner.close();
    signer?.wipe();
    wipe(fileKey, key);
  }
}

async function stanzasFor(fileKey: Uint8Array, options: EncryptOptions): Promise<Stanza[]> {
  const { recipients, passphrase, random, sender } = options;
  const distinct = [...new Map(recipients.map((key) => [hex(key), key])).values()];
  const stanzas = distinct.map((recipient) => sm2Stanza(recipient, fileKey, random));
  if (passphrase !== undefined) {
    const logN = options.scryptLogN ?? SCRYPT_LOG_N;
    stanzas.push(await scryptStanza(passphrase, logN, fileKey, random, options.turn));
  }
  if (stanzas.length === 0) {
    throw new LocalProtocolError("encrypt.nobody", {});
  }
  if (sender !== undefined) stanzas.push(signedStanza(sender.publicKey, fileKey));
  if (stanzas.length > MAX_STANZAS) {
    throw new LimitError("encrypt.many-recipients", { most: MAX_STANZAS - 2 });
  }
  return stanzas;
}

/** The plaintext in pieces, and what is written of each: itself, and the signature of a segment that it ends. */
function piecesOf(
  source: Source,
  sink: Sink,
  signer: SegmentSigner | undefined,
  onProgress: ((bytes: number) => void) | undefined,
): Pick<Payload, "next" | "done"> {
  const buffers = new PieceBuffers();
  const reader = new PlaintextReader(source, buffers, signer !== undefined);
  let bytes = 0;
  return {
    next: () => reader.next(),
    done: async (result, task) => {
      await sink.write(result.buffer.subarray(0, result.length));
      if (signer !== undefined) {
        signer.add(pieceDigests(result));
        const end = task.firstChunk + result.chunks;
        if (task.last || end % SEGMENT_CHUNKS === 0) await sink.write(signer.close(task.last));
      }
      buffers.give(result.buffer);
      bytes += task.length;
      onProgress?.(bytes);
    },
  };
}

/** Cuts plaintext into pieces, each chunk read to where it is going to be sealed. */
class PlaintextReader {
  readonly #source: Source;
  readonly #buffers: PieceBuffers;
  readonly #digests: boolean;
  #firstChunk = 0;
  /** The piece whose first chunk is already there, because the one before had to know whether it is the last. */
  #begun: { buffer: Bytes; length: number } | undefined;
  #ended = false;

  constructor(source: Source, buffers: PieceBuffers, digests: boolean) {
    this.#source = source;
    this.#buffers = buffers;
    this.#digests = digests;
  }

  async next(): Promise<PieceTask | undefined> {
    if (this.#ended) return undefined;
    const { buffer, length: begun } = this.#begun ?? await this.#begin();
    let length = begun;
    for (let i = 1; i < PIECE_CHUNKS && length === i * CHUNK_BYTES; i++) {
      length += await this.#chunk(buffer, i);
    }
    this.#begun = undefined;
    if (length === PIECE_CHUNKS * CHUNK_BYTES) {
      const following = await this.#begin();
      if (following.length > 0) this.#begun = following;
      else this.#buffers.give(following.buffer);
    }
    const last = this.#begun === undefined;
    this.#ended = last;
    const firstChunk = this.#firstChunk;
    this.#firstChunk += PIECE_CHUNKS;
    if (this.#firstChunk > MAX_CHUNKS) throw new LimitError("encrypt.too-long", {});
    return { action: "seal", buffer, length, firstChunk, last, digests: this.#digests };
  }

  async #begin(): Promise<{ buffer: Bytes; length: number }> {
    const buffer = this.#buffers.take();
    return { buffer, length: await this.#chunk(buffer, 0) };
  }

  async #chunk(buffer: Bytes, index: number): Promise<number> {
    const at = index * SEALED_CHUNK_BYTES;
    return await this.#source.fill(buffer.subarray(at, at + CHUNK_BYTES));
  }
}
