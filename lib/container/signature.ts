/**
 * The sender's signature (`--sign`): SM2 over the header, the place in the payload and the plaintext so far, once
 * for every segment of SEGMENT_CHUNKS chunks. docs/formats.md, "Sender's signature", says what it proves.
 *
 * A signature per segment, not one at the end, lets a reader in a pipe pass on plaintext whose sender is proven
 * in constant memory. Signature and sender's key are sealed under the file key: outsiders see neither.
 */
import { type Bytes, ByteWriter, concat, utf8, wipe } from "../bytes.ts";
import { derSequence, derUnsigned } from "../crypto/der.ts";
import { GCM_TAG_BYTES, Sm4Gcm } from "../crypto/gcm.ts";
import { hkdfSm3 } from "../crypto/hkdf.ts";
import type { RandomSource } from "../crypto/random.ts";
import type { NonceSource } from "../crypto/sm2-nonce.ts";
import { rawSignature } from "../crypto/sm2-sign.ts";
import {
  parsePublicKey,
  SM2_PUBLIC_KEY_BYTES,
  type Sm2KeyPair,
  Sm2SigningKey,
  Sm2VerifyingKey,
} from "../crypto/sm2.ts";
import { Sm3, sm3, SM3_BYTES } from "../crypto/sm3.ts";
import { AuthenticationError, InvalidKeyError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { base64Length, decodeBase64, encodeBase64 } from "./base64.ts";
import {
  ChunkKind,
  chunkNonce,
  ContainerError,
  FILE_KEY_BYTES,
  LABEL,
  SENDER_ID,
  SINGLE_USE_NONCE,
} from "./format.ts";
import type { Stanza } from "./header.ts";

const SEALED_SENDER_BYTES = SM2_PUBLIC_KEY_BYTES + GCM_TAG_BYTES;

function senderKeyCipher(fileKey: Uint8Array): Sm4Gcm {
  const key = hkdfSm3(fileKey, new Uint8Array(0), LABEL.sender, FILE_KEY_BYTES);
  const gcm = new Sm4Gcm(key);
  wipe(key);
  return gcm;
}

/** The stanza that says who signed, to those who have the file key. */
export function signedStanza(sender: Uint8Array, fileKey: Uint8Array): Stanza {
  const gcm = senderKeyCipher(fileKey);
  try {
    return { type: "signed", words: [encodeBase64(gcm.seal(SINGLE_USE_NONCE, sender))] };
  } finally {
    gcm.wipe();
  }
}

/** The sealed sender of a header; undefined where nobody signed. */
export function readSignedStanza(stanzas: readonly Stanza[]): Bytes | undefined {
  const [stanza, another] = stanzas.filter(({ type }) => type === "signed");
  if (stanza === undefined) return undefined;
  const sealed = stanza.words[0]?.length === base64Length(SEALED_SENDER_BYTES)
    ? decodeBase64(stanza.words[0], SEALED_SENDER_BYTES)
    : undefined;
  if (another !== undefined || stanza.words.length !== 1 || sealed === undefined) {
    const reason = text("header.stanza", { type: "signed", reason: text("stanza.signed") });
    throw new ContainerError("header", "container.header", { reason });
  }
  return sealed;
}

/** The public key of who signed. Call it only once the header's MAC holds. */
export function openSender(sealed: Uint8Array, fileKey: Uint8Array): Bytes {
  const gcm = senderKeyCipher(fileKey);
  try {
    return parsePublicKey(gcm.open(SINGLE_USE_NONCE, sealed));
  } catch (cause) {
    if (cause instanceof AuthenticationError || cause instanceof InvalidKeyError) {
      throw new ContainerError("sender", "container.sender-key", {}, { cause });
    }
    throw cause;
  } finally {
    gcm.wipe();
  }
}

/** What is common to signing and verifying: the message of each segment's signature. */
class SegmentMessages {
  readonly #context: Bytes;
  #content: Bytes = new Uint8Array(SM3_BYTES);
  #open: Sm3;
  segment = 0;

  constructor(header: Uint8Array, payloadNonce: Uint8Array) {
    this.#context = concat(LABEL.signature, sm3(header), payloadNonce);
    this.#open = new Sm3().update(this.#content);
  }

  /** Takes the digests of the next chunks' plaintext. */
  add(digests: Uint8Array): void {
    this.#open.update(digests);
  }

  /** The message for the segment that ends here. */
  close(last: boolean): Bytes {
    this.#content = this.#open.digest();
    this.#open = new Sm3().update(this.#content);
    const place = new ByteWriter().u64(this.segment++).u8(last ? 1 : 0).finish();
    return concat(this.#context, place, this.#content);
  }
}

function recordNonce(segment: number, last: boolean): Uint8Array {
  return chunkNonce(segment, last ? ChunkKind.lastSignature : ChunkKind.signature);
}

/** Signs segments. */
export class SegmentSigner {
  readonly #messages: SegmentMessages;
  readonly #key: Sm2SigningKey;
  readonly #gcm: Sm4Gcm;
  readonly #random: RandomSource;

  constructor(
    header: Uint8Array,
    payloadNonce: Uint8Array,
    payloadKey: Uint8Array,
    sender: Sm2KeyPair,
    random: RandomSource,
    /** Where k comes from: hedged, unless known answers fix it. */
    readonly nonces?: NonceSource,
  ) {
    this.#messages = new SegmentMessages(header, payloadNonce);
    this.#key = new Sm2SigningKey(sender.secretKey, utf8(SENDER_ID), sender.publicKey);
    this.#gcm = new Sm4Gcm(payloadKey);
    this.#random = random;
  }

  /** See `SegmentMessages.add`. */
  add(digests: Uint8Array): void {
    this.#messages.add(digests);
  }

  /** The sealed signature that stands behind the segment's last chunk. */
  close(last: boolean): Bytes {
    const nonce = recordNonce(this.#messages.segment, last);
    const signature = this.#key.sign(this.#messages.close(last), this.#random, this.nonces);
    return this.#gcm.seal(nonce, rawSignature(signature));
  }

  /** Overwrites the keys. */
  wipe(): void {
    this.#key.wipe();
    this.#gcm.wipe();
  }
}

/** Verifies segments. */
export class SegmentVerifier {
  readonly #messages: SegmentMessages;
  readonly #gcm: Sm4Gcm;
  readonly #key: Sm2VerifyingKey;

  constructor(
    header: Uint8Array,
    payloadNonce: Uint8Array,
    payloadKey: Uint8Array,
    /** The public key that must have signed. */
    readonly sender: Bytes,
  ) {
    this.#messages = new SegmentMessages(header, payloadNonce);
    this.#gcm = new Sm4Gcm(payloadKey);
    this.#key = new Sm2VerifyingKey(sender, utf8(SENDER_ID));
  }

  /** See `SegmentMessages.add`. */
  add(digests: Uint8Array): void {
    this.#messages.add(digests);
  }

  /** Whether `record` is the signature of the segment that ends here. */
  close(record: Uint8Array, last: boolean): boolean {
    const nonce = recordNonce(this.#messages.segment, last);
    const message = this.#messages.close(last);
    let signature: Bytes;
    try {
      signature = this.#gcm.open(nonce, record);
    } catch (error) {
      if (error instanceof AuthenticationError) return false;
      throw error;
    }
    return this.#key.verify(message, derSignature(signature));
  }

  /** Overwrites the key. */
  wipe(): void {
    this.#gcm.wipe();
  }
}

function derSignature(fixed: Uint8Array): Bytes {
  return derSequence(derUnsigned(fixed.subarray(0, 32)), derUnsigned(fixed.subarray(32)));
}
