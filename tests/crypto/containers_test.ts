// Containers of keys: PKCS#12 both ways and in BER, SM2EnvelopedKey, CFCA's files, files with two keys.
import assert from "node:assert/strict";
import fc from "fast-check";
import { base64, type Bytes, concat, hex, utf8 } from "../../lib/bytes.ts";
import { AuthenticationError, FormatError, P2PError } from "../../lib/errors.ts";
import { berToDer } from "../../lib/crypto/ber.ts";
import {
  contextTag,
  der,
  derBits,
  derNumber,
  derOctets,
  derOid,
  DerReader,
  derSequence,
  Tag,
} from "../../lib/crypto/der.ts";
import {
  decodePrivateKey,
  decodePrivateKeys,
  decodePublicKey,
  isEncryptedPrivateKey,
  openKeyFile,
} from "../../lib/crypto/keys/decode.ts";
import { encodePrivateKeyPem } from "../../lib/crypto/keys/encode.ts";
import { sealEnvelopedKey } from "../../lib/crypto/keys/enveloped-key.ts";
import { SM2_CURVE } from "../../lib/crypto/keys/oids.ts";
import { encodePem } from "../../lib/crypto/keys/pem.ts";
import { readPkcs12 } from "../../lib/crypto/keys/pkcs12.ts";
import { pkcs12Id, writePkcs12 } from "../../lib/crypto/keys/pkcs12-write.ts";
import { encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { encodePublicKeyDer } from "../../lib/crypto/keys/spki.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair, publicKeyOf } from "../../lib/crypto/sm2.ts";
import { sm2Kdf } from "../../lib/crypto/sm2-kdf.ts";
import { sm4Crypt } from "../../lib/crypto/sm4-modes.ts";

const signing = generateKeyPair(), encryption = generateKeyPair();
const PASSPHRASE = utf8("密码 secret");
const ask = (passphrase: Uint8Array = PASSPHRASE) => () =>
  Promise.resolve(new Uint8Array(passphrase));
const wrong = ask(utf8("wrong"));
const FAST = { iterations: 10, random: randomBytes } as const;

/** A certificate as far as keys are concerned: keyUsage of `bits`, and no signature to speak of. */
function certificate(publicKey: Uint8Array, bits?: number): Bytes {
  const empty = derSequence();
  const usage = bits === undefined ? [] : [der(
    contextTag(3),
    derSequence(derSequence(
      derOid("2.5.29.15"),
      der(Tag.boolean, Uint8Array.of(0xff)),
      derOctets(der(Tag.bitString, Uint8Array.of(3, bits))),
    )),
  )];
  const body = derSequence(
    der(contextTag(0), derNumber(2)),
    derNumber(1),
    empty,
    empty,
    empty,
    empty,
    encodePublicKeyDer(publicKey),
    ...usage,
  );
  return derSequence(body, derSequence(derOid(SM2_CURVE)), derBits(new Uint8Array(70)));
}

const SIGNING_CERTIFICATE = certificate(signing.publicKey, 0xc0);
const ENCRYPTION_CERTIFICATE = certificate(encryption.publicKey, 0x38);

for (const prf of ["sm3", "sha256"] as const) {
  for (const cipher of ["sm4", "aes256"] as const) {
    Deno.test(`PKCS#12 with ${cipher} and ${prf}: keys, certificates, names and ids come back`, async () => {
      const id = pkcs12Id(signing.publicKey);
      const content = {
        keys: [{ der: encodePrivateKeyDer(signing.secretKey), name: "爱丽丝", id }],
        certificates: [
          { der: SIGNING_CERTIFICATE, name: "爱丽丝", id },
          { der: ENCRYPTION_CERTIFICATE },
        ],
      };
      const file = await writePkcs12(content, { ...FAST, passphrase: PASSPHRASE, prf, cipher });
      const read = await readPkcs12(file, PASSPHRASE);
      assert.deepEqual(read, content);
      await assert.rejects(readPkcs12(file, utf8("wrong")), AuthenticationError);
      assert.equal(hex(await decodePrivateKey(file, ask())), hex(signing.secretKey));
      assert.equal(isEncryptedPrivateKey(file), true);
      await assert.rejects(decodePrivateKey(file, wrong), { code: "key.wrong-passphrase" });
      await assert.rejects(decodePrivateKey(file), { code: "private-key.unreadable" });
      assert.throws(() => decodePublicKey(file), { code: "public-key.unreadable" });
      const text = utf8(base64(file));
      assert.equal(hex(await decodePrivateKey(text, ask())), hex(signing.secretKey), "base64");
      const pem = utf8(encodePem("PKCS12", file));
      assert.equal(hex(await decodePrivateKey(pem, ask())), hex(signing.secretKey), "PEM");
    });
  }
}

Deno.test("PKCS#12: a changed byte never gives a key, and no other error", async () => {
  const content = { keys: [{ der: encodePrivateKeyDer(signing.secretKey) }], certificates: [] };
  const options = { ...FAST, passphrase: PASSPHRASE, prf: "sm3", cipher: "sm4" } as const;
  const file = await writePkcs12(content, options);
  for (let at = 0; at < file.length; at++) {
    const changed = file.slice();
    changed[at]! ^= 1 << at % 8;
    try {
      const read = await readPkcs12(changed, PASSPHRASE);
      // What only describes the file, as the place of a NULL, may be another.
      assert.deepEqual(read.keys, content.keys, `byte ${at}`);
    } catch (error) {
      assert.ok(error instanceof P2PError, `byte ${at}: ${error}`);
    }
    await assert.rejects(readPkcs12(file.subarray(0, at), PASSPHRASE), P2PError);
  }
});

/** `bytes`, DER, with indefinite lengths, and strings in pieces. */
function indefinite(bytes: Uint8Array, piece: number): Bytes {
  const { tag, content } = new DerReader(bytes).any();
  if (tag === Tag.octetString && content.length > piece) {
    const pieces: Bytes[] = [];
    for (let at = 0; at < content.length; at += piece) {
      pieces.push(derOctets(content.subarray(at, at + piece)));
    }
    return concat(Uint8Array.of(0x24, 0x80), ...pieces, Uint8Array.of(0, 0));
  }
  if ((tag & 0x20) === 0) return new Uint8Array(bytes);
  const children: Bytes[] = [];
  const reader = new DerReader(content);
  while (!reader.done) children.push(indefinite(reader.raw(), piece));
  return concat(Uint8Array.of(tag, 0x80), ...children, Uint8Array.of(0, 0));
}

Deno.test("BER: indefinite lengths and strings in pieces are the same DER", async () => {
  const passphrase = PASSPHRASE;
  const content = { keys: [{ der: encodePrivateKeyDer(signing.secretKey) }], certificates: [] };
  const file = await writePkcs12(content, { ...FAST, passphrase, prf: "sm3", cipher: "sm4" });
  for (const piece of [1, 7, 1000, 100_000]) {
    const ber = indefinite(file, piece);
    assert.equal(hex(berToDer(ber)), hex(file), `pieces of ${piece}`);
    assert.equal(hex(await decodePrivateKey(ber, ask())), hex(signing.secretKey));
  }
  assert.equal(
    hex(berToDer(Uint8Array.of(0x30, 0x82, 0, 3, 2, 1, 5))),
    "3003020105",
    "long length",
  );
  const bad = [
    "30800201", // no end
    "308002010500", // half an end
    "2480020105 0000", // a string of integers
    "0480010500", // a primitive without a length
    "30030201", // cut
    "3003020105 00", // more behind
    "30 8900000000000000000003", // a length of nine bytes
    "3005 0403 0102", // a child longer than its parent
    "30 80".repeat(80), // deeper than any container
  ];
  for (const digits of bad) {
    const bytes = Uint8Array.fromHex(digits.replaceAll(" ", ""));
    assert.throws(() => berToDer(bytes), FormatError, digits);
  }
  const many = new Uint8Array(60_004);
  many.set([0x30, 0x82, 0xea, 0x60]);
  for (let at = 4; at < many.length; at += 2) many[at] = 5;
  assert.throws(() => berToDer(many), { code: "der.too-complex" });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        berToDer(bytes);
      } catch (error) {
        assert.ok(error instanceof FormatError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a file of two keys: the certificates beside them tell which is which, else the place", async () => {
  const options = { passphrase: PASSPHRASE, iterations: 10 };
  const [first, second] = [
    await encodePrivateKeyPem(signing.secretKey, options),
    await encodePrivateKeyPem(encryption.secretKey, options),
  ];
  const certificates = [SIGNING_CERTIFICATE, ENCRYPTION_CERTIFICATE]
    .map((one) => encodePem("CERTIFICATE", one));
  const usages = ["signing", "encryption"] as const;
  const keys = { signing, encryption };
  const plain = utf8(first + second);
  const swapped = utf8(second + certificates[1] + first + certificates[0]);
  for (const usage of usages) {
    for (const file of [plain, swapped]) {
      const key = await decodePrivateKey(file, ask(), { usage });
      assert.equal(hex(key), hex(keys[usage].secretKey), usage);
    }
    const dual = utf8(certificates.toReversed().join(""));
    assert.equal(hex(decodePublicKey(dual, { usage })), hex(keys[usage].publicKey));
  }
  let asked = 0;
  const once = () => {
    asked++;
    return ask()();
  };
  const all = await decodePrivateKeys(swapped, once, { usage: "encryption" });
  assert.deepEqual(all.map(hex), [hex(encryption.secretKey), hex(signing.secretKey)]);
  assert.equal(asked, 1);
  const { certificates: beside } = await openKeyFile(swapped, ask());
  assert.deepEqual(beside.map(hex), [ENCRYPTION_CERTIFICATE, SIGNING_CERTIFICATE].map(hex));
  const file = await writePkcs12({
    keys: [encryption, signing].map(({ secretKey }) => ({ der: encodePrivateKeyDer(secretKey) })),
    certificates: [{ der: SIGNING_CERTIFICATE }, { der: ENCRYPTION_CERTIFICATE }],
  }, { ...FAST, passphrase: PASSPHRASE, prf: "sm3", cipher: "sm4" });
  for (const usage of usages) {
    const key = await decodePrivateKey(file, ask(), { usage });
    assert.equal(hex(key), hex(keys[usage].secretKey), `PKCS#12, ${usage}`);
  }
});

Deno.test("SM2EnvelopedKey: for one key alone; its public key is there for everybody", async () => {
  const wrapped = sealEnvelopedKey(encryption.secretKey, signing.publicKey);
  const unwrap = () => Promise.resolve(signing.secretKey.slice());
  assert.equal(
    hex(await decodePrivateKey(wrapped, undefined, { unwrap })),
    hex(encryption.secretKey),
  );
  assert.equal(hex(decodePublicKey(wrapped)), hex(encryption.publicKey));
  const text = utf8(base64(wrapped));
  assert.equal(hex(await decodePrivateKey(text, undefined, { unwrap })), hex(encryption.secretKey));
  await assert.rejects(decodePrivateKey(wrapped), { code: "private-key.unreadable" });
  const other = () => Promise.resolve(generateKeyPair().secretKey);
  await assert.rejects(
    decodePrivateKey(wrapped, undefined, { unwrap: other }),
    { code: "key.other-envelope" },
  );
  for (let at = 0; at < wrapped.length; at++) {
    const changed = wrapped.slice();
    changed[at]! ^= 0x10;
    await decodePrivateKey(changed, undefined, { unwrap }).then(
      (key) => assert.equal(hex(key), hex(encryption.secretKey), `byte ${at}`),
      (error) => assert.ok(error instanceof P2PError, `byte ${at}: ${error}`),
    );
  }
});

/** A key file of CFCA, as its toolkit makes them. */
function cfcaFile(secretKey: Uint8Array, cert: Bytes, cipher = "1.2.156.10197.1.104"): Bytes {
  const derived = sm2Kdf(PASSPHRASE, 32);
  const iv = derived.slice(0, 16);
  const encrypted = sm4Crypt("cbc", "encrypt", derived.slice(16), secretKey, { iv });
  const data = derOid("1.2.156.10197.6.1.4.2.1");
  return derSequence(
    derNumber(1),
    derSequence(data, derOid(cipher), derOctets(encrypted)),
    derSequence(data, derOctets(cert)),
  );
}

Deno.test("CFCA's .sm2: the key by its passphrase, the public key from its certificate", async () => {
  for (const cipher of ["1.2.156.10197.1.104", "1.2.156.10197.1.104.2"]) {
    const file = cfcaFile(signing.secretKey, SIGNING_CERTIFICATE, cipher);
    for (const form of [file, utf8(base64(file)), utf8(encodePem("CFCA KEY", file))]) {
      assert.equal(hex(await decodePrivateKey(form, ask())), hex(signing.secretKey));
      assert.equal(hex(decodePublicKey(form)), hex(signing.publicKey));
      await assert.rejects(decodePrivateKey(form, wrong), { code: "key.wrong-passphrase" });
    }
  }
  // A key that lost a zero in front, as BigIntegers do.
  const short = new Uint8Array(32);
  short.set(signing.secretKey.subarray(1), 1);
  const digits = cfcaFile(short.subarray(1), certificate(publicKeyOf(short)));
  assert.equal(hex(await decodePrivateKey(digits, ask())), hex(short));
  // Another's certificate beside it: what the passphrase gave is not this key.
  await assert.rejects(
    decodePrivateKey(cfcaFile(signing.secretKey, ENCRYPTION_CERTIFICATE), ask()),
    { code: "key.wrong-passphrase" },
  );
});
