/** Files of certificates, requests and lists as people exchange them: PEM with several blocks, DER, hex digits, base64. */
import { type Bytes, fromHex, utf8Text } from "../bytes.ts";
import { DerReader, Tag } from "../crypto/der.ts";
import { readEncoding } from "../crypto/encoding.ts";
import { explained } from "../crypto/explain.ts";
import { decodePem, encodePem, isPem } from "../crypto/keys/pem.ts";
import { FormatError } from "../errors.ts";
import { type Certificate, readCertificate } from "./certificate.ts";
import { type CertificateRequest, readRequest } from "./request.ts";
import { readRevocationList, type RevocationList } from "./revocation-list.ts";

/** PEM labels (RFC 7468 §5–§7, and older ones). */
const LABELS = {
  certificate: ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"],
  request: ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"],
  list: ["X509 CRL", "CRL"],
} as const;

/** What a file may hold. */
type Kind = keyof typeof LABELS;

/** Blocks in one file. */
const MAX_BLOCKS = 1000;

/** The structures of one kind in a file, in DER. What is not PEM is one structure, whatever it turns out to be. */
export function blocksOf(kind: Kind, input: Uint8Array): Bytes[] {
  const long = input.length > 1024 * 1024;
  if (input[0] === Tag.sequence && (long || readsAsDer(input))) return [new Uint8Array(input)];
  const encoded = readEncoding(input);
  switch (encoded.kind) {
    case "binary":
      return [encoded.bytes];
    case "hex":
      return [fromHex(encoded.digits.length % 2 === 0 ? encoded.digits : "0" + encoded.digits)];
    case "base64":
      return [encoded.bytes];
    case "text": {
      const content = utf8Text(input);
      if (!isPem(content)) throw new FormatError("chain.unknown-form", {});
      const labels: readonly string[] = LABELS[kind];
      const blocks = decodePem(content, (label) => labels.includes(label));
      if (blocks.length > MAX_BLOCKS) throw new FormatError("chain.too-large", {});
      return blocks.map((block) => block.content);
    }
  }
}

function readsAsDer(input: Uint8Array): boolean {
  try {
    const reader = new DerReader(input);
    reader.any();
    reader.end();
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** At least one of what was found. */
function some<T>(found: readonly T[]): readonly T[] {
  if (found.length === 0) throw new FormatError("chain.none-found", {});
  return found;
}

/** All certificates in a file; a FormatError where there is none, or one is damaged. */
export function certificatesIn(input: Uint8Array, name?: string): Certificate[] {
  try {
    return some(blocksOf("certificate", input)).map((der) => readCertificate(der, name));
  } catch (error) {
    throw explained(error, "certificate.unreadable", name);
  }
}

/** All requests in a file, each verified. */
export function requestsIn(
  input: Uint8Array,
  name?: string,
  id?: Uint8Array,
): CertificateRequest[] {
  try {
    return some(blocksOf("request", input)).map((der) => readRequest(der, name, id));
  } catch (error) {
    throw explained(error, "certificate-request.unreadable", name);
  }
}

/** All revocation lists in a file. */
export function revocationListsIn(input: Uint8Array, name?: string): RevocationList[] {
  try {
    return some(blocksOf("list", input)).map((der) => readRevocationList(der, name));
  } catch (error) {
    throw explained(error, "revocation-list.unreadable", name);
  }
}

/** PEM of certificates, requests or lists, one block after the other. */
export function pemOf(kind: Kind, ...structures: readonly Uint8Array[]): string {
  return structures.map((der) => encodePem(LABELS[kind][0], der)).join("");
}
