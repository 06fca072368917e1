// Private keys: written for GmSSL or OpenSSL, read in every variant other tools make, refused when wrong.
import assert from "node:assert/strict";
import { cbc } from "@noble/ciphers/aes.js";
import fc from "fast-check";
import { base64, type Bytes, concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import {
  AuthenticationError,
  FormatError,
  InvalidKeyError,
  LimitError,
  P2PError,
} from "../../lib/errors.ts";
import {
  contextTag,
  der,
  derBits,
  derNull,
  derNumber,
  derOctets,
  derOid,
  derSequence,
  derUnsigned,
} from "../../lib/crypto/der.ts";
import { decodePrivateKey, decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { encodePrivateKeyPem, encodePublicKeyPem } from "../../lib/crypto/keys/encode.ts";
import * as oid from "../../lib/crypto/keys/oids.ts";
import { decodePem, encodePem } from "../../lib/crypto/keys/pem.ts";
import { encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { encodePublicKeyDer } from "../../lib/crypto/keys/spki.ts";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { pbkdf2Key, type Prf } from "../../lib/crypto/pbkdf2.ts";
import { scryptKey } from "../../lib/crypto/scrypt.ts";
import { generateKeyPair, publicKeyOf, uncompress } from "../../lib/crypto/sm2.ts";
import { toBytes32 } from "../../lib/crypto/sm2-curve.ts";
import { CURVE } from "../../lib/crypto/sm2-parameters.ts";
import { sm4Crypt } from "../../lib/crypto/sm4-modes.ts";

/** The key of GB/T 32918.5 annex A. */
const SECRET = fromHex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
const PUBLIC = publicKeyOf(SECRET);
/** A key whose number begins with a zero byte. */
const SHORT = fromHex("0045208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
const PASSPHRASE = utf8("correct horse 电池");
const SM2 = derSequence(derOid(oid.ID_EC_PUBLIC_KEY), derOid(oid.SM2_CURVE));

const ask = (passphrase: Uint8Array = PASSPHRASE) => () =>
  Promise.resolve(new Uint8Array(passphrase));
const never = () => Promise.reject(new Error("the passphrase was asked for"));

function ecPrivateKey(secret: Uint8Array, ...rest: Bytes[]): Bytes {
  return derSequence(derNumber(1), derOctets(secret), ...rest);
}
function publicPart(publicKey: Uint8Array = PUBLIC): Bytes {
  return der(contextTag(1), derBits(uncompress(publicKey)));
}
function pkcs8(algorithm: Bytes, key: Bytes, ...rest: Bytes[]): Bytes {
  return derSequence(derNumber(0), algorithm, derOctets(key), ...rest);
}
function explicitCurve(
  changes: Partial<Record<"p" | "a" | "b" | "n" | "h" | "g", Bytes>> = {},
): Bytes {
  const v = {
    p: toBytes32(CURVE.p),
    a: toBytes32(CURVE.a),
    b: toBytes32(CURVE.b),
    n: toBytes32(CURVE.n),
    h: Uint8Array.of(1),
    g: concat(Uint8Array.of(4), toBytes32(CURVE.Gx), toBytes32(CURVE.Gy)),
    ...changes,
  };
  return derSequence(
    derNumber(1),
    derSequence(derOid(oid.PRIME_FIELD), derUnsigned(v.p)),
    derSequence(derOctets(v.a), derOctets(v.b)),
    derOctets(v.g),
    derUnsigned(v.n),
    derUnsigned(v.h),
  );
}

Deno.test("private key PEM: round trip, plain and encrypted, for any key", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(undefined, "sm3" as const, "sha256" as const),
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      async (prf, passphrase) => {
        const { secretKey, publicKey } = generateKeyPair();
        const options = prf === undefined ? {} : { prf, passphrase, iterations: 10 };
        const pem = utf8(await encodePrivateKeyPem(secretKey, options));
        const decoded = await decodePrivateKey(pem, prf === undefined ? never : ask(passphrase));
        assert.deepEqual(decoded, secretKey);
        assert.deepEqual(decodePublicKey(utf8(encodePublicKeyPem(publicKey))), publicKey);
      },
    ),
    { numRuns: 12 },
  );
});

Deno.test("private key PEM: the bytes OpenSSL writes, and the parameters that GmSSL needs", async () => {
  // openssl pkcs8 -topk8 -nocrypt, for the key of GB/T 32918.5 annex A, and [0] parameters behind the secret
  assert.equal(
    await encodePrivateKeyPem(SECRET),
    [
      "-----BEGIN PRIVATE KEY-----",
      "MIGTAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBHkwdwIBAQQgOUUgj3shRLE/NuOK",
      "xtOflYiTk2koYLUaQvuB7033xbigCgYIKoEcz1UBgi2hRANCAAQJ+d8xHlQhoVDd",
      "fRYeS8XGchefrRgz/AdrsI/zVvNQIMzqSQziZ3WlLcbqcYzBqmAK7QX7814ISmYy",
      "9gctqa0T",
      "-----END PRIVATE KEY-----",
      "",
    ].join("\n"),
  );
});

Deno.test("encrypted key: what GmSSL insists on", async () => {
  const random = (length: number) => new Uint8Array(length).fill(7);
  const pem = await encodePrivateKeyPem(SECRET, { passphrase: PASSPHRASE, random });
  const [block] = decodePem(pem);
  assert.equal(block?.label, "ENCRYPTED PRIVATE KEY");
  const expectedHead = derSequence(
    derOid(oid.PBES2),
    derSequence(
      derSequence(
        derOid(oid.PBKDF2),
        // HMAC-SM3 without the NULL that others put behind it, four times GmSSL's 65536 iterations
        derSequence(derOctets(random(16)), derNumber(262144), derSequence(derOid(oid.HMAC_SM3))),
      ),
      derSequence(derOid(oid.SM4_CBC), derOctets(random(16))),
    ),
  );
  assert.ok(hex(block!.content).includes(hex(expectedHead)));
});

Deno.test("encrypted key: wrong passphrase, none to be had, and never asked without need", async () => {
  const pem = utf8(await encodePrivateKeyPem(SECRET, { passphrase: PASSPHRASE, iterations: 5 }));
  await assert.rejects(decodePrivateKey(pem, ask(utf8("wrong"))), AuthenticationError);
  await assert.rejects(decodePrivateKey(pem), FormatError);
  assert.throws(() => decodePublicKey(pem), FormatError);
  assert.deepEqual(await decodePrivateKey(utf8(await encodePrivateKeyPem(SECRET)), never), SECRET);
});

/** Every readable form of one key. */
const VARIANTS: Record<string, Uint8Array> = {
  "PKCS#8 DER": encodePrivateKeyDer(SECRET),
  "PKCS#8 without public key": pkcs8(SM2, ecPrivateKey(SECRET)),
  "PKCS#8 with curve in both places": pkcs8(
    SM2,
    ecPrivateKey(SECRET, der(contextTag(0), derOid(oid.SM2_CURVE)), publicPart()),
  ),
  "PKCS#8, SM2 as the algorithm (OpenSSL 3.1.3)": pkcs8(
    derSequence(derOid(oid.SM2_CURVE)),
    ecPrivateKey(SECRET, publicPart()),
  ),
  "PKCS#8, SM2 as the algorithm with NULL": pkcs8(
    derSequence(derOid(oid.SM2_CURVE), derNull()),
    ecPrivateKey(SECRET),
  ),
  "PKCS#8, SM2 signing as the algorithm (Botan)": pkcs8(
    derSequence(derOid(oid.SM2_SIGN), derOid(oid.SM2_CURVE)),
    ecPrivateKey(SECRET),
  ),
  "PKCS#8, explicit parameters": pkcs8(
    derSequence(derOid(oid.ID_EC_PUBLIC_KEY), explicitCurve()),
    ecPrivateKey(SECRET, publicPart()),
  ),
  "PKCS#8, explicit parameters, compressed base point": pkcs8(
    derSequence(
      derOid(oid.ID_EC_PUBLIC_KEY),
      explicitCurve({ g: concat(Uint8Array.of(2), toBytes32(CURVE.Gx)) }),
    ),
    ecPrivateKey(SECRET),
  ),
  "PKCS#8 with attributes": pkcs8(SM2, ecPrivateKey(SECRET), der(contextTag(0))),
  "RFC 5958 version 1": derSequence(
    derNumber(1),
    SM2,
    derOctets(ecPrivateKey(SECRET)),
    der(0x81, Uint8Array.of(0), uncompress(PUBLIC)),
  ),
  "PKCS#8 around an INTEGER (GM/T 0009)": pkcs8(SM2, derUnsigned(SECRET)),
  "PKCS#8 around the 32 bytes": pkcs8(SM2, SECRET),
  "SEC 1 DER": ecPrivateKey(SECRET, der(contextTag(0), derOid(oid.SM2_CURVE)), publicPart()),
  "SEC 1 DER, explicit parameters": ecPrivateKey(SECRET, der(contextTag(0), explicitCurve())),
  "SEC 1 DER, nothing but the number": ecPrivateKey(SECRET),
  "SEC 1 with a zero in front": ecPrivateKey(concat(Uint8Array.of(0), SECRET)),
  "SEC 1 PEM after its parameters": utf8(
    encodePem("EC PARAMETERS", derOid(oid.SM2_CURVE)) +
      encodePem("EC PRIVATE KEY", ecPrivateKey(SECRET)),
  ),
  "SEC 1 PEM named SM2": utf8(encodePem("SM2 PRIVATE KEY", ecPrivateKey(SECRET))),
  "PEM with CR LF, comments and blanks": utf8(
    "密钥 of Alice\r\n" + (await encodePrivateKeyPem(SECRET)).replaceAll("\n", "\r\n") +
      "\r\n  the end",
  ),
  "PEM in one long line": utf8(
    `-----BEGIN PRIVATE KEY-----\n${
      base64(encodePrivateKeyDer(SECRET))
    }\n-----END PRIVATE KEY-----`,
  ),
  "base64 without BEGIN and END": utf8(base64(encodePrivateKeyDer(SECRET)) + "\n"),
  "64 hex digits": utf8(hex(SECRET) + "\n"),
  "64 upper-case hex digits": utf8(hex(SECRET).toUpperCase()),
  "66 hex digits with 00 in front": utf8("00" + hex(SECRET)),
  "PEM behind a certificate": utf8(
    encodePem("CERTIFICATE", derSequence()) + await encodePrivateKeyPem(SECRET),
  ),
};

for (const [name, bytes] of Object.entries(VARIANTS)) {
  Deno.test(`private key: ${name}`, async () => {
    assert.equal(hex(await decodePrivateKey(bytes, never)), hex(SECRET));
  });
}

Deno.test("private key: numbers that have lost their leading zeros", async () => {
  const digits = hex(SHORT).slice(2);
  for (
    const bytes of [ecPrivateKey(SHORT.slice(1)), utf8(digits), pkcs8(SM2, derUnsigned(SHORT))]
  ) {
    assert.equal(hex(await decodePrivateKey(bytes)), hex(SHORT));
  }
  const odd = fromHex("05" + hex(SECRET).slice(2));
  assert.equal(hex(await decodePrivateKey(utf8(hex(odd).slice(1)))), hex(odd));
});

interface Recipe {
  prf: Bytes;
  hash: Prf;
  cipher: string;
  keyBytes: number;
  keyLength?: boolean;
  iterations?: number;
}

/** An EncryptedPrivateKeyInfo by another hand than the one under test. */
async function encrypted(recipe: Recipe): Promise<Bytes> {
  const { prf, hash, cipher, keyBytes, keyLength, iterations = 3 } = recipe;
  const salt = utf8("salt of a key"), iv = utf8("0123456789abcdef");
  const key = await pbkdf2Key(hash, PASSPHRASE, salt, iterations, keyBytes);
  const info = encodePrivateKeyDer(SECRET);
  const data = cipher === oid.SM4_CBC
    ? sm4Crypt("cbc", "encrypt", key, info, { iv })
    : new Uint8Array(cbc(key, iv).encrypt(info));
  const length = keyLength ? derNumber(keyBytes) : new Uint8Array(0);
  const kdf = derSequence(
    derOid(oid.PBKDF2),
    derSequence(derOctets(salt), derNumber(iterations), length, prf),
  );
  return envelope(kdf, derSequence(derOid(cipher), derOctets(iv)), data);
}

function envelope(kdf: Bytes, scheme: Bytes, data: Bytes): Bytes {
  return derSequence(
    derSequence(derOid(oid.PBES2), derSequence(kdf, scheme)),
    derOctets(data),
  );
}

const withNull = (id: string) => derSequence(derOid(id), derNull());
const without = (id: string) => derSequence(derOid(id));
const none = new Uint8Array(0);
const SM4: { cipher: string; keyBytes: number } = { cipher: oid.SM4_CBC, keyBytes: 16 };
const AES = { cipher: oid.AES256_CBC, keyBytes: 32 };

const ENCRYPTED: Record<string, Recipe> = {
  "GmSSL: HMAC-SM3 of GM/T 0006, key length named": {
    ...SM4,
    prf: without(oid.HMAC_SM3),
    hash: "sm3",
    keyLength: true,
  },
  "HMAC-SM3 of GM/T 0006 with NULL": { ...SM4, prf: withNull(oid.HMAC_SM3), hash: "sm3" },
  "Tongsuo: HMAC-SM3 of GM/T 0091": { ...SM4, prf: withNull(oid.HMAC_SM3_0091), hash: "sm3" },
  "OpenSSL: SM4 with HMAC-SHA256": { ...SM4, prf: withNull(oid.HMAC_SHA256), hash: "sha256" },
  "SM4 with HMAC-SHA1 as the unnamed default": { ...SM4, prf: none, hash: "sha1" },
  "AES-256 with HMAC-SHA256": { ...AES, prf: withNull(oid.HMAC_SHA256), hash: "sha256" },
  "AES-256 with HMAC-SHA512": { ...AES, prf: withNull(oid.HMAC_SHA512), hash: "sha512" },
  "AES-256 with HMAC-SHA384": { ...AES, prf: withNull(oid.HMAC_SHA384), hash: "sha384" },
  "AES-256 with HMAC-SM3": { ...AES, prf: without(oid.HMAC_SM3), hash: "sm3" },
  "AES-192 with HMAC-SHA1": {
    cipher: oid.AES192_CBC,
    keyBytes: 24,
    prf: withNull(oid.HMAC_SHA1),
    hash: "sha1",
  },
  "AES-128, key length named": {
    cipher: oid.AES128_CBC,
    keyBytes: 16,
    prf: withNull(oid.HMAC_SHA256),
    hash: "sha256",
    keyLength: true,
  },
};

for (const [name, recipe] of Object.entries(ENCRYPTED)) {
  Deno.test(`encrypted key: ${name}`, async () => {
    const info = await encrypted(recipe);
    assert.equal(hex(await decodePrivateKey(info, ask())), hex(SECRET));
    const pem = utf8(encodePem("ENCRYPTED PRIVATE KEY", info));
    assert.equal(hex(await decodePrivateKey(pem, ask())), hex(SECRET));
    await assert.rejects(decodePrivateKey(pem, ask(utf8("no"))), AuthenticationError);
  });
}

Deno.test("encrypted key: scrypt", async () => {
  const salt = utf8("salt"), iv = utf8("0123456789abcdef");
  const key = scryptKey(PASSPHRASE, salt, { logN: 4, r: 8, p: 1 }, 32);
  const data = new Uint8Array(cbc(key, iv).encrypt(encodePrivateKeyDer(SECRET)));
  const scheme = derSequence(derOid(oid.AES256_CBC), derOctets(iv));
  const kdf = (n: number) =>
    derSequence(
      derOid(oid.SCRYPT),
      derSequence(derOctets(salt), derNumber(n), derNumber(8), derNumber(1)),
    );
  assert.equal(hex(await decodePrivateKey(envelope(kdf(16), scheme, data), ask())), hex(SECRET));
  for (const n of [17, 1 << 24]) {
    await assert.rejects(decodePrivateKey(envelope(kdf(n), scheme, data), ask()), P2PError);
  }
});

Deno.test("encrypted key: costs and algorithms out of bounds", async () => {
  const recipe: Recipe = { ...SM4, prf: without(oid.HMAC_SM3), hash: "sm3" };
  const costly = derSequence(derOctets(none), derNumber(1e9), without(oid.HMAC_SM3));
  const scheme = derSequence(derOid(oid.SM4_CBC), derOctets(new Uint8Array(16)));
  const info = envelope(derSequence(derOid(oid.PBKDF2), costly), scheme, new Uint8Array(32));
  await assert.rejects(decodePrivateKey(info, ask()), LimitError);
  const strange = hex(await encrypted(recipe)).replace(
    hex(derOid(oid.SM4_CBC)),
    hex(derOid("1.2.156.10197.1.104.9")),
  );
  await assert.rejects(decodePrivateKey(fromHex(strange), ask()), FormatError);
  const oldStyle = derSequence(
    derSequence(derOid("1.2.840.113549.1.5.3"), derSequence(derOctets(none), derNumber(1))),
    derOctets(new Uint8Array(8)),
  );
  await assert.rejects(decodePrivateKey(oldStyle, ask()), FormatError);
});

const P256 = "1.2.840.10045.3.1.7";
const OTHER = generateKeyPair().publicKey;

/** What must not pass for a key, and how it is refused. */
const REFUSED: Record<string, [Uint8Array, typeof FormatError | typeof InvalidKeyError]> = {
  "another curve": [
    pkcs8(derSequence(derOid(oid.ID_EC_PUBLIC_KEY), derOid(P256)), ecPrivateKey(SECRET)),
    InvalidKeyError,
  ],
  "another curve in SEC 1": [
    ecPrivateKey(SECRET, der(contextTag(0), derOid(P256))),
    InvalidKeyError,
  ],
  "RSA": [
    pkcs8(derSequence(derOid("1.2.840.113549.1.1.1"), derNull()), derSequence()),
    InvalidKeyError,
  ],
  "the public key of another": [
    ecPrivateKey(SECRET, publicPart(OTHER)),
    InvalidKeyError,
  ],
  "explicit parameters with another b": [
    ecPrivateKey(SECRET, der(contextTag(0), explicitCurve({ b: toBytes32(CURVE.b ^ 1n) }))),
    InvalidKeyError,
  ],
  "explicit parameters with another base point": [
    ecPrivateKey(SECRET, der(contextTag(0), explicitCurve({ g: uncompress(OTHER) }))),
    InvalidKeyError,
  ],
  "explicit parameters with another order": [
    ecPrivateKey(SECRET, der(contextTag(0), explicitCurve({ n: toBytes32(CURVE.n - 2n) }))),
    InvalidKeyError,
  ],
  "explicit parameters with another cofactor": [
    ecPrivateKey(SECRET, der(contextTag(0), explicitCurve({ h: Uint8Array.of(2) }))),
    InvalidKeyError,
  ],
  "zero": [ecPrivateKey(new Uint8Array(32)), InvalidKeyError],
  "n − 1": [ecPrivateKey(toBytes32(CURVE.n - 1n)), InvalidKeyError],
  "n": [utf8(hex(toBytes32(CURVE.n))), InvalidKeyError],
  "33 bytes": [ecPrivateKey(concat(Uint8Array.of(1), SECRET)), InvalidKeyError],
  "no bytes": [ecPrivateKey(none), InvalidKeyError],
  "no curve at all": [
    pkcs8(derSequence(derOid(oid.ID_EC_PUBLIC_KEY)), ecPrivateKey(SECRET)),
    FormatError,
  ],
  "version 2": [derSequence(derNumber(2), SM2, derOctets(ecPrivateKey(SECRET))), FormatError],
  "trailing bytes": [concat(encodePrivateKeyDer(SECRET), Uint8Array.of(0)), FormatError],
  "a public key": [utf8(encodePublicKeyPem(PUBLIC)), FormatError],
  "public key text": [utf8(encodePublicKeyText(PUBLIC)), FormatError],
  "32 hex digits": [utf8("0123456789abcdeffedcba9876543210"), FormatError],
  "an empty file": [none, FormatError],
  "prose": [utf8("this is not a key\n"), FormatError],
  "PEM without an end": [utf8("-----BEGIN PRIVATE KEY-----\nMIGH"), FormatError],
  "PEM that is not base64": [
    utf8("-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----"),
    FormatError,
  ],
};

for (const [name, [bytes, type]] of Object.entries(REFUSED)) {
  Deno.test(`private key refused: ${name}`, async () => {
    await assert.rejects(decodePrivateKey(bytes, ask()), type);
  });
}

Deno.test("private key: every truncation, and noise, is a clean error", async () => {
  const samples = [
    encodePrivateKeyDer(SECRET),
    await encrypted({ ...SM4, prf: without(oid.HMAC_SM3), hash: "sm3" }),
    utf8((await encodePrivateKeyPem(SECRET)).trimEnd()),
  ];
  for (const sample of samples) {
    for (let length = 0; length < sample.length; length++) {
      const cut = sample.subarray(0, length);
      await assert.rejects(decodePrivateKey(cut, ask()), P2PError, `${length} bytes`);
    }
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      async (sample, edits) => {
        const damaged = sample.slice();
        for (const [at, value] of edits) damaged[at % damaged.length] = value;
        try {
          assert.equal((await decodePrivateKey(damaged, ask())).length, 32);
        } catch (error) {
          assert.ok(error instanceof P2PError, String(error));
        }
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("public key: every readable form", async () => {
  const spki = encodePublicKeyDer(PUBLIC);
  const compressed = derSequence(SM2, derBits(PUBLIC));
  const forms: Record<string, Uint8Array> = {
    "SPKI PEM": utf8(encodePublicKeyPem(PUBLIC)),
    "SPKI DER": spki,
    "SPKI, compressed point": compressed,
    "SPKI, explicit parameters": derSequence(
      derSequence(derOid(oid.ID_EC_PUBLIC_KEY), explicitCurve()),
      derBits(uncompress(PUBLIC)),
    ),
    "bare base64": utf8(base64(spki)),
    "130 hex digits": utf8(hex(uncompress(PUBLIC)) + "\n"),
    "128 hex digits": utf8(hex(uncompress(PUBLIC)).slice(2)),
    "66 hex digits": utf8(hex(PUBLIC)),
    "p2p1 text": utf8(encodePublicKeyText(PUBLIC) + "\n"),
    "65 bytes": uncompress(PUBLIC),
    "33 bytes": PUBLIC,
    "a private key": utf8(await encodePrivateKeyPem(SECRET)),
    "a private key in hex": utf8(hex(SECRET)),
  };
  for (const [name, bytes] of Object.entries(forms)) {
    assert.equal(hex(decodePublicKey(bytes)), hex(PUBLIC), name);
  }
});

Deno.test("public key: what is not one", () => {
  const bad: Record<string, Uint8Array> = {
    "another curve": derSequence(
      derSequence(derOid(oid.ID_EC_PUBLIC_KEY), derOid(P256)),
      derBits(uncompress(PUBLIC)),
    ),
    "off the curve": utf8(hex(uncompress(PUBLIC)).replace(/.$/, "0")),
    "infinity": derSequence(SM2, derBits(Uint8Array.of(0))),
    "partial bits": derSequence(SM2, der(0x03, Uint8Array.of(1), uncompress(PUBLIC))),
    "prose": utf8("p2p"),
    "a bad certificate": utf8(encodePem("CERTIFICATE", derSequence(derSequence()))),
    "empty": new Uint8Array(0),
  };
  for (const [name, bytes] of Object.entries(bad)) {
    assert.throws(() => decodePublicKey(bytes), P2PError, name);
  }
});
