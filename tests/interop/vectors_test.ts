// The vector files of OpenSSL, Tongsuo and Wycheproof: every stanza passes or stands in UNSUPPORTED with a reason.
import assert from "node:assert/strict";
import { type Bytes, concat, equalConstantTime, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { AuthenticationError, InvalidKeyError, P2PError } from "../../lib/errors.ts";
import { Sm4Gcm } from "../../lib/crypto/gcm.ts";
import { hmacSm3 } from "../../lib/crypto/hmac.ts";
import { decodePrivateKey, decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { decodePem } from "../../lib/crypto/keys/pem.ts";
import { decrypt, publicKeyOf, Sm2Signer, Sm2Verifier } from "../../lib/crypto/sm2.ts";
import { decodePoint } from "../../lib/crypto/sm2-curve.ts";
import { isSignatureOf } from "../../lib/crypto/sm2-scheme.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { ccmOpen, ccmSeal } from "../../lib/crypto/sm4-ccm.ts";
import { sm4Xts } from "../../lib/crypto/sm4-xts.ts";
import { sm4Crypt, type Sm4Mode } from "../../lib/crypto/sm4-modes.ts";
import { testWithVectors } from "../support/vectors.ts";
import { readStanzas, type Stanza } from "./evp.ts";

/** What we do not offer. A line here that no vector uses fails the test, and so does a vector without one. */
const UNSUPPORTED: Record<string, string> = {
  "Sign of a digest": "OpenSSL's own refusal to sign the first time as the second",
  "Verify with SHA-512": "OpenSSL's own refusal of another digest; ours is always SM3",
  "KeyGen": "says nothing about the key; tests/crypto covers generation",
  "Digest other than SM3": "OpenSSL's file has a few SHA stanzas at its end",
  "Decrypt with SHAKE128": "OpenSSL's own refusal of another digest; ours is always SM3",
};

const text = (path: string) => Deno.readTextFileSync(path);

/** Values are hex, or text in double quotes. */
function value(stanza: Stanza, name: string): Bytes {
  const raw = stanza.values.get(name) ?? "";
  return raw.startsWith('"') ? utf8(raw.slice(1, -1)) : fromHex(raw);
}

function unsupported(stanza: Stanza): string | undefined {
  const { kind, subject, values } = stanza;
  if (kind === "Digest" && subject !== "SM3") return "Digest other than SM3";
  if (kind === "KeyGen") return "KeyGen";
  if (kind === "Sign") return "Sign of a digest";
  if (kind === "Verify" && values.get("Ctrl") !== "digest:SM3") return "Verify with SHA-512";
  if (kind === "Decrypt" && values.get("Ctrl") === "digest:SHAKE128") {
    return "Decrypt with SHAKE128";
  }
  return UNSUPPORTED[`${kind} ${subject}`] === undefined ? undefined : `${kind} ${subject}`;
}

async function check(stanza: Stanza): Promise<void> {
  switch (stanza.kind) {
    case "Digest":
      return assert.equal(hex(sm3(value(stanza, "Input"))), hex(value(stanza, "Output")));
    case "MAC":
      assert.equal(stanza.values.get("Algorithm"), "SM3");
      return assert.equal(
        hex(hmacSm3(value(stanza, "Key"), value(stanza, "Input"))),
        hex(value(stanza, "Output")),
      );
    case "Cipher":
      return checkCipher(stanza);
    case "Decrypt": {
      const pem = stanza.keys.get(stanza.subject);
      assert.ok(pem);
      const plain = decrypt(await decodePrivateKey(utf8(pem)), value(stanza, "Input"));
      return assert.equal(hex(plain), hex(value(stanza, "Output")));
    }
    case "Verify": {
      const key = await decodePrivateKey(utf8(stanza.keys.get(stanza.subject)!));
      const point = decodePoint(publicKeyOf(key));
      const signature = value(stanza, "Output");
      return assert.ok(isSignatureOf(point, value(stanza, "Input"), signature));
    }
    default:
      assert.fail(`no check for ${stanza.kind} ${stanza.subject}`);
  }
}

function checkCipher(stanza: Stanza): void {
  const mode = stanza.subject.replace("SM4-", "").toLowerCase();
  const [key, plain, sealed] = ["Key", "Plaintext", "Ciphertext"].map((n) => value(stanza, n));
  if (mode === "gcm") {
    const aead = new Sm4Gcm(key!);
    const nonce = value(stanza, "IV"), aad = value(stanza, "AAD");
    const whole = concat(sealed!, value(stanza, "Tag"));
    assert.equal(hex(aead.seal(nonce, plain!, aad)), hex(whole));
    return assert.equal(hex(aead.open(nonce, whole, aad)), hex(plain!));
  }
  if (mode === "ccm") {
    const parameters = { nonce: value(stanza, "IV"), aad: value(stanza, "AAD") };
    const whole = concat(sealed!, value(stanza, "Tag"));
    assert.equal(hex(ccmSeal(key!, plain!, parameters)), hex(whole));
    return assert.equal(hex(ccmOpen(key!, whole, parameters)), hex(plain!));
  }
  if (mode === "xts") {
    const standard = stanza.values.get("XTSStandard") === "IEEE" ? "ieee" : "gb";
    const iv = value(stanza, "IV");
    assert.equal(hex(sm4Xts(standard, "encrypt", key!, iv, plain!)), hex(sealed!));
    return assert.equal(hex(sm4Xts(standard, "decrypt", key!, iv, sealed!)), hex(plain!));
  }
  const iv = stanza.values.has("IV") ? { iv: value(stanza, "IV") } : {};
  const options = { ...iv, padding: false };
  assert.equal(hex(sm4Crypt(mode as Sm4Mode, "encrypt", key!, plain!, options)), hex(sealed!));
  assert.equal(hex(sm4Crypt(mode as Sm4Mode, "decrypt", key!, sealed!, options)), hex(plain!));
}

const TONGSUO = "tongsuo/test/recipes/30-test_evp_data";
const EVP_FILES = [
  "openssl/evpmd_sm3.txt",
  "openssl/evpmac_sm3.txt",
  "openssl/evpciph_sm4.txt",
  "openssl/evppkey_sm2.txt",
  `${TONGSUO}/evpciph_sm4.txt`,
  `${TONGSUO}/evppkey_sm2.txt`,
];

for (const file of EVP_FILES) {
  testWithVectors(`evp_test: ${file}`, file, async (path) => {
    const stanzas = readStanzas(text(path));
    assert.ok(stanzas.length > 0);
    for (const stanza of stanzas) {
      if (unsupported(stanza) !== undefined) continue;
      try {
        await check(stanza);
      } catch (cause) {
        throw new Error(`line ${stanza.line}: ${stanza.kind} ${stanza.subject}`, { cause });
      }
    }
  });
}

testWithVectors(
  "evp_test: the table of what is unsupported has no idle line",
  "openssl",
  (path) => {
    const root = path.replace(/openssl\/?$/, "");
    const used = new Set<string>();
    for (const file of EVP_FILES) {
      for (const stanza of readStanzas(text(root + file))) {
        const reason = unsupported(stanza);
        if (reason !== undefined) used.add(reason);
      }
    }
    assert.deepEqual([...used].sort(), Object.keys(UNSUPPORTED).sort());
  },
);

testWithVectors("every file of SM2, SM3, SM4 and HMAC vectors has its test", "openssl", (path) => {
  const root = path.replace(/openssl\/?$/, "");
  const sources = ["vectors_test.ts", "../crypto/gbt_vectors_test.ts"]
    .map((name) => Deno.readTextFileSync(new URL(name, import.meta.url))).join();
  const files = ["gbt", "openssl", "wycheproof", TONGSUO].flatMap((folder) =>
    [...Deno.readDirSync(root + folder)].map(({ name }) => `${folder}/${name}`)
  );
  for (const file of files.filter((name) => !/LICENSE/.test(name))) {
    const named = sources.includes(file.slice(file.lastIndexOf("/") + 1));
    assert.ok(named, `${file} is not read`);
  }
});

interface WycheproofFile {
  testGroups: {
    tagSize: number;
    tests: { tcId: number; key: string; msg: string; tag: string; result: string }[];
  }[];
}

testWithVectors("Wycheproof: HMAC-SM3", "wycheproof/hmac_sm3_test.json", (path) => {
  const file: WycheproofFile = JSON.parse(text(path));
  let count = 0;
  for (const { tagSize, tests } of file.testGroups) {
    for (const { tcId, key, msg, tag, result } of tests) {
      const mac = hmacSm3(fromHex(key), fromHex(msg)).subarray(0, tagSize / 8);
      const equal = equalConstantTime(mac, fromHex(tag));
      assert.equal(equal, result === "valid", `case ${tcId}`);
      count++;
    }
  }
  assert.equal(count, 174);
});

interface WycheproofAead {
  testGroups: {
    tagSize: number;
    tests: Record<"key" | "iv" | "aad" | "msg" | "ct" | "tag" | "result", string>[];
  }[];
}

testWithVectors("Wycheproof: SM4-CCM", "wycheproof/sm4_ccm_test.json", (path) => {
  const file: WycheproofAead = JSON.parse(text(path));
  let good = 0, bad = 0;
  for (const { tagSize, tests } of file.testGroups) {
    for (const test of tests) {
      const parameters = {
        nonce: fromHex(test.iv),
        aad: fromHex(test.aad),
        tagBytes: tagSize / 8,
      };
      const whole = concat(fromHex(test.ct), fromHex(test.tag));
      const open = () => ccmOpen(fromHex(test.key), whole, parameters);
      if (test.result === "valid") {
        assert.equal(hex(open()), test.msg);
        assert.equal(hex(ccmSeal(fromHex(test.key), fromHex(test.msg), parameters)), hex(whole));
        good++;
      } else {
        assert.throws(open, P2PError, JSON.stringify(test));
        bad++;
      }
    }
  }
  assert.equal(good + bad, 184);
  assert.ok(good > 50 && bad > 20, `${good} good, ${bad} bad`);
});

testWithVectors(
  "OpenSSL keys: named, explicit, SEC 1, public, certificates",
  "openssl",
  async (path) => {
    const read = (name: string) => Deno.readFileSync(`${path}/${name}`);
    const secret = await decodePrivateKey(read("sm2.key"));
    assert.equal(hex(decodePublicKey(read("sm2-pub.key"))), hex(publicKeyOf(secret)));
    assert.equal(hex(decodePublicKey(read("sm2.pem"))), hex(publicKeyOf(secret)));
    const root = await decodePrivateKey(read("sm2-root.key"));
    assert.equal(hex(decodePublicKey(read("sm2-root.crt"))), hex(publicKeyOf(root)));
    assert.equal((await decodePrivateKey(read("testec-sm2.pem"))).length, 32);
    for (const name of ["sm2-csr.pem", "sm2-ca-cert.pem"]) {
      assert.equal(decodePublicKey(read(name)).length, 33, name);
    }
    for (const name of ["sm2-explicit.pem", "sm2-named.pem"]) { // parameters hold no key
      assert.throws(() => decodePublicKey(read(name)), { code: "public-key.unreadable" }, name);
      const ec = utf8(
        new TextDecoder().decode(read(name)) + new TextDecoder().decode(read("sm2.key")),
      );
      assert.equal(hex(await decodePrivateKey(ec)), hex(secret), name);
    }
  },
);

testWithVectors("OpenSSL keys: n, n + 1 and n − 1 are refused", "openssl", async (path) => {
  for (const name of ["sm2_bad_0.pem", "sm2_bad_1.pem", "sm2_bad_neg1.pem"]) {
    await assert.rejects(decodePrivateKey(Deno.readFileSync(`${path}/${name}`)), InvalidKeyError);
  }
});

testWithVectors(
  "Tongsuo: keys match certificates, and sign",
  "tongsuo/test/certs/sm2",
  async (path) => {
    let pairs = 0;
    for (const { name } of Deno.readDirSync(path)) {
      if (!name.endsWith(".crt")) continue;
      const publicKey = decodePublicKey(Deno.readFileSync(`${path}/${name}`));
      const keyFile = `${path}/${name.replace(/(_expire)?\.crt$/, ".key")}`;
      let bytes: Uint8Array;
      try {
        bytes = Deno.readFileSync(keyFile);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) continue;
        throw error;
      }
      if (name.includes("expire")) continue; // made with keys that are not there
      const secretKey = await decodePrivateKey(bytes);
      assert.equal(hex(publicKeyOf(secretKey)), hex(publicKey), name);
      const signature = new Sm2Signer(secretKey).update(utf8(name)).sign();
      assert.ok(new Sm2Verifier(publicKey).update(utf8(name)).verify(signature));
      pairs++;
    }
    assert.ok(pairs >= 4, `${pairs} pairs`);
  },
);

testWithVectors(
  "OpenSSL: a certificate's own signature verifies",
  "openssl/sm2-root.crt",
  (path) => {
    // A self-signed root carries a signature over its TBSCertificate with the default ID.
    const [block] = decodePem(text(path));
    const { tbs, signature } = splitCertificate(block!.content);
    const publicKey = decodePublicKey(block!.content);
    assert.ok(new Sm2Verifier(publicKey).update(tbs).verify(signature));
    assert.ok(!new Sm2Verifier(publicKey, utf8("")).update(tbs).verify(signature));
  },
);

function splitCertificate(der: Uint8Array): { tbs: Uint8Array; signature: Uint8Array } {
  // SEQUENCE { tbs, algorithm, BIT STRING }, each with the two-byte long length of a certificate this size.
  const tbsLength = 4 + (der[6]! << 8 | der[7]!);
  const tbs = der.subarray(4, 4 + tbsLength);
  const algorithm = der.subarray(4 + tbsLength);
  const bits = algorithm.subarray(2 + algorithm[1]!);
  assert.equal(bits[0], 0x03);
  return { tbs, signature: bits.subarray(3) };
}

Deno.test("an SM4-GCM tag of the wrong length is refused", () => {
  const aead = new Sm4Gcm(new Uint8Array(16));
  const sealed = aead.seal(new Uint8Array(12), utf8("message"));
  for (let cut = 1; cut <= 16; cut++) {
    assert.throws(
      () => aead.open(new Uint8Array(12), sealed.subarray(0, sealed.length - cut)),
      AuthenticationError,
    );
  }
});
