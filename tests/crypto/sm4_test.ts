// SM4, its modes and SM4-GCM against the standard's and RFC 8998's values, and as properties.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { AuthenticationError, FormatError, InvalidKeyError } from "../../lib/errors.ts";
import { GCM_TAG_BYTES, Sm4Gcm, Sm4GcmStream } from "../../lib/crypto/gcm.ts";
import { Sm4 } from "../../lib/crypto/sm4.ts";
import { sm4Crypt, type Sm4Mode, sm4Stream } from "../../lib/crypto/sm4-modes.ts";
import { SBOX } from "../../scripts/kernel/sm4-facts.ts";

const KEY = fromHex("0123456789abcdeffedcba9876543210");

Deno.test("SM4: GB/T 32907 A.1 and, a million times over, A.2", () => {
  const cipher = new Sm4(KEY);
  const block = KEY.slice();
  cipher.encryptBlock(block, 0, block, 0);
  assert.equal(hex(block), "681edf34d206965e86b3e94f536e4246");
  for (let i = 1; i < 1_000_000; i++) cipher.encryptBlock(block, 0, block, 0);
  assert.equal(hex(block), "595298c7c6fd271f0402f804c33d3f66");
});

Deno.test("SM4: the S-box is the affine, inversion, affine map over GF(2⁸) that it is known to be", () => {
  const times = (a: number, b: number) => {
    let product = 0;
    for (let bit = 0; bit < 8; bit++) {
      if (b & (1 << bit)) product ^= a;
      a = a & 0x80 ? (a << 1) ^ 0x1f5 : a << 1;
    }
    return product;
  };
  const inverse = (x: number) => {
    for (let y = 1; y < 256; y++) if (times(x, y) === 1) return y;
    return 0;
  };
  const affine = (x: number) => {
    let y = 0;
    for (let row = 0; row < 8; row++) {
      const mask = ((0xa7 << row) | (0xa7 >> (8 - row))) & 0xff;
      let parity = 0;
      for (let bit = 0; bit < 8; bit++) parity ^= (x & mask) >> bit & 1;
      y |= parity << row;
    }
    return y ^ 0xd3;
  };
  for (let x = 0; x < 256; x++) assert.equal(SBOX[x], affine(inverse(affine(x))), `S(${x})`);
});

Deno.test("SM4: decryption inverts encryption; keys of other sizes are refused", () => {
  fc.assert(fc.property(
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    (key, block) => {
      const cipher = new Sm4(key);
      const out = block.slice();
      cipher.encryptBlock(out, 0, out, 0);
      cipher.decryptBlock(out, 0, out, 0);
      assert.deepEqual(out, block);
    },
  ));
  for (const size of [0, 15, 17, 32]) {
    assert.throws(() => new Sm4(new Uint8Array(size)), InvalidKeyError);
  }
});

Deno.test("SM4 modes: what goes in comes out again, however it is cut", () => {
  const iv = fromHex("000102030405060708090a0b0c0d0e0f");
  fc.assert(fc.property(
    fc.constantFrom<Sm4Mode>("ecb", "cbc", "ctr", "cfb", "ofb"),
    fc.uint8Array({ maxLength: 100 }),
    fc.array(fc.nat(40), { maxLength: 5 }),
    (mode, data, cuts) => {
      const options = mode === "ecb" ? {} : { iv };
      const whole = sm4Crypt(mode, "encrypt", KEY, data, options);
      assert.deepEqual(pieces(sm4Stream(mode, "encrypt", KEY, options), data, cuts), whole);
      assert.deepEqual(pieces(sm4Stream(mode, "decrypt", KEY, options), whole, cuts), data);
    },
  ));
});

function pieces(
  stream: { update(chunk: Uint8Array): Bytes; finish(): Bytes },
  data: Uint8Array,
  cuts: number[],
): Bytes {
  const parts: Bytes[] = [];
  for (const cut of cuts) {
    parts.push(stream.update(data.subarray(0, cut)));
    data = data.subarray(cut);
  }
  return concat(...parts, stream.update(data), stream.finish());
}

Deno.test("SM4-CTR: the counter runs through all 128 bits", () => {
  const zeros = new Uint8Array(32);
  const iv = fromHex("ffffffffffffffffffffffffffffffff");
  const wrapped = sm4Crypt("ctr", "encrypt", KEY, zeros, { iv });
  const second = sm4Crypt("ctr", "encrypt", KEY, zeros.slice(16), { iv: new Uint8Array(16) });
  assert.deepEqual(wrapped.slice(16), second);
});

Deno.test("SM4-CBC and ECB: bad padding, broken blocks, missing IVs", () => {
  const iv = new Uint8Array(16);
  const sealed = sm4Crypt("cbc", "encrypt", KEY, utf8("message"), { iv });
  const decrypt = (data: Uint8Array, key = KEY) => sm4Crypt("cbc", "decrypt", key, data, { iv });
  assert.throws(() => decrypt(sealed, KEY.slice().reverse()), AuthenticationError);
  assert.throws(() => decrypt(sealed.subarray(1)), AuthenticationError);
  assert.throws(() => decrypt(new Uint8Array(0)), AuthenticationError);
  assert.throws(
    () => sm4Crypt("cbc", "encrypt", KEY, utf8("x"), { iv, padding: false }),
    FormatError,
  );
  assert.throws(() => sm4Crypt("cbc", "encrypt", KEY, utf8("x")), InvalidKeyError);
  assert.throws(() => sm4Crypt("ecb", "encrypt", KEY, utf8("x"), { iv }), InvalidKeyError);
});

Deno.test("SM4-GCM: RFC 8998 appendix A.1", () => {
  const sealed = new Sm4Gcm(KEY).seal(
    fromHex("00001234567800000000abcd"),
    fromHex(
      "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd" +
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
    ),
    fromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
  );
  assert.equal(
    hex(sealed),
    "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735" +
      "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
      "83de3541e4c2b58177e065a9bf7b62ec",
  );
});

Deno.test("SM4-GCM: opens what it sealed; any changed bit is refused; streams agree", () => {
  fc.assert(fc.property(
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.uint8Array({ minLength: 12, maxLength: 12 }),
    fc.uint8Array({ maxLength: 80 }),
    fc.uint8Array({ maxLength: 40 }),
    fc.nat(),
    fc.array(fc.nat(30), { maxLength: 4 }),
    (key, nonce, text, aad, position, cuts) => {
      const aead = new Sm4Gcm(key);
      const sealed = aead.seal(nonce, text, aad);
      assert.equal(sealed.length, text.length + GCM_TAG_BYTES);
      assert.deepEqual(aead.open(nonce, sealed, aad), text);
      const damaged = sealed.slice();
      damaged[position % damaged.length]! ^= 1 << position % 8;
      assert.throws(() => aead.open(nonce, damaged, aad), AuthenticationError);
      assert.throws(() => aead.open(nonce, sealed, concat(aad, utf8("x"))), AuthenticationError);

      const stream = new Sm4GcmStream("seal", key, nonce, aad);
      const body = pieces(
        { update: (c) => stream.update(c), finish: () => stream.tag() },
        text,
        cuts,
      );
      assert.deepEqual(body, sealed);
      const opening = new Sm4GcmStream("open", key, nonce, aad);
      const finish = () => {
        opening.verify(sealed.subarray(text.length));
        return new Uint8Array(0);
      };
      const update = (c: Uint8Array) => opening.update(c);
      assert.deepEqual(pieces({ update, finish }, sealed.subarray(0, text.length), cuts), text);
    },
  ));
});

Deno.test("SM4-GCM: seals and opens in place; short input and odd nonces are refused", () => {
  const aead = new Sm4Gcm(KEY);
  const nonce = new Uint8Array(12);
  const text = utf8("in place");
  const buffer = concat(text, new Uint8Array(GCM_TAG_BYTES));
  const length = aead.sealInto(nonce, new Uint8Array(0), buffer.subarray(0, text.length), buffer);
  assert.deepEqual(buffer.subarray(0, length), aead.seal(nonce, text));
  assert.equal(aead.openInto(nonce, new Uint8Array(0), buffer, buffer), text.length);
  assert.deepEqual(buffer.slice(0, text.length), text);
  for (let size = 0; size < GCM_TAG_BYTES; size++) {
    assert.throws(() => aead.open(nonce, new Uint8Array(size)), AuthenticationError);
  }
  assert.throws(() => aead.seal(new Uint8Array(8), text), FormatError);
});

Deno.test("SM4-GCM: a failed opening leaves the output untouched", () => {
  const out = new Uint8Array(40);
  assert.throws(
    () => new Sm4Gcm(KEY).openInto(new Uint8Array(12), out, new Uint8Array(40), out),
    AuthenticationError,
  );
  assert.deepEqual(out, new Uint8Array(40));
});
