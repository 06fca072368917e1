/** EnvelopedData (GM/T 0010-2012 §8; RFC 5652 §6): a message for recipients, its key encrypted to each with SM2, the content with SM4-CBC. */
import { type Bytes, concat } from "../bytes.ts";
import {
  der,
  derNull,
  derNumber,
  derOctets,
  derOid,
  DerReader,
  derSequence,
  Tag,
} from "../crypto/der.ts";
import { explained } from "../crypto/explain.ts";
import { algorithmName } from "../crypto/keys/foreign.ts";
import { SM2_ENCRYPT, SM2_EXCHANGE, SM4_CBC } from "../crypto/keys/oids.ts";
import { randomBytes, type RandomSource } from "../crypto/random.ts";
import { decrypt, encrypt } from "../crypto/sm2.ts";
import { sm4Crypt } from "../crypto/sm4-modes.ts";
import { AuthenticationError, FormatError } from "../errors.ts";
import type { Certificate } from "./certificate.ts";
import {
  type CmsStyle,
  contentOfType,
  contentOidsOf,
  explicitZero,
  GMT_CONTENT,
  issuerAndSerial,
  RFC_CONTENT,
  sortedSet,
} from "./cms-content.ts";

/** Recipients of one message. */
const MAX_RECIPIENTS = 256;

/** A message for recipients, in DER. SM4-CBC alone does not show changes: sign before, where that matters. */
export function envelopCms(
  content: Uint8Array,
  recipients: readonly Certificate[],
  style: CmsStyle,
  random: RandomSource = randomBytes,
): Bytes {
  const oids = contentOidsOf(style);
  const key = random(16), iv = random(16);
  const infos = recipients.map((certificate) =>
    derSequence(
      derNumber(style === "rfc" ? 0 : 1),
      issuerAndSerial(certificate),
      derSequence(
        // GmSSL knows encryption by the identifier that GM/T 0006 has for key exchange.
        derOid(style === "gmssl" ? SM2_EXCHANGE : SM2_ENCRYPT),
        ...(style === "rfc" ? [derNull()] : []),
      ),
      derOctets(encrypt(certificate.publicKey, key, random)),
    )
  );
  const encrypted = sm4Crypt("cbc", "encrypt", key, content, { iv });
  const data = derSequence(
    derNumber(style === "rfc" ? 0 : 1),
    der(Tag.set, sortedSet(infos)),
    derSequence(
      derOid(oids.data),
      derSequence(derOid(SM4_CBC), derOctets(iv)),
      der(0x80, encrypted),
    ),
  );
  return derSequence(derOid(oids.enveloped), explicitZero(data));
}

/** The content of an envelope for one of the keys; an AuthenticationError where it is for none of them. */
export function openEnvelope(
  bytes: Uint8Array,
  secretKeys: readonly Uint8Array[],
  name?: string,
): Bytes {
  try {
    return opened(contentOfType(bytes, [GMT_CONTENT.enveloped, RFC_CONTENT.enveloped]), secretKeys);
  } catch (error) {
    throw explained(error, "cms.unreadable", name);
  }
}

function opened(data: DerReader, secretKeys: readonly Uint8Array[]): Bytes {
  data.number();
  data.optional(0xa0); // originator: certificates that nobody needs here
  const wrapped: Uint8Array[] = [];
  const recipients = data.sequence(Tag.set);
  while (!recipients.done) {
    if (recipients.peek() !== Tag.sequence) {
      recipients.raw(); // a recipient of another kind
      continue;
    }
    const info = recipients.sequence();
    info.number();
    info.raw();
    info.raw();
    wrapped.push(info.content(Tag.octetString));
    if (wrapped.length > MAX_RECIPIENTS) throw new FormatError("chain.too-large", {});
  }
  const encrypted = data.sequence();
  encrypted.oid();
  const algorithm = encrypted.sequence();
  const oid = algorithm.oid();
  if (oid !== SM4_CBC) throw new FormatError("cms.cipher", { algorithm: algorithmName(oid) });
  const iv = algorithm.content(Tag.octetString);
  const content = implicitOctets(encrypted);
  const key = contentKey(wrapped, secretKeys);
  try {
    return sm4Crypt("cbc", "decrypt", key, content, { iv });
  } catch (error) {
    if (error instanceof FormatError) {
      throw new AuthenticationError("cms.damaged", {}, { cause: error });
    }
    throw error;
  }
}

/** [0] IMPLICIT OCTET STRING: in one piece, or in several, as BER has it. */
function implicitOctets(reader: DerReader): Uint8Array {
  if (reader.peek() === 0x80) return reader.content(0x80);
  const pieces: Uint8Array[] = [];
  for (const inner = new DerReader(reader.content(0xa0)); !inner.done;) {
    pieces.push(inner.content(Tag.octetString));
  }
  return concat(...pieces);
}

/** The content's key, from whichever of `wrapped` is for one of ours: a wrong key does not open SM2. */
function contentKey(wrapped: readonly Uint8Array[], secretKeys: readonly Uint8Array[]): Bytes {
  for (const each of wrapped) {
    for (const secretKey of secretKeys) {
      try {
        const key = decrypt(secretKey, each);
        if (key.length === 16) return key;
      } catch (error) {
        if (!(error instanceof AuthenticationError || error instanceof FormatError)) throw error;
      }
    }
  }
  throw new AuthenticationError("cms.not-for-us", {});
}
