/**
 * Keys in any readable form: PEM, DER, bare base64 of DER, hexadecimal digits, `p2p1…` text, raw points.
 * docs/formats.md lists the forms and how they are told apart.
 *
 * What encrypted keys need is loaded when one comes: its tables take longer to make than a plain key to read.
 */
import { type Bytes, fromBase64, fromHex, wipe } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";
import { DerReader, Tag } from "../der.ts";
import { parsePublicKey, publicKeyOf } from "../sm2.ts";
import { certificatePublicKey, requestPublicKey } from "./certificate.ts";
import { decodePem, isLegacyEncrypted, isPem, type PemBlock } from "./pem.ts";
import { decodeEcPrivateKey, decodePrivateKeyInfo, normalSecret } from "./private-key.ts";
import { decodePublicKeyDer } from "./spki.ts";
import { decodePublicKeyText, PUBLIC_KEY_TEXT_PREFIX } from "./text.ts";

/** Structures in DER. */
type DerKind =
  | "private-key-info"
  | "ec-private-key"
  | "encrypted-key"
  | "public-key-info"
  | "certificate"
  | "request";

/** What a file holds. */
type Found =
  | { kind: DerKind; der: Bytes }
  | { kind: "legacy-encrypted-key"; block: PemBlock }
  | { kind: "secret" | "point"; bytes: Bytes }
  | { kind: "text"; text: string };

const PRIVATE_KINDS: readonly Found["kind"][] = [
  "private-key-info",
  "ec-private-key",
  "encrypted-key",
  "legacy-encrypted-key",
  "secret",
];

/** PEM labels that hold keys. OpenSSL called SEC 1 keys of this curve "SM2 PRIVATE KEY" for a while. */
const LABELS: Readonly<Record<string, DerKind>> = {
  "PRIVATE KEY": "private-key-info",
  "ENCRYPTED PRIVATE KEY": "encrypted-key",
  "EC PRIVATE KEY": "ec-private-key",
  "SM2 PRIVATE KEY": "ec-private-key",
  "PUBLIC KEY": "public-key-info",
  "CERTIFICATE": "certificate",
  "X509 CERTIFICATE": "certificate",
  "CERTIFICATE REQUEST": "request",
  "NEW CERTIFICATE REQUEST": "request",
};

/**
 * The secret key in `bytes`, 32 bytes. `passphrase` is asked for only where the key is encrypted; a wrong one is an
 * AuthenticationError.
 */
export async function decodePrivateKey(
  bytes: Uint8Array,
  passphrase?: () => Promise<Bytes>,
): Promise<Bytes> {
  const all = find(bytes);
  const found = all.find(({ kind }) => PRIVATE_KINDS.includes(kind));
  if (found === undefined) {
    throw new FormatError(
      all.length === 0
        ? "read private key: not a key in any known form"
        : "read private key: the file holds a public key only",
    );
  }
  switch (found.kind) {
    case "secret":
      return found.bytes;
    case "private-key-info":
      return decodePrivateKeyInfo(found.der);
    case "ec-private-key":
      return decodeEcPrivateKey(found.der);
    case "encrypted-key": {
      const info = new DerReader(found.der, "read private key").sequence();
      return await unlock(
        passphrase,
        decodePrivateKeyInfo,
        async (secret) => (await import("./pbes2.ts")).decryptKeyInfo(info, secret),
      );
    }
    case "legacy-encrypted-key": {
      const { block } = found;
      const decode = block.label === "PRIVATE KEY" ? decodePrivateKeyInfo : decodeEcPrivateKey;
      return await unlock(
        passphrase,
        decode,
        async (secret) => (await import("./legacy-pem.ts")).decryptLegacyPem(block, secret),
      );
    }
    default:
      throw new FormatError("read private key: not a key in any known form");
  }
}

/**
 * The public key in `bytes`, 33 bytes: of a public key, a certificate or request, or an unencrypted private key.
 */
export function decodePublicKey(bytes: Uint8Array): Bytes {
  const all = find(bytes);
  const found = all.find(({ kind }) => !PRIVATE_KINDS.includes(kind)) ?? all[0];
  switch (found?.kind) {
    case "public-key-info":
      return decodePublicKeyDer(found.der);
    case "certificate":
      return certificatePublicKey(found.der);
    case "request":
      return requestPublicKey(found.der);
    case "point":
      return parsePublicKey(found.bytes);
    case "text":
      return decodePublicKeyText(found.text);
    case "secret":
      return publicKeyOf(found.bytes);
    case "private-key-info":
      return publicKeyOf(decodePrivateKeyInfo(found.der));
    case "ec-private-key":
      return publicKeyOf(decodeEcPrivateKey(found.der));
    case "encrypted-key":
    case "legacy-encrypted-key":
      throw new FormatError("read public key: the file holds an encrypted private key only", {
        hint: "p2p pubkey -i FILE prints its public key",
      });
    case undefined:
      throw new FormatError("read public key: not a key in any known form");
  }
}

/** Whether `bytes` hold a private key that a passphrase protects, and no public key beside it. */
export function isEncryptedPrivateKey(bytes: Uint8Array): boolean {
  const kinds = find(bytes).map(({ kind }) => kind);
  return kinds.length > 0 &&
    kinds.every((kind) => kind === "encrypted-key" || kind === "legacy-encrypted-key");
}

/** Asks the passphrase, decrypts and decodes; what does not decode was decrypted with a wrong passphrase. */
async function unlock(
  passphrase: (() => Promise<Bytes>) | undefined,
  decode: (der: Uint8Array) => Bytes,
  decrypt: (passphrase: Uint8Array) => Promise<Bytes>,
): Promise<Bytes> {
  if (passphrase === undefined) {
    throw new FormatError("read private key: it is encrypted and there is no passphrase");
  }
  const secret = await passphrase();
  let der: Bytes;
  try {
    der = await decrypt(secret);
  } finally {
    wipe(secret);
  }
  try {
    return decode(der);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { wrongPassphrase } = await import("./pbes2.ts");
    throw wrongPassphrase();
  } finally {
    wipe(der);
  }
}

/** Every key in `bytes`, in order. */
function find(bytes: Uint8Array): Found[] {
  if (bytes[0] === Tag.sequence && isDer(bytes)) return classifyDer(new Uint8Array(bytes));
  if (isRawPoint(bytes)) return [{ kind: "point", bytes: new Uint8Array(bytes) }];
  const text = plainText(bytes);
  if (text === undefined) return [];
  if (isPem(text)) return decodePem(text).flatMap(classifyPem);
  const word = text.trim();
  if (word.toLowerCase().startsWith(PUBLIC_KEY_TEXT_PREFIX)) return [{ kind: "text", text: word }];
  if (/^[0-9a-fA-F]+$/.test(word)) return classifyHex(word);
  return classifyBase64(word.replace(/\s/g, ""));
}

function classifyPem(block: PemBlock): Found[] {
  const kind = LABELS[block.label];
  if (kind === undefined) return []; // EC PARAMETERS and the like
  if (isLegacyEncrypted(block)) return [{ kind: "legacy-encrypted-key", block }];
  return [{ kind, der: block.content }];
}

/**
 * Digits: 130, 128 or 66 beginning with 02 or 03 are a point; up to 66 otherwise a secret, which may have lost
 * leading zeros or have one in front. Under 58 it is something else: that many zeros do not happen.
 */
function classifyHex(digits: string): Found[] {
  const length = digits.length;
  const point = length === 130 || length === 128 || (length === 66 && /^0[23]/.test(digits));
  if (point) return [{ kind: "point", bytes: fromHex(digits) }];
  if (length < 58 || length > 66) return [];
  return [{
    kind: "secret",
    bytes: normalSecret(fromHex(length % 2 === 0 ? digits : "0" + digits)),
  }];
}

/** The base64 body of a PEM file without its BEGIN and END lines, as Java programs keep keys. */
function classifyBase64(text: string): Found[] {
  if (!/^M[A-Za-z0-9+/]{40,}={0,2}$/.test(text)) return [];
  const der = fromBase64(text, "read key");
  return isDer(der) ? classifyDer(der) : [];
}

/** Tells the structures apart by their first two elements. */
function classifyDer(der: Bytes): Found[] {
  const content = new DerReader(der, "read key").sequence();
  const first = content.any().tag;
  const second = content.peek();
  if (first === Tag.integer && second === Tag.sequence) return [{ kind: "private-key-info", der }];
  if (first === Tag.integer && second === Tag.octetString) return [{ kind: "ec-private-key", der }];
  if (first !== Tag.sequence) return [];
  if (second === Tag.octetString) return [{ kind: "encrypted-key", der }];
  if (second === Tag.bitString) return [{ kind: "public-key-info", der }];
  if (second === Tag.sequence) return [{ kind: isRequest(der) ? "request" : "certificate", der }];
  return [];
}

/** A request's body is INTEGER, Name, key; a certificate's has at least two more SEQUENCEs before the key. */
function isRequest(der: Bytes): boolean {
  const body = new DerReader(der, "read key").sequence().sequence();
  const tags: number[] = [];
  while (!body.done && tags.length < 4) tags.push(body.any().tag);
  return tags[0] === Tag.integer && tags[2] === Tag.sequence && tags[3] !== Tag.sequence;
}

/** Whether `bytes` are exactly one SEQUENCE with something in it. */
function isDer(bytes: Uint8Array): boolean {
  try {
    const reader = new DerReader(bytes, "read key");
    const content = reader.sequence();
    reader.end();
    content.any();
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** 65 bytes from 04, or 33 from 02 or 03: a point, which no text form looks like. */
function isRawPoint(bytes: Uint8Array): boolean {
  return (bytes.length === 65 && bytes[0] === 0x04) ||
    (bytes.length === 33 && (bytes[0] === 0x02 || bytes[0] === 0x03));
}

/** The bytes as characters one to one (comments around PEM may be in any encoding); undefined for binary data. */
function plainText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
