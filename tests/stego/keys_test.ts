/** Keys of hidden payloads: points that look random, places, and what a wrong key sees. */
import assert from "node:assert/strict";
import { mapToCurveSimpleSWU } from "@noble/curves/abstract/hash-to-curve.js";
import { concat, hex } from "../../lib/bytes.ts";
import {
  numbersOf,
  placesOfPassphrase,
  placesOfRecipients,
  placesOfSeveral,
} from "../../lib/container/places.ts";
import {
  deriveFromPassphrase,
  openBodyLength,
  openSealedBody,
  openShare,
  sealBody,
  SEALED_LENGTH_BYTES,
  SEALED_MAX_RECIPIENTS,
  SEALED_MAX_SHARE_BYTES,
  shareWithRecipients,
} from "../../lib/container/sealed.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import {
  generateUniformKeyPair,
  publicKeyOfRepresentative,
  representativesOf,
} from "../../lib/crypto/sm2-uniform.ts";
import { CURVE } from "../../lib/crypto/sm2-parameters.ts";
import { AuthenticationError, LimitError } from "../../lib/errors.ts";
import { seededBytes } from "./support.ts";

const CHEAP = { logN: 4, r: 8, p: 1 };

Deno.test("the map is that of RFC 9380: on the curve, sign kept, Z a non-square that meets appendix H.2", () => {
  const p = CURVE.p;
  const power = (base: bigint, exponent: bigint) => {
    let result = 1n;
    for (let b = base % p, e = exponent; e > 0n; e >>= 1n, b = b * b % p) {
      if (e & 1n) result = result * b % p;
    }
    return result;
  };
  const square = (x: bigint) => power((x % p + p) % p, (p - 1n) / 2n) !== p - 1n;
  const z = p - 9n;
  assert.ok(!square(z), "criterion 1");
  assert.notEqual(z, p - 1n, "criterion 2");
  const x = CURVE.b * power(z * CURVE.a % p, p - 2n) % p;
  assert.ok(square(x ** 3n + CURVE.a * x + CURVE.b), "criterion 4");
  assert.equal(typeof mapToCurveSimpleSWU, "function");
  // Straight from §6.6.2, in the order of its pseudocode.
  const random = seededBytes(1);
  for (let i = 0; i < 20; i++) {
    const bytes = random(32);
    const u = BigInt(`0x${hex(bytes)}`) % p;
    const inverse = (value: bigint) => power((value % p + p) % p, p - 2n);
    const tv1 = inverse(z * z * u ** 4n + z * u * u);
    const x1 = (p - CURVE.b) * inverse(CURVE.a) % p * (1n + tv1) % p;
    const g = (value: bigint) => ((value ** 3n + CURVE.a * value + CURVE.b) % p + p) % p;
    const x2 = z * u * u % p * x1 % p;
    const chosen = square(g(x1)) ? x1 : x2;
    let y = power(g(chosen), (p + 1n) / 4n);
    if ((y & 1n) !== (u & 1n)) y = p - y;
    const expected = (y & 1n ? "03" : "02") + chosen.toString(16).padStart(64, "0");
    assert.equal(hex(publicKeyOfRepresentative(bytes)), expected);
  }
});

Deno.test("representatives: each maps to its point, and any 32 bytes are one of their point's", () => {
  const counts = new Map<number, number>();
  for (let i = 0; i < 120; i++) {
    const { publicKey } = generateKeyPair(seededBytes(i));
    const found = representativesOf(publicKey);
    counts.set(found.length, (counts.get(found.length) ?? 0) + 1);
    for (const one of found) assert.equal(hex(publicKeyOfRepresentative(one)), hex(publicKey));
  }
  assert.ok([...counts.keys()].every((count) => count <= 4));
  const random = seededBytes(2);
  for (let i = 0; i < 60; i++) {
    const bytes = random(32);
    const back = representativesOf(publicKeyOfRepresentative(bytes)).map(hex);
    assert.ok(back.includes(hex(bytes)), hex(bytes));
  }
});

Deno.test("representatives of new keys look random: every bit is set about half the time", () => {
  const ones = new Array<number>(256).fill(0);
  const rounds = 160;
  for (let i = 0; i < rounds; i++) {
    const { representative, publicKey } = generateUniformKeyPair(seededBytes(1000 + i));
    assert.equal(hex(publicKeyOfRepresentative(representative)), hex(publicKey));
    ones.forEach((_, bit) => ones[bit]! += (representative[bit >> 3]! >> (bit & 7)) & 1);
  }
  // Standard deviation 6.3 of 80; 256 bits within five of them.
  for (const count of ones) assert.ok(Math.abs(count - rounds / 2) < 32, `${ones}`);
});

Deno.test("every recipient opens the share, nobody else, whatever follows it", () => {
  const random = seededBytes(3);
  const people = Array.from({ length: 3 }, () => generateKeyPair(random));
  const { prefix, keys } = shareWithRecipients(people.map(({ publicKey }) => publicKey), random);
  const padded = concat(prefix, random(SEALED_MAX_SHARE_BYTES - prefix.length));
  for (const person of people) {
    for (const bytes of [prefix, padded]) {
      assert.deepEqual(openShare(person, bytes), { prefixLength: prefix.length, keys });
    }
  }
  const stranger = generateKeyPair(random);
  assert.throws(() => openShare(stranger, padded), AuthenticationError);
  assert.throws(() => openShare(people[0]!, random(SEALED_MAX_SHARE_BYTES)), AuthenticationError);
  for (let length = 0; length < 65; length += 8) {
    assert.throws(() => openShare(people[0]!, prefix.subarray(0, length)), AuthenticationError);
  }
  const many = Array.from({ length: SEALED_MAX_RECIPIENTS + 1 }, () => people[0]!.publicKey);
  assert.throws(() => shareWithRecipients(many, random), LimitError);
  assert.throws(() => shareWithRecipients([], random), LimitError);
});

Deno.test("a body opens whole with its key, and not when anything is changed, cut or added", () => {
  const random = seededBytes(4);
  const keys = deriveFromPassphrase(random(5), random(16), CHEAP);
  const body = sealBody(keys, random(100));
  assert.equal(
    openBodyLength(keys, body.subarray(0, SEALED_LENGTH_BYTES)),
    body.length - SEALED_LENGTH_BYTES,
  );
  assert.equal(openSealedBody(keys, body).length, 100);
  for (let i = 0; i < body.length; i += 5) {
    const changed = body.slice();
    changed[i]! ^= 1;
    assert.throws(() => openSealedBody(keys, changed), AuthenticationError);
    assert.throws(() => openSealedBody(keys, body.subarray(0, i)), AuthenticationError);
  }
  assert.throws(() => openSealedBody(keys, concat(body, Uint8Array.of(0))), AuthenticationError);
  const other = deriveFromPassphrase(random(5), random(16), CHEAP);
  assert.throws(
    () => openBodyLength(other, body.subarray(0, SEALED_LENGTH_BYTES)),
    AuthenticationError,
  );
});

Deno.test("places: a key's numbers repeat, and every passphrase, recipient and group has its own", () => {
  const random = seededBytes(5);
  const [a, b] = [generateKeyPair(random).publicKey, generateKeyPair(random).publicKey];
  const keys = [
    placesOfPassphrase(random(4), CHEAP),
    placesOfPassphrase(random(4), CHEAP),
    placesOfRecipients([a]),
    placesOfRecipients([b]),
    placesOfSeveral(),
  ];
  assert.equal(new Set(keys.map(hex)).size, keys.length);
  assert.deepEqual(placesOfRecipients([a, b]), placesOfSeveral());
  const numbers = (key: Uint8Array, count: number) => {
    const out = new Uint32Array(count);
    numbersOf(key)(out);
    return out;
  };
  assert.deepEqual(numbers(keys[0]!, 10), numbers(keys[0]!, 20).subarray(0, 10));
  assert.notDeepEqual(numbers(keys[0]!, 10), numbers(keys[1]!, 10));
  const mean = numbers(keys[2]!, 10_000).reduce((sum, value) => sum + value / 10_000, 0);
  assert.ok(Math.abs(mean / 2 ** 32 - 0.5) < 0.02);
});
