// SM3, HMAC-SM3, HKDF, the SM2 KDF, PBKDF2 and scrypt against published and independently computed values.
import assert from "node:assert/strict";
import fc from "fast-check";
import { concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { LimitError } from "../../lib/errors.ts";
import { hkdfExpand, hkdfSm3 } from "../../lib/crypto/hkdf.ts";
import { HmacSm3, hmacSm3 } from "../../lib/crypto/hmac.ts";
import { kernel } from "../../lib/crypto/kernel/kernel.ts";
import { pbkdf2Key, pbkdf2Sm3 } from "../../lib/crypto/pbkdf2.ts";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { scryptKey, scryptKeyAsync } from "../../lib/crypto/scrypt.ts";
import { sm2Kdf } from "../../lib/crypto/sm2-kdf.ts";
import { Sm3, sm3 } from "../../lib/crypto/sm3.ts";

Deno.test("SM3: the examples of GB/T 32905 annex A, the empty message, a million a", () => {
  assert.equal(
    hex(sm3(utf8("abc"))),
    "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
  );
  assert.equal(
    hex(sm3(utf8("abcd".repeat(16)))),
    "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
  );
  assert.equal(
    hex(sm3()),
    "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
  );
  assert.equal(
    hex(sm3(utf8("a".repeat(1_000_000)))),
    "c8aaf89429554029e231941a2acc0ad61ff2a5acd8fadd25847a3a732b3b02c3",
  );
});

Deno.test("SM3: the same digest however the message is cut, and from a clone", () => {
  fc.assert(fc.property(
    fc.uint8Array({ maxLength: 400 }),
    fc.array(fc.nat(150), { maxLength: 6 }),
    (message, cuts) => {
      const whole = hex(sm3(message));
      const hash = new Sm3();
      let at = 0;
      for (const cut of cuts) {
        hash.update(message.subarray(at, at + cut));
        at = Math.min(message.length, at + cut);
      }
      const copy = hash.clone();
      assert.equal(hex(hash.update(message.subarray(at)).digest()), whole);
      assert.equal(hex(copy.update(message.subarray(at)).digest()), whole);
    },
  ));
});

Deno.test("SM3: a digest stays what it is, whatever becomes of those before and after it", () => {
  kernel(); // its digests share allocations
  const messages = Array.from({ length: 70 }, (_, i) => utf8(`message ${i}`));
  const digests = messages.map((message) => sm3(message));
  const expected = messages.map((message) => hex(new Sm3().update(message).digest()));
  digests.forEach((digest, i) => {
    assert.equal(hex(digest), expected[i]);
    digest.fill(0xff);
  });
  assert.equal(hex(sm3(messages[0]!)), expected[0]);
});

Deno.test("SM3: a used-up object refuses further work", () => {
  const hash = new Sm3();
  hash.digest();
  assert.throws(() => hash.digest());
  assert.throws(() => hash.update(utf8("x")));
});

Deno.test("HMAC-SM3: keys shorter and longer than a block, message in pieces", () => {
  const mac = "fc36f450e6b519261e5d5a367636d4f00859c4da272e307a2df5a80552920c8f"; // openssl dgst
  const key = fromHex("0102030405060708090a0b0c0d0e0f10");
  assert.equal(hex(hmacSm3(key, utf8("what do ya want "), utf8("for nothing?"))), mac);
  const long = new Uint8Array(100).fill(7);
  assert.equal(hex(hmacSm3(long, utf8("m"))), hex(hmacSm3(sm3(long), utf8("m"))));
  assert.equal(
    hex(new HmacSm3(key).update(utf8("ab")).update(utf8("c")).digest()),
    hex(hmacSm3(key, utf8("abc"))),
  );
});

Deno.test("HKDF-SM3 and PBKDF2-HMAC-SM3: values of openssl kdf", () => {
  assert.equal(
    hex(hkdfSm3(fromHex("0b0b0b"), fromHex("000102"), utf8("abc"), 42)),
    "b1ffa010016112f3a836e498193c2840762c5b4f7425198872e19b3fc6335e777aa3d251d6238c6a19d6",
  );
  assert.equal(
    hex(pbkdf2Sm3(utf8("abc"), fromHex("0001020304050607"), 1000, 40)),
    "412845ec8f643045068a5561bb7bb17ecaf8e44c90a01f18921bca2b54c6ecfeecc6e4c99f79c622",
  );
});

Deno.test("HKDF-SM3: a short output is a prefix of a longer one; 255 blocks is the end", () => {
  const long = hkdfSm3(utf8("key"), utf8("salt"), utf8("info"), 255 * 32);
  assert.deepEqual(hkdfSm3(utf8("key"), utf8("salt"), utf8("info"), 33), long.slice(0, 33));
  assert.throws(() => hkdfExpand(new Uint8Array(32), utf8(""), 255 * 32 + 1), LimitError);
});

Deno.test("PBKDF2: HMAC-SM3 agrees with the generic definition", () => {
  const password = utf8("passphrase"), salt = utf8("salt");
  const expected = new Uint8Array(64);
  for (const i of [1, 2]) {
    let u = hmacSm3(password, salt, Uint8Array.of(0, 0, 0, i));
    const t = u.slice();
    for (let n = 1; n < 5; n++) {
      u = hmacSm3(password, u);
      for (let j = 0; j < 32; j++) t[j] = t[j]! ^ u[j]!;
    }
    expected.set(t, 32 * (i - 1));
  }
  assert.deepEqual(pbkdf2Sm3(password, salt, 5, 50), expected.slice(0, 50));
});

Deno.test("PBKDF2: HMAC-SHA-1, first case of RFC 6070; SHA-256 as the library has it", async () => {
  const password = utf8("password"), salt = utf8("salt");
  assert.equal(
    hex(await pbkdf2Key("sha1", password, salt, 1, 20)),
    "0c60c80f961f0e71f3a9b524af6012062fe037a6",
  );
  const expected = new Uint8Array(pbkdf2(sha256, password, salt, { c: 7, dkLen: 40 }));
  assert.deepEqual(await pbkdf2Key("sha256", password, salt, 7, 40), expected);
  assert.deepEqual(
    await pbkdf2Key("sm3", password, salt, 7, 40),
    pbkdf2Sm3(password, salt, 7, 40),
  );
});

Deno.test("scrypt: RFC 7914 §12, and its limits", async () => {
  const cost = { logN: 10, r: 8, p: 16 };
  const expected = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162" +
    "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";
  assert.equal(hex(scryptKey(utf8("password"), utf8("NaCl"), cost, 64)), expected);
  assert.equal(hex(await scryptKeyAsync(utf8("password"), utf8("NaCl"), cost, 64)), expected);
  for (
    const bad of [{ logN: 21, r: 8, p: 1 }, { logN: 0, r: 8, p: 1 }, { logN: 20, r: 8, p: 2 }]
  ) {
    assert.throws(() => scryptKey(utf8("p"), utf8("s"), bad, 32), LimitError);
  }
});

Deno.test("SM2 KDF: blocks are SM3(Z ‖ counter), the last one cut", () => {
  const z = utf8("shared");
  const expected = concat(sm3(z, Uint8Array.of(0, 0, 0, 1)), sm3(z, Uint8Array.of(0, 0, 0, 2)));
  assert.deepEqual(sm2Kdf(z, 40), expected.slice(0, 40));
  assert.equal(sm2Kdf(z, 0).length, 0);
});
