/** CPace: the draft's own vectors over P-256, and the same machine over SM2 between two people and against others. */
import { p256, p256_hasher } from "@noble/curves/nist.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { uncompress } from "../../lib/crypto/sm2.ts";
import { toBytes32 } from "../../lib/crypto/sm2-curve.ts";
import { CURVE } from "../../lib/crypto/sm2-parameters.ts";
import { sm2EncodeToCurve } from "../../lib/crypto/sm2-hash-to-curve.ts";
import { publicKeyOfRepresentative } from "../../lib/crypto/sm2-uniform.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { AuthenticationError, RemoteProtocolError } from "../../lib/errors.ts";
import {
  Cpace,
  type CpaceInput,
  type CpaceSuite,
  generatorString,
} from "../../lib/session/cpace.ts";
import { CPACE_SM2 } from "../../lib/session/cpace-sm2.ts";
import { english } from "../support/english.ts";

/** CPACE-P256_XMD:SHA-256_SSWU_NU_-SHA256. */
const P256: CpaceSuite = {
  name: "P256_XMD:SHA-256_SSWU_NU_",
  hashBlockBytes: 64,
  hash: (...parts) => sha256(concat(...parts)) as Bytes,
  mac: (key, ...parts) => hmac(sha256, key, concat(...parts)) as Bytes,
  encodeToCurve: (message, dst) =>
    p256_hasher.encodeToCurve(message, { DST: dst }).toBytes(false) as Bytes,
  sampleScalar: (random) => random(32),
  multiply: (scalar, point) =>
    p256.Point.fromBytes(point).multiply(BigInt("0x" + hex(scalar))).toBytes(false) as Bytes,
  multiplyVerified: (scalar, point) =>
    p256.Point.fromBytes(point).multiply(BigInt("0x" + hex(scalar))).toBytes(false)
      .slice(1, 33) as Bytes,
};

Deno.test("draft-irtf-cfrg-cpace: the vectors over P-256 and SHA-256", () => {
  const input: CpaceInput = {
    password: utf8("Password"),
    channel: fromHex("0b415f696e69746961746f720b425f726573706f6e646572"),
    session: fromHex("34b36454cab2e7842c389f7d88ecb7df"),
  };
  assert.equal(generatorString(P256, input).length, 106);
  const side = (initiator: boolean, associated: string, scalar: string) =>
    new Cpace(P256, input, {
      initiator,
      associated: utf8(associated),
      random: () => fromHex(scalar),
    });
  const a = side(true, "ADa", "37574cfbf1b95ff6a8e2d7be462d4d01e6dde2618f34f4de9df869b24f532c5d");
  const b = side(false, "ADb", "e5672fc9eb4e721f41d80181ec4c9fd9886668acc48024d33c82bb102aecba52");
  assert.equal(
    hex(a.message.share),
    "04cf55f0a53a1b4c43002e1be8171f42737cf20b7cd6177b901ef962c2e2d486b2" +
      "f738263c6da5aa902fe185ae2cda587df8d27a16fc19c32a7b31aab097919736",
  );
  assert.equal(
    hex(b.message.share),
    "046f538f9b8eb4e628bcace0fbba7d36fea44e98334d233c22101a2f28eb3afc1a" +
      "61b2bd14c0f11b222b5ea34df7756d104e2b5da09c9e8ffa330c150f47e84cef",
  );
  const key = "d67704f1c69b85736f273e73198a79fe5e4f60cb405e32f708e0aff5fdb5f9db";
  assert.equal(hex(a.receive(b.message)), key);
  assert.equal(hex(b.receive(a.message)), key);
});

/** Two people over SM2. */
function two(codes: readonly [string, string] = ["apple 7431", "apple 7431"], channel = "a and b") {
  const side = (initiator: boolean, code: string) =>
    new Cpace(CPACE_SM2, { password: utf8(code), channel: utf8(channel), session: utf8("run 1") }, {
      initiator,
      associated: utf8(initiator ? "alice" : "bob"),
      random: randomBytes,
    });
  return [side(true, codes[0]), side(false, codes[1])] as const;
}

Deno.test("over SM2: the same words give the same key, confirmed by both", () => {
  const [a, b] = two();
  assert.deepEqual(a.receive(b.message), b.receive(a.message));
  a.confirm(b.confirmation);
  b.confirm(a.confirmation);
  assert.notDeepEqual(a.confirmation, b.confirmation);
});

Deno.test("other words, other parties, a changed share or another name: no confirmation", () => {
  const fails = (a: Cpace, b: Cpace, alter = (m: Cpace["message"]) => m) => {
    a.receive(alter(b.message));
    b.receive(a.message);
    assert.throws(() => a.confirm(b.confirmation), AuthenticationError);
    assert.throws(() => b.confirm(a.confirmation), AuthenticationError);
  };
  fails(...two(["apple 7431", "apple 7432"]));
  fails(two()[0], two(undefined, "a and mallory")[1]);
  fails(...two(), (message) => ({ ...message, associated: utf8("mallory") }));
  fails(...two(), (message) => ({ ...message, share: two()[1].message.share }));
});

Deno.test("one guess a run: a second message is refused, and the tag of the first tells nothing else", () => {
  const [a, b] = two();
  a.receive(b.message);
  assert.throws(
    () => a.receive(two()[1].message),
    (error) => /second message/.test(english(error)),
  );
});

Deno.test("points that are none, the neutral element, and our own share sent back are refused", () => {
  const [, b] = two();
  const x = b.message.share.slice(0, 33), y = b.message.share.slice(33);
  const bad: Uint8Array[] = [
    new Uint8Array(65),
    Uint8Array.of(0),
    new Uint8Array(0),
    concat(x, y.map((byte) => byte ^ 1)),
    concat(Uint8Array.of(0x04), new Uint8Array(64).fill(0xff)),
    concat(Uint8Array.of(0x02), b.message.share.subarray(1, 33)),
    b.message.share.slice(1),
    concat(b.message.share, Uint8Array.of(0)),
  ];
  for (const share of bad) {
    const [a] = two();
    assert.throws(() => a.receive({ share, associated: utf8("bob") }), RemoteProtocolError);
  }
  const [a] = two();
  assert.throws(() => a.receive(a.message), RemoteProtocolError);
});

/** RFC 9380 §5.3.1 for outputs of at most two hashes, and §5.2, written out. */
function fieldElement(message: Uint8Array, dst: Uint8Array): bigint {
  const suffix = concat(dst, Uint8Array.of(dst.length));
  const b0 = sm3(new Uint8Array(64), message, Uint8Array.of(0, 48, 0), suffix);
  const b1 = sm3(b0, Uint8Array.of(1), suffix);
  const b2 = sm3(b0.map((byte, i) => byte ^ b1[i]!), Uint8Array.of(2), suffix);
  return BigInt("0x" + hex(concat(b1, b2).subarray(0, 48))) % CURVE.p;
}

Deno.test("encode_to_curve over SM3: RFC 9380 written out gives the same points", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      (message, dst) => {
        const u = toBytes32(fieldElement(message, dst));
        assert.deepEqual(sm2EncodeToCurve(message, dst), uncompress(publicKeyOfRepresentative(u)));
      },
    ),
    { numRuns: 50 },
  );
});
