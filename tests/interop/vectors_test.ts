// The vector files of OpenSSL, Tongsuo and Wycheproof: every stanza passes or stands in UNSUPPORTED with a reason.
import assert from "node:assert/strict";
import { type Bytes, concat, equalConstantTime, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { AuthenticationError, InvalidKeyError } from "../../lib/errors.ts";
import { Sm4Gcm } from "../../lib/crypto/gcm.ts";
import { hmacSm3 } from "../../lib/crypto/hmac.ts";
import { decodePrivateKey, decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { decodePem } from "../../lib/crypto/keys/pem.ts";
import { decrypt, publicKeyOf, Sm2Signer, Sm2Verifier } from "../../lib/crypto/sm2.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { sm4Crypt, type Sm4Mode } from "../../lib/crypto/sm4-modes.ts";
import { testWithVectors } from "../support/vectors.ts";
import { readStanzas, type Stanza } from "./evp.ts";

/** What we do not offer. A line here that no vector uses fails the test, and so does a vector without one. */
const UNSUPPORTED: Record<string, string> = {
  "Cipher SM4-CCM":
    "needs the message's length before its first byte, so it cannot stream; GCM can",
  "Cipher SM4-XTS": "a mode for disk sectors; files and messages here are authenticated",
  "Verify of a digest": "no API verifies a raw digest without Z and ID (CVE-2026-23965)",
  "Sign of a digest": "no API signs a raw digest without Z and ID",
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
  if (kind === "Verify" || kind === "Sign") return `${kind} of a digest`;
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

/** Files that no test reads, and why. */
const UNUSED_FILES: Record<string, string> = {
  "wycheproof/sm4_ccm_test.json": UNSUPPORTED["Cipher SM4-CCM"]!,
};

testWithVectors("every file of SM2, SM3, SM4 and HMAC vectors has its test", "openssl", (path) => {
  const root = path.replace(/openssl\/?$/, "");
  const sources = ["vectors_test.ts", "../crypto/gbt_vectors_test.ts"]
    .map((name) => Deno.readTextFileSync(new URL(name, import.meta.url))).join();
  const files = ["gbt", "openssl", "wycheproof", TONGSUO].flatMap((folder) =>
    [...Deno.readDirSync(root + folder)].map(({ name }) => `${folder}/${name}`)
  );
  for (const file of files.filter((name) => !/LICENSE/.test(name))) {
    const named = sources.includes(file.slice(file.lastIndexOf("/") + 1));
    assert.ok(named || file in UNUSED_FILES, `${file} is neither read nor listed`);
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
