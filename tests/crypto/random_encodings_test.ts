// Ten thousand random encodings of keys, signatures and ciphertexts, whole and damaged: read right, or refused by the right
// name, and none is misread. The seed is printed on failure (P2P_TEST_SEED runs it again).
import assert from "node:assert/strict";
import { type Bytes, concat, hex, utf8 } from "../../lib/bytes.ts";
import { AuthenticationError, P2PError } from "../../lib/errors.ts";
import {
  contextTag,
  der,
  derBits,
  derNull,
  derNumber,
  derOctets,
  derOid,
  derSequence,
  derUnsigned,
} from "../../lib/crypto/der.ts";
import { encodedBytes } from "../../lib/crypto/encoding.ts";
import { decodePrivateKey, decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { encodePrivateKey } from "../../lib/crypto/keys/encode.ts";
import { sealEnvelopedKey } from "../../lib/crypto/keys/enveloped-key.ts";
import * as oid from "../../lib/crypto/keys/oids.ts";
import { encodePem } from "../../lib/crypto/keys/pem.ts";
import { writePkcs12 } from "../../lib/crypto/keys/pkcs12-write.ts";
import { encodeEcPrivateKey, encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { encodePublicKeyDer, SM2_ALGORITHM } from "../../lib/crypto/keys/spki.ts";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import {
  decrypt,
  encrypt,
  generateKeyPair,
  publicKeyOf,
  type Sm2KeyPair,
  Sm2Signer,
  Sm2Verifier,
  uncompress,
} from "../../lib/crypto/sm2.ts";
import { decodeSignature, rawSignature } from "../../lib/crypto/sm2-sign.ts";
import { sm2Kdf } from "../../lib/crypto/sm2-kdf.ts";
import { sm4Crypt } from "../../lib/crypto/sm4-modes.ts";
import { SeededRandom, withSeed } from "../lab/random.ts";

const PASSPHRASE = utf8("口令 secret");
const passphrase = () => Promise.resolve(PASSPHRASE.slice());
/** The key that envelopes are for. */
const HOLDER = generateKeyPair();
const unwrap = () => Promise.resolve(HOLDER.secretKey.slice());

function pick<T>(random: SeededRandom, from: readonly T[]): T {
  return from[random.below(from.length)]!;
}

/** A key pair; of four, one whose numbers begin with zeros. */
function somePair(random: SeededRandom): Sm2KeyPair {
  for (;;) {
    const secretKey = random.bytes(32);
    if (random.chance(0.25)) secretKey.fill(0, 0, 1 + random.below(3));
    try {
      return { secretKey, publicKey: publicKeyOf(secretKey) };
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
    }
  }
}

const digits = (random: SeededRandom, bytes: Uint8Array) =>
  random.chance(0.5) ? hex(bytes) : hex(bytes).toUpperCase();

function inLines(text: string, width: number, end: string): string {
  return (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join(end) + end;
}

const lineEnd = (random: SeededRandom) => pick(random, ["\n", "\r\n", "\r"]);

/** What text tools make of bytes. */
const WRAPPINGS: ReadonlyArray<(bytes: Uint8Array, random: SeededRandom) => Uint8Array> = [
  (bytes) => bytes,
  (bytes, random) => utf8(digits(random, bytes)),
  (bytes, random) => utf8("0x" + digits(random, bytes) + "\n"),
  (bytes, random) => utf8(inLines(digits(random, bytes), 2 * (1 + random.below(50)), "\n")),
  (bytes, random) => utf8(inLines(digits(random, bytes), 2, pick(random, [":", " "]))),
  (bytes, random) => concat(utf8("\ufeff"), utf8(digits(random, bytes))),
  (bytes) => utf8(bytes.toBase64()),
  (bytes, random) => utf8(inLines(bytes.toBase64(), 4 + random.below(90), lineEnd(random))),
  (bytes) => utf8(bytes.toBase64({ omitPadding: true })),
  (bytes) => concat(utf8("\ufeff"), utf8(bytes.toBase64() + "\r\n")),
  (bytes) => {
    const text = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    // A dash in front is how PEM begins.
    return text.startsWith("-") ? bytes : utf8(text);
  },
];

function wrapped(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  return pick(random, WRAPPINGS)(bytes, random);
}

/** PEM as people have it: text around, lines of any width, any line ends, a parameters block in front. */
function pem(label: string, bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const body = inLines(bytes.toBase64(), 1 + random.below(100), "\n");
  const parameters = random.chance(0.2) ? encodePem("EC PARAMETERS", derOid(oid.SM2_CURVE)) : "";
  const block = `-----BEGIN ${label}-----\n${body}-----END ${label}-----\n`;
  const text = pick(random, ["", "Bag Attributes: 中文\n", "\n\n"]) + parameters + block;
  return utf8(text.replaceAll("\n", lineEnd(random)));
}

/** A certificate as far as keys are concerned. */
function certificate(publicKey: Uint8Array): Bytes {
  const empty = derSequence();
  const key = encodePublicKeyDer(publicKey);
  const version = der(contextTag(0), derNumber(2));
  const body = derSequence(version, derNumber(9), empty, empty, empty, empty, key);
  return derSequence(body, SM2_ALGORITHM, derBits(new Uint8Array(70)));
}

const SM2_NAMES = [oid.SM2_CURVE, oid.SM2_SIGN, oid.SM2_EXCHANGE, oid.SM2_ENCRYPT];

/** AlgorithmIdentifier in the ways that tools write it. */
function algorithm(random: SeededRandom): Bytes {
  if (random.chance(0.5)) return SM2_ALGORITHM;
  const name = derOid(pick(random, SM2_NAMES));
  const parameters = [[], [derNull()], [derOid(oid.SM2_CURVE)]];
  return derSequence(name, ...pick<Bytes[]>(random, parameters));
}

interface Made {
  readonly bytes: Uint8Array;
  /** The PEM label, where there is one for it. */
  readonly label?: string;
  /** Whether a changed bit is noticed: there is a second number, a checksum or a MAC to compare with. */
  readonly checked: boolean;
}

/** Private keys in every container. */
const PRIVATE: ReadonlyArray<(pair: Sm2KeyPair, random: SeededRandom) => Made | Promise<Made>> = [
  ({ secretKey }) => {
    return { bytes: encodePrivateKeyDer(secretKey), label: "PRIVATE KEY", checked: true };
  },
  ({ secretKey }) => {
    return { bytes: encodeEcPrivateKey(secretKey), label: "EC PRIVATE KEY", checked: true };
  },
  ({ secretKey }, random) => {
    // PKCS#8 with what is inside in the ways of GM/T 0009 and of tools.
    const short = secretKey.subarray(secretKey.findIndex((byte) => byte !== 0));
    const inner = pick(random, [
      derSequence(derNumber(1), derOctets(secretKey)),
      derSequence(derNumber(1), derOctets(short)),
      derUnsigned(secretKey),
      derOctets(secretKey),
    ]);
    const attributes = random.chance(0.3)
      ? [der(contextTag(0), derSequence(derOid("2.5.29.15"), der(0x31, derBits(Uint8Array.of(1)))))]
      : [];
    const info = derSequence(derNumber(0), algorithm(random), derOctets(inner), ...attributes);
    // 32 bytes of an INTEGER of 30 are refused: that is a case of its own.
    const ambiguous = inner.length === 32;
    return ambiguous
      ? { bytes: encodePrivateKeyDer(secretKey), label: "PRIVATE KEY", checked: true }
      : { bytes: info, label: "PRIVATE KEY", checked: false };
  },
  ({ secretKey, publicKey }, random) => {
    // RFC 5958 with the public key beside.
    const bytes = derSequence(
      derNumber(1),
      algorithm(random),
      derOctets(derSequence(derNumber(1), derOctets(secretKey))),
      der(0x81, Uint8Array.of(0), random.chance(0.5) ? publicKey : uncompress(publicKey)),
    );
    return { bytes, label: "PRIVATE KEY", checked: true };
  },
  async ({ secretKey }, random) => {
    const prf = pick(random, ["sm3", "sha256"] as const);
    const cipher = pick(random, ["sm4", "aes256"] as const);
    const options = { passphrase: PASSPHRASE, prf, cipher, iterations: 1 + random.below(3) };
    const bytes = await encodePrivateKey(secretKey, options);
    return { bytes, label: "ENCRYPTED PRIVATE KEY", checked: true };
  },
  async ({ secretKey, publicKey }, random) => {
    const content = {
      keys: [{ der: encodePrivateKeyDer(secretKey) }],
      certificates: random.chance(0.5) ? [{ der: certificate(publicKey) }] : [],
    };
    const bytes = await writePkcs12(content, {
      passphrase: PASSPHRASE,
      prf: pick(random, ["sm3", "sha256"] as const),
      cipher: pick(random, ["sm4", "aes256"] as const),
      iterations: 1 + random.below(3),
      random: (length) => random.bytes(length),
    });
    return { bytes, label: "PKCS12", checked: true };
  },
  ({ secretKey }) => {
    return { bytes: sealEnvelopedKey(secretKey, HOLDER.publicKey), checked: true };
  },
  ({ secretKey, publicKey }) => {
    const derived = sm2Kdf(PASSPHRASE, 32);
    const iv = derived.slice(0, 16);
    const encrypted = sm4Crypt("cbc", "encrypt", derived.slice(16), secretKey, { iv });
    const data = derOid(oid.SM2_DATA);
    const bytes = derSequence(
      derNumber(1),
      derSequence(data, derOid(oid.SM4), derOctets(encrypted)),
      derSequence(data, derOctets(certificate(publicKey))),
    );
    return { bytes, label: "CFCA KEY", checked: true };
  },
];

/** Public keys in every container. */
const PUBLIC: ReadonlyArray<(pair: Sm2KeyPair, random: SeededRandom) => Made> = [
  ({ publicKey }) => {
    return { bytes: encodePublicKeyDer(publicKey), label: "PUBLIC KEY", checked: true };
  },
  ({ publicKey }, random) => {
    const bytes = derSequence(algorithm(random), derBits(uncompress(publicKey)));
    return { bytes, label: "PUBLIC KEY", checked: true };
  },
  ({ publicKey }) => {
    const bytes = derSequence(SM2_ALGORITHM, derBits(publicKey));
    return { bytes, label: "PUBLIC KEY", checked: false };
  },
  ({ publicKey }) => ({ bytes: uncompress(publicKey), checked: true }),
  ({ publicKey }) => ({ bytes: uncompress(publicKey).slice(1), checked: true }),
  ({ publicKey }) => ({ bytes: publicKey, checked: false }),
  ({ publicKey }) => {
    return { bytes: certificate(publicKey), label: "CERTIFICATE", checked: true };
  },
  ({ secretKey }) => ({ bytes: sealEnvelopedKey(secretKey, HOLDER.publicKey), checked: true }),
  ({ secretKey }) => {
    return { bytes: encodePrivateKeyDer(secretKey), label: "PRIVATE KEY", checked: true };
  },
];

/** Something happens to the bytes on their way: cut, lengthened, or a bit changed. */
function damaged(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const how = random.below(3);
  if (how === 0) return bytes.subarray(0, random.below(bytes.length));
  if (how === 1) return concat(bytes, random.bytes(1 + random.below(3)));
  const changed = bytes.slice();
  changed[random.below(bytes.length)]! ^= 1 << random.below(8);
  return changed;
}

/** The code that an error names as its reason. */
function reasonOf(error: P2PError): string {
  const { reason } = error.params as { reason?: { code: string } };
  return reason?.code ?? error.code;
}

/** The value, or the error where it is one of ours. */
async function outcome<T>(read: () => T | Promise<T>): Promise<T | P2PError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof P2PError) return error;
    throw error;
  }
}

const refusals = new Map<string, number>();

/** Counts what was refused, and holds that it was said of the right thing. */
function refused(error: P2PError, ...codes: string[]): void {
  assert.ok(codes.includes(error.code), `${error.code} is not of ${codes}`);
  refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1);
}

const readSecret = (input: Uint8Array) =>
  outcome(() => decodePrivateKey(input, passphrase, { unwrap }));

async function privateKeyCase(random: SeededRandom): Promise<void> {
  const pair = somePair(random);
  const { bytes, label, checked } = await pick(random, PRIVATE)(pair, random);
  const broken = checked && random.chance(0.5);
  const content = broken ? damaged(bytes, random) : bytes;
  const asPem = label !== undefined && random.chance(0.3);
  const input = asPem ? pem(label, content, random) : wrapped(content, random);
  const read = await readSecret(input);
  if (read instanceof P2PError) {
    assert.ok(broken, `refused whole: ${hex(input)}: ${read.code} ${reasonOf(read)}`);
    return refused(read, "private-key.unreadable", "key.wrong-passphrase", "key.other-envelope");
  }
  assert.equal(hex(read), hex(pair.secretKey), `misread: ${hex(input)}`);
}

async function publicKeyCase(random: SeededRandom): Promise<void> {
  const pair = somePair(random);
  if (random.chance(0.1)) return publicTextCase(pair, random);
  const { bytes, label, checked } = pick(random, PUBLIC)(pair, random);
  const broken = checked && random.chance(0.5);
  const content = broken ? damaged(bytes, random) : bytes;
  // What is left of a bare point may be as long as a bare secret, and nothing tells which it was.
  if (broken && label === undefined && content.length >= 28 && content.length <= 33) return;
  const asPem = label !== undefined && random.chance(0.3);
  const input = asPem ? pem(label, content, random) : wrapped(content, random);
  const read = await outcome(() => decodePublicKey(input));
  if (read instanceof P2PError) {
    assert.ok(broken, `refused whole: ${hex(input)}: ${read.code} ${reasonOf(read)}`);
    return refused(read, "public-key.unreadable");
  }
  assert.equal(hex(read), hex(pair.publicKey), `misread: ${hex(input)}`);
}

/** p2p1…: one to four wrong characters are always noticed. */
async function publicTextCase({ publicKey }: Sm2KeyPair, random: SeededRandom): Promise<void> {
  const text = encodePublicKeyText(publicKey);
  const letters = [...text];
  const wrong = random.below(5);
  for (let i = 0; i < wrong; i++) {
    letters[5 + random.below(letters.length - 5)] = pick(random, [..."qpzry9x8gf2tvdw0"]);
  }
  const given = letters.join("");
  const typed = random.chance(0.5) ? given : given.toUpperCase();
  const read = await outcome(() => decodePublicKey(utf8(`${typed}\n`)));
  if (read instanceof P2PError) {
    assert.notEqual(given, text);
    return refused(read, "public-key.unreadable", "key.text-mistyped", "key.text-form");
  }
  assert.equal(hex(read), hex(publicKey));
}

const MESSAGE = utf8("a message");

async function signatureCase(random: SeededRandom): Promise<void> {
  const whole = new Sm2Signer(HOLDER.secretKey).update(MESSAGE).sign();
  const bytes = random.chance(0.5) ? whole : rawSignature(whole);
  const broken = random.chance(0.5);
  const input = wrapped(broken ? damaged(bytes, random) : bytes, random);
  const read = await outcome(() => decodeSignature(input, "s"));
  if (read instanceof P2PError) {
    assert.ok(broken, `refused whole: ${hex(input)}: ${read.code}`);
    return refused(read, "signature.unreadable");
  }
  const good = new Sm2Verifier(HOLDER.publicKey).update(MESSAGE).verify(read);
  if (!broken) assert.ok(good, `misread: ${hex(input)}`);
  else if (good) assert.equal(hex(read), hex(whole), `another that verifies: ${hex(input)}`);
}

/** DER as writers make it that do not know that INTEGERs have a sign. */
function carelessDer(ciphertext: Uint8Array): Bytes {
  const raw = (from: number, to: number) => der(0x02, ciphertext.slice(from, to));
  const rest = [derOctets(ciphertext.slice(65, 97)), derOctets(ciphertext.slice(97))];
  return derSequence(raw(1, 33), raw(33, 65), ...rest);
}

async function ciphertextCase(random: SeededRandom): Promise<void> {
  const message = random.bytes(1 + random.below(80));
  const seal = (format: "der" | "c1c3c2" | "c1c2c3") =>
    encrypt(HOLDER.publicKey, message, (length) => random.bytes(length), format);
  const bytes = pick(random, [
    () => seal("der"),
    () => seal("c1c3c2"),
    () => seal("c1c2c3"),
    () => seal("c1c3c2").slice(1),
    () => carelessDer(seal("c1c3c2")),
  ])();
  const broken = random.chance(0.5);
  const input = wrapped(broken ? damaged(bytes, random) : bytes, random);
  const read = await outcome(() => decrypt(HOLDER.secretKey, encodedBytes(input)));
  if (read instanceof P2PError) {
    assert.ok(broken, `refused whole: ${hex(input)}: ${read.code}`);
    const code = read instanceof AuthenticationError ? read.code : reasonOf(read);
    refusals.set(code, (refusals.get(code) ?? 0) + 1);
    return;
  }
  assert.equal(hex(read), hex(message), `misread: ${hex(input)}`);
}

/** What is refused whatever it comes in, and by which name. */
const NAMED: ReadonlyArray<readonly [reason: string, (pair: Sm2KeyPair) => Uint8Array]> = [
  ["key.hybrid", ({ publicKey }) => {
    const point = uncompress(publicKey);
    point[0] = 0x06 | point[64]! & 1;
    return derSequence(SM2_ALGORITHM, derBits(point));
  }],
  ["foreign.curve", ({ publicKey }) => {
    const p256 = derSequence(derOid(oid.ID_EC_PUBLIC_KEY), derOid("1.2.840.10045.3.1.7"));
    return derSequence(p256, derBits(uncompress(publicKey)));
  }],
  ["foreign.algorithm", () => {
    const rsa = derSequence(derOid("1.2.840.113549.1.1.1"), derNull());
    return derSequence(rsa, derBits(new Uint8Array(270)));
  }],
  ["sm2.not-a-point", ({ publicKey }) => {
    const point = uncompress(publicKey);
    point[64]! ^= 1;
    return derSequence(SM2_ALGORITHM, derBits(point));
  }],
  ["key.foreign", () => {
    const content = der(contextTag(0), derOctets(new Uint8Array(40)));
    return derSequence(derOid("1.2.156.10197.6.1.4.2.2"), content);
  }],
  ["key.foreign", () => derSequence(derUnsigned(new Uint8Array(32).fill(7)), derNumber(5))],
];

const NAMED_PRIVATE: typeof NAMED = [
  ["key.ambiguous", ({ secretKey }) => {
    const thirty = concat(Uint8Array.of(0x02, 30, 0x7f), secretKey.subarray(0, 29));
    return derSequence(derNumber(0), SM2_ALGORITHM, derOctets(thirty));
  }],
  ["key.other-public-key", ({ secretKey }) => {
    const other = der(contextTag(1), derBits(uncompress(HOLDER.publicKey)));
    return derSequence(derNumber(1), derOctets(secretKey), other);
  }],
  ["sm2.secret-range", () => derSequence(derNumber(1), derOctets(new Uint8Array(32).fill(0xff)))],
  ["sm2.secret-range", () => derSequence(derNumber(1), derOctets(new Uint8Array(32)))],
  ["key.public-only", ({ publicKey }) => encodePublicKeyDer(publicKey)],
];

async function namedCase(random: SeededRandom): Promise<void> {
  const pair = somePair(random);
  const asPrivate = random.chance(0.5);
  const [reason, make] = pick(random, asPrivate ? NAMED_PRIVATE : NAMED);
  const input = wrapped(make(pair), random);
  const read = asPrivate ? await readSecret(input) : await outcome(() => decodePublicKey(input));
  assert.ok(read instanceof P2PError, `read, though ${reason}: ${hex(input)}`);
  assert.equal(reasonOf(read), reason, hex(input));
  refused(read, asPrivate ? "private-key.unreadable" : "public-key.unreadable");
}

const CASES: ReadonlyArray<readonly [run: (random: SeededRandom) => Promise<void>, count: number]> =
  [
    [privateKeyCase, 3_000],
    [publicKeyCase, 3_000],
    [signatureCase, 1_500],
    [ciphertextCase, 1_500],
    [namedCase, 1_000],
  ];

Deno.test("10,000 random encodings: read right or refused with the right name, none misread", () =>
  withSeed(async (random) => {
    let total = 0;
    for (const [run, count] of CASES) {
      for (let i = 0; i < count; i++) await run(random);
      total += count;
    }
    assert.equal(total, 10_000);
    const refusedCount = [...refusals.values()].reduce((sum, n) => sum + n, 0);
    assert.ok(refusedCount > 2_000, `${refusedCount} refused`);
  }));
