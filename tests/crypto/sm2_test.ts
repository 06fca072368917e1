// SM2: the standard's own example keys, and the properties that hold for any key.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import {
  AuthenticationError,
  FailureError,
  FormatError,
  InvalidKeyError,
  LimitError,
  P2PError,
} from "../../lib/errors.ts";
import { compressPoint, decodeScalar, multiply } from "../../lib/crypto/sm2-curve.ts";
import { encryptParts, openCiphertext } from "../../lib/crypto/sm2-encrypt.ts";
import { sm2Kdf } from "../../lib/crypto/sm2-kdf.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import {
  decrypt,
  ecdh,
  encrypt,
  generateKeyPair,
  parsePublicKey,
  publicKeyOf,
  Sm2Signer,
  Sm2Verifier,
  uncompress,
} from "../../lib/crypto/sm2.ts";
import {
  decodePublicKeyText,
  encodePublicKeyText,
  fingerprint,
} from "../../lib/crypto/keys/text.ts";

// GB/T 32918.5-2017 annex A: the key pair, the random number and the signature of "message digest".
const SECRET = fromHex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
const NONCE = fromHex("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21");
const PUBLIC = fromHex(
  "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020" +
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
);
const SIGNATURE = fromHex(
  "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3" +
    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
);
const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const fixed = () => NONCE.slice();
const scalar = (value: bigint) => fromHex(value.toString(16).padStart(64, "0"));

Deno.test("SM2: public key of GB/T 32918.5 annex A, in all its forms", () => {
  const publicKey = publicKeyOf(SECRET);
  assert.equal(publicKey.length, 33);
  assert.deepEqual(uncompress(publicKey), PUBLIC);
  for (const form of [publicKey, PUBLIC, PUBLIC.subarray(1)]) {
    assert.deepEqual(parsePublicKey(form), publicKey);
  }
});

Deno.test("SM2: signature of GB/T 32918.5 annex A, made and verified", () => {
  const message = utf8("message digest");
  assert.equal(hex(new Sm2Signer(SECRET).update(message).sign(fixed, () => fixed)), hex(SIGNATURE));
  const known = new Sm2Signer(SECRET, undefined, publicKeyOf(SECRET)).update(message);
  assert.equal(hex(known.sign(fixed, () => fixed)), hex(SIGNATURE), "with the public key given");
  const verify = (text: Uint8Array, id?: Uint8Array) =>
    new Sm2Verifier(publicKeyOf(SECRET), id).update(text).verify(SIGNATURE);
  assert.equal(verify(message), true);
  assert.equal(verify(utf8("message digesT")), false);
  assert.equal(verify(message, utf8("another id")), false);
  assert.equal(verify(message, utf8("")), false);
});

Deno.test("SM2: encryption of GB/T 32918.5 annex C", () => {
  const expected = fromHex(
    "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73" +
      "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0" +
      "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766" +
      "21886ca989ca9c7d58087307ca93092d651efa",
  );
  const message = utf8("encryption standard");
  assert.deepEqual(encrypt(publicKeyOf(SECRET), message, fixed, "c1c3c2"), expected);
  assert.deepEqual(decrypt(SECRET, expected), message);
});

Deno.test("SM2: ECDH gives both sides the same x-coordinate", () => {
  const a = generateKeyPair(), b = generateKeyPair();
  assert.deepEqual(ecdh(a.secretKey, b.publicKey), ecdh(b.secretKey, a.publicKey));
  assert.equal(ecdh(a.secretKey, b.publicKey).length, 32);
});

Deno.test("SM2: secret keys outside 1…n−2 are refused", () => {
  for (const d of [0n, ORDER - 1n, ORDER, ORDER + 1n, 2n ** 256n - 1n]) {
    assert.throws(() => publicKeyOf(scalar(d)), InvalidKeyError, String(d));
    assert.throws(() => new Sm2Signer(scalar(d)), InvalidKeyError);
    assert.throws(() => decrypt(scalar(d), new Uint8Array(120)), InvalidKeyError);
    assert.throws(() => ecdh(scalar(d), publicKeyOf(SECRET)), InvalidKeyError);
  }
  for (const d of [1n, ORDER - 2n]) assert.equal(publicKeyOf(scalar(d)).length, 33);
  assert.throws(() => publicKeyOf(SECRET.subarray(1)), InvalidKeyError);
});

Deno.test("SM2: key generation never keeps n − 1, 0 or n", () => {
  const draws = [scalar(0n), scalar(ORDER), scalar(ORDER - 1n), scalar(5n)];
  const { secretKey } = generateKeyPair(() => draws.shift()!);
  assert.deepEqual(secretKey, scalar(5n));
});

Deno.test("SM2: any key signs and verifies, for any message in any pieces", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(), (message, cut, bit) => {
      const { secretKey, publicKey } = generateKeyPair();
      const signer = new Sm2Signer(secretKey).update(message.subarray(0, cut));
      const signature = signer.update(message.subarray(cut)).sign();
      const verify = (bytes: Uint8Array) =>
        new Sm2Verifier(publicKey).update(message).verify(bytes);
      assert.equal(verify(signature), true);
      signature[bit % signature.length]! ^= 1 << bit % 8;
      assert.equal(verify(signature), false);
    }),
    { numRuns: 20 },
  );
});

Deno.test("SM2: non-minimal DER, trailing bytes and truncation are no signature", () => {
  const verify = (signature: Uint8Array) =>
    new Sm2Verifier(publicKeyOf(SECRET)).update(utf8("message digest")).verify(signature);
  const r = SIGNATURE.subarray(4, 37), s = SIGNATURE.subarray(39);
  const build = (...parts: Uint8Array[]) =>
    concat(Uint8Array.of(0x30, concat(...parts).length), ...parts);
  const integer = (...parts: Uint8Array[]) =>
    concat(Uint8Array.of(0x02, concat(...parts).length), ...parts);
  assert.equal(verify(build(integer(r), integer(s))), true);
  const bad: Record<string, Bytes> = {
    "padded r": build(integer(Uint8Array.of(0), r), integer(s)),
    "negative s": build(integer(r), integer(s.subarray(1))),
    "trailing byte": concat(SIGNATURE, Uint8Array.of(0)),
    "third integer": build(integer(r), integer(s), integer(Uint8Array.of(1))),
    "long-form length": concat(Uint8Array.of(0x30, 0x81), SIGNATURE.subarray(1)),
    "indefinite length": concat(
      Uint8Array.of(0x30, 0x80),
      SIGNATURE.subarray(2),
      Uint8Array.of(0, 0),
    ),
    "raw r‖s": concat(r.subarray(1), s.subarray(1)),
    "set": concat(Uint8Array.of(0x31), SIGNATURE.subarray(1)),
  };
  for (const [name, signature] of Object.entries(bad)) assert.equal(verify(signature), false, name);
  for (let length = 0; length < SIGNATURE.length; length++) {
    assert.equal(verify(SIGNATURE.subarray(0, length)), false, `${length} bytes`);
  }
});

Deno.test("SM2: IDs up to 8191 bytes", () => {
  const sign = (length: number) => new Sm2Signer(SECRET, new Uint8Array(length)).sign();
  assert.ok(sign(8191));
  assert.throws(() => sign(8192), LimitError);
});

Deno.test("SM2: decrypts every form it writes, detected or named", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.constantFrom("der" as const, "c1c3c2" as const, "c1c2c3" as const),
      (message, format) => {
        const sealed = encrypt(publicKeyOf(SECRET), message, undefined, format);
        assert.deepEqual(decrypt(SECRET, sealed), message);
        assert.deepEqual(decrypt(SECRET, sealed, format), message);
        if (format === "der") return;
        assert.deepEqual(decrypt(SECRET, sealed.subarray(1)), message, "without 04");
        const c1 = parsePublicKey(sealed.subarray(0, 65));
        assert.deepEqual(decrypt(SECRET, concat(c1, sealed.subarray(65))), message, "compressed");
      },
    ),
    { numRuns: 12 },
  );
});

Deno.test("SM2: DER ciphertexts by writers who do not know that INTEGERs are signed", () => {
  const message = utf8("message");
  const raw = encrypt(publicKeyOf(SECRET), message, undefined, "c1c3c2").subarray(1);
  const element = (tag: number, content: Uint8Array) =>
    concat(Uint8Array.of(tag, content.length), content);
  const sequence = (x: Uint8Array, y: Uint8Array) =>
    element(
      0x30,
      concat(
        element(0x02, x),
        element(0x02, y),
        element(0x04, raw.subarray(64, 96)),
        element(0x04, raw.subarray(96)),
      ),
    );
  const x = raw.subarray(0, 32), y = raw.subarray(32, 64);
  const padded = (bytes: Uint8Array) => concat(Uint8Array.of(0), bytes);
  assert.deepEqual(decrypt(SECRET, sequence(x, y)), message, "never a leading zero");
  assert.deepEqual(decrypt(SECRET, sequence(padded(x), padded(y))), message, "always one");
  assert.throws(() => decrypt(SECRET, sequence(concat(Uint8Array.of(1), x), y)), InvalidKeyError);
});

Deno.test("SM2: an empty message cannot be encrypted", () => {
  assert.throws(() => encrypt(publicKeyOf(SECRET), new Uint8Array(0)), FailureError);
});

Deno.test("SM2: every prefix of a ciphertext, and every changed byte, is a clean error", () => {
  for (const format of ["der", "c1c3c2"] as const) {
    const sealed = encrypt(publicKeyOf(SECRET), utf8("short"), undefined, format);
    for (let length = 0; length < sealed.length; length++) {
      assert.throws(() => decrypt(SECRET, sealed.subarray(0, length)), P2PError, `${length} bytes`);
    }
    for (let i = 0; i < sealed.length; i++) {
      const damaged = sealed.slice();
      damaged[i]! ^= 0x10;
      assert.throws(() => decrypt(SECRET, damaged), P2PError, `byte ${i}`);
    }
  }
  const c2 = encrypt(publicKeyOf(SECRET), utf8("tampered")).slice();
  c2[c2.length - 1]! ^= 1;
  assert.throws(() => decrypt(SECRET, c2), AuthenticationError);
  assert.throws(() => decrypt(SECRET, new Uint8Array(10)), FormatError);
});

Deno.test("SM2: an all-zero KDF output makes encryption draw again and decryption fail", () => {
  let calls = 0;
  const zeroOnce = (z: Uint8Array, length: number) =>
    calls++ === 0 ? new Uint8Array(length) : sm2Kdf(z, length);
  const random = (() => {
    const draws = [scalar(7n), scalar(9n)];
    return () => draws.shift()!;
  })();
  const parts = encryptParts(publicKeyOf(SECRET), utf8("message"), random, zeroOnce);
  assert.equal(calls, 2);
  assert.deepEqual(compressPoint(parts.c1), publicKeyOf(scalar(9n)));
  const zero = (_: Uint8Array, length: number) => new Uint8Array(length);
  const shared = multiply(decodeScalar(SECRET), parts.c1);
  const zeroed = { c2: parts.c2, c3: sm3(shared.subarray(0, 32), parts.c2, shared.subarray(32)) };
  assert.equal(openCiphertext(shared, zeroed, zero), undefined, "though C3 matches");
  assert.deepEqual(openCiphertext(shared, parts, sm2Kdf), utf8("message"));
});

Deno.test("public key text: round trip, either case, no slip passes", () => {
  const text = encodePublicKeyText(PUBLIC);
  assert.match(text, /^p2p1[02-9ac-hj-np-z]{59}$/);
  assert.deepEqual(decodePublicKeyText(text), publicKeyOf(SECRET));
  assert.deepEqual(decodePublicKeyText(text.toUpperCase()), publicKeyOf(SECRET));
  assert.throws(
    () => decodePublicKeyText(text.slice(0, 20) + text.slice(20).toUpperCase()),
    FormatError,
  );
  for (let i = 4; i < text.length; i++) {
    const slip = text.slice(0, i) + (text[i] === "q" ? "p" : "q") + text.slice(i + 1);
    assert.throws(() => decodePublicKeyText(slip), FormatError, slip);
    assert.throws(() => decodePublicKeyText(text.slice(0, i) + text.slice(i + 1)), FormatError);
  }
  for (const junk of ["", "p2p1", "p2p1é", "q2p1" + text.slice(4), text + "q"]) {
    assert.throws(() => decodePublicKeyText(junk), FormatError, junk);
  }
});

Deno.test("fingerprint: the head of SM3 over the SubjectPublicKeyInfo", () => {
  assert.match(fingerprint(PUBLIC), /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
  assert.equal(fingerprint(PUBLIC), fingerprint(publicKeyOf(SECRET)));
  assert.notEqual(fingerprint(PUBLIC), fingerprint(publicKeyOf(NONCE)));
});
