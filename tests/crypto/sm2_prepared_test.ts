// Keys that are used often do what keys that are used once do, before they have a table and after.
import assert from "node:assert/strict";
import { hex, utf8 } from "../../lib/bytes.ts";
import {
  decrypt,
  generateKeyPair,
  Sm2EncryptionKey,
  Sm2Signer,
  Sm2SigningKey,
  Sm2Verifier,
  Sm2VerifyingKey,
} from "../../lib/crypto/sm2.ts";

/** More uses than a key has before its table. */
const USES = 8;

const ID = utf8("somebody");

Deno.test("a prepared signing key signs as a signer does, and its verifying key finds what is false", () => {
  const { secretKey, publicKey } = generateKeyPair();
  const signing = new Sm2SigningKey(secretKey, ID, publicKey);
  const verifying = new Sm2VerifyingKey(publicKey, ID);
  const other = new Sm2VerifyingKey(publicKey);
  for (let i = 0; i < USES; i++) {
    const message = utf8(`message ${i}`);
    const random = (length: number) => new Uint8Array(length).fill(i + 1);
    const signature = signing.sign(message, random);
    const once = new Sm2Signer(secretKey, ID).update(message).sign(random);
    assert.equal(hex(signature), hex(once));
    assert.ok(new Sm2Verifier(publicKey, ID).update(message).verify(signature));
    assert.ok(verifying.verify(message, signature));
    assert.ok(!verifying.verify(utf8("another"), signature));
    assert.ok(!other.verify(message, signature), "another ID");
    signature[signature.length - 1]! ^= 1;
    assert.ok(!verifying.verify(message, signature));
    assert.ok(!verifying.verify(message, new Uint8Array(70)));
  }
  signing.wipe();
});

Deno.test("what is encrypted to a prepared key is decrypted by its secret one", () => {
  const { secretKey, publicKey } = generateKeyPair();
  const key = new Sm2EncryptionKey(publicKey);
  for (let i = 0; i < USES; i++) {
    const message = utf8(`message ${i}`);
    assert.equal(hex(decrypt(secretKey, key.encrypt(message))), hex(message));
  }
});
