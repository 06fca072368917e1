// Bouncy Castle (Debian libbcprov-java) and this code, in both directions.
import assert from "node:assert/strict";
import { hex, utf8 } from "../../lib/bytes.ts";
import { AuthenticationError } from "../../lib/errors.ts";
import { Sm4Gcm } from "../../lib/crypto/gcm.ts";
import { hkdfSm3 } from "../../lib/crypto/hkdf.ts";
import { hmacSm3 } from "../../lib/crypto/hmac.ts";
import { decodePrivateKey, decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { encodePublicKeyDer } from "../../lib/crypto/keys/spki.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import {
  decrypt,
  ecdh,
  encrypt,
  generateKeyPair,
  publicKeyOf,
  Sm2Signer,
  Sm2Verifier,
  uncompress,
} from "../../lib/crypto/sm2.ts";
import { BouncyCastle, hasBouncyCastle } from "./bouncy-castle.ts";
import { testUnless } from "../support/requires.ts";

const unavailable = hasBouncyCastle() ? undefined : "needs java and Debian's libbcpkix-java";

testUnless(
  unavailable,
  "Bouncy Castle: encryption, signatures, ECDH, GCM, HMAC, HKDF, keys, both ways",
  async (t) => {
    const bc = new BouncyCastle("BouncyCastle");
    const { secretKey, publicKey } = generateKeyPair();
    const other = generateKeyPair();
    const point = uncompress(publicKey);
    const message = utf8("各方 both ways, longer than one block of the KDF ".repeat(3));
    const id = utf8("1234567812345678");
    const key = randomBytes(16), nonce = randomBytes(12), aad = randomBytes(21);
    const empty = new Uint8Array(0);
    const sealed = new Sm4Gcm(key).seal(nonce, message, aad);
    const damaged = sealed.slice();
    damaged[3]! ^= 1;
    const ourSignature = new Sm2Signer(secretKey, id).update(message).sign();

    const orders = ["c1c3c2", "c1c2c3"] as const;
    const theirCiphertexts = orders.map((order) => bc.ask("encrypt", order, point, message));
    const theirPlaintexts = orders.map((order) =>
      bc.ask("decrypt", order, secretKey, encrypt(publicKey, message, undefined, order))
    );
    const theirSignature = bc.ask("sign", "-", secretKey, id, message);
    const good = bc.ask("verify", "-", point, id, message, ourSignature);
    const wrongId = bc.ask("verify", "-", point, utf8("x"), message, ourSignature);
    const agreed = bc.ask("ecdh", "-", secretKey, uncompress(other.publicKey));
    const theirSealed = bc.ask("gcm-seal", "-", key, nonce, aad, message);
    const theirEmpty = bc.ask("gcm-seal", "-", key, nonce, aad, empty);
    const theirOpened = bc.ask("gcm-open", "-", key, nonce, aad, sealed);
    const theirRefusal = bc.ask("gcm-open", "-", key, nonce, aad, damaged);
    const mac = bc.ask("hmac", "-", key, message);
    const derived = bc.ask("hkdf", "77", key, nonce, aad);
    const theirRead = bc.ask("read-private", "-", encodePrivateKeyDer(secretKey));
    const theirPoint = bc.ask("read-public", "-", encodePublicKeyDer(publicKey));
    const theirPrivate = bc.ask("generate", "private");
    const theirPublic = bc.ask("generate", "public");
    await bc.run();

    await t.step("encryption", () => {
      orders.forEach((order, i) => {
        assert.equal(hex(decrypt(secretKey, theirCiphertexts[i]!(), order)), hex(message));
        assert.equal(hex(decrypt(secretKey, theirCiphertexts[i]!())), hex(message), "detected");
        assert.equal(hex(theirPlaintexts[i]!()), hex(message));
      });
    });
    await t.step("signatures", () => {
      assert.ok(new Sm2Verifier(publicKey, id).update(message).verify(theirSignature()));
      assert.deepEqual([...good(), ...wrongId()], [1, 0]);
    });
    await t.step("ECDH", () => {
      assert.equal(hex(agreed()), hex(ecdh(secretKey, other.publicKey)));
      assert.equal(hex(agreed()), hex(ecdh(other.secretKey, publicKey)));
    });
    await t.step("SM4-GCM", () => {
      assert.equal(hex(theirSealed()), hex(sealed));
      assert.equal(hex(theirEmpty()), hex(new Sm4Gcm(key).seal(nonce, empty, aad)));
      assert.equal(hex(theirOpened()), hex(message));
      assert.throws(theirRefusal, /InvalidCipherText/);
      assert.throws(() => new Sm4Gcm(key).open(nonce, damaged, aad), AuthenticationError);
    });
    await t.step("HMAC-SM3 and HKDF", () => {
      assert.equal(hex(mac()), hex(hmacSm3(key, message)));
      assert.equal(hex(derived()), hex(hkdfSm3(key, nonce, aad, 77)));
    });
    await t.step("keys", async () => {
      assert.equal(BigInt("0x" + hex(theirRead())), BigInt("0x" + hex(secretKey)));
      assert.equal(hex(theirPoint()), hex(point));
      assert.equal(publicKeyOf(await decodePrivateKey(theirPrivate())).length, 33);
      assert.equal(decodePublicKey(theirPublic()).length, 33);
    });
  },
);
