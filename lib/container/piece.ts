/**
 * Pieces: up to PIECE_CHUNKS chunks of the payload, sealed or opened in place in one buffer. Pure and without
 * state but the key, so that any thread can do any piece. docs/formats.md, "Payload".
 *
 * The payload is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): chunk i under nonce i, and a mark in the
 * nonce of the last one.
 */
import type { Bytes } from "../bytes.ts";
import { GCM_NONCE_BYTES, GCM_TAG_BYTES, Sm4Gcm } from "../crypto/gcm.ts";
import { sm3, SM3_BYTES } from "../crypto/sm3.ts";
import { AuthenticationError } from "../errors.ts";
import { CHUNK_BYTES, ChunkKind, chunkNonce, PIECE_CHUNKS, SEALED_CHUNK_BYTES } from "./format.ts";

/** Plaintext of a full piece. */
export const PIECE_BYTES = PIECE_CHUNKS * CHUNK_BYTES;

/** A full piece, sealed. */
export const SEALED_PIECE_BYTES = PIECE_CHUNKS * SEALED_CHUNK_BYTES;

/** Size of every piece's buffer: a sealed piece, then a digest of each chunk. */
export const PIECE_BUFFER_BYTES = SEALED_PIECE_BYTES + PIECE_CHUNKS * SM3_BYTES;

const NO_AAD: Bytes = new Uint8Array(0);

/** What is to be done with a piece. */
export interface PieceTask {
  readonly action: "seal" | "open";
  /** Number of its first chunk in the payload. */
  readonly firstChunk: number;
  /** Whether it ends the payload. */
  readonly last: boolean;
  /** Whether the plaintext's digests are wanted, behind the sealed piece's place in the buffer. */
  readonly digests: boolean;
  /** Bytes of plaintext to seal, or of sealed chunks to open. */
  readonly length: number;
  /**
   * PIECE_BUFFER_BYTES. Sealed chunks, and plaintext that was opened, stand close together from the start.
   * Plaintext to be sealed stands where its chunks will be: number i at i · SEALED_CHUNK_BYTES.
   */
  readonly buffer: Bytes;
}

/** What became of a piece. */
export interface PieceResult {
  readonly buffer: Bytes;
  /** Bytes of output at the start of the buffer. */
  readonly length: number;
  /** Chunks done: when opening, those in front of one that is not authentic. */
  readonly chunks: number;
  readonly failed: boolean;
}

/** How many chunks `length` bytes are, where a chunk has `chunkBytes`; the empty payload is one empty chunk. */
export function chunkCount(length: number, chunkBytes: number): number {
  return Math.max(1, Math.ceil(length / chunkBytes));
}

/** Seals and opens pieces under one payload key. */
export class PieceCipher {
  readonly #gcm: Sm4Gcm;
  readonly #nonce = new Uint8Array(GCM_NONCE_BYTES);

  constructor(payloadKey: Uint8Array) {
    this.#gcm = new Sm4Gcm(payloadKey);
  }

  /** Does one piece, in its own buffer. */
  run(task: PieceTask): PieceResult {
    return task.action === "seal" ? this.#seal(task) : this.#open(task);
  }

  #seal({ buffer, length, firstChunk, last, digests }: PieceTask): PieceResult {
    const chunks = chunkCount(length, CHUNK_BYTES);
    let end = 0;
    for (let i = 0; i < chunks; i++) {
      const at = i * SEALED_CHUNK_BYTES;
      const plaintext = buffer.subarray(at, at + Math.min(CHUNK_BYTES, length - i * CHUNK_BYTES));
      if (digests) this.#digest(buffer, i, plaintext);
      const isLast = last && i === chunks - 1;
      end = at + this.sealChunk(firstChunk + i, isLast, plaintext, buffer.subarray(at));
    }
    return { buffer, length: end, chunks, failed: false };
  }

  #open({ buffer, length, firstChunk, last, digests }: PieceTask): PieceResult {
    const chunks = chunkCount(length, SEALED_CHUNK_BYTES);
    let end = 0;
    for (let i = 0; i < chunks; i++) {
      const at = i * SEALED_CHUNK_BYTES;
      const sealed = buffer.subarray(at, Math.min(at + SEALED_CHUNK_BYTES, length));
      const isLast = last && i === chunks - 1;
      const opened = this.openChunk(firstChunk + i, isLast, sealed, buffer.subarray(end));
      if (opened === undefined) return { buffer, length: end, chunks: i, failed: true };
      if (digests) this.#digest(buffer, i, buffer.subarray(end, end + opened));
      end += opened;
    }
    return { buffer, length: end, chunks, failed: false };
  }

  /** Seals chunk `index` to the head of `out`, which may be `plaintext`'s array; how many bytes. */
  sealChunk(index: number, last: boolean, plaintext: Uint8Array, out: Uint8Array): number {
    return this.#gcm.sealInto(this.#nonceOf(index, last), NO_AAD, plaintext, out);
  }

  /** Bytes opened to the head of `out`; undefined for a chunk that must not be there. */
  openChunk(
    index: number,
    last: boolean,
    sealed: Uint8Array,
    out: Uint8Array,
  ): number | undefined {
    // Only the empty payload ends in an empty chunk, so that there is one way to cut a payload.
    if (last && index > 0 && sealed.length <= GCM_TAG_BYTES) return undefined;
    try {
      return this.#gcm.openInto(this.#nonceOf(index, last), NO_AAD, sealed, out);
    } catch (error) {
      if (error instanceof AuthenticationError) return undefined;
      throw error;
    }
  }

  #nonceOf(index: number, last: boolean): Uint8Array {
    return chunkNonce(index, last ? ChunkKind.last : ChunkKind.inner, this.#nonce);
  }

  #digest(buffer: Bytes, chunk: number, plaintext: Uint8Array): void {
    buffer.set(sm3(plaintext), SEALED_PIECE_BYTES + chunk * SM3_BYTES);
  }

  /** Overwrites the key. */
  wipe(): void {
    this.#gcm.wipe();
  }
}

/** The digests of a piece that was asked for them. */
export function pieceDigests({ buffer, chunks }: PieceResult): Uint8Array {
  return buffer.subarray(SEALED_PIECE_BYTES, SEALED_PIECE_BYTES + chunks * SM3_BYTES);
}
