/**
 * Finds the keys in what a person gives as a key: tells encodings, structures and foreign files apart. What a key says
 * is read by others.
 */
import { type Bytes, fromHex } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";
import type { Text } from "../../text/text.ts";
import { berToDer } from "../ber.ts";
import { contextTag, DerReader, Tag } from "../der.ts";
import { readEncoding } from "../encoding.ts";
import { SM2_SECRET_KEY_BYTES } from "../sm2.ts";
import { isEnvelopedKey, isPkcs12, readCfcaKey } from "./containers.ts";
import { foreignBinary, foreignLabel, foreignText } from "./foreign.ts";
import { decodePem, isLegacyEncrypted, isPem, type PemBlock } from "./pem.ts";
import { normalSecret } from "./private-key.ts";
import { PUBLIC_KEY_TEXT_PREFIX } from "./text.ts";

/** Structures in DER, or BER, that hold a private key. */
type PrivateDerKind =
  | "private-key-info"
  | "ec-private-key"
  | "encrypted-key"
  | "pkcs12"
  | "cfca-key"
  | "enveloped-key";

/** Structures in DER. */
type DerKind =
  | PrivateDerKind
  | "public-key-info"
  | "certificate"
  | "request";

/** A key, as it was found. */
export type FoundKey =
  | { readonly kind: DerKind; readonly der: Bytes }
  | { readonly kind: "legacy-encrypted-key"; readonly block: PemBlock }
  | { readonly kind: "secret" | "point"; readonly bytes: Bytes }
  | { readonly kind: "text"; readonly text: string };

/** A private key, as it was found. */
export type FoundPrivate =
  | { readonly kind: PrivateDerKind; readonly der: Bytes }
  | { readonly kind: "legacy-encrypted-key"; readonly block: PemBlock }
  | { readonly kind: "secret"; readonly bytes: Bytes };

const PRIVATE_KINDS: ReadonlySet<FoundKey["kind"]> = new Set<FoundKey["kind"]>([
  "private-key-info",
  "ec-private-key",
  "encrypted-key",
  "legacy-encrypted-key",
  "pkcs12",
  "cfca-key",
  "enveloped-key",
  "secret",
]);

/** Whether there is a private key in it, encrypted or not. */
export function isPrivate(found: FoundKey): found is FoundPrivate {
  return PRIVATE_KINDS.has(found.kind);
}

/** Whether nothing of it can be read without a passphrase. */
export function isEncrypted({ kind }: FoundKey): boolean {
  return kind === "encrypted-key" || kind === "legacy-encrypted-key" || kind === "pkcs12";
}

/** What was found: the keys in order, and the name of something else that is no key of ours. */
export interface Findings {
  readonly keys: readonly FoundKey[];
  readonly foreign: Text | undefined;
}

/** PEM labels that hold keys. OpenSSL called SEC 1 keys of this curve "SM2 PRIVATE KEY" for a while. */
const LABELS: ReadonlyMap<string, DerKind> = new Map<string, DerKind>([
  ["PRIVATE KEY", "private-key-info"],
  ["ENCRYPTED PRIVATE KEY", "encrypted-key"],
  ["EC PRIVATE KEY", "ec-private-key"],
  ["SM2 PRIVATE KEY", "ec-private-key"],
  ["PUBLIC KEY", "public-key-info"],
  ["CERTIFICATE", "certificate"],
  ["TRUSTED CERTIFICATE", "certificate"],
  ["X509 CERTIFICATE", "certificate"],
  ["CERTIFICATE REQUEST", "request"],
  ["NEW CERTIFICATE REQUEST", "request"],
]);

/** PEM labels of containers, which nobody has agreed on: what they hold tells which. */
const ENVELOPES: ReadonlySet<string> = new Set([
  "PKCS12",
  "CFCA KEY",
  "SM2 ENVELOPED KEY",
  "ENVELOPED KEY",
]);

/** Every key in `input`, in order. */
export function findKeys(input: Uint8Array): Findings {
  const encoded = readEncoding(input);
  switch (encoded.kind) {
    case "binary":
      return classifyBinary(encoded.bytes);
    case "base64": {
      // A word in letters and digits may be base64 by chance, and is no key then.
      const asBytes = classifyBinary(encoded.bytes);
      if (asBytes.keys.length > 0) return asBytes;
      const asText = classifyText(encoded.text);
      return asText.keys.length > 0 || asText.foreign !== undefined ? asText : asBytes;
    }
    case "hex":
      return classifyHex(encoded.digits);
    case "text":
      return classifyText(encoded.text);
  }
}

function found(...keys: FoundKey[]): Findings {
  return { keys, foreign: undefined };
}

function classifyText(content: string): Findings {
  if (isPem(content)) return classifyPem(content);
  const word = content.trim();
  if (word.toLowerCase().startsWith(PUBLIC_KEY_TEXT_PREFIX)) {
    return found({ kind: "text", text: word });
  }
  return { keys: [], foreign: foreignText(word) };
}

function classifyPem(content: string): Findings {
  const foreign = [...content.matchAll(/-----BEGIN ([^\r\n-]+)-----/g)]
    .map(([, label = ""]) => foreignLabel(label)).find((name) => name !== undefined);
  const wanted = (label: string) => LABELS.has(label) || ENVELOPES.has(label);
  const keys = decodePem(content, wanted).flatMap((block): readonly FoundKey[] => {
    if (isLegacyEncrypted(block)) return [{ kind: "legacy-encrypted-key", block }];
    const kind = LABELS.get(block.label);
    return kind === undefined ? classifyBinary(block.content).keys : [{ kind, der: block.content }];
  });
  return { keys, foreign };
}

/** Digits of a point: 04 ‖ x ‖ y or its hybrid forms, x ‖ y, 02 ‖ x or 03 ‖ x. */
const POINT_DIGITS = /^(?:0[467][0-9a-f]{128}|[0-9a-f]{128}|0[23][0-9a-f]{64})$/i;

/**
 * Up to 66 digits otherwise are a secret, which may have lost leading zeros or have one in front. Under 58 it is
 * something else: that many zeros do not happen.
 */
const [LEAST_SECRET_DIGITS, MOST_SECRET_DIGITS] = [58, 66];

function classifyHex(digits: string): Findings {
  const { length } = digits;
  if (POINT_DIGITS.test(digits)) {
    const bytes = fromHex(digits);
    // A key in DER may have 64 bytes, too; that x ‖ y should be DER by chance does not happen.
    const keys = isDer(bytes) ? classifyDer(bytes) : [];
    return keys.length > 0 ? found(...keys) : found({ kind: "point", bytes });
  }
  if (length >= LEAST_SECRET_DIGITS && length <= MOST_SECRET_DIGITS) {
    const bytes = fromHex(length % 2 === 0 ? digits : "0" + digits);
    if (beginsAsKey(bytes)) throw new FormatError("der.truncated", {});
    return found({ kind: "secret", bytes: normalSecret(bytes) });
  }
  if (length % 2 !== 0) throw new FormatError("encoding.odd-digits", {});
  return classifyBinary(fromHex(digits));
}

/**
 * Whether `bytes` begin as keys in DER do, by a version and what follows it or by an identifier: digits of a key that was
 * cut are no secret, and of 2²⁴ secrets one begins so.
 */
function beginsAsKey(bytes: Uint8Array): boolean {
  let at = 0;
  for (let depth = 0; depth < 2 && bytes[at] === Tag.sequence; depth++) {
    const length = bytes[at + 1] ?? 0;
    at += length < 0x80 ? 2 : 2 + (length & 0x7f);
  }
  if (at === 0) return false;
  const [first, second, third, fourth] = bytes.subarray(at);
  switch (first) {
    case Tag.integer:
      return second === 1 && third! <= 3 &&
        (fourth === Tag.sequence || fourth === Tag.octetString);
    case Tag.objectIdentifier:
      return third === 0x2a;
    case contextTag(0): // the version of a certificate
      return second === 3 && third === Tag.integer && fourth === 1;
    default:
      return false;
  }
}

/** Bytes of a raw point by its first byte (GB/T 32918.1 §4.2.9). */
function isRawPoint(bytes: Uint8Array): boolean {
  const [prefix = 0] = bytes;
  return bytes.length === 65 && [0x04, 0x06, 0x07].includes(prefix) ||
    bytes.length === 33 && (prefix === 0x02 || prefix === 0x03) || bytes.length === 64;
}

function classifyBinary(bytes: Bytes): Findings {
  const keys = isDer(bytes) ? classifyDer(bytes) : classifyBer(bytes);
  if (keys.length > 0) return found(...keys);
  if (isRawPoint(bytes)) return found({ kind: "point", bytes });
  if (bytes.length === SM2_SECRET_KEY_BYTES) {
    // What is left of a key in DER is no secret; the one secret in 256 that begins so has digits to be written in.
    if (bytes[0] === Tag.sequence) throw new FormatError("der.truncated", {});
    // "Salted__", a salt and one block: a file of openssl enc, and no secret that anybody drew.
    const foreign = foreignBinary(bytes);
    if (foreign?.code === "foreign.salted") return { keys: [], foreign };
    return found({ kind: "secret", bytes: normalSecret(bytes) });
  }
  return { keys: [], foreign: foreignBinary(bytes) };
}

/** Tells the structures apart by their first two elements. */
function classifyDer(der: Bytes): FoundKey[] {
  const content = new DerReader(der).sequence();
  const first = content.any();
  const second = content.peek();
  if (first.tag === Tag.integer && second === Tag.sequence) {
    if (isPkcs12(der)) return [{ kind: "pkcs12", der }];
    const cfca = readCfcaKey(der);
    if (cfca === undefined) return [{ kind: "private-key-info", der }];
    return [{ kind: "cfca-key", der }, { kind: "certificate", der: cfca.certificate }];
  }
  if (first.tag === Tag.integer && second === Tag.octetString) {
    return [{ kind: "ec-private-key", der }];
  }
  if (isEnvelopedKey(der)) return [{ kind: "enveloped-key", der }];
  if (first.tag !== Tag.sequence) return [];
  if (second === Tag.octetString) return [{ kind: "encrypted-key", der }];
  if (second === Tag.bitString) return [{ kind: "public-key-info", der }];
  if (second === Tag.sequence) return [{ kind: isRequest(der) ? "request" : "certificate", der }];
  return [];
}

/** Containers whose lengths are indefinite: some writers of PKCS#12 do not write DER. */
function classifyBer(bytes: Bytes): FoundKey[] {
  if (bytes[0] !== Tag.sequence || bytes[1] !== 0x80) return [];
  try {
    return isPkcs12(berToDer(bytes)) ? [{ kind: "pkcs12", der: bytes }] : [];
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}

/** A request's body is INTEGER, Name, key; a certificate's has at least two more SEQUENCEs before the key. */
function isRequest(der: Bytes): boolean {
  const body = new DerReader(der).sequence().sequence();
  const tags: number[] = [];
  while (!body.done && tags.length < 4) tags.push(body.any().tag);
  return tags[0] === Tag.integer && tags[2] === Tag.sequence && tags[3] !== Tag.sequence;
}

/** Whether `bytes` are exactly one SEQUENCE with something in it. */
function isDer(bytes: Uint8Array): boolean {
  if (bytes[0] !== Tag.sequence) return false;
  try {
    const reader = new DerReader(bytes);
    const content = reader.sequence();
    reader.end();
    content.any();
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
