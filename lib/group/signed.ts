/**
 * What members sign: a body under a domain of its own, with the author's signature behind it. Its id is the SM3 of what
 * is signed, so that a second signature (SM2 signatures are not unique) makes no second object.
 *
 *     length u32 · body · signature (DER)
 */
import { ByteReader, type Bytes, ByteWriter, hex, utf8 } from "../bytes.ts";
import type { RandomSource } from "../crypto/random.ts";
import { parsePublicKey, SM2_PUBLIC_KEY_BYTES, Sm2Signer, Sm2Verifier } from "../crypto/sm2.ts";
import { sm3, SM3_BYTES } from "../crypto/sm3.ts";
import { FormatError, InvalidKeyError } from "../errors.ts";

/** Largest DER signature, SEQUENCE of two INTEGERs of 33 bytes. */
const MAX_SIGNATURE_BYTES = 72;

/** What refuses an object: of an entry, a message or a record between two members. */
export type GroupFault = "group.entry" | "group.message" | "group.record";

/** What refuses an object that its author has not signed. */
export type SignatureFault = "group.signature" | "group.message-signature";

/** An author. */
export interface Signer {
  readonly secretKey: Uint8Array;
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly random: RandomSource;
}

/** An object that was taken apart; nothing of it is verified yet. */
export interface SignedParts {
  readonly body: Uint8Array;
  /** 64 hex digits. */
  readonly id: string;
  readonly signature: Uint8Array;
}

/** A kind of objects that members sign. */
export class SignedKind {
  /** Signed in front of every object of the kind, so that no other signature of a member's can be one. */
  readonly #domain: Bytes;
  readonly #unsigned: SignatureFault;

  constructor(domain: string, unsigned: SignatureFault) {
    this.#domain = utf8(domain);
    this.#unsigned = unsigned;
  }

  /** Signs `body`; answers what is stored and sent. */
  sign(body: Uint8Array, signer: Signer): Bytes {
    const signature = new Sm2Signer(signer.secretKey, undefined, signer.publicKey)
      .update(this.#domain).update(body).sign(signer.random);
    return new ByteWriter().u32(body.length).bytes(body).bytes(signature).finish();
  }

  /** Takes an object apart; its id is known then, and nothing is verified. */
  open(bytes: Uint8Array): SignedParts {
    const outer = new ByteReader(bytes);
    const body = outer.bytes(outer.u32());
    return { body, id: hex(sm3(this.#domain, body)), signature: outer.rest() };
  }

  /** Refuses an object whose signature is not the author's. */
  requireSigned({ body, signature }: SignedParts, author: Uint8Array): void {
    const signed = signature.length <= MAX_SIGNATURE_BYTES &&
      new Sm2Verifier(author).update(this.#domain).update(body).verify(signature);
    if (!signed) throw new FormatError(this.#unsigned, {});
  }
}

/** A compressed point of the curve, in that one encoding. */
export function readMemberKey(reader: ByteReader, fault: GroupFault): Bytes {
  try {
    return parsePublicKey(reader.bytes(SM2_PUBLIC_KEY_BYTES));
  } catch (cause) {
    if (!(cause instanceof InvalidKeyError)) throw cause;
    throw new FormatError(fault, {}, { cause });
  }
}

/** Writes ids with their number in front, ascending. */
export function writeIds(writer: ByteWriter, ids: readonly string[]): ByteWriter {
  writer.u8(ids.length);
  for (const id of [...ids].sort()) writer.bytes(Uint8Array.fromHex(id));
  return writer;
}

/** Reads ids: strictly ascending, so that the same ones have one encoding. */
export function readIds(reader: ByteReader, most: number, fault: GroupFault): string[] {
  const count = reader.u8();
  if (count > most) throw new FormatError(fault, {});
  const ids = Array.from({ length: count }, () => hex(reader.bytes(SM3_BYTES)));
  if (ids.some((id, i) => i > 0 && ids[i - 1]! >= id)) throw new FormatError(fault, {});
  return ids;
}
