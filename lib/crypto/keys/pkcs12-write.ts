/**
 * Writes PKCS#12 (RFC 7292) that OpenSSL, Java and Bouncy Castle read: everything under PBES2, keys and certificates in
 * parts of their own, a MAC by HMAC over it.
 */
import { type Bytes, concat, wipe } from "../../bytes.ts";
import {
  contextTag,
  der,
  derNull,
  derNumber,
  derOctets,
  derOid,
  derSequence,
  Tag,
} from "../der.ts";
import { hmacWith } from "../hmac-any.ts";
import type { RandomSource } from "../random.ts";
import type { KdfOptions } from "../kdf-cost.ts";
import { sm3 } from "../sm3.ts";
import { PKCS7_DATA } from "./oids.ts";
import {
  DEFAULT_ITERATIONS,
  encryptKeyInfo,
  type PassphraseCipher,
  pbes2Encrypt,
} from "./pbes2.ts";
import {
  Bag,
  FRIENDLY_NAME,
  LOCAL_KEY_ID,
  type Pkcs12Content,
  type Pkcs12Item,
  X509_CERTIFICATE,
} from "./pkcs12.ts";
import { bmpString, pkcs12Key, Pkcs12Purpose } from "./pkcs12-derive.ts";

/** How a container is made. */
export interface Pkcs12Options {
  /** UTF-8. */
  readonly passphrase: Uint8Array;
  /** The hash of PBKDF2 and of the MAC: "sm3", or "sha256" for OpenSSL 3.0 and Java. */
  readonly prf: "sm3" | "sha256";
  /** SM4-CBC, or AES-256-CBC for Java and Bouncy Castle. */
  readonly cipher: PassphraseCipher;
  readonly iterations?: number | undefined;
  readonly random: RandomSource;
  readonly turn?: KdfOptions["turn"];
}

const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
const MAC_OIDS = { sm3: "1.2.156.10197.1.401", sha256: "2.16.840.1.101.3.4.2.1" } as const;
const MAC_KEY_BYTES = 32, SALT_BYTES = 16;

/**
 * A container of keys (PrivateKeyInfo) and certificates. A key and its certificate are told together by their `id`: give
 * both the same; `pkcs12Id` makes one.
 */
export async function writePkcs12(content: Pkcs12Content, options: Pkcs12Options): Promise<Bytes> {
  const { iterations = DEFAULT_ITERATIONS, random, passphrase, prf } = options;
  const encryption = { ...options, iterations };
  const parts: Bytes[] = [];
  if (content.certificates.length > 0) {
    const bags = derSequence(...content.certificates.map(certificateBag));
    const { algorithm, encrypted } = await pbes2Encrypt(bags, encryption);
    const info = derSequence(derOid(PKCS7_DATA), algorithm, der(0x80, encrypted));
    parts.push(contentInfo(ENCRYPTED_DATA, derSequence(derNumber(0), info)));
  }
  const keyBags: Bytes[] = [];
  for (const key of content.keys) {
    keyBags.push(bag(Bag.shroudedKey, await encryptKeyInfo(key.der, encryption), key));
  }
  parts.push(contentInfo(PKCS7_DATA, derOctets(derSequence(...keyBags))));
  const safe = derSequence(...parts);

  const salt = random(SALT_BYTES), typed = bmpString(passphrase);
  const purpose = Pkcs12Purpose.mac;
  const key = await pkcs12Key(prf, purpose, typed, salt, iterations, MAC_KEY_BYTES, options);
  const tag = hmacWith(prf, key, safe);
  wipe(key, typed);
  const digestInfo = derSequence(derSequence(derOid(MAC_OIDS[prf]), derNull()), derOctets(tag));
  return derSequence(
    derNumber(3),
    contentInfo(PKCS7_DATA, derOctets(safe)),
    derSequence(digestInfo, derOctets(salt), derNumber(iterations)),
  );
}

/** An `id` for a key and its certificate: 20 bytes of the digest of something that both have, the public key. */
export function pkcs12Id(publicKey: Uint8Array): Bytes {
  return sm3(publicKey).slice(0, 20);
}

function contentInfo(type: string, content: Bytes): Bytes {
  return derSequence(derOid(type), der(contextTag(0), content));
}

function certificateBag(item: Pkcs12Item): Bytes {
  const value = der(contextTag(0), derOctets(item.der));
  return bag(Bag.certificate, derSequence(derOid(X509_CERTIFICATE), value), item);
}

function bag(type: string, value: Bytes, { name, id }: Pkcs12Item): Bytes {
  const attributes: Bytes[] = [];
  if (name !== undefined) {
    const text = Uint8Array.from(
      [...name].join("").split("").flatMap((unit) => {
        const code = unit.charCodeAt(0);
        return [code >> 8, code & 0xff];
      }),
    );
    attributes.push(attribute(FRIENDLY_NAME, der(BMP_STRING, text)));
  }
  if (id !== undefined) attributes.push(attribute(LOCAL_KEY_ID, derOctets(id)));
  return derSequence(
    derOid(type),
    der(contextTag(0), value),
    ...(attributes.length === 0 ? [] : [der(Tag.set, concat(...attributes))]),
  );
}

/** Universal tag 30 (X.680 §41). */
const BMP_STRING = 0x1e;

function attribute(type: string, value: Bytes): Bytes {
  return derSequence(derOid(type), der(Tag.set, value));
}
