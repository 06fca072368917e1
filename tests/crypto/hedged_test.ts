// The nonce of a signature hangs on key, digest and random bytes together: none of them alone makes it repeat.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { DerReader } from "../../lib/crypto/der.ts";
import { hmacSm3 } from "../../lib/crypto/hmac.ts";
import { generateKeyPair, SM2_DEFAULT_ID, Sm2Signer, Sm2Verifier } from "../../lib/crypto/sm2.ts";
import { decodePoint, modOrder, toBytes32, toNumber } from "../../lib/crypto/sm2-curve.ts";
import { hedgedNonces } from "../../lib/crypto/sm2-nonce.ts";
import { sm2Z } from "../../lib/crypto/sm2-sign.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";

const { secretKey, publicKey } = generateKeyPair();
const Z = sm2Z(decodePoint(publicKey), SM2_DEFAULT_ID);

/** A generator that stands still, as in a machine that was cloned or set back. */
const frozen = (length: number): Bytes => new Uint8Array(length).fill(0xa5);

function sign(message: Uint8Array, key = secretKey): Bytes {
  return new Sm2Signer(key).update(message).sign(frozen);
}

/** The x-coordinate of [k]G in a signature: r − e. Equal for two signatures only where k is. */
function x1Of(signature: Uint8Array, message: Uint8Array): bigint {
  const r = toNumber(new DerReader(signature).sequence().unsigned());
  return modOrder(r - toNumber(sm3(Z, message)));
}

Deno.test("with the random generator frozen no two messages share a nonce", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ maxLength: 12 }), { minLength: 2, maxLength: 6 }),
      (all) => {
        const messages = all.map(utf8);
        const nonces = new Set(messages.map((message) => x1Of(sign(message), message)));
        assert.equal(nonces.size, messages.length);
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("with the random generator frozen the same message gives the same signature, another key another", () => {
  const message = utf8("the same");
  assert.deepEqual(
    sign(message),
    sign(message),
    "no second signature under the same k tells anything",
  );
  assert.ok(new Sm2Verifier(publicKey).update(message).verify(sign(message)));
  const other = generateKeyPair();
  assert.notDeepEqual(sign(message, other.secretKey), sign(message));
});

Deno.test("with a working generator two signatures of one message differ", () => {
  const signed = () => hex(new Sm2Signer(secretKey).update(utf8("m")).sign());
  assert.notEqual(signed(), signed());
});

Deno.test("the nonce is that of RFC 6979 with noise, step by step", () => {
  const digest = toBytes32(modOrder(toNumber(sm3(utf8("digest")))));
  const noise = frozen(32);
  const data = concat(noise, new Uint8Array(63), secretKey, new Uint8Array(32), digest);
  assert.equal((32 + 1 + 32 + 63) % 64, 0, "V ‖ 00 ‖ Z fills whole blocks");
  let v: Bytes = new Uint8Array(32).fill(1), k: Bytes = new Uint8Array(32);
  k = hmacSm3(k, v, fromHex("00"), data);
  v = hmacSm3(k, v);
  k = hmacSm3(k, v, fromHex("01"), data);
  v = hmacSm3(k, v);
  const source = hedgedNonces(secretKey, digest, frozen);
  v = hmacSm3(k, v);
  assert.deepEqual(source(32), v);
  k = hmacSm3(k, v, fromHex("00")); // step h.3, for a candidate that was refused
  v = hmacSm3(k, hmacSm3(k, v));
  assert.deepEqual(source(32), v);
});
