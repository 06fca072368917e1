/**
 * Names for what people give by mistake where an SM2 key is meant: keys of other kinds, containers and other tools'
 * files. Nothing is read from them but what they are.
 */
import { DerReader, Tag } from "../der.ts";
import { FormatError } from "../../errors.ts";
import { type Code, text } from "../../text/catalogue.ts";
import type { Text } from "../../text/text.ts";

/** Algorithms of keys by their identifier (RFC 8017, 3279, 5480, 8410, 9881). */
const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.1", "RSA"],
  ["1.2.840.113549.1.1.7", "RSA-OAEP"],
  ["1.2.840.113549.1.1.10", "RSA-PSS"],
  ["1.2.840.10040.4.1", "DSA"],
  ["1.2.840.10046.2.1", "DH"],
  ["1.2.840.113549.1.3.1", "DH"],
  ["1.3.101.110", "X25519"],
  ["1.3.101.111", "X448"],
  ["1.3.101.112", "Ed25519"],
  ["1.3.101.113", "Ed448"],
  ["2.16.840.1.101.3.4.3.17", "ML-DSA-44"],
  ["2.16.840.1.101.3.4.3.18", "ML-DSA-65"],
  ["2.16.840.1.101.3.4.3.19", "ML-DSA-87"],
  ["1.2.156.10197.1.302", "SM9"],
  ["1.2.156.10197.1.302.1", "SM9"],
  ["1.2.156.10197.1.302.3", "SM9"],
]);

/** Curves by their identifier (RFC 5480 §2.1.1.1, RFC 5639, SEC 2). */
const CURVES: ReadonlyMap<string, string> = new Map([
  ["1.2.840.10045.3.1.1", "P-192"],
  ["1.3.132.0.33", "P-224"],
  ["1.2.840.10045.3.1.7", "P-256"],
  ["1.3.132.0.34", "P-384"],
  ["1.3.132.0.35", "P-521"],
  ["1.3.132.0.10", "secp256k1"],
  ["1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"],
  ["1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"],
  ["1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"],
]);

/** The name of the algorithm or curve that `oid` stands for: the identifier itself where we know none. */
export function algorithmName(oid: string): string {
  return ALGORITHMS.get(oid) ?? CURVES.get(oid) ?? oid;
}

/** PEM labels of what is no key of ours. */
const LABELS: ReadonlyMap<string, Code> = new Map<string, Code>([
  ["OPENSSH PRIVATE KEY", "foreign.ssh"],
  ["SSH2 PUBLIC KEY", "foreign.ssh"],
  ["SSH2 ENCRYPTED PRIVATE KEY", "foreign.ssh"],
  ["PKCS7", "foreign.cms"],
  ["PKCS #7 SIGNED DATA", "foreign.cms"],
  ["CMS", "foreign.cms"],
  ["X509 CRL", "foreign.crl"],
  ["PGP PUBLIC KEY BLOCK", "foreign.pgp"],
  ["PGP PRIVATE KEY BLOCK", "foreign.pgp"],
  ["PGP MESSAGE", "foreign.pgp"],
  ["PGP SIGNATURE", "foreign.pgp"],
  ["AGE ENCRYPTED FILE", "foreign.age"],
  ["P2P ENCRYPTED FILE", "foreign.p2p-file"],
]);

/** What a PEM block under `label` is; undefined where the label says nothing to us. */
export function foreignLabel(label: string): Text | undefined {
  const algorithm = /^(RSA|DSA) (?:PRIVATE|PUBLIC) KEY$/.exec(label)?.[1];
  if (algorithm !== undefined) return text("foreign.algorithm", { algorithm });
  const code = LABELS.get(label);
  return code === undefined ? undefined : { code, params: {} };
}

/** First characters of other tools' text. */
const TEXTS: readonly (readonly [RegExp, Code])[] = [
  [/^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-\S+@openssh\.com) /, "foreign.ssh"],
  [/^(?:#.*\s+)*(?:AGE-SECRET-KEY-|age1[a-z0-9])/i, "foreign.age"],
  [/^age-encryption\.org\//, "foreign.age"],
  [/^PuTTY-User-Key-File-/, "foreign.putty"],
  [/^untrusted comment:/, "foreign.minisign"],
  [/^\s*\{[\s\S]*"kty"/, "foreign.jwk"],
  [/^p2p-encrypted-file\//, "foreign.p2p-file"],
  [/^p2p:\/\//, "foreign.invitation"],
];

/** What `content` is; undefined where it is none that we know. */
export function foreignText(content: string): Text | undefined {
  const code = TEXTS.find(([pattern]) => pattern.test(content))?.[1];
  return code === undefined ? undefined : { code, params: {} };
}

/** First bytes of other tools' files. */
const MAGICS: readonly (readonly [readonly number[], Code])[] = [
  [[0xfe, 0xed, 0xfe, 0xed], "foreign.java"],
  [[0xce, 0xce, 0xce, 0xce], "foreign.java"],
  [[0x89, 0x50, 0x4e, 0x47], "foreign.picture"],
  [[0xff, 0xd8, 0xff], "foreign.picture"],
  [[0x53, 0x61, 0x6c, 0x74, 0x65, 0x64, 0x5f, 0x5f], "foreign.salted"],
];

/** PKCS#7 (RFC 2315 §14) and the like of GM/T 0010-2012 §6. */
const CMS = /^1\.2\.(?:840\.113549\.1\.7|156\.10197\.6\.1\.4\.2)\.\d+$/;

/** What binary `bytes` are; undefined where they are none that we know. */
export function foreignBinary(bytes: Uint8Array): Text | undefined {
  const code = MAGICS.find(([magic]) => magic.every((byte, i) => bytes[i] === byte))?.[1];
  if (code !== undefined) return { code, params: {} };
  if (bytes[0] !== Tag.sequence) return undefined;
  try {
    return foreignDer(new DerReader(bytes).sequence());
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function foreignDer(content: DerReader): Text | undefined {
  if (content.peek() === Tag.objectIdentifier) {
    return CMS.test(content.oid()) ? text("foreign.cms") : undefined;
  }
  const first = content.any();
  const second = content.peek();
  if (first.tag === Tag.integer && second === Tag.sequence) {
    const inner = content.sequence();
    const isPfx = first.content.length === 1 && first.content[0] === 3 &&
      inner.peek() === Tag.objectIdentifier && CMS.test(inner.oid());
    return isPfx ? text("foreign.pkcs12") : undefined;
  }
  // RSAPrivateKey and RSAPublicKey (RFC 8017 appendix A.1) are integers all the way; a signature of SM2 has two short ones.
  const another = second === Tag.integer ? content.any().content.length : 0;
  const long = another > 40 || first.content.length > 40;
  return first.tag === Tag.integer && long
    ? text("foreign.algorithm", { algorithm: "RSA" })
    : undefined;
}
