// One reader for encodings: the same bytes are read the same whatever text tool they went through, or refused by name.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, concat, hex, utf8 } from "../../lib/bytes.ts";
import { derOctets, derOid, derSequence } from "../../lib/crypto/der.ts";
import { encodedBytes } from "../../lib/crypto/encoding.ts";
import { decodePrivateKey, decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { encodePem } from "../../lib/crypto/keys/pem.ts";
import { encodeEcPrivateKey, encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { encodePublicKeyDer } from "../../lib/crypto/keys/spki.ts";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { decrypt, encrypt, generateKeyPair, Sm2Signer, uncompress } from "../../lib/crypto/sm2.ts";
import { decodeSignature } from "../../lib/crypto/sm2-sign.ts";
import { FormatError, P2PError } from "../../lib/errors.ts";
import { english } from "../support/english.ts";

const { secretKey, publicKey } = generateKeyPair();

/** `text` in lines of `width`. */
function wrap(text: string, width: number, end: string): string {
  return (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join(end) + end;
}

/** What tools make of bytes: each is read as the bytes themselves. */
const ENCODINGS: Readonly<Record<string, (bytes: Uint8Array, width: number) => Uint8Array>> = {
  "the bytes": (bytes) => bytes,
  "hex": (bytes) => utf8(hex(bytes)),
  "upper-case hex and a line end": (bytes) => utf8(hex(bytes).toUpperCase() + "\n"),
  "hex of xxd -p": (bytes) => utf8(wrap(hex(bytes), 60, "\n")),
  "hex, wrapped anywhere, CR LF": (bytes, width) => utf8(wrap(hex(bytes), width, "\r\n")),
  "hex with 0x": (bytes) => utf8("0x" + hex(bytes)),
  "hex with blanks": (bytes) => utf8(wrap(hex(bytes), 2, " ")),
  "hex with colons (openssl -text)": (bytes) => utf8(wrap(hex(bytes), 2, ":")),
  "hex with colons, wrapped": (bytes) =>
    utf8(wrap(hex(bytes), 2, ":").replace(/((?:..:){15})/g, "    $1\n")),
  "hex behind a byte order mark": (bytes) => concat(utf8("\ufeff"), utf8(hex(bytes))),
  "base64": (bytes) => utf8(bytes.toBase64()),
  "base64 in lines": (bytes, width) => utf8(wrap(bytes.toBase64(), width, "\n")),
  "base64 in lines, CR LF": (bytes) => utf8(wrap(bytes.toBase64(), 76, "\r\n")),
  "base64 without padding": (bytes) => utf8(bytes.toBase64({ omitPadding: true })),
  "base64 for URLs": (bytes) => utf8(bytes.toBase64({ alphabet: "base64url" }).replace(/^-/, "+")),
  "base64 behind a byte order mark": (bytes) => concat(utf8("\ufeff"), utf8(bytes.toBase64())),
};

/** Every text of the same content in UTF-16, as PowerShell writes it. */
function utf16(text: string): Uint8Array {
  const units = Uint16Array.from("\ufeff" + text, (character) => character.charCodeAt(0));
  return new Uint8Array(units.buffer);
}

const anyEncoding = fc.constantFrom(...Object.entries(ENCODINGS));
const anyWidth = fc.integer({ min: 1, max: 100 });
/** A mixed alphabet of base64 is refused, which is right: it is of no tool. */
const mixed = (bytes: Uint8Array, name: string) =>
  name === "base64 for URLs" && bytes.toBase64().startsWith("+");

Deno.test("any bytes in any encoding are those bytes", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 40, maxLength: 300 }),
      anyEncoding,
      anyWidth,
      (bytes, [name, encode], width) => {
        fc.pre(!mixed(bytes, name));
        assert.equal(hex(encodedBytes(encode(bytes, width))), hex(bytes), name);
      },
    ),
    { numRuns: 4000 },
  );
});

/** One key in every structure. */
const PRIVATE: Readonly<Record<string, Bytes>> = {
  "PKCS#8": encodePrivateKeyDer(secretKey),
  "SEC 1": encodeEcPrivateKey(secretKey),
};
const PUBLIC: Readonly<Record<string, Bytes>> = {
  "SPKI": encodePublicKeyDer(publicKey),
  "04 ‖ x ‖ y": uncompress(publicKey),
  "x ‖ y": uncompress(publicKey).slice(1),
  "02/03 ‖ x": publicKey,
};

Deno.test("keys in any structure and any encoding are the same key", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyEncoding,
      anyWidth,
      fc.constantFrom(...Object.entries(PRIVATE)),
      async ([name, encode], width, [form, der]) => {
        fc.pre(!mixed(der, name));
        assert.deepEqual(await decodePrivateKey(encode(der, width)), secretKey, `${form}, ${name}`);
      },
    ),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(
      anyEncoding,
      anyWidth,
      fc.constantFrom(...Object.entries(PUBLIC)),
      ([name, encode], width, [form, bytes]) => {
        fc.pre(!mixed(bytes, name));
        assert.deepEqual(decodePublicKey(encode(bytes, width)), publicKey, `${form}, ${name}`);
      },
    ),
    { numRuns: 2000 },
  );
  assert.deepEqual(decodePublicKey(utf8(encodePublicKeyText(publicKey).toUpperCase())), publicKey);
});

Deno.test("the text form of any key is that key, in either case, though it may be base64 by chance", () => {
  for (let i = 0; i < 200; i++) {
    const key = generateKeyPair().publicKey;
    const text = encodePublicKeyText(key);
    for (const form of [text, `${text}\n`, text.toUpperCase(), `\ufeff${text}\r\n`]) {
      assert.deepEqual(decodePublicKey(utf8(form)), key, form);
    }
  }
});

Deno.test("signatures and ciphertexts in any form and any encoding are the same", () => {
  const der = new Sm2Signer(secretKey).update(utf8("m")).sign();
  const raw = (() => {
    const numbers = [der.subarray(4, 4 + der[3]!), der.subarray(6 + der[3]!)];
    const out = new Uint8Array(64);
    numbers.forEach((number, i) => {
      const digits = number.subarray(Math.max(0, number.length - 32));
      out.set(digits, 32 * (i + 1) - digits.length);
    });
    return out;
  })();
  const message = utf8("secret");
  const sealed = (["der", "c1c3c2", "c1c2c3"] as const)
    .map((format) => encrypt(publicKey, message, undefined, format));
  fc.assert(
    fc.property(anyEncoding, anyWidth, ([name, encode], width) => {
      for (const form of [der, raw]) {
        if (!mixed(form, name)) assert.deepEqual(decodeSignature(encode(form, width)), der, name);
      }
      for (const form of sealed) {
        if (mixed(form, name)) continue;
        assert.deepEqual(decrypt(secretKey, encodedBytes(encode(form, width))), message, name);
      }
    }),
    { numRuns: 600 },
  );
});

Deno.test("what is damaged in its encoding is refused, never read as another key", async () => {
  const texts = Object.values(ENCODINGS).map((encode) =>
    encode(encodePrivateKeyDer(secretKey), 64)
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...texts), fc.nat(), fc.nat(255), async (text, at, value) => {
      const damaged = text.slice();
      damaged[at % damaged.length] = value;
      try {
        assert.deepEqual(await decodePrivateKey(damaged), secretKey);
      } catch (error) {
        assert.ok(error instanceof P2PError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

/** Things that people give for an SM2 key, and what they must be called. */
const FOREIGN: Readonly<Record<string, [Uint8Array, RegExp]>> = {
  "UTF-16": [utf16(encodePem("PRIVATE KEY", encodePrivateKeyDer(secretKey))), /UTF-16/],
  "UTF-16 without a mark": [utf16(hex(secretKey)).subarray(2), /UTF-16/],
  "xxd": [utf8("00000000: 3081 8702 0100 3013 0607 2a86 48ce 3d02  0.....0...*.H.=.\n"), /a dump/],
  "hexdump -C": [utf8("00000000  30 81 87 02 01 00 30 13  06 07 2a 86 48 ce 3d 02\n"), /a dump/],
  "odd hex": [utf8("3".repeat(201)), /odd number of hex digits/],
  "CMS": [derSequence(derOid("1.2.156.10197.6.1.4.2.2"), derOctets(Uint8Array.of(0))), /CMS/],
  "Ed25519": [
    utf8(
      encodePem(
        "PRIVATE KEY",
        Uint8Array.fromBase64("MC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
      ),
    ),
    /a key of Ed25519, not of SM2/,
  ],
  "RSA": [
    utf8("-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n"),
    /a key of RSA/,
  ],
  "OpenSSH": [
    utf8("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n"),
    /SSH/,
  ],
  "ssh-ed25519": [utf8("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFoo me@here\n"), /SSH/],
  "age secret": [utf8("# created: 2026\n# public key: age1x\nAGE-SECRET-KEY-1QQQQ\n"), /age/],
  "age recipient": [
    utf8("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n"),
    /age/,
  ],
  "PGP": [
    utf8("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n-----END PGP PUBLIC KEY BLOCK-----\n"),
    /OpenPGP/,
  ],
  "PuTTY": [utf8("PuTTY-User-Key-File-3: ssh-ed25519\n"), /PuTTY/],
  "JWK": [utf8('{"kty":"EC","crv":"P-256"}'), /JSON web key/],
  "Java": [Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2), /Java key store/],
  "a picture": [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), /a picture/],
  "an encrypted file": [utf8("p2p-encrypted-file/v1\n-> sm2 "), /p2p enc/],
};

for (const [name, [bytes, words]] of Object.entries(FOREIGN)) {
  Deno.test(`named for what it is: ${name}`, async () => {
    for (
      const read of [
        () => decodePrivateKey(bytes, undefined, { name: "k" }),
        () => Promise.resolve().then(() => decodePublicKey(bytes, { name: "k" })),
      ]
    ) {
      const error = await read().then(() => assert.fail("read"), (reason: unknown) => reason);
      assert.ok(error instanceof P2PError, String(error));
      assert.match(english(error), /^read (?:private|public) key k: /);
      assert.match(english(error), words);
      assert.ok(english(error.hint).length > 0 || /odd/.test(name) || /Ed25519/.test(name));
    }
  });
}

Deno.test("a label, an OID or a cipher that is a word of JavaScript is unknown, not an internal error", async () => {
  for (const word of ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"]) {
    const pem = utf8(`-----BEGIN ${word}-----\nMIIB\n-----END ${word}-----\n`);
    await assert.rejects(decodePrivateKey(pem), FormatError);
    assert.throws(() => decodePublicKey(pem), FormatError);
    const legacy = utf8(
      `-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: ${word},${
        "0".repeat(32)
      }\n\n` +
        "AAAA\n-----END EC PRIVATE KEY-----\n",
    );
    await assert.rejects(decodePrivateKey(legacy, () => Promise.resolve(utf8("x"))), FormatError);
  }
});

Deno.test("digits of a key in DER are that key or none: never a point of 64 bytes, never a secret where it was cut", async () => {
  // PKCS#8 as Botan names the algorithm, around a mere INTEGER: 64 bytes in all.
  const secret = new Uint8Array(32).fill(0x11);
  const sm2 = derSequence(derOid("1.2.156.10197.1.301.1"), derOid("1.2.156.10197.1.301"));
  const zero = Uint8Array.of(2, 1, 0);
  const short = derSequence(zero, sm2, derOctets(concat(Uint8Array.of(2, 32), secret)));
  assert.equal(short.length, 64);
  assert.equal(hex(await decodePrivateKey(utf8(hex(short)))), hex(secret));
  for (const whole of [...Object.values(PRIVATE), PUBLIC["SPKI"]!]) {
    for (const bytes of [29, 30, 31, 32, 33]) {
      const cut = utf8(hex(whole.subarray(0, bytes)));
      await assert.rejects(decodePrivateKey(cut), { code: "private-key.unreadable" }, `${bytes}`);
    }
  }
});

Deno.test("x ‖ y that begins with 06 or 07 is a point like others, and 06 ‖ x ‖ y is a hybrid one", () => {
  for (;;) {
    const pair = generateKeyPair();
    const point = uncompress(pair.publicKey);
    if (point[1] !== 0x06 && point[1] !== 0x07) continue;
    for (const form of [point.slice(1), utf8(hex(point.slice(1)))]) {
      assert.equal(hex(decodePublicKey(form)), hex(pair.publicKey));
    }
    point[0] = 0x06 | point[64]! & 1;
    assert.throws(() => decodePublicKey(point), { code: "public-key.unreadable" });
    return;
  }
});
