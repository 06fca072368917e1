/** Sealed payloads: small, in memory, without a mark of their own. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import {
  deriveFromPassphrase,
  openBodyLength,
  openSealedBody,
  openShare,
  sealBody,
  SEALED_BODY_OVERHEAD_BYTES,
  SEALED_LENGTH_BYTES,
  SEALED_MAX_RECIPIENTS,
  SEALED_MAX_SHARE_BYTES,
  SEALED_SALT_BYTES,
  shareWithRecipients,
} from "../../lib/container/sealed.ts";
import { randomBytes, type RandomSource } from "../../lib/crypto/random.ts";
import { generateKeyPair, type Sm2KeyPair } from "../../lib/crypto/sm2.ts";
import { AuthenticationError, LimitError } from "../../lib/errors.ts";
import { alice, bob } from "./support.ts";

const CHEAP = { logN: 8, r: 8, p: 1 };

type SealTo = { passphrase: Uint8Array } | { recipients: readonly Uint8Array[] };
type OpenWith = { passphrase: Uint8Array } | { identity: Sm2KeyPair };

function seal(to: SealTo, plaintext: Uint8Array, random: RandomSource): Bytes {
  if ("passphrase" in to) {
    const salt = random(SEALED_SALT_BYTES);
    return concat(salt, sealBody(deriveFromPassphrase(to.passphrase, salt), plaintext));
  }
  const { prefix, keys } = shareWithRecipients(to.recipients, random);
  return concat(prefix, sealBody(keys, plaintext));
}

function open(opener: OpenWith, sealed: Uint8Array): Bytes {
  if ("passphrase" in opener) {
    const salt = sealed.subarray(0, SEALED_SALT_BYTES);
    const keys = deriveFromPassphrase(opener.passphrase, salt);
    return openSealedBody(keys, sealed.subarray(SEALED_SALT_BYTES));
  }
  const { prefixLength, keys } = openShare(opener.identity, sealed);
  return openSealedBody(keys, sealed.subarray(prefixLength));
}

Deno.test("a payload sealed with a passphrase opens with it alone", () => {
  const sealed = seal({ passphrase: utf8("pässword") }, utf8("hidden"), randomBytes);
  assert.equal(sealed.length, SEALED_SALT_BYTES + SEALED_BODY_OVERHEAD_BYTES + 6);
  assert.deepEqual(open({ passphrase: utf8("pässword") }, sealed), utf8("hidden"));
  assert.throws(() => open({ passphrase: utf8("password") }, sealed), AuthenticationError);
});

Deno.test("a payload sealed to recipients opens for each of them and nobody else", () => {
  const people = Array.from({ length: SEALED_MAX_RECIPIENTS }, () => generateKeyPair());
  for (const count of [1, 2, SEALED_MAX_RECIPIENTS]) {
    const recipients = people.slice(0, count).map(({ publicKey }) => publicKey);
    const sealed = seal({ recipients }, utf8("hidden"), randomBytes);
    for (const identity of people.slice(0, count)) {
      assert.deepEqual(open({ identity }, sealed), utf8("hidden"));
    }
    assert.throws(() => open({ identity: alice }, sealed), AuthenticationError);
  }
  assert.throws(() => shareWithRecipients([], randomBytes), LimitError);
  const many = [...people, alice].map(({ publicKey }) => publicKey);
  assert.throws(() => shareWithRecipients(many, randomBytes), LimitError);
});

Deno.test("the length tells the right key from a wrong one, and where the body ends", () => {
  const salt = randomBytes(SEALED_SALT_BYTES);
  const keys = deriveFromPassphrase(utf8("a"), salt, CHEAP);
  const others = deriveFromPassphrase(utf8("b"), salt, CHEAP);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (plaintext) => {
      const body = sealBody(keys, plaintext);
      const head = body.subarray(0, SEALED_LENGTH_BYTES);
      assert.equal(SEALED_LENGTH_BYTES + openBodyLength(keys, head), body.length);
      assert.deepEqual(openSealedBody(keys, body), plaintext);
      assert.throws(() => openBodyLength(others, head), AuthenticationError);
    }),
  );
  assert.notDeepEqual(keys.positionsKey, others.positionsKey);
});

Deno.test("the share is found in front of whatever follows", () => {
  const { prefix, keys } = shareWithRecipients([bob.publicKey, alice.publicKey], randomBytes);
  const found = openShare(alice, concat(prefix, randomBytes(SEALED_MAX_SHARE_BYTES)));
  assert.equal(found.prefixLength, prefix.length);
  assert.deepEqual(found.keys, keys);
});

Deno.test("every truncation and every changed byte is refused", () => {
  const sealed = seal({ recipients: [alice.publicKey] }, utf8("hidden"), randomBytes);
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => open({ identity: alice }, sealed.subarray(0, length)), AuthenticationError);
  }
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at]! ^= 1 << (at % 8);
    assert.throws(() => open({ identity: alice }, changed), AuthenticationError);
  }
  const longer = concat(sealed, Uint8Array.of(0));
  assert.throws(() => open({ identity: alice }, longer), AuthenticationError);
});

Deno.test("fuzz: any bytes are refused with our own error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.throws(() => open({ identity: alice }, bytes), AuthenticationError);
    }),
    { numRuns: 100 },
  );
});

Deno.test("no bit of a sealed payload is the same in all of them", () => {
  const count = 200;
  const ones: number[] = [];
  for (let n = 0; n < count; n++) {
    const sealed = seal({ recipients: [alice.publicKey] }, new Uint8Array(8), randomBytes);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      ones[bit] = (ones[bit] ?? 0) + (sealed[bit >> 3]! >> (bit & 7) & 1);
    }
  }
  // 800-odd fair bits, 200 samples each: beyond 8 standard deviations once in 10^12 runs.
  const limit = 8 * Math.sqrt(count) / 2;
  for (const sum of ones) assert.ok(Math.abs(sum - count / 2) < limit);
});
