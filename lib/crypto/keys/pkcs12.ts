/**
 * PKCS#12 (RFC 7292): private keys and certificates in one file, under a passphrase; .p12 and .pfx.
 *
 * Read: DER and BER; encryption by PBES2 and the old schemes, MACs by HMAC of SHA-1, SHA-2, SM3 and MD5 and by PBMAC1
 * (RFC 9579), or none; the content types of PKCS#7 and of GM/T 0010. `pkcs12-write.ts` writes.
 */
import { type Bytes, equalConstantTime, wipe } from "../../bytes.ts";
import { FormatError, LimitError } from "../../errors.ts";
import { berToDer } from "../ber.ts";
import { contextTag, DerReader, Tag } from "../der.ts";
import { hmacWith } from "../hmac-any.ts";
import { checkIterations, type KdfOptions } from "../kdf-cost.ts";
import { pbkdf2Key } from "../pbkdf2.ts";
import { PBKDF2, PKCS7_DATA, SM2_DATA } from "./oids.ts";
import { prfNamed, readPassphraseScheme, wrongPassphrase } from "./pbes2.ts";
import { bmpString, type Pkcs12Hash, pkcs12Key, Pkcs12Purpose } from "./pkcs12-derive.ts";

/** A key or a certificate of a container. */
export interface Pkcs12Item {
  /** PrivateKeyInfo (PKCS#8) or certificate (X.509), in DER. */
  readonly der: Bytes;
  /** friendlyName: what people call it. */
  readonly name?: string | undefined;
  /** localKeyID: the same for a key and its certificate. */
  readonly id?: Bytes | undefined;
}

/** What a container holds, in the file's order. The caller wipes the keys. */
export interface Pkcs12Content {
  readonly keys: readonly Pkcs12Item[];
  readonly certificates: readonly Pkcs12Item[];
}

/** Content types by what they are (RFC 2315 §14; GM/T 0010-2012 §6). */
const DATA: readonly string[] = [PKCS7_DATA, SM2_DATA];
const ENCRYPTED_DATA: readonly string[] = ["1.2.840.113549.1.7.6", "1.2.156.10197.6.1.4.2.5"];

/** Bags (RFC 7292 §4.2). */
export const Bag = {
  key: "1.2.840.113549.1.12.10.1.1",
  shroudedKey: "1.2.840.113549.1.12.10.1.2",
  certificate: "1.2.840.113549.1.12.10.1.3",
  nested: "1.2.840.113549.1.12.10.1.6",
} as const;

/** x509Certificate (RFC 7292 §4.2.3). */
export const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
/** friendlyName and localKeyID (RFC 2985 §5.5). */
export const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
export const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";

/** Hashes of the MAC by their identifiers. */
const MAC_HASHES: ReadonlyMap<string, Pkcs12Hash> = new Map<string, Pkcs12Hash>([
  ["1.2.840.113549.2.5", "md5"],
  ["1.3.14.3.2.26", "sha1"],
  ["2.16.840.1.101.3.4.2.1", "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
  ["1.2.156.10197.1.401", "sm3"],
]);

const MAC_KEY_BYTES: Readonly<Record<Pkcs12Hash, number>> = {
  md5: 16,
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  sm3: 32,
};

const PBMAC1 = "1.2.840.113549.1.5.14";

/** More than that no container of keys has; each costs a derivation, or a recursion. */
const MAX_ENCRYPTED_PARTS = 32, MAX_ITEMS = 256, MAX_NESTING = 4;

/**
 * Opens a container. A wrong passphrase is an AuthenticationError; a file that is none, a FormatError.
 *
 * @param passphrase UTF-8; empty for a file that has none
 */
export async function readPkcs12(
  file: Uint8Array,
  passphrase: Uint8Array,
  options: KdfOptions = {},
): Promise<Pkcs12Content> {
  const outer = new DerReader(berToDer(file));
  const pfx = outer.sequence();
  outer.end();
  if (pfx.number() !== 3) throw pfx.error("der.unknown-version");
  const safe = dataContent(pfx.sequence());
  if (!pfx.done) await checkMac(pfx.sequence(), safe, passphrase, options);
  pfx.end();

  const reading = new Pkcs12Reading(passphrase, options);
  try {
    const parts = new DerReader(berToDer(safe)).sequence();
    while (!parts.done) await reading.part(parts.sequence());
    return { keys: reading.keys, certificates: reading.certificates };
  } catch (error) {
    wipe(...reading.keys.map(({ der }) => der));
    throw error;
  }
}

/** The octets of a ContentInfo of type data. */
function dataContent(info: DerReader): Uint8Array {
  if (!DATA.includes(info.oid())) throw new FormatError("pkcs12.signed", {});
  const content = info.sequence(contextTag(0)).content(Tag.octetString);
  info.end();
  return content;
}

/** MacData (RFC 7292 §4). */
async function checkMac(
  mac: DerReader,
  content: Uint8Array,
  passphrase: Uint8Array,
  options: KdfOptions,
): Promise<void> {
  const digestInfo = mac.sequence();
  const algorithm = digestInfo.sequence();
  const oid = algorithm.oid();
  const expected = digestInfo.content(Tag.octetString);
  digestInfo.end();
  const salt = mac.content(Tag.octetString);
  const iterations = mac.done ? 1 : mac.number();
  mac.end();
  if (oid === PBMAC1) {
    const tag = await pbmac1(algorithm.sequence(), content, passphrase, options);
    if (!equalConstantTime(tag, expected)) throw wrongPassphrase();
    return;
  }
  const hash = MAC_HASHES.get(oid);
  if (hash === undefined) throw new FormatError("key.prf", { oid });
  checkIterations(iterations, options);
  const forms = [bmpString(passphrase)];
  // Of no passphrase some write two zeros, some nothing.
  if (passphrase.length === 0) forms.push(new Uint8Array(0));
  for (const form of forms) {
    const length = MAC_KEY_BYTES[hash];
    const key = await pkcs12Key(hash, Pkcs12Purpose.mac, form, salt, iterations, length, options);
    const tag = hmacWith(hash, key, content);
    wipe(key, form);
    if (equalConstantTime(tag, expected)) return;
  }
  throw wrongPassphrase();
}

/** PBMAC1-params (RFC 8018 appendix A.5, RFC 9579). */
async function pbmac1(
  parameters: DerReader,
  content: Uint8Array,
  passphrase: Uint8Array,
  options: KdfOptions,
): Promise<Bytes> {
  const derivation = parameters.sequence(), scheme = parameters.sequence();
  parameters.end();
  const method = derivation.oid();
  if (method !== PBKDF2) throw new FormatError("key.derivation", { oid: method });
  const pbkdf2 = derivation.sequence();
  const salt = pbkdf2.content(Tag.octetString);
  const iterations = pbkdf2.number(), length = pbkdf2.number();
  const prf = pbkdf2.done ? "sha1" : namedPrf(pbkdf2.sequence().oid());
  pbkdf2.end();
  const hash = namedPrf(scheme.oid());
  if (length < 20 || length > 64) throw new FormatError("key.key-length", {});
  const key = await pbkdf2Key(prf, passphrase, salt, iterations, length, options);
  const tag = hmacWith(hash, key, content);
  wipe(key);
  return tag;
}

function namedPrf(oid: string) {
  const prf = prfNamed(oid);
  if (prf === undefined) throw new FormatError("key.prf", { oid });
  return prf;
}

/** One walk through the parts of a container. */
class Pkcs12Reading {
  readonly keys: Pkcs12Item[] = [];
  readonly certificates: Pkcs12Item[] = [];
  readonly #passphrase: Uint8Array;
  readonly #options: KdfOptions;
  #encryptedParts = 0;

  constructor(passphrase: Uint8Array, options: KdfOptions) {
    this.#passphrase = passphrase;
    this.#options = options;
  }

  /** A ContentInfo: SafeContents as they are, or encrypted. */
  async part(info: DerReader): Promise<void> {
    const type = info.oid();
    const explicit = info.sequence(contextTag(0));
    info.end();
    if (DATA.includes(type)) {
      return await this.#safe(berToDer(explicit.content(Tag.octetString)), 0);
    }
    if (!ENCRYPTED_DATA.includes(type)) throw new FormatError("pkcs12.public-key", {});
    const encrypted = explicit.sequence();
    encrypted.number(); // version
    const content = encrypted.sequence();
    content.oid();
    const algorithm = content.sequence();
    const data = implicitOctets(content);
    await this.#safe(berToDer(await this.#decrypt(algorithm, data)), 0);
  }

  async #decrypt(algorithm: DerReader, data: Uint8Array): Promise<Bytes> {
    if (++this.#encryptedParts > MAX_ENCRYPTED_PARTS) throw new LimitError("pkcs12.too-many", {});
    return await readPassphraseScheme(algorithm, this.#options)(this.#passphrase, data);
  }

  async #safe(contents: Bytes, depth: number): Promise<void> {
    if (depth > MAX_NESTING) throw new FormatError("der.too-complex", {});
    const outer = new DerReader(contents);
    const bags = outer.sequence();
    outer.end();
    while (!bags.done) await this.#bag(bags.sequence(), depth);
  }

  async #bag(bag: DerReader, depth: number): Promise<void> {
    if (this.keys.length + this.certificates.length >= MAX_ITEMS) {
      throw new LimitError("pkcs12.too-many", {});
    }
    const type = bag.oid();
    const value = bag.sequence(contextTag(0));
    const attributes = readAttributes(bag.optional(Tag.set));
    bag.end();
    switch (type) {
      case Bag.key:
        this.keys.push({ der: new Uint8Array(value.raw()), ...attributes });
        return;
      case Bag.shroudedKey: {
        const info = value.sequence();
        const der = await this.#decrypt(info.sequence(), info.content(Tag.octetString));
        info.end();
        this.keys.push({ der, ...attributes });
        return;
      }
      case Bag.certificate: {
        const certificate = value.sequence();
        if (certificate.oid() !== X509_CERTIFICATE) return; // of SDSI
        const der = certificate.sequence(contextTag(0)).content(Tag.octetString);
        this.certificates.push({ der: new Uint8Array(der), ...attributes });
        return;
      }
      case Bag.nested:
        return await this.#safe(new Uint8Array(value.raw()), depth + 1);
      default: // revocation lists, secrets: none of ours
    }
  }
}

/** [0] IMPLICIT OCTET STRING, in one piece or several (RFC 5652 §6.1). */
function implicitOctets(content: DerReader): Uint8Array {
  const whole = content.optional(0x80);
  if (whole !== undefined) return whole;
  const pieces = content.sequence(contextTag(0));
  const parts: Uint8Array[] = [];
  let length = 0;
  while (!pieces.done) length += parts[parts.push(pieces.content(Tag.octetString)) - 1]!.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function readAttributes(set: Uint8Array | undefined): Pick<Pkcs12Item, "name" | "id"> {
  const found: { name?: string; id?: Bytes } = {};
  if (set === undefined) return found;
  const attributes = new DerReader(set);
  while (!attributes.done) {
    const attribute = attributes.sequence();
    const type = attribute.oid();
    const values = attribute.sequence(Tag.set);
    if (values.done) continue;
    const { content } = values.any();
    if (type === FRIENDLY_NAME) found.name = utf16Text(content);
    if (type === LOCAL_KEY_ID) found.id = new Uint8Array(content);
  }
  return found;
}

function utf16Text(content: Uint8Array): string {
  let text = "";
  for (let i = 0; i + 1 < content.length; i += 2) {
    text += String.fromCharCode(content[i]! << 8 | content[i + 1]!);
  }
  return text;
}
