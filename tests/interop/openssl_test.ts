// The system's openssl and this code, in both directions: keys, signatures, encryption, modes, digests, KDFs.
import assert from "node:assert/strict";
import { type Bytes, hex, utf8 } from "../../lib/bytes.ts";
import { AuthenticationError } from "../../lib/errors.ts";
import { hkdfSm3 } from "../../lib/crypto/hkdf.ts";
import { hmacSm3 } from "../../lib/crypto/hmac.ts";
import { decodePrivateKey, decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { encodePrivateKeyPem, encodePublicKeyPem } from "../../lib/crypto/keys/encode.ts";
import { fingerprint } from "../../lib/crypto/keys/text.ts";
import { pbkdf2Sm3 } from "../../lib/crypto/pbkdf2.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import {
  decrypt,
  encrypt,
  generateKeyPair,
  publicKeyOf,
  Sm2Signer,
  Sm2Verifier,
} from "../../lib/crypto/sm2.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { sm4Crypt, type Sm4Mode } from "../../lib/crypto/sm4-modes.ts";
import { testWithPrograms } from "../support/requires.ts";
import { OpenSsl } from "./openssl.ts";

const ID = "1234567812345678";
const DISTID = ["-sigopt", `distid:${ID}`];
const passphrase = () => Promise.resolve(utf8("x y z"));

function withOpenSsl(name: string, run: (openssl: OpenSsl) => Promise<void>): void {
  testWithPrograms(`openssl: ${name}`, ["openssl"], () => OpenSsl.with(run));
}

withOpenSsl("its keys, in every form it writes, are read", async (o) => {
  await o.run("genpkey", "-algorithm", "SM2", "-out", "k.pem");
  const secret = await decodePrivateKey(o.read("k.pem"));
  const same = async (name: string) =>
    assert.equal(hex(await decodePrivateKey(o.read(name), passphrase)), hex(secret), name);
  await o.run("pkey", "-in", "k.pem", "-outform", "DER", "-out", "k.der");
  await o.run("ec", "-in", "k.pem", "-out", "sec1.pem");
  await o.run("ec", "-in", "k.pem", "-outform", "DER", "-out", "sec1.der");
  await o.run("ec", "-in", "k.pem", "-param_enc", "explicit", "-out", "explicit.pem");
  await o.run("ec", "-in", "k.pem", "-no_public", "-out", "nopub.pem");
  await o.run("ec", "-in", "k.pem", "-conv_form", "compressed", "-out", "compressed.pem");
  for (
    const name of ["k.der", "sec1.pem", "sec1.der", "explicit.pem", "nopub.pem", "compressed.pem"]
  ) await same(name);

  const pass = ["-passout", "pass:x y z"];
  for (const cipher of ["sm4-cbc", "aes-128-cbc", "aes-192-cbc", "aes-256-cbc"]) {
    for (const prf of ["hmacWithSHA1", "hmacWithSHA256", "hmacWithSHA512"]) {
      const how = ["-topk8", "-v2", cipher, "-v2prf", prf, "-out", "enc.pem"];
      await o.run("pkcs8", "-in", "k.pem", ...how, ...pass);
      await same("enc.pem");
    }
  }
  await o.run("pkcs8", "-topk8", "-in", "k.pem", "-scrypt", "-out", "scrypt.pem", ...pass);
  await same("scrypt.pem");
  for (const cipher of ["aes128", "aes256", "sm4-cbc"]) {
    await o.run("ec", "-in", "k.pem", `-${cipher}`, "-out", "old.pem", ...pass);
    await same("old.pem");
  }
  await assert.rejects(
    decodePrivateKey(o.read("old.pem"), () => Promise.resolve(utf8("no"))),
    AuthenticationError,
  );

  await o.run("pkey", "-in", "k.pem", "-pubout", "-out", "pub.pem");
  await o.run("pkey", "-in", "k.pem", "-pubout", "-outform", "DER", "-out", "pub.der");
  await o.run("ec", "-in", "k.pem", "-pubout", "-conv_form", "compressed", "-out", "pubc.pem");
  await o.run("ec", "-in", "k.pem", "-pubout", "-param_enc", "explicit", "-out", "pubx.pem");
  for (const name of ["pub.pem", "pub.der", "pubc.pem", "pubx.pem"]) {
    assert.equal(hex(decodePublicKey(o.read(name))), hex(publicKeyOf(secret)), name);
  }
});

withOpenSsl("reads our keys: plain, encrypted for it, public", async (o) => {
  const { secretKey, publicKey } = generateKeyPair();
  o.write("k.pem", await encodePrivateKeyPem(secretKey));
  o.write(
    "enc.pem",
    await encodePrivateKeyPem(secretKey, { passphrase: utf8("x y z"), prf: "sha256" }),
  );
  o.write("pub.pem", encodePublicKeyPem(publicKey));
  await o.run("pkey", "-in", "k.pem", "-check", "-noout");
  const plain = await o.run("pkey", "-in", "k.pem", "-outform", "DER");
  const opened = await o.run("pkey", "-in", "enc.pem", "-passin", "pass:x y z", "-outform", "DER");
  assert.equal(hex(opened), hex(plain));
  assert.equal(await o.succeeds("pkey", "-in", "enc.pem", "-passin", "pass:no"), false);
  const itsPublic = await o.run("pkey", "-in", "k.pem", "-pubout");
  assert.equal(new TextDecoder().decode(itsPublic), encodePublicKeyPem(publicKey));
  await o.run("pkey", "-pubin", "-in", "pub.pem", "-pubcheck", "-noout");
  await o.run("pkey", "-pubin", "-in", "pub.pem", "-outform", "DER", "-out", "pub.der");
  const digest = new TextDecoder().decode(await o.run("dgst", "-sm3", "pub.der"));
  assert.ok(digest.includes(`= ${fingerprint(publicKey).replaceAll(" ", "")}`), digest);
});

withOpenSsl("signatures, both ways, with the default, another and no ID", async (o) => {
  const { secretKey, publicKey } = generateKeyPair();
  o.write("k.pem", await encodePrivateKeyPem(secretKey));
  o.write("pub.pem", encodePublicKeyPem(publicKey));
  const message = randomBytes(1000);
  o.write("m", message);
  for (const id of [ID, "alice@例子.cn", ""]) {
    const option = ["-sigopt", `distid:${id}`];
    const ours = id === "" ? undefined : option;
    await o.run("dgst", "-sm3", "-sign", "k.pem", ...(ours ?? []), "-out", "s", "m");
    const verifier = new Sm2Verifier(publicKey, utf8(id)).update(message);
    assert.equal(verifier.verify(o.read("s")), true, id);
    o.write("s", new Sm2Signer(secretKey, utf8(id)).update(message).sign());
    await o.run("dgst", "-sm3", "-verify", "pub.pem", ...(ours ?? []), "-signature", "s", "m");
    assert.equal(
      await o.succeeds(
        "dgst",
        "-sm3",
        "-verify",
        "pub.pem",
        "-sigopt",
        "distid:x",
        "-signature",
        "s",
        "m",
      ),
      false,
    );
  }
});

withOpenSsl("encryption, both ways", async (o) => {
  const { secretKey, publicKey } = generateKeyPair();
  o.write("k.pem", await encodePrivateKeyPem(secretKey));
  o.write("pub.pem", encodePublicKeyPem(publicKey));
  for (const size of [1, 32, 300]) {
    const message = randomBytes(size);
    o.write("m", message);
    // A key stream of zeros (one byte in 256 has one) is to be made anew: GB/T 32918.4 §6.1 A5.
    do await o.run(
      "pkeyutl",
      "-encrypt",
      "-pubin",
      "-inkey",
      "pub.pem",
      "-in",
      "m",
      "-out",
      "c",
    ); while (hex(o.read("c")).endsWith(hex(message)));
    assert.equal(hex(decrypt(secretKey, o.read("c"))), hex(message));
    o.write("c", encrypt(publicKey, message));
    assert.equal(
      hex(await o.run("pkeyutl", "-decrypt", "-inkey", "k.pem", "-in", "c")),
      hex(message),
    );
  }
});

withOpenSsl("SM4 in all its modes, both ways", async (o) => {
  const key = randomBytes(16), iv = randomBytes(16);
  for (const mode of ["ecb", "cbc", "ctr", "cfb", "ofb"] satisfies Sm4Mode[]) {
    for (const size of [1, 16, 5000]) {
      const message = randomBytes(size);
      o.write("m", message);
      const vector = mode === "ecb" ? {} : { iv };
      const options = ["-K", hex(key), ...(mode === "ecb" ? [] : ["-iv", hex(iv)])];
      await o.run("enc", `-sm4-${mode}`, ...options, "-in", "m", "-out", "c");
      const sealed = sm4Crypt(mode, "encrypt", key, message, vector);
      assert.equal(hex(o.read("c")), hex(sealed), `${mode} ${size}`);
      assert.equal(hex(sm4Crypt(mode, "decrypt", key, o.read("c"), vector)), hex(message));
    }
  }
});

withOpenSsl("SM3, HMAC-SM3, HKDF, PBKDF2", async (o) => {
  const message = randomBytes(777), key = randomBytes(20), salt = randomBytes(9);
  o.write("m", message);
  const tail = (out: Uint8Array) => new TextDecoder().decode(out).trim().split("= ").at(-1)!;
  const colons = (bytes: Bytes) => hex(bytes).toUpperCase().match(/../g)!.join(":");
  assert.equal(tail(await o.run("dgst", "-sm3", "m")), hex(sm3(message)));
  assert.equal(
    tail(await o.run("dgst", "-sm3", "-mac", "hmac", "-macopt", `hexkey:${hex(key)}`, "m")),
    hex(hmacSm3(key, message)),
  );
  const opt = (...values: string[]) => values.flatMap((v) => ["-kdfopt", v]);
  const hkdf = opt("digest:SM3", `hexkey:${hex(key)}`, `hexsalt:${hex(salt)}`, "info:abc");
  assert.equal(
    tail(await o.run("kdf", "-keylen", "77", ...hkdf, "HKDF")),
    colons(hkdfSm3(key, salt, utf8("abc"), 77)),
  );
  const pbkdf2 = opt("digest:SM3", "pass:secret", `hexsalt:${hex(salt)}`, "iter:1234");
  assert.equal(
    tail(await o.run("kdf", "-keylen", "50", ...pbkdf2, "PBKDF2")),
    colons(pbkdf2Sm3(utf8("secret"), salt, 1234, 50)),
  );
});

withOpenSsl("keys and signatures with leading zeros, tried until they come", async (o) => {
  let shortX = 0, shortR = 0;
  for (let i = 0; i < 4000 && (shortX === 0 || shortR === 0); i++) {
    const { secretKey, publicKey } = generateKeyPair();
    const message = utf8("m");
    const signature = new Sm2Signer(secretKey).update(message).sign();
    const wantX = publicKey[1] === 0 && shortX === 0;
    const wantR = signature.length < 70 && shortR === 0;
    if (!wantX && !wantR) continue;
    o.write("k.pem", await encodePrivateKeyPem(secretKey));
    o.write("pub.pem", encodePublicKeyPem(publicKey));
    o.write("s", signature);
    o.write("m", message);
    await o.run("dgst", "-sm3", "-verify", "pub.pem", ...DISTID, "-signature", "s", "m");
    await o.run("pkeyutl", "-encrypt", "-pubin", "-inkey", "pub.pem", "-in", "m", "-out", "c");
    assert.deepEqual(decrypt(secretKey, o.read("c")), message);
    if (wantX) shortX++;
    if (wantR) shortR++;
  }
  assert.ok(shortX > 0 && shortR > 0, "no such key in 4000 tries");
});

withOpenSsl("certificates and requests it makes", async (o) => {
  await o.run("genpkey", "-algorithm", "SM2", "-out", "ca.key");
  await o.run("genpkey", "-algorithm", "SM2", "-out", "leaf.key");
  const subject = (name: string) => ["-subj", `/C=CN/CN=${name}`];
  const root = ["-x509", "-days", "30", "-out", "ca.pem"];
  await o.run("req", "-new", "-sm3", "-key", "ca.key", ...DISTID, ...subject("CA"), ...root);
  await o.run(
    "req",
    "-new",
    "-sm3",
    "-key",
    "leaf.key",
    ...DISTID,
    ...subject("a"),
    "-out",
    "l.csr",
  );
  const issue = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30"];
  const verifyId = ["-vfyopt", `distid:${ID}`];
  await o.run(
    "x509",
    "-req",
    "-sm3",
    "-in",
    "l.csr",
    ...verifyId,
    ...issue,
    ...DISTID,
    "-out",
    "l.pem",
  );
  await o.run("x509", "-in", "l.pem", "-outform", "DER", "-out", "l.der");
  const expected = publicKeyOf(await decodePrivateKey(o.read("leaf.key")));
  for (const name of ["l.csr", "l.pem", "l.der", "leaf.key"]) {
    assert.equal(hex(decodePublicKey(o.read(name))), hex(expected), name);
  }
});
