/** What the command-line tools read besides keys: lists of checksums, files of openssl enc, what is given by mistake. */
import assert from "node:assert/strict";
import { parseChecksums } from "../../commands/shared/checksums.ts";
import { Base64Reader } from "../../commands/sm4/salted.ts";
import { concat, hex, utf8 } from "../../lib/bytes.ts";
import { readSaltedHeader, saltedHeader } from "../../lib/crypto/openssl-enc.ts";
import { recognise } from "../../lib/crypto/recognise.ts";
import { encrypt, publicKeyOf, Sm2Signer } from "../../lib/crypto/sm2.ts";
import type { FuzzTarget } from "./fuzz.ts";

const SECRET = new Uint8Array(32).fill(0x42);
const DIGEST = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";

export const recogniseTarget: FuzzTarget = {
  name: "recognise",
  run: (bytes) => void recognise(bytes),
  seeds: () => [
    new Sm2Signer(SECRET).update(SECRET).sign(),
    encrypt(publicKeyOf(SECRET), SECRET, undefined, "der"),
    saltedHeader(new Uint8Array(8)),
    utf8("-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n"),
  ],
};

export const checksumsTarget: FuzzTarget = {
  name: "checksum-lists",
  run(bytes) {
    const { entries } = parseChecksums(String.fromCharCode(...bytes));
    for (const { digest } of entries) assert.match(digest, /^[0-9a-f]{64}$/);
  },
  seeds: () => [
    utf8(`${DIGEST}  a\n\\${DIGEST}  b\\\\c\n`),
    utf8(`SM3 (a) = ${DIGEST}\n\\SM3 (b\\n) = ${DIGEST}\n${DIGEST.toUpperCase()} c\n`),
  ],
};

/** Files of openssl enc come in pieces of any size, as bytes or in base64: the cut changes nothing. */
export const saltedTarget: FuzzTarget = {
  name: "salted-files",
  run(bytes) {
    const read = (piece: number) => {
      const reader = new Base64Reader();
      const parts: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += piece) {
        parts.push(reader.update(bytes.subarray(at, at + piece)));
      }
      return concat(...parts, reader.finish());
    };
    const whole = read(bytes.length || 1);
    assert.equal(hex(read(1 + (bytes[0] ?? 0) % 7)), hex(whole));
    readSaltedHeader(whole.subarray(0, 16));
  },
  seeds: () => [
    utf8("U2FsdGVkX1/S3JEPW4ePZT9TJ5PsDZthf1DU4bdo5Oc=\n"),
    concat(saltedHeader(new Uint8Array(8)), new Uint8Array(32)),
  ],
};
