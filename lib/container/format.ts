/**
 * The constants of the encrypted file, version 1, and the error of whoever reads one. docs/formats.md,
 * "Encrypted files". What the format fixes stands first, what we tuned stands last.
 */
import { type Bytes, utf8 } from "../bytes.ts";
import { GCM_NONCE_BYTES, GCM_TAG_BYTES } from "../crypto/gcm.ts";
import { AuthenticationError, type ErrorDetail } from "../errors.ts";
import type { Code, ParamsOf } from "../text/catalogue.ts";

/** First line of every encrypted file, without its line feed. */
export const VERSION_LINE = "p2p-encrypted-file/v1";

/** The file key: as many bits as SM4 has (GB/T 32907). */
export const FILE_KEY_BYTES = 16;

/** A key wrapped for a recipient: the file key and a GCM tag. */
export const WRAPPED_KEY_BYTES = FILE_KEY_BYTES + GCM_TAG_BYTES;

/** Random bytes between header and chunks, from which the payload key follows. */
export const PAYLOAD_NONCE_BYTES = 16;

/** Plaintext of every chunk but the last. */
export const CHUNK_BYTES = 64 * 1024;

/** A full chunk, sealed. */
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + GCM_TAG_BYTES;

/** Chunks that one signature of the sender ends (16 MiB: a small part of the cost of sealing them). */
export const SEGMENT_CHUNKS = 256;

/** A signature r‖s, sealed. */
export const SIGNATURE_RECORD_BYTES = 64 + GCM_TAG_BYTES;

/** Salt of the passphrase stanza. */
export const SCRYPT_SALT_BYTES = 16;

/** Most stanzas, longest line and longest header when reading. */
export const MAX_STANZAS = 1024;
export const MAX_LINE_BYTES = 4096;
export const MAX_HEADER_BYTES = 256 * 1024;

/** Most chunks of a file (256 TiB): far below any limit of GCM, above any file. */
export const MAX_CHUNKS = 2 ** 32;

/** Labels of all derivations: one key, one use. */
export const LABEL = {
  sm2: utf8(`${VERSION_LINE} sm2`),
  scrypt: utf8(`${VERSION_LINE} scrypt`),
  header: utf8(`${VERSION_LINE} header`),
  payload: utf8(`${VERSION_LINE} payload`),
  sender: utf8(`${VERSION_LINE} sender`),
  signature: utf8(`${VERSION_LINE} signature`),
} as const;

/**
 * SM2 ID (GB/T 32918.2 §5.5) of a sender's signature. Not the default ID, so that no signature made with
 * `p2p sign`, over whatever file, can pass for one of these.
 */
export const SENDER_ID = `${VERSION_LINE} sender`;

/** Nonce of keys that seal one message only. */
export const SINGLE_USE_NONCE: Bytes = new Uint8Array(GCM_NONCE_BYTES);

/** Last byte of a chunk's nonce. */
export const ChunkKind = {
  inner: 0,
  last: 1,
  signature: 2,
  lastSignature: 3,
} as const;

/** See `ChunkKind`. */
export type ChunkKind = typeof ChunkKind[keyof typeof ChunkKind];

/** Nonce of chunk (or signature) number `index`: 88 bits of it, then the kind. */
export function chunkNonce(index: number, kind: ChunkKind, into = new Uint8Array(12)): Uint8Array {
  into.fill(0);
  const view = new DataView(into.buffer, into.byteOffset);
  view.setUint32(3, Math.floor(index / 2 ** 32));
  view.setUint32(7, index >>> 0);
  into[11] = kind;
  return into;
}

/** Ours: chunks that are read, sealed and written in one go (1 MiB). A divisor of SEGMENT_CHUNKS. */
export const PIECE_CHUNKS = 16;

/** Ours: log₂ N of a passphrase stanza we write; 128 MiB and about half a second. */
export const SCRYPT_LOG_N = 17;

/** scrypt's block size and parallelisation (RFC 7914 §2). */
export const SCRYPT_R = 8;
export const SCRYPT_P = 1;

/** The part of an encrypted file that did not hold. */
export type ContainerFailure = "armour" | "header" | "no match" | "mac" | "payload" | "sender";

/** What is wrong with an encrypted file: a code of the catalogue, and what it takes besides the file's name. */
type ContainerCode = Extract<Code, `container.${string}`>;

/** An encrypted file that is refused. */
export class ContainerError<C extends ContainerCode = ContainerCode>
  extends AuthenticationError<C> {
  override readonly kind = "container";

  constructor(
    readonly failure: ContainerFailure,
    code: C,
    params: ParamsOf<C>,
    detail: ErrorDetail = {},
  ) {
    super(code, params, detail);
  }

  /** The same of the file `name`, for a person who gave several names. */
  named(name: string): ContainerError {
    const params = { ...this.params, name } as ParamsOf<ContainerCode>;
    return new ContainerError(this.failure, this.code as ContainerCode, params, {
      hint: this.hint,
      cause: this,
    });
  }
}
