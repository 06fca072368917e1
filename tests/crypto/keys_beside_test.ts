// What stands beside a secret key: its public key, attributes, headers; and the passphrase in front of it.
import assert from "node:assert/strict";
import { type Bytes, concat, fromHex, utf8 } from "../../lib/bytes.ts";
import { FormatError } from "../../lib/errors.ts";
import {
  contextTag,
  der,
  derBits,
  derNumber,
  derOctets,
  derOid,
  derSequence,
} from "../../lib/crypto/der.ts";
import { decodePrivateKey } from "../../lib/crypto/keys/decode.ts";
import { encodePrivateKeyPem } from "../../lib/crypto/keys/encode.ts";
import * as oid from "../../lib/crypto/keys/oids.ts";
import { generateKeyPair, publicKeyOf, uncompress } from "../../lib/crypto/sm2.ts";

/** The key of GB/T 32918.5 annex A. */
const SECRET = fromHex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
const PUBLIC = publicKeyOf(SECRET);
const SM2 = derSequence(derOid(oid.ID_EC_PUBLIC_KEY), derOid(oid.SM2_CURVE));
const OTHER = generateKeyPair().publicKey;

const ask = (passphrase: Uint8Array) => () => Promise.resolve(new Uint8Array(passphrase));

function ecPrivateKey(secret: Uint8Array, ...rest: Bytes[]): Bytes {
  return derSequence(derNumber(1), derOctets(secret), ...rest);
}
function pkcs8(algorithm: Bytes, key: Bytes, ...rest: Bytes[]): Bytes {
  return derSequence(derNumber(0), algorithm, derOctets(key), ...rest);
}

/** What stands beside a secret, and is not what it should be. */
const BESIDE: Record<string, Bytes> = {
  "RFC 5958 with another's public key": derSequence(
    derNumber(1),
    SM2,
    derOctets(ecPrivateKey(SECRET)),
    der(0x81, Uint8Array.of(0), uncompress(OTHER)),
  ),
  "RFC 5958 with a public key that is no point": derSequence(
    derNumber(1),
    SM2,
    derOctets(ecPrivateKey(SECRET)),
    der(0x81, Uint8Array.of(0), new Uint8Array(65).fill(4)),
  ),
  "bytes behind the public key": pkcs8(
    SM2,
    ecPrivateKey(SECRET, der(contextTag(1), derBits(uncompress(PUBLIC)), Uint8Array.of(5, 0))),
  ),
  "attributes that are none": pkcs8(SM2, ecPrivateKey(SECRET), der(contextTag(0), utf8("garbage"))),
  "an attribute without values": pkcs8(
    SM2,
    ecPrivateKey(SECRET),
    der(contextTag(0), derSequence(derOid(oid.SM2_CURVE))),
  ),
  "an INTEGER of 30 bytes that may be the secret itself": pkcs8(
    SM2,
    concat(Uint8Array.of(2, 30), SECRET.slice(0, 30)),
  ),
};

for (const [name, bytes] of Object.entries(BESIDE)) {
  Deno.test(`private key refused: ${name}`, async () => {
    await assert.rejects(decodePrivateKey(bytes), { code: "private-key.unreadable" });
  });
}

Deno.test("private key refused: a header inside the base64", async () => {
  const lines = (await encodePrivateKeyPem(SECRET)).split("\n");
  lines.splice(2, 0, "Comment: in the middle");
  await assert.rejects(decodePrivateKey(utf8(lines.join("\n"))), FormatError);
});

Deno.test("a passphrase opens a key in whatever form it is typed, also one locked with another form", async () => {
  const typed = "pâte à choux é";
  for (const locked of ["NFC", "NFD"] as const) {
    const passphrase = utf8(typed.normalize(locked));
    const pem = utf8(await encodePrivateKeyPem(SECRET, { passphrase, iterations: 5 }));
    for (const form of ["NFC", "NFD"] as const) {
      const secret = await decodePrivateKey(pem, ask(utf8(typed.normalize(form))));
      assert.deepEqual(secret, SECRET, `${locked} by ${form}`);
    }
  }
  const bytes = Uint8Array.of(0xff, 0xfe, 0x80); // no text at all
  const pem = utf8(await encodePrivateKeyPem(SECRET, { passphrase: bytes, iterations: 5 }));
  assert.deepEqual(await decodePrivateKey(pem, ask(bytes)), SECRET);
});
