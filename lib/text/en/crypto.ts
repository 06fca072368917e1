/** English: cryptography and keys. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

/** A name, where there is one, behind what is done with it. */
function of(name: string | undefined): string {
  return name === undefined ? "" : ` ${name}`;
}

interface Unreadable {
  readonly name: string | undefined;
  readonly reason: Text;
}

export const crypto = {
  "private-key.unreadable": ({ name, reason }: Unreadable, { text }: Wording) =>
    `read private key${of(name)}: ${text(reason)}`,
  "public-key.unreadable": ({ name, reason }: Unreadable, { text }: Wording) =>
    `read public key${of(name)}: ${text(reason)}`,
  "signature.unreadable": ({ name, reason }: Unreadable, { text }: Wording) =>
    `read signature${of(name)}: ${text(reason)}`,
  "ciphertext.unreadable": ({ name, reason }: Unreadable, { text }: Wording) =>
    `read ciphertext${of(name)}: ${text(reason)}`,
  "decrypt.not-authentic": ({ name }: { name?: string | undefined }) =>
    `decrypt${of(name)}: authentication failed`,

  "encoding.utf-16": "text in UTF-16, which is not what tools exchange",
  "encoding.utf-16.hint":
    "PowerShell's > writes it: use -o FILE, or | Set-Content -Encoding ascii FILE",
  "encoding.dump": "a dump with offsets",
  "encoding.dump.hint": "xxd -p writes digits alone",
  "encoding.odd-digits": "an odd number of hex digits",

  "pem.no-end": ({ label }: { label: string }) => `the block ${label} has no END line`,
  "pem.not-base64": "a line of the PEM block is not base64",

  "der.truncated": "truncated",
  "der.high-tag": "tag numbers over 30 are not used here",
  "der.unexpected-element": "unexpected element",
  "der.unknown-version": "unknown version",
  "der.empty-integer": "empty integer",
  "der.negative-integer": "negative integer",
  "der.padded-integer": "padded integer",
  "der.number-too-large": "number too large",
  "der.padded-object-identifier": "padded object identifier",
  "der.object-identifier-too-large": "object identifier too large",
  "der.broken-object-identifier": "broken object identifier",
  "der.partial-bits": "bit string of partial bytes",
  "der.trailing-bytes": "trailing bytes",
  "der.length-form": "length form not allowed",
  "der.length-not-minimal": "length not minimal",
  "der.too-complex": "too many elements, or too deep",
  "der.constructed-string": "a string in pieces, which DER does not have",
  "der.boolean": "a boolean that is neither 00 nor FF",
  "der.bit-string": "a bit string with bits left over that are set",
  "der.null": "a NULL with something in it",

  "key.unknown-form": "not a key in any known form",
  "key.public-only": "the file holds a public key only",
  "key.encrypted-only": "the file holds an encrypted private key only",
  "key.encrypted-only.hint": "p2p pubkey -i FILE prints its public key",
  "key.foreign": ({ what }: { what: Text }, { text }: Wording) => text(what),
  "key.foreign.hint": "p2p needs a key of SM2: PEM, DER, hex digits, base64 or p2p1… text",
  "key.no-passphrase": "it is encrypted and there is no passphrase",
  "key.wrong-passphrase": ({ name }: { name?: string | undefined }) =>
    `read private key${of(name)}: wrong passphrase`,
  "key.other-public-key": "its public key belongs to another key",
  "key.other-curve": "not on the SM2 curve",
  "key.hybrid": "a point in the hybrid form (06, 07), which has a plain one (04)",
  "key.ambiguous": "32 bytes that may be an INTEGER of 30 bytes as well",
  "key.cipher": ({ cipher }: { cipher: string }) => `unsupported cipher ${cipher}`,
  "key.convert.hint": "convert it with: openssl pkcs8 -topk8 -in OLD -v2 aes-256-cbc -out NEW",
  "key.derivation": ({ oid }: { oid: string }) => `unsupported key derivation ${oid}`,
  "key.prf": ({ oid }: { oid: string }) => `unsupported PRF ${oid}`,
  "key.key-length": "key length does not fit the cipher",
  "key.padding": "bad padding",
  "key.enveloped": "an encryption key that is wrapped for a signing key",
  "key.enveloped.hint": "p2p key convert -i FILE --unwrap-with SIGNING-KEY opens it",
  "key.other-envelope": ({ name }: { name?: string | undefined }) =>
    `read private key${of(name)}: it is wrapped for another key`,
  "pkcs12.no-key": "a PKCS#12 file without a private key",
  "pkcs12.signed": "a PKCS#12 file that is signed, which none of the known tools writes",
  "pkcs12.public-key": "a PKCS#12 file for the holder of another key, not under a passphrase",
  "pkcs12.too-many": "a PKCS#12 file of too many parts",
  "key.text-form": ({ text }: { text: string }) => `read public key ${text}: not of the form p2p1…`,
  "key.text-mistyped": ({ text }: { text: string }) =>
    `read public key ${text}: mistyped, the checksum does not match`,

  "foreign.algorithm": ({ algorithm }: { algorithm: string }) =>
    `a key of ${algorithm}, not of SM2`,
  "foreign.curve": ({ curve }: { curve: string }) =>
    `a key on the curve ${curve}, not on the SM2 curve`,
  "foreign.pkcs12": "a PKCS#12 file (.p12, .pfx)",
  "foreign.cms": "a CMS or PKCS#7 message",
  "foreign.cms.cure": "this is CMS: 'p2p cms verify' and 'p2p cms decrypt' read it",
  "foreign.salted": "a file of 'openssl enc'",
  "foreign.salted.cure": "'p2p sm4 decrypt --openssl -p' opens it, with the --mode it was made in",
  "foreign.signature": "a signature",
  "foreign.signature.cure": "'p2p verify -k SIGNER -s SIGNATURE FILE' checks it",
  "foreign.ciphertext": "an SM2 ciphertext",
  "foreign.ciphertext.cure": "'p2p sm2 decrypt' opens it",
  "foreign.certificate": "a certificate",
  "foreign.certificate.cure": "-k and -r take the key in it",
  "foreign.request": "a certificate request",
  "foreign.private-key": "a private key",
  "foreign.private-key.cure": "-i takes it; 'p2p key convert' writes it for other tools",
  "foreign.public-key": "a public key",
  "foreign.p2p-file.cure": "'p2p dec' opens it",
  "foreign.crl": "a revocation list",
  "foreign.ssh": "a key of SSH",
  "foreign.pgp": "a file of OpenPGP",
  "foreign.age": "a key or file of age",
  "foreign.putty": "a key of PuTTY",
  "foreign.minisign": "a file of minisign or signify",
  "foreign.jwk": "a JSON web key",
  "foreign.java": "a Java key store",
  "foreign.picture": "a picture",
  "foreign.p2p-file": "a file that 'p2p enc' wrote",
  "foreign.invitation": "an invitation, which 'p2p contact accept' takes",

  "kdf.too-costly": (
    { memory, times }: { memory: number; times: number },
    { size }: Wording,
  ) =>
    `its passphrase takes ${times} times the usual work${
      memory === 0 ? "" : ` and ${size(memory)} of memory`
    }`,
  "kdf.too-costly.hint": "if you trust where it comes from: --slow-kdf allows it",
  "kdf.not-a-cost": "the cost of its passphrase is out of range",
  "kdf.no-memory": ({ memory }: { memory: number }, { size }: Wording) =>
    `there is no room for the ${size(memory)} of memory that its passphrase takes`,
  "hkdf.too-long": "derive key: more than 255 blocks asked",

  "sm2.not-a-point": "not a point of the SM2 curve",
  "sm2.secret-length": "must be 32 bytes",
  "sm2.secret-range": "out of range",
  "sm2.c3-length": "C3 is not 32 bytes",
  "sm2.too-short": "too short for an SM2 ciphertext",
  "sm2.empty-message": "encrypt: SM2 cannot encrypt an empty message",
  "sm2.id-length": ({ bytes, most }: { bytes: number; most: number }) =>
    `hash ID: ${counted(bytes, "byte")}, more than the ${most} possible`,
  "sm2.kdf-length": "derive key: longer than the counter allows",
  "sm2.representative-length": "read point: representative is not 32 bytes",
  "signature.number-length": "a number of more than 32 bytes",
  "signature.unknown-form": "neither DER nor 64 bytes, nor hex digits or base64 of either",

  "gcm.nonce-empty": "read nonce: empty",
  "gcm.nonce-length": ({ bytes }: { bytes: number }) =>
    `read nonce: ${counted(bytes, "byte")} where there must be 12`,
  "gcm.no-room": "encrypt: the output has too little room",
  "gcm.too-long": "encrypt: one GCM message holds at most 64 GiB",
  "ccm.nonce-length": ({ bytes }: { bytes: number }) =>
    `read nonce: ${counted(bytes, "byte")} where CCM takes 7 to 13`,
  "ccm.tag-length": ({ bytes }: { bytes: number }) =>
    `use CCM: no tag has ${counted(bytes, "byte")}; 4, 6, 8, 10, 12, 14 or 16`,
  "ccm.too-long": ({ nonce, most }: { nonce: number; most: number }, { size }: Wording) =>
    `use CCM: with a nonce of ${nonce} bytes a message has at most ${size(most)}`,
  "xts.key-length": "use XTS: the key has two parts of 16 bytes",
  "xts.one-key": "use XTS: the two parts of the key are the same",
  "xts.too-short": ({ name }: { name?: string | undefined }) =>
    `use XTS on${of(name) || " data"}: a sector has at least 16 bytes`,
  "xts.too-long": ({ most }: { most: number }, { size }: Wording) =>
    `use XTS: a sector has at most ${size(most)}`,
  "openssl.not-salted": ({ name }: { name?: string | undefined }) =>
    `decrypt${of(name)}: not a file of 'openssl enc' with a salt`,
  "openssl.md5": "derive key: PBKDF2 takes no MD5 here",
  "zuc.length": "use ZUC: key and IV have 16 bytes, and a message as many bits as are there",
  "zuc.bearer": "use ZUC: COUNT has 32 bits, BEARER is 0 to 31, DIRECTION 0 or 1",
  "sm4.key-length": ({ bytes }: { bytes: number }) =>
    `read SM4 key: ${counted(bytes, "byte")} where there must be 16`,
  "sm4.no-iv": "use SM4: ECB takes no IV",
  "sm4.iv-length": ({ mode }: { mode: string }) => `use SM4: ${mode} needs an IV of 16 bytes`,
  "sm4.truncated": ({ name }: { name?: string | undefined }) =>
    `decrypt${of(name)}: truncated, not whole blocks of 16 bytes`,
  "sm4.whole-blocks": ({ name }: { name?: string | undefined }) =>
    `encrypt${of(name)}: without padding the data must be whole blocks of 16 bytes`,
  "sm4.wrong-key": ({ name }: { name?: string | undefined }) =>
    `decrypt${of(name)}: wrong key or damaged data`,

  "kernel.self-test": ({ kernel }: { kernel: string }) =>
    `start kernel: self-test of the ${kernel} engine failed`,
  "kernel.self-test.hint":
    "this machine or its JavaScript engine computes wrongly; nothing was written",
  "kernel.none": "start kernel: no engine runs here",
  "kernel.stopped": "run kernel: it stopped itself",
  "kernel.wiped-key": "use key: it has been wiped or belongs to another engine",
} as const;
