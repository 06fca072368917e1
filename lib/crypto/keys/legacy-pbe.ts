/**
 * Encryption under a passphrase older than PBES2, read only: the schemes of PKCS#12 (RFC 7292 appendix C) and those of
 * PKCS#5 v1.5 with DES (RFC 8018 §6.1). `openssl pkcs12` wrote them up to 1.1, Windows and Java still do.
 */
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { type Bytes, concat, wipe } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";
import { type DerReader, Tag } from "../der.ts";
import { checkIterations, type KdfOptions, withTurns } from "../kdf-cost.ts";
import { desCbcDecrypt } from "../legacy/des.ts";
import { rc2CbcDecrypt } from "../legacy/rc2.ts";
import { bmpString, pkcs12Key, Pkcs12Purpose } from "./pkcs12-derive.ts";

type BlockDecrypt = (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => Bytes;

/** Schemes of PKCS#12: size of the key, and the cipher; all have SHA-1 and blocks of 8 bytes. */
const PKCS12_SCHEMES: ReadonlyMap<string, { keyBytes: number; decrypt: BlockDecrypt }> = new Map([
  ["1.2.840.113549.1.12.1.3", { keyBytes: 24, decrypt: desCbcDecrypt }],
  ["1.2.840.113549.1.12.1.4", { keyBytes: 16, decrypt: desCbcDecrypt }],
  ["1.2.840.113549.1.12.1.5", { keyBytes: 16, decrypt: rc2(128) }],
  ["1.2.840.113549.1.12.1.6", { keyBytes: 5, decrypt: rc2(40) }],
]);

/** Schemes of PKCS#5 v1.5 with DES, by the hash that makes key and IV. */
const PKCS5_SCHEMES: ReadonlyMap<string, (data: Uint8Array) => Uint8Array> = new Map([
  ["1.2.840.113549.1.5.3", md5],
  ["1.2.840.113549.1.5.10", sha1],
]);

/** Old schemes that are named and not read: nobody has been met with one. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.12.1.1", "RC4"],
  ["1.2.840.113549.1.12.1.2", "RC4"],
  ["1.2.840.113549.1.5.1", "DES (MD2)"],
  ["1.2.840.113549.1.5.4", "RC2 (MD2)"],
  ["1.2.840.113549.1.5.6", "RC2 (MD5)"],
  ["1.2.840.113549.1.5.11", "RC2 (SHA-1)"],
]);

/** What people call the scheme `oid`: the identifier itself where we know no name. */
export function schemeName(oid: string): string {
  return OTHERS.get(oid) ?? oid;
}

const IV_BYTES = 8;

function rc2(effectiveBits: number): BlockDecrypt {
  return (key, iv, data) => rc2CbcDecrypt(key, effectiveBits, iv, data);
}

/** Deciphers what it was made for; a wrong passphrase is a FormatError (bad padding), or gives nonsense. */
export type PassphraseDecryption = (passphrase: Uint8Array, data: Uint8Array) => Promise<Bytes>;

/** The decryption that `oid` and its `parameters` name; undefined where the scheme is none of these. */
export function readLegacyScheme(
  oid: string,
  algorithm: DerReader,
  options: KdfOptions,
): PassphraseDecryption | undefined {
  const scheme = PKCS12_SCHEMES.get(oid), hash = PKCS5_SCHEMES.get(oid);
  if (scheme === undefined && hash === undefined) return undefined;
  const parameters = algorithm.sequence();
  algorithm.end();
  const salt = parameters.content(Tag.octetString);
  const iterations = parameters.number();
  parameters.end();
  checkIterations(iterations, options);
  if (hash !== undefined) {
    if (salt.length !== IV_BYTES) throw new FormatError("key.key-length", {});
    return async (passphrase, data) => {
      const steps = pbkdf1Steps(hash, concat(passphrase, salt), iterations);
      const block = await withTurns(steps, options.turn);
      return desCbcDecrypt(block.subarray(0, 8), block.subarray(8, 8 + IV_BYTES), data);
    };
  }
  const { keyBytes, decrypt } = scheme!;
  return async (passphrase, data) => {
    const typed = bmpString(passphrase);
    const derive = (purpose: number, length: number) =>
      pkcs12Key("sha1", purpose, typed, salt, iterations, length, options);
    const key = await derive(Pkcs12Purpose.key, keyBytes);
    try {
      return decrypt(key, await derive(Pkcs12Purpose.iv, IV_BYTES), data);
    } finally {
      wipe(key, typed);
    }
  };
}

/** Iterations between two pauses: about 20 ms. */
const ITERATIONS_PER_PAUSE = 2 ** 13;

/** PBKDF1 (RFC 8018 §5.1): eight bytes of key and eight of IV. */
function* pbkdf1Steps(
  hash: (data: Uint8Array) => Uint8Array,
  start: Uint8Array,
  iterations: number,
): Generator<void, Uint8Array> {
  let block = hash(start);
  for (let round = 1; round < iterations; round++) {
    block = hash(block);
    if (round % ITERATIONS_PER_PAUSE === 0) yield;
  }
  return block;
}
