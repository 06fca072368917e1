// Every value of the GB/T vector files, with the bad signatures and bad points beside the good ones.
import assert from "node:assert/strict";
import { concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { InvalidKeyError, P2PError } from "../../lib/errors.ts";
import { derSequence, derUnsigned } from "../../lib/crypto/der.ts";
import { sm2Kdf } from "../../lib/crypto/sm2-kdf.ts";
import {
  decrypt,
  ecdh,
  encrypt,
  parsePublicKey,
  publicKeyOf,
  Sm2Signer,
  Sm2Verifier,
  uncompress,
} from "../../lib/crypto/sm2.ts";
import { decodePoint, ORDER, toBytes32, toNumber } from "../../lib/crypto/sm2-curve.ts";
import { CURVE } from "../../lib/crypto/sm2-parameters.ts";
import { sm2Z } from "../../lib/crypto/sm2-sign.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { Sm4 } from "../../lib/crypto/sm4.ts";
import { bytesOf, pointOf } from "../reference/sm2.ts";
import { testWithVectors } from "../support/vectors.ts";

interface Sm2Vectors {
  curve: Record<"p" | "a" | "b" | "n" | "gx" | "gy", string>;
  sign: Record<"id" | "msg" | "d" | "k" | "px" | "py" | "Z" | "e" | "r" | "s", string>;
  encrypt: Record<"msg" | "d" | "k" | "C1" | "x2" | "y2" | "C3" | "C2", string>;
  keyExchange: Record<
    | "idA"
    | "idB"
    | "dA"
    | "rA"
    | "dB"
    | "rB"
    | "PA"
    | "PB"
    | "RA"
    | "RB"
    | "ZA"
    | "ZB"
    | "xU"
    | "yU"
    | "K128"
    | "S1_SB"
    | "S2_SA",
    string
  >;
  negativeSignatures: { cases: { name: string; r: string; s: string }[] };
  invalidPoints: { cases: { name: string; point: string }[] };
}
interface HashVectors {
  sm3: { src: string; ascii?: string; repeat?: string; count?: number; md: string }[];
  sm4: { src: string; key: string; pt: string; ct: string; iterations?: number }[];
}

const SM2_FILE = "gbt/sm2_gbt32918_5.json";

function withSm2(title: string, run: (vectors: Sm2Vectors) => void): void {
  testWithVectors(title, SM2_FILE, (path) => run(JSON.parse(Deno.readTextFileSync(path))));
}

withSm2("GB/T 32918.5: the curve", ({ curve }) => {
  const ours = [CURVE.p, CURVE.a, CURVE.b, CURVE.n, CURVE.Gx, CURVE.Gy].map((v) =>
    hex(toBytes32(v))
  );
  assert.deepEqual(ours, [curve.p, curve.a, curve.b, curve.n, curve.gx, curve.gy]);
});

withSm2("GB/T 32918.5 annex A: Z, e, signature", ({ sign }) => {
  const publicKey = publicKeyOf(fromHex(sign.d));
  assert.equal(hex(uncompress(publicKey)), "04" + sign.px + sign.py);
  const z = sm2Z(decodePoint(publicKey), utf8(sign.id));
  assert.equal(hex(z), sign.Z);
  assert.equal(hex(sm3(z, utf8(sign.msg))), sign.e);
  const expected = derSequence(derUnsigned(fromHex(sign.r)), derUnsigned(fromHex(sign.s)));
  const signer = new Sm2Signer(fromHex(sign.d), utf8(sign.id)).update(utf8(sign.msg));
  assert.deepEqual(signer.sign(undefined, () => () => fromHex(sign.k)), expected);
  assert.ok(new Sm2Verifier(publicKey, utf8(sign.id)).update(utf8(sign.msg)).verify(expected));
});

withSm2("GB/T 32918.5: every negative signature is refused", ({ sign, negativeSignatures }) => {
  assert.ok(negativeSignatures.cases.length > 0);
  const publicKey = parsePublicKey(fromHex(sign.px + sign.py));
  for (const { name, r, s } of negativeSignatures.cases) {
    const signature = derSequence(derUnsigned(fromHex(r)), derUnsigned(fromHex(s)));
    const verifier = new Sm2Verifier(publicKey, utf8(sign.id)).update(utf8(sign.msg));
    assert.equal(verifier.verify(signature), false, name);
  }
});

withSm2("GB/T 32918.5 annex C: encryption", ({ encrypt: v }) => {
  const c1c3c2 = fromHex(v.C1 + v.C3 + v.C2);
  const publicKey = publicKeyOf(fromHex(v.d));
  assert.deepEqual(encrypt(publicKey, utf8(v.msg), () => fromHex(v.k), "c1c3c2"), c1c3c2);
  assert.deepEqual(decrypt(fromHex(v.d), c1c3c2), utf8(v.msg));
  assert.deepEqual(decrypt(fromHex(v.d), fromHex(v.C1 + v.C2 + v.C3), "c1c2c3"), utf8(v.msg));
  assert.equal(hex(ecdh(fromHex(v.d), parsePublicKey(fromHex(v.C1)))), v.x2);
});

withSm2(
  "GB/T 32918.5 annex B: the points and the key of the key exchange",
  ({ keyExchange: v }) => {
    // p2p's handshake uses plain ECDH; the annex still checks points, Z and KDF on a second pair of keys.
    for (const [d, p] of [[v.dA, v.PA], [v.dB, v.PB], [v.rA, v.RA], [v.rB, v.RB]] as const) {
      assert.equal(hex(uncompress(publicKeyOf(fromHex(d)))), p);
    }
    assert.equal(hex(sm2Z(decodePoint(fromHex(v.PA)), utf8(v.idA))), v.ZA);
    assert.equal(hex(sm2Z(decodePoint(fromHex(v.PB)), utf8(v.idB))), v.ZB);
    const half = (x: bigint) => 2n ** 127n + (x & (2n ** 127n - 1n)); // GB/T 32918.3 §6.1 A5
    const [ra, rb, pb] = [v.RA, v.RB, v.PB].map((digits) => pointOf(fromHex(digits).subarray(1)));
    const tA = (toNumber(fromHex(v.dA)) + half(ra!.x) * toNumber(fromHex(v.rA))) % ORDER;
    const u = bytesOf(pb!.add(rb!.multiply(half(rb!.x))).multiply(tA))!;
    assert.equal(hex(u), v.xU + v.yU);
    const z = concat(u, fromHex(v.ZA), fromHex(v.ZB));
    assert.equal(hex(sm2Kdf(z, 16)), v.K128);
  },
);

withSm2("GB/T 32918.5: every invalid point is refused as key, ephemeral key and C1", (vectors) => {
  const secretKey = fromHex(vectors.sign.d);
  assert.ok(vectors.invalidPoints.cases.length > 0);
  for (const { name, point } of vectors.invalidPoints.cases) {
    const bytes = fromHex(point);
    assert.throws(() => parsePublicKey(bytes), InvalidKeyError, name);
    assert.throws(() => ecdh(secretKey, bytes), InvalidKeyError, name);
    assert.throws(() => encrypt(bytes, utf8("m")), InvalidKeyError, name);
    assert.throws(() => new Sm2Verifier(bytes), InvalidKeyError, name);
    for (const format of ["auto", "c1c3c2", "c1c2c3"] as const) {
      const sealed = concat(bytes, new Uint8Array(40));
      assert.throws(() => decrypt(secretKey, sealed, format), P2PError, name);
    }
    if (bytes.length !== 65 || bytes[0] !== 0x04) continue; // DER carries no prefix byte
    const x = bytes.subarray(1, 33), y = bytes.subarray(33);
    const octets = (n: number) => concat(Uint8Array.of(0x04, n), new Uint8Array(n));
    const der = derSequence(derUnsigned(x), derUnsigned(y), octets(32), octets(5));
    assert.throws(() => decrypt(secretKey, der), InvalidKeyError, name);
  }
});

testWithVectors("GB/T 32905, 32907: SM3 and SM4", "gbt/sm3_sm4_gbt.json", (path) => {
  const vectors: HashVectors = JSON.parse(Deno.readTextFileSync(path));
  for (const { src, ascii, repeat = "", count = 0, md } of vectors.sm3) {
    assert.equal(hex(sm3(utf8(ascii ?? repeat.repeat(count)))), md, src);
  }
  for (const { src, key, pt, ct, iterations = 1 } of vectors.sm4) {
    const cipher = new Sm4(fromHex(key));
    const block = fromHex(pt);
    for (let i = 0; i < iterations; i++) cipher.encryptBlock(block, 0, block, 0);
    assert.equal(hex(block), ct, src);
    if (iterations > 1) continue;
    cipher.decryptBlock(block, 0, block, 0);
    assert.equal(hex(block), pt, src);
  }
});
