// Threats 1–6 of the threat list, each with the test that proves its defence (the handshake's part is in tests/session).
import assert from "node:assert/strict";
import { concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { InvalidKeyError, P2PError } from "../../lib/errors.ts";
import { derSequence, derUnsigned } from "../../lib/crypto/der.ts";
import { decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { decodePublicKeyText, encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import * as sm2 from "../../lib/crypto/sm2.ts";
import * as signing from "../../lib/crypto/sm2-sign.ts";
import { decodePoint, ORDER, toBytes32 } from "../../lib/crypto/sm2-curve.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { sources as allSources } from "../support/imports.ts";

const { secretKey, publicKey } = sm2.generateKeyPair();

/** Points that are none: off the curve, at infinity, not canonical, of small order on another curve. */
const BAD_POINTS: Record<string, string> = {
  "off the curve": "04" + "11".repeat(64),
  "all zero": "04" + "00".repeat(64),
  "infinity": "00",
  "y = 0 (order 2 on another curve)": "04" + "00".repeat(31) + "05" + "00".repeat(32),
  "x ≥ p": "02" + "ff".repeat(32),
  "x = p": "02fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff",
  "no root": "02" + "00".repeat(31) + "02",
  "hybrid": "06" + hex(sm2.uncompress(publicKey)).slice(2),
  "unknown prefix": "05" + hex(publicKey).slice(2),
  "empty": "",
};

Deno.test("threat 1: no bad point becomes a key, an ephemeral key or C1", () => {
  for (const [name, digits] of Object.entries(BAD_POINTS)) {
    const point = fromHex(digits);
    assert.throws(() => sm2.parsePublicKey(point), InvalidKeyError, name);
    assert.throws(() => sm2.uncompress(point), InvalidKeyError, name);
    assert.throws(() => sm2.ecdh(secretKey, point), InvalidKeyError, name);
    assert.throws(() => sm2.encrypt(point, utf8("m")), InvalidKeyError, name);
    assert.throws(() => new sm2.Sm2Verifier(point), InvalidKeyError, name);
    assert.throws(() => decodePublicKey(utf8(digits)), P2PError, name);
    assert.throws(() => sm2.decrypt(secretKey, concat(point, new Uint8Array(50))), P2PError, name);
  }
});

/** Bech32m as BIP 173 and 350 write it down, for any bytes. */
function bech32m(prefix: string, bytes: Uint8Array): string {
  const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.padEnd(Math.ceil(bits.length / 5) * 5, "0").match(/.{5}/g) ?? [];
  const data = groups.map((group) => parseInt(group, 2));
  const codes = [...prefix].map((c) => c.charCodeAt(0));
  const all = [...codes.map((c) => c >> 5), 0, ...codes.map((c) => c & 31), ...data];
  let sum = 1n;
  for (const value of [...all, 0, 0, 0, 0, 0, 0]) {
    const top = sum >> 25n;
    sum = (sum & 0x1ffffffn) << 5n ^ BigInt(value);
    const generator = [0x3b6a57b2n, 0x26508e6dn, 0x1ea119fan, 0x3d4233ddn, 0x2a1462b3n];
    generator.forEach((g, i) => sum ^= top >> BigInt(i) & 1n ? g : 0n);
  }
  sum ^= 0x2bc830a3n;
  const checksum = [25n, 20n, 15n, 10n, 5n, 0n].map((shift) => Number(sum >> shift & 31n));
  return prefix + "1" + [...data, ...checksum].map((value) => alphabet[value]).join("");
}

Deno.test("threat 1: text keys with a good checksum over a bad point are refused", () => {
  assert.equal(bech32m("p2p", publicKey), encodePublicKeyText(publicKey));
  for (const name of ["no root", "x ≥ p", "x = p", "unknown prefix"]) {
    const text = bech32m("p2p", fromHex(BAD_POINTS[name]!));
    assert.throws(() => decodePublicKeyText(text), InvalidKeyError, name);
  }
  for (const size of [0, 32, 34, 65]) {
    assert.throws(() => decodePublicKeyText(bech32m("p2p", new Uint8Array(size))), P2PError);
  }
  assert.throws(() => decodePublicKeyText(bech32m("p3p", publicKey)), P2PError);
});

Deno.test("threat 2: nobody can turn one signature into another", () => {
  const message = utf8("message");
  const signature = new sm2.Sm2Signer(secretKey).update(message).sign();
  const { r, s } = readPair(signature);
  const verify = (bytes: Uint8Array) =>
    new sm2.Sm2Verifier(publicKey).update(message).verify(bytes);
  const pair = (a: bigint, b: bigint) =>
    derSequence(derUnsigned(bytesOf(a)), derUnsigned(bytesOf(b)));
  assert.equal(verify(pair(r, s)), true);
  const changed: [string, bigint, bigint][] = [
    ["r + n", r + ORDER, s],
    ["s + n", r, s + ORDER],
    ["both + n", r + ORDER, s + ORDER],
    ["n − s", r, ORDER - s],
    ["n − r", ORDER - r, s],
    ["swapped", s, r],
    ["r = 0", 0n, s],
    ["s = 0", r, 0n],
    ["r = n", ORDER, s],
    ["s = n", r, ORDER],
    ["r + s = n", r, ORDER - r],
  ];
  for (const [name, a, b] of changed) assert.equal(verify(pair(a, b)), false, name);
});

function bytesOf(value: bigint): Uint8Array {
  const digits = value.toString(16);
  return fromHex(digits.length % 2 === 0 ? digits : "0" + digits);
}

function readPair(signature: Uint8Array): { r: bigint; s: bigint } {
  const rLength = signature[3]!;
  const number = (bytes: Uint8Array) => BigInt("0x" + hex(bytes));
  return {
    r: number(signature.subarray(4, 4 + rLength)),
    s: number(signature.subarray(6 + rLength)),
  };
}

Deno.test("threat 3: only --digest-e of sign and verify takes a digest; else Z and ID are always in it", () => {
  const users = allSources("lib", "commands").filter(({ local }) =>
    local.includes("lib/crypto/sm2-scheme.ts")
  );
  assert.deepEqual(
    users.map(({ path }) => path).sort(),
    // CMS as GmSSL signs it has no Z: under --for gmssl alone.
    [
      "commands/sign.ts",
      "commands/verify.ts",
      "lib/certificate/cms-signed.ts",
      "lib/crypto/sm2-sign.ts",
    ],
  );
  assert.deepEqual(
    Object.keys(signing).sort(),
    [
      ...["SM2_DEFAULT_ID", "Sm2Signer", "Sm2SigningKey", "Sm2Verifier", "Sm2VerifyingKey"],
      ...["decodeSignature", "rawSignature", "sm2Z"],
    ],
  );
  const methods = [sm2.Sm2Signer, sm2.Sm2Verifier].map(({ prototype }) =>
    Object.getOwnPropertyNames(prototype).sort()
  );
  assert.deepEqual(methods, [["constructor", "sign", "update"], [
    "constructor",
    "update",
    "verify",
  ]]);
  const prepared = [sm2.Sm2SigningKey, sm2.Sm2VerifyingKey].map(({ prototype }) =>
    Object.getOwnPropertyNames(prototype).sort()
  );
  assert.deepEqual(prepared, [["constructor", "sign", "wipe"], ["constructor", "verify"]]);
  // A signature of SM3(M) as a digest, without Z, is no signature of M
  const message = utf8("message");
  const signature = new sm2.Sm2Signer(secretKey).update(message).sign();
  const z = signing.sm2Z(decodePoint(publicKey), sm2.SM2_DEFAULT_ID);
  for (const digest of [sm3(message), sm3(z, message), concat(z, message)]) {
    assert.equal(new sm2.Sm2Verifier(publicKey).update(digest).verify(signature), false);
    assert.equal(new sm2.Sm2VerifyingKey(publicKey).verify(digest, signature), false);
  }
});

Deno.test("threat 4: keys differ though Math.random and the clock stand still", () => {
  const { random } = Math, { now } = Date;
  try {
    Math.random = () => 0.5;
    Date.now = () => 1_700_000_000_000;
    const keys = new Set(Array.from({ length: 8 }, () => hex(sm2.generateKeyPair().secretKey)));
    assert.equal(keys.size, 8);
    const sign = () => hex(new sm2.Sm2Signer(secretKey).update(utf8("m")).sign());
    assert.notEqual(sign(), sign());
    const seal = () => hex(sm2.encrypt(publicKey, utf8("m")));
    assert.notEqual(seal(), seal());
  } finally {
    Math.random = random;
    Date.now = now;
  }
});

Deno.test("threat 4: neither Math.random nor a clock is in the crypto code, and one file opens the CSPRNG", () => {
  const doors: string[] = [];
  for (const file of sources(new URL("../../lib/crypto/", import.meta.url))) {
    const text = Deno.readTextFileSync(file);
    assert.doesNotMatch(
      text,
      /Math\.random|Date\.|new Date|performance\.now|Temporal/,
      file.pathname,
    );
    if (/getRandomValues|randomUUID/.test(text)) doors.push(file.pathname.split("/").at(-1)!);
  }
  assert.deepEqual(doors, ["random.ts"]);
});

function* sources(folder: URL): Generator<URL> {
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isDirectory) yield* sources(new URL(`${entry.name}/`, folder));
    else if (entry.name.endsWith(".ts")) yield new URL(entry.name, folder);
  }
}

Deno.test("threat 5: short ciphertexts are clean errors in every format", () => {
  const sealed = sm2.encrypt(publicKey, utf8("m"), undefined, "c1c3c2");
  for (const format of ["auto", "der", "c1c3c2", "c1c2c3"] as const) {
    for (const whole of [sealed, sealed.subarray(1), sm2.encrypt(publicKey, utf8("m"))]) {
      for (let length = 0; length < whole.length; length++) {
        const cut = whole.subarray(0, length);
        assert.throws(() => sm2.decrypt(secretKey, cut, format), P2PError, `${format} ${length}`);
      }
    }
  }
});

Deno.test("threat 6: see 'an all-zero KDF output' in sm2_test.ts; C2 of zero bytes never opens", () => {
  const c1 = sm2.uncompress(sm2.publicKeyOf(toBytes32(5n)));
  const x2 = sm2.ecdh(toBytes32(5n), publicKey);
  for (const c3 of [sm3(x2), new Uint8Array(32)]) {
    assert.throws(() => sm2.decrypt(secretKey, concat(c1, c3)), P2PError);
  }
});
