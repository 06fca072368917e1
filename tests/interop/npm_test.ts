// The npm packages sm-crypto, sm-crypto-v2 and gm-crypto, and this code, in both directions.
import assert from "node:assert/strict";
import gm from "gm-crypto";
import smCrypto from "sm-crypto";
import smCryptoV2 from "sm-crypto-v2";
import { type Bytes, concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { Sm4Gcm } from "../../lib/crypto/gcm.ts";
import { hkdfSm3 } from "../../lib/crypto/hkdf.ts";
import { hmacSm3 } from "../../lib/crypto/hmac.ts";
import { decodePrivateKey, decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { sm2Kdf } from "../../lib/crypto/sm2-kdf.ts";
import {
  decrypt,
  encrypt,
  generateKeyPair,
  publicKeyOf,
  Sm2Signer,
  Sm2Verifier,
  uncompress,
} from "../../lib/crypto/sm2.ts";
import { decodeSignature } from "../../lib/crypto/sm2-sign.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { sm4Crypt } from "../../lib/crypto/sm4-modes.ts";

const MESSAGE = utf8("中文 message, 长度 over thirty-two bytes 🙂");

/** What sm-crypto and sm-crypto-v2 have in common; everything travels as hex digits. */
interface SmCrypto {
  sm2: {
    generateKeyPairHex(): { privateKey: string; publicKey: string };
    doEncrypt(message: Uint8Array, publicKey: string, mode: 0 | 1, options?: object): string;
    doDecrypt(sealed: string, privateKey: string, mode: 0 | 1, options: object): Iterable<number>;
    doSignature(message: Uint8Array, privateKey: string, options: object): string;
    doVerifySignature(
      message: Uint8Array,
      signature: string,
      publicKey: string,
      options: object,
    ): boolean;
    compressPublicKeyHex(publicKey: string): string;
  };
  sm3(message: Uint8Array, options?: object): string;
  sm4: {
    encrypt(message: Uint8Array, key: string, options?: object): string;
    decrypt(sealed: string, key: string, options: object): Iterable<number>;
  };
}

const PACKAGES: Record<string, SmCrypto> = {
  "sm-crypto": smCrypto as SmCrypto,
  "sm-crypto-v2": smCryptoV2 as unknown as SmCrypto,
};
const array = { output: "array" } as const;

for (const [name, { sm2, sm3: itsSm3, sm4 }] of Object.entries(PACKAGES)) {
  Deno.test(`${name}: keys, compressed or not, both ways`, async () => {
    const pair = sm2.generateKeyPairHex();
    const secretKey = await decodePrivateKey(utf8(pair.privateKey));
    const publicKey = publicKeyOf(secretKey);
    assert.equal(hex(uncompress(publicKey)), pair.publicKey);
    assert.equal(hex(publicKey), sm2.compressPublicKeyHex(pair.publicKey));
    for (const digits of [pair.publicKey, pair.publicKey.slice(2), hex(publicKey)]) {
      assert.equal(hex(decodePublicKey(utf8(digits))), hex(publicKey));
    }
  });

  Deno.test(`${name}: encryption in both orders, without 04, both ways`, () => {
    const { secretKey, publicKey } = generateKeyPair();
    const itsPublic = hex(uncompress(publicKey));
    for (const [mode, format] of [[1, "c1c3c2"], [0, "c1c2c3"]] as const) {
      const sealed = fromHex(sm2.doEncrypt(MESSAGE, itsPublic, mode));
      assert.equal(hex(decrypt(secretKey, sealed, format)), hex(MESSAGE));
      assert.equal(hex(decrypt(secretKey, sealed)), hex(MESSAGE), "detected");
      const ours = hex(encrypt(publicKey, MESSAGE, undefined, format)).slice(2);
      const opened = sm2.doDecrypt(ours, hex(secretKey), mode, array);
      assert.equal(hex(Uint8Array.from(opened)), hex(MESSAGE));
    }
  });

  Deno.test(`${name}: signatures, DER and raw, both ways`, () => {
    const { secretKey, publicKey } = generateKeyPair();
    const itsPublic = hex(uncompress(publicKey));
    for (const userId of ["1234567812345678", "alice"]) {
      for (const form of [true, false]) {
        const options = { hash: true, der: form, userId };
        const signature = fromHex(sm2.doSignature(MESSAGE, hex(secretKey), options));
        const verifier = new Sm2Verifier(publicKey, utf8(userId)).update(MESSAGE);
        assert.equal(verifier.verify(decodeSignature(signature)), true);
      }
      const ours = new Sm2Signer(secretKey, utf8(userId)).update(MESSAGE).sign();
      const options = { hash: true, der: true, userId };
      assert.equal(sm2.doVerifySignature(MESSAGE, hex(ours), itsPublic, options), true);
    }
  });

  Deno.test(`${name}: SM3 and HMAC-SM3`, () => {
    const message = randomBytes(300), key = randomBytes(32);
    assert.equal(itsSm3(message), hex(sm3(message)));
    assert.equal(itsSm3(message, { key: hex(key), mode: "hmac" }), hex(hmacSm3(key, message)));
  });

  Deno.test(`${name}: SM4 ECB and CBC, both ways`, () => {
    const key = randomBytes(16), iv = randomBytes(16);
    for (const mode of ["ecb", "cbc"] as const) {
      const vector = mode === "ecb" ? {} : { iv };
      const options = { mode, iv: hex(iv) };
      const sealed = sm4Crypt(mode, "encrypt", key, MESSAGE, vector);
      assert.equal(sm4.encrypt(MESSAGE, hex(key), options), hex(sealed));
      const opened = sm4.decrypt(hex(sealed), hex(key), { ...options, ...array });
      assert.equal(hex(Uint8Array.from(opened)), hex(MESSAGE));
    }
  });
}

Deno.test("sm-crypto-v2: DER ciphertexts, both ways, long ones too", () => {
  const { secretKey, publicKey } = generateKeyPair();
  const itsPublic = hex(uncompress(publicKey));
  const { sm2 } = smCryptoV2;
  for (const size of [1, 20, 100, 200, 70_000]) {
    const message = randomBytes(size);
    // GB/T 32918.4 §6.1 A5: a key stream of zeros is to be made anew. One byte in 256 has one, and sm-crypto-v2 sends it.
    let sealed: string;
    do sealed = sm2.doEncrypt(message, itsPublic, 1, { asn1: true }); while (
      sealed.endsWith(hex(message))
    );
    assert.equal(hex(decrypt(secretKey, fromHex(sealed))), hex(message), `${size} bytes`);
    const ours = hex(encrypt(publicKey, message));
    const opened = sm2.doDecrypt(ours, hex(secretKey), 1, { output: "array", asn1: true });
    assert.equal(hex(opened), hex(message), `${size} bytes`);
  }
});

Deno.test("sm-crypto-v2: SM4-GCM, the SM2 KDF and HKDF", () => {
  const key = randomBytes(16), iv = randomBytes(12), aad = randomBytes(20);
  const options = { mode: "gcm", iv: hex(iv), associatedData: hex(aad), outputTag: true } as const;
  const sealed = smCryptoV2.sm4.encrypt(MESSAGE, hex(key), { ...options, output: "string" });
  const ours = new Sm4Gcm(key).seal(iv, MESSAGE, aad);
  assert.equal(sealed.output + sealed.tag, hex(ours));
  const opened = smCryptoV2.sm4.decrypt(ours.slice(0, -16), hex(key), {
    ...options,
    tag: hex(ours.slice(-16)),
    output: "array",
  });
  assert.equal(hex(opened), hex(MESSAGE));
  assert.equal(hex(smCryptoV2.kdf(aad, 50)), hex(sm2Kdf(aad, 50)));
  assert.equal(hex(smCryptoV2.hkdf(key, iv, aad, 70)), hex(hkdfSm3(key, iv, aad, 70)));
});

const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

Deno.test("gm-crypto: keys and encryption in both orders, both ways", async () => {
  const pair = gm.SM2.generateKeyPair();
  const secretKey = await decodePrivateKey(utf8(pair.privateKey));
  const publicKey = publicKeyOf(secretKey);
  assert.equal(hex(decodePublicKey(utf8(pair.publicKey))), hex(publicKey));
  const { C1C3C2, C1C2C3 } = gm.SM2.constants;
  for (const [mode, format] of [[C1C3C2, "c1c3c2"], [C1C2C3, "c1c2c3"]] as const) {
    const sealed = new Uint8Array(gm.SM2.encrypt(buffer(MESSAGE), pair.publicKey, { mode }));
    assert.equal(hex(decrypt(secretKey, sealed)), hex(MESSAGE));
    const ours = withoutPrefix(encrypt(publicKey, MESSAGE, undefined, format));
    const opened = gm.SM2.decrypt(buffer(ours), pair.privateKey, { mode });
    assert.equal(hex(new Uint8Array(opened)), hex(MESSAGE));
  }
});

function withoutPrefix(sealed: Bytes): Bytes {
  assert.equal(sealed[0], 0x04);
  return sealed.slice(1);
}

Deno.test("gm-crypto: SM3, SM4 ECB and CBC, both ways", () => {
  assert.equal(hex(new Uint8Array(gm.SM3.digest(buffer(MESSAGE)))), hex(sm3(MESSAGE)));
  const key = randomBytes(16), iv = randomBytes(16);
  for (const mode of ["ecb", "cbc"] as const) {
    const constant = mode === "ecb" ? gm.SM4.constants.ECB : gm.SM4.constants.CBC;
    const options = { mode: constant, ...(mode === "ecb" ? {} : { iv: hex(iv) }) };
    const sealed = sm4Crypt(mode, "encrypt", key, MESSAGE, mode === "ecb" ? {} : { iv });
    const theirs = gm.SM4.encrypt(buffer(MESSAGE), hex(key), options);
    assert.equal(hex(new Uint8Array(theirs)), hex(sealed), mode);
    const opened = gm.SM4.decrypt(buffer(sealed), hex(key), options);
    assert.equal(hex(new Uint8Array(opened)), hex(MESSAGE), mode);
  }
});

Deno.test("a ciphertext of every first byte that a bare x can have is told apart", () => {
  const { secretKey, publicKey } = generateKeyPair();
  const wanted = new Set([0x00, 0x02, 0x03, 0x04, 0x30]); // what 04, 02, 03 and DER begin with
  for (let i = 0; i < 20_000 && wanted.size > 0; i++) {
    const k = randomBytes(32);
    const x = publicKeyOf(k)[1]!;
    if (!wanted.delete(x)) continue;
    for (const format of ["c1c3c2", "c1c2c3"] as const) {
      const sealed = encrypt(publicKey, MESSAGE, () => k.slice(), format);
      assert.equal(sealed[1], x);
      assert.equal(hex(decrypt(secretKey, sealed)), hex(MESSAGE), `04, then ${x}`);
      assert.equal(hex(decrypt(secretKey, withoutPrefix(sealed))), hex(MESSAGE), `bare ${x}`);
      const compressed = concat(publicKeyOf(k), sealed.subarray(65));
      assert.equal(hex(decrypt(secretKey, compressed)), hex(MESSAGE), `compressed ${x}`);
    }
  }
  assert.deepEqual([...wanted], []);
});
