// CCM, MACs, ZUC and key containers with Bouncy Castle; CMAC, Salted__ files and PBKDF2 with openssl.
import assert from "node:assert/strict";
import { fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { decodePrivateKey } from "../../lib/crypto/keys/decode.ts";
import { encodePrivateKey } from "../../lib/crypto/keys/encode.ts";
import { decodePem } from "../../lib/crypto/keys/pem.ts";
import { readPkcs12 } from "../../lib/crypto/keys/pkcs12.ts";
import { pkcs12Id, writePkcs12 } from "../../lib/crypto/keys/pkcs12-write.ts";
import { encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { pbkdf2Sm3 } from "../../lib/crypto/pbkdf2.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { CCM_TAG_BYTES, ccmOpen, ccmSeal } from "../../lib/crypto/sm4-ccm.ts";
import { Sm4Mac } from "../../lib/crypto/sm4-mac.ts";
import { ZucCipher, ZucMac } from "../../lib/crypto/zuc.ts";
import { p2p } from "../support/executable.ts";
import { testUnless, testWithPrograms } from "../support/requires.ts";
import { BouncyCastle, hasBouncyCastle } from "./bouncy-castle.ts";
import { OpenSsl } from "./openssl.ts";

const unavailable = hasBouncyCastle() ? undefined : "needs java and Debian's libbcpkix-java";

testUnless(unavailable, "Bouncy Castle: CCM, CMAC, CBC-MAC and ZUC of any sizes", async () => {
  const bc = new BouncyCastle("BouncyCastleMore");
  const checks: Array<() => void> = [];
  for (let size = 0; size < 70; size += 3) {
    const key = randomBytes(16), data = randomBytes(size), aad = randomBytes(size % 40);
    const nonce = randomBytes(7 + size % 7), tagBytes = CCM_TAG_BYTES[size % 7]!;
    const sealed = ccmSeal(key, data, { nonce, aad, tagBytes });
    const theirs = bc.ask("ccm-seal", String(8 * tagBytes), key, nonce, aad, data);
    const opened = bc.ask("ccm-open", String(8 * tagBytes), key, nonce, aad, sealed);
    checks.push(() => {
      assert.equal(hex(theirs()), hex(sealed));
      assert.equal(hex(opened()), hex(data));
      assert.equal(hex(ccmOpen(key, theirs(), { nonce, aad, tagBytes })), hex(data));
    });
    for (const mode of ["cmac", "cbc-mac"] as const) {
      const mac = bc.ask(mode, "-", key, data);
      checks.push(() => assert.equal(hex(new Sm4Mac(mode, key).update(data).digest()), hex(mac())));
    }
    const iv = randomBytes(16);
    const stream = bc.ask("zuc", "-", key, iv, data), mac = bc.ask("zuc-mac", "-", key, iv, data);
    checks.push(() => {
      assert.equal(hex(new ZucCipher(key, iv).update(data)), hex(stream()));
      assert.equal(hex(new ZucMac(key, iv).update(data).digest()), hex(mac()));
    });
  }
  await bc.run();
  for (const check of checks) check();
});

testUnless(
  unavailable,
  "Bouncy Castle: PKCS#12 in BER and DER, and keys under AES, both ways",
  () =>
    OpenSsl.with(async (o) => {
      await o.run("genpkey", "-algorithm", "SM2", "-out", "k.pem");
      await o.run(
        ...["req", "-new", "-x509", "-sm3", "-key", "k.pem", "-days", "30", "-out", "c.pem"],
        ...["-sigopt", "distid:1234567812345678", "-subj", "/CN=alice"],
      );
      const secretKey = await decodePrivateKey(o.read("k.pem"));
      const der = encodePrivateKeyDer(secretKey);
      const certificate = decodePem(new TextDecoder().decode(o.read("c.pem")))[0]!.content;
      const passphrase = utf8("口令 secret");
      const bc = new BouncyCastle("BouncyCastleMore");
      // The one writes BER with 3DES and RC2, the other DER, the last 3DES for all.
      const kinds = ["PKCS12", "PKCS12-DEF", "PKCS12-3DES-3DES"];
      const theirs = kinds.map((kind) => bc.ask("p12-write", kind, passphrase, der, certificate));
      const id = pkcs12Id(publicKeyOf(secretKey));
      const content = {
        keys: [{ der, id, name: "alice" }],
        certificates: [{ der: certificate, id, name: "alice" }],
      };
      const options = { passphrase, prf: "sha256", cipher: "aes256", random: randomBytes } as const;
      const ours = await writePkcs12(content, options);
      const read = bc.ask("p12-read", "alice", passphrase, ours);
      const refused = bc.ask("p12-read", "alice", utf8("wrong"), ours);
      const encrypted = await encodePrivateKey(secretKey, options);
      const opened = bc.ask("pkcs8-read", "-", passphrase, encrypted);
      await bc.run();
      for (const [i, file] of theirs.entries()) {
        const { keys, certificates } = await readPkcs12(file(), passphrase);
        assert.deepEqual([keys.length, certificates.length], [1, 1], kinds[i]);
        assert.equal(keys[0]!.name, "alice");
        assert.equal(hex(certificates[0]!.der), hex(certificate));
        const again = await decodePrivateKey(file(), () => Promise.resolve(passphrase.slice()));
        assert.equal(hex(again), hex(secretKey), kinds[i]);
      }
      const number = (bytes: Uint8Array) => BigInt(`0x${hex(bytes)}`);
      assert.equal(number(read()), number(secretKey));
      assert.equal(number(opened()), number(secretKey));
      assert.throws(refused);
    }),
);

testWithPrograms("openssl: CMAC and PBKDF2-HMAC-SM3", ["openssl"], () =>
  OpenSsl.with(async (o) => {
    const key = randomBytes(16);
    for (const size of [0, 1, 16, 17, 1000, 70_000]) {
      const data = randomBytes(size);
      o.write("m", data);
      const mac = await o.run(
        ...["mac", "-cipher", "SM4-CBC", "-macopt", `hexkey:${hex(key)}`, "-in", "m", "CMAC"],
      );
      const digits = new TextDecoder().decode(mac).trim().toLowerCase();
      assert.equal(hex(new Sm4Mac("cmac", key).update(data).digest()), digits, `${size} bytes`);
    }
    for (const [length, iterations] of [[32, 1000], [77, 3]] as const) {
      const derived = await o.run(
        ...["kdf", "-binary", "-keylen", String(length), "-kdfopt", "digest:SM3"],
        ...["-kdfopt", "pass:abc", "-kdfopt", "hexsalt:0001020304050607"],
        ...["-kdfopt", `iter:${iterations}`, "PBKDF2"],
      );
      const ours = pbkdf2Sm3(utf8("abc"), fromHex("0001020304050607"), iterations, length);
      assert.equal(hex(ours), hex(derived));
    }
  }));

testWithPrograms("openssl enc: Salted__ files, both ways, in every mode and derivation", [
  "openssl",
], () =>
  OpenSsl.with(async (o) => {
    o.write("pass", "secret 口令\n");
    const run = async (line: string, expected = 0) => {
      const { code, stderr, stdoutBytes } = await p2p(line.split(" "), {
        home: `${o.folder}/home`,
        cwd: o.folder,
      });
      assert.equal(code, expected, `p2p ${line}: ${stderr}`);
      return stdoutBytes;
    };
    const pass = "pass:secret 口令";
    // Of their options, and of ours.
    const ways: ReadonlyArray<readonly [theirs: string, ours: string]> = [
      ["-sm4-cbc -pbkdf2 -md sm3", ""],
      ["-sm4-cbc -pbkdf2 -md sm3 -a", "-a"],
      ["-sm4-cbc -pbkdf2 -md sm3 -iter 777", "--iterations 777"],
      ["-sm4-cbc -pbkdf2", "--digest sha256"],
      ["-sm4-ctr -pbkdf2 -md sha512", "--mode ctr --digest sha512"],
      ["-sm4-cfb -pbkdf2 -md sm3", "--mode cfb"],
      ["-sm4-ofb -pbkdf2 -md sm3", "--mode ofb"],
      ["-sm4-ecb -pbkdf2 -md sm3", "--mode ecb"],
      ["-sm4-cbc -md sm3", "--old-kdf"],
      ["-sm4-cbc -md md5", "--old-kdf --digest md5"],
      ["-sm4-cbc", "--old-kdf --digest sha256"],
    ];
    const message = randomBytes(100_001);
    o.write("m", message);
    for (const [theirs, ours] of ways) {
      const flags = `--openssl --passphrase-file pass ${ours}`.trim();
      await o.run("enc", ...theirs.split(" "), "-pass", pass, "-in", "m", "-out", "theirs");
      const opened = await run(`sm4 decrypt ${flags.replace(" -a", "")} theirs`);
      assert.equal(hex(opened), hex(message), theirs);
      await run(`sm4 encrypt ${flags} -o ours --force m`);
      const back = await o.run("enc", "-d", ...theirs.split(" "), "-pass", pass, "-in", "ours");
      assert.equal(hex(back), hex(message), theirs);
    }
    // Of the field: openssl 3.0, the password "secret", read from a pipe byte by byte as from a file.
    o.write("sample", "U2FsdGVkX1/S3JEPW4ePZT9TJ5PsDZthf1DU4bdo5Oc=\n");
    o.write("secret", "secret\n");
    const sample = await run("sm4 decrypt --openssl --passphrase-file secret sample");
    assert.equal(new TextDecoder().decode(sample), "cms content");
    o.write("wrong", "wrong\n");
    await run("sm4 decrypt --openssl --passphrase-file wrong -o never ours", 3);
    await run("sm4 decrypt --openssl --passphrase-file pass -o never m", 1);
    o.write("short", "Salted__");
    await run("sm4 decrypt --openssl --passphrase-file pass -o never short", 1);
    await run("sm4 encrypt --openssl --passphrase-file pass --mode gcm m", 2);
    await run("sm4 encrypt --openssl --passphrase-file pass --iv 00 m", 2);
    await run("sm4 encrypt --passphrase-file pass --mode cbc m", 2);
    await run("sm4 encrypt --iterations 5 --mode cbc m", 2);
    await run("sm4 encrypt m", 2);
    assert.throws(() => o.read("never"));
  }));
