// CCM, XTS, CMAC, CBC-MAC, GCM with short tags and ZUC: the answers of the standards, and what is refused.
import assert from "node:assert/strict";
import fc from "fast-check";
import { concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { AuthenticationError, FormatError, InvalidKeyError, LimitError } from "../../lib/errors.ts";
import { Sm4GcmStream } from "../../lib/crypto/gcm.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { Sm4 } from "../../lib/crypto/sm4.ts";
import { CCM_TAG_BYTES, ccmOpen, ccmSeal } from "../../lib/crypto/sm4-ccm.ts";
import { Sm4Mac } from "../../lib/crypto/sm4-mac.ts";
import { sm4Xts } from "../../lib/crypto/sm4-xts.ts";
import { eea3Iv, eia3Iv, ZucCipher, ZucKeyStream, ZucMac } from "../../lib/crypto/zuc.ts";

const KEY = fromHex("0123456789abcdeffedcba9876543210");

Deno.test("CCM of RFC 8998 A.2, and a changed byte anywhere", () => {
  const nonce = fromHex("00001234567800000000abcd");
  const aad = fromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const plain = fromHex(
    "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd" +
      "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
  );
  const sealed = ccmSeal(KEY, plain, { nonce, aad });
  assert.equal(
    hex(sealed),
    "48af93501fa62adbcd414cce6034d895dda1bf8f132f042098661572e7483094" +
      "fd12e518ce062c98acee28d95df4416bed31a2f04476c18bb40c84a74b97dc5b" +
      "16842d4fa186f56ab33256971fa110f4",
  );
  assert.equal(hex(ccmOpen(KEY, sealed, { nonce, aad })), hex(plain));
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at]! ^= 1;
    assert.throws(() => ccmOpen(KEY, changed, { nonce, aad }), AuthenticationError);
    assert.throws(() => ccmOpen(KEY, sealed.subarray(0, at), { nonce, aad }), AuthenticationError);
  }
  assert.throws(() => ccmOpen(KEY, sealed, { nonce }), AuthenticationError);
});

Deno.test("CCM of any sizes comes back; what the standard has not is refused", () => {
  fc.assert(fc.property(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ maxLength: 70 }),
    fc.integer({ min: 7, max: 13 }),
    fc.constantFrom(...CCM_TAG_BYTES),
    (plain, aad, nonceBytes, tagBytes) => {
      const parameters = { nonce: randomBytes(nonceBytes), aad, tagBytes };
      const sealed = ccmSeal(KEY, plain, parameters);
      assert.equal(sealed.length, plain.length + tagBytes);
      assert.equal(hex(ccmOpen(KEY, sealed, parameters)), hex(plain));
    },
  ));
  const nonce = new Uint8Array(13);
  for (const tagBytes of [0, 2, 3, 5, 15, 17]) {
    assert.throws(() => ccmSeal(KEY, nonce, { nonce, tagBytes }), FormatError);
  }
  for (const bytes of [0, 6, 14, 60]) {
    assert.throws(() => ccmSeal(KEY, nonce, { nonce: new Uint8Array(bytes) }), FormatError);
  }
  // Two bytes are left to count the message with.
  const most = new Uint8Array(65_535);
  assert.equal(ccmOpen(KEY, ccmSeal(KEY, most, { nonce }), { nonce }).length, most.length);
  assert.throws(() => ccmSeal(KEY, new Uint8Array(65_536), { nonce }), LimitError);
  // Additional data over 65,279 bytes has a longer length in front (SP 800-38C A.2.2).
  const aad = new Uint8Array(70_000);
  assert.equal(ccmOpen(KEY, ccmSeal(KEY, nonce, { nonce, aad }), { nonce, aad }).length, 13);
});

const XTS_KEY = fromHex("2b7e151628aed2a6abf7158809cf4f3c000102030405060708090a0b0c0d0e0f");
const XTS_IV = fromHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
const XTS_PLAIN = fromHex(
  "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17",
);

Deno.test("XTS of GB/T 17964-2021 and of IEEE 1619 are two, alike in their first block", () => {
  const expected = {
    gb: "e9538251c71d7b80bbe4483fef497bd12c5c581bd6242fc51e08964fb4f60fdb" +
      "0ba42f63499279213d318d2c11f6886e903be7f93a1b3479",
    ieee: "e9538251c71d7b80bbe4483fef497bd1b3db1a3e60408c575d63ff7db39f8326" +
      "0869f9e2585fec9f0b863bf8fd784b8627d16c0db6d2cfc7",
  };
  for (const standard of ["gb", "ieee"] as const) {
    const sealed = sm4Xts(standard, "encrypt", XTS_KEY, XTS_IV, XTS_PLAIN);
    assert.equal(hex(sealed), expected[standard]);
    assert.equal(hex(sm4Xts(standard, "decrypt", XTS_KEY, XTS_IV, sealed)), hex(XTS_PLAIN));
  }
  const short = sm4Xts(
    "gb",
    "encrypt",
    fromHex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0"),
    fromHex("9a785634120000000000000000000000"),
    fromHex("000102030405060708090a0b0c0d0e0f10"),
  );
  assert.equal(hex(short), "9e52443a35410ca0ba5637b94c0766f469");
});

Deno.test("XTS of any size comes back, and too short, too long or one key twice is refused", () => {
  fc.assert(fc.property(
    fc.uint8Array({ minLength: 16, maxLength: 200 }),
    fc.constantFrom("gb" as const, "ieee" as const),
    (data, standard) => {
      const sealed = sm4Xts(standard, "encrypt", XTS_KEY, XTS_IV, data);
      assert.equal(sealed.length, data.length);
      assert.equal(hex(sm4Xts(standard, "decrypt", XTS_KEY, XTS_IV, sealed)), hex(data));
    },
  ));
  const twice = concat(KEY, KEY);
  assert.throws(() => sm4Xts("gb", "encrypt", twice, XTS_IV, XTS_PLAIN), InvalidKeyError);
  assert.throws(() => sm4Xts("gb", "encrypt", KEY, XTS_IV, XTS_PLAIN), InvalidKeyError);
  assert.throws(() => sm4Xts("gb", "encrypt", XTS_KEY, KEY.subarray(1), KEY), InvalidKeyError);
  assert.throws(() => sm4Xts("gb", "encrypt", XTS_KEY, XTS_IV, KEY.subarray(1)), FormatError);
  const long = new Uint8Array(16 * 2 ** 20 + 1);
  assert.throws(() => sm4Xts("gb", "encrypt", XTS_KEY, XTS_IV, long), LimitError);
});

/** CBC-MAC block by block. */
function plainCbcMac(key: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = new Sm4(key);
  const state = new Uint8Array(16);
  for (let at = 0; at < Math.max(1, data.length); at += 16) {
    for (let i = 0; i < 16; i++) state[i]! ^= data[at + i] ?? 0;
    cipher.encryptBlock(state, 0, state, 0);
  }
  return state;
}

Deno.test("CBC-MAC and CMAC do not depend on the cut; CMAC of known answers", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (data, a, b) => {
      const cuts = [Math.min(a, data.length), Math.min(b, data.length)].sort((x, y) => x - y);
      const pieces = [data.slice(0, cuts[0]), data.slice(cuts[0], cuts[1]), data.slice(cuts[1])];
      for (const mode of ["cmac", "cbc-mac"] as const) {
        const whole = hex(new Sm4Mac(mode, KEY).update(data).digest());
        const code = new Sm4Mac(mode, KEY);
        for (const piece of pieces) code.update(piece);
        assert.equal(hex(code.digest()), whole, `${mode}, cut at ${cuts}`);
        if (mode === "cbc-mac") assert.equal(whole, hex(plainCbcMac(KEY, data)));
      }
    }),
  );
  // `openssl mac -cipher SM4-CBC -macopt hexkey:… CMAC` gives these.
  const answers: Readonly<Record<string, string>> = CMAC_ANSWERS;
  for (const [message, mac] of Object.entries(answers)) {
    assert.equal(hex(new Sm4Mac("cmac", KEY).update(utf8(message)).digest()), mac, message);
  }
});

const CMAC_ANSWERS = {
  "": "29e154322e5c7bd8ee6a25ba549b24bc",
  "abc": "8e75238ac2672a6aee408c1e251854d8",
  "exactly 16 bytes": "9adaf0df8835909810585d0af9fca340",
  "one and a half blocks of it": "553e9eb60109fa9085740694d4586222",
};

Deno.test("GCM tags of 12 to 16 bytes verify, shorter ones never", () => {
  const nonce = new Uint8Array(12), data = utf8("message");
  const sealing = new Sm4GcmStream("seal", KEY, nonce);
  const sealed = sealing.update(data);
  const tag = sealing.tag();
  for (let bytes = 0; bytes <= 16; bytes++) {
    const opening = new Sm4GcmStream("open", KEY, nonce);
    opening.update(sealed);
    const verify = () => opening.verify(tag.subarray(0, bytes));
    if (bytes >= 12) verify();
    else assert.throws(verify, AuthenticationError, `${bytes} bytes`);
  }
});

const ZERO = "0".repeat(32), ONES = "f".repeat(32);

Deno.test("ZUC: the key streams of GB/T 33133.1 appendix A", () => {
  const cases = [
    [ZERO, ZERO, 0x27bede74, 0x018082da],
    [ONES, ONES, 0x0657cfa0, 0x7096398b],
    [
      "3d4c4be96a82fdaeb58f641db17b455b",
      "84319aa8de6915ca1f6bda6bfbd8c766",
      0x14f1c272,
      0x3279c419,
    ],
  ] as const;
  for (const [key, iv, first, second] of cases) {
    const stream = new ZucKeyStream(fromHex(key), fromHex(iv));
    assert.deepEqual([stream.next() >>> 0, stream.next() >>> 0], [first, second]);
  }
  // The fourth set of 3GPP TS 35.222: the two thousandth word.
  const stream = new ZucKeyStream(
    fromHex("4d320bfad4c285bfd6b8bd00f39d8b41"),
    fromHex("52959daba0bf176ece2dc315049eb574"),
  );
  const words = Array.from({ length: 2000 }, () => stream.next() >>> 0);
  assert.deepEqual([words[0], words[1], words[1999]], [0xed4400e7, 0x0633e5c5, 0x7a574cdb]);
});

Deno.test("ZUC: 128-EEA3 of GB/T 33133.2 appendix A, in any cut", () => {
  const key = fromHex("173d14ba5003731d7a60049470f00a29");
  const iv = eea3Iv({ count: 0x66035492, bearer: 0x0f, direction: 0 });
  const plain = fromHex("6cf65340735552ab0c9752fa6f9025fe0bd675d9005875b2");
  // 193 bits: of the last byte, the first bit.
  const expected = "a6c85fc66afb8533aafc2518dfe784940ee1e4b030238cc8";
  const sealed = new ZucCipher(key, iv).update(plain);
  assert.equal(hex(sealed), expected);
  const cipher = new ZucCipher(key, iv);
  const pieces = [1, 2, 3, 5, 13].map((bytes, i, all) => {
    const start = all.slice(0, i).reduce((sum, n) => sum + n, 0);
    return cipher.update(sealed.subarray(start, start + bytes));
  });
  assert.equal(hex(concat(...pieces)), hex(plain));
  const second = new ZucCipher(
    fromHex("e5bd3ea0eb55ade866c6ac58bd54302a"),
    eea3Iv({ count: 0x56823, bearer: 0x18, direction: 1 }),
  );
  assert.equal(
    hex(second.update(fromHex("14a8ef693d678507bbe7270a7f67ff5006c3525b9807e467c4e56000ba338f5d"))),
    "131d43e0dea1be5c5a1bfd971d852cbf712d7b4f57961fea3208afa8bca433f4",
  );
});

Deno.test("ZUC: 128-EIA3 of GB/T 33133.3 appendix A, to the bit", () => {
  const cases = [
    [ZERO, 0, 0, 0, 1, "00", "c8a9595e"],
    [
      ...["47054125561eb2dda94059da05097850", 0x561eb2dd, 0x14, 0, 90] as const,
      ...["0".repeat(24), "6719a088"] as const,
    ],
    [
      ...["c9e6cec4607c72db000aefa88385ab0a", 0xa94059da, 0x0a, 1, 577] as const,
      "983b41d47d780c9e1ad11d7eb70391b1de0b35da2dc62f83e7b78d6306ca0ea0" +
      "7e941b7be91348f9fcb170e2217fecd97f9f68adb16e5d7d21e569d280ed775c" +
      "ebde3f4093c5388100000000",
      "fae8ff0b",
    ],
  ] as const;
  for (const [key, count, bearer, direction, bits, message, mac] of cases) {
    const code = new ZucMac(fromHex(key), eia3Iv({ count, bearer, direction }));
    assert.equal(hex(code.update(fromHex(message), bits).digest()), mac);
  }
  const [key, iv] = [KEY, KEY] as const;
  const data = randomBytes(77);
  const whole = hex(new ZucMac(key, iv).update(data).digest());
  for (let cut = 0; cut <= data.length; cut++) {
    const code = new ZucMac(key, iv).update(data.subarray(0, cut)).update(data.subarray(cut));
    assert.equal(hex(code.digest()), whole, `cut at ${cut}`);
  }
});

Deno.test("ZUC: keys, vectors and positions that are none", () => {
  assert.throws(() => new ZucKeyStream(KEY.subarray(1), KEY), InvalidKeyError);
  assert.throws(() => new ZucMac(KEY, new Uint8Array(12)), InvalidKeyError);
  assert.throws(() => new ZucMac(KEY, KEY).update(Uint8Array.of(1), 9), FormatError);
  const bad = [[-1, 0, 0], [2 ** 32, 0, 0], [0, 32, 0], [0, -1, 0], [0, 1.5, 0], [
    0,
    0,
    2,
  ]] as const;
  for (const [count, bearer, direction] of bad) {
    assert.throws(() => eea3Iv({ count, bearer, direction }), FormatError);
    assert.throws(() => eia3Iv({ count, bearer, direction }), FormatError);
  }
});
