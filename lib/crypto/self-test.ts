/**
 * Known-answer tests of everything cryptographic, for `p2p doctor --crypto`: a build or a machine that computes
 * wrongly is found out before it writes what nobody can read. The answers are those of the standards, or what
 * OpenSSL 3.0 prints. (The kernel tests itself at every start besides, see kernel/kernel.ts.)
 */
import { type Bytes, equalConstantTime, fromHex, utf8 } from "../bytes.ts";
import { AuthenticationError, FailureError, InvalidKeyError, reasonText } from "../errors.ts";
import { type Code, text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { Sm4Gcm } from "./gcm.ts";
import { hkdfSm3 } from "./hkdf.ts";
import { hmacSm3 } from "./hmac.ts";
import { decodePublicKeyText, encodePublicKeyText } from "./keys/text.ts";
import { type EngineKind, makeEngine } from "./kernel/kernel.ts";
import { pbkdf2Sm3 } from "./pbkdf2.ts";
import { randomBytes } from "./random.ts";
import {
  decrypt,
  ecdh,
  encrypt,
  generateKeyPair,
  parsePublicKey,
  publicKeyOf,
  Sm2Signer,
  Sm2Verifier,
  uncompress,
} from "./sm2.ts";
import {
  runsSm2Kernel,
  selfTestSm2,
  Sm2Engine,
  sm2Engine,
  type Sm2KernelKind,
} from "./sm2-engine.ts";
import { Sm3, sm3 } from "./sm3.ts";
import { Sm4 } from "./sm4.ts";
import { ccmOpen, ccmSeal } from "./sm4-ccm.ts";
import { Sm4Mac } from "./sm4-mac.ts";
import { sm4Crypt, type Sm4Mode } from "./sm4-modes.ts";
import { sm4Xts } from "./sm4-xts.ts";
import { eia3Iv, ZucCipher, ZucMac } from "./zuc.ts";

/** What one test found. */
export interface SelfTestResult {
  /** What was tested. */
  name: Text;
  ok: boolean;
  /** Why it failed, or a remark. */
  detail?: Text;
}

/** The code of a text without parameters that names a test. */
type TestName = Exclude<
  Extract<Code, `self-test.${string}`>,
  "self-test.wrong" | "self-test.accepted"
>;

/** A test throws where an answer is wrong; what it returns is a remark. */
type SelfTest = () => Text | void;

function expect(step: string, got: Uint8Array, hexDigits: string): void {
  if (!equalConstantTime(got, fromHex(hexDigits))) {
    throw new FailureError("self-test.wrong", { step });
  }
}

function expectThrown(
  step: string,
  type: new (...args: never[]) => Error,
  run: () => unknown,
): void {
  try {
    run();
  } catch (error) {
    if (error instanceof type) return;
    throw error;
  }
  throw new FailureError("self-test.accepted", { step });
}

/** Key and plaintext of GB/T 32907 A.1, the IV of the IETF's SM4 draft. */
const SM4_KEY = fromHex("0123456789abcdeffedcba9876543210");
/** GB/T 32918.5 annex A: key pair, random number, public key. */
const SECRET = fromHex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
const NONCE = fromHex("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21");
const POINT = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020" +
  "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";

const fixedRandom = (): Bytes => NONCE.slice();

function testSm3(): void {
  const abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
  expect("abc", sm3(utf8("abc")), abc); // GB/T 32905 A.1
  const a2 = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732";
  expect("A.2", sm3(utf8("abcd".repeat(16))), a2);
  const million = "c8aaf89429554029e231941a2acc0ad61ff2a5acd8fadd25847a3a732b3b02c3";
  const hash = new Sm3();
  const piece = new Uint8Array(10_000).fill(0x61);
  for (let i = 0; i < 100; i++) hash.update(piece);
  expect("10⁶ × a", hash.digest(), million);
}

function testMacAndKdf(): void {
  const key = fromHex("0102030405060708090a0b0c0d0e0f10");
  expect(
    "HMAC",
    hmacSm3(key, utf8("what do ya want for nothing?")),
    "fc36f450e6b519261e5d5a367636d4f00859c4da272e307a2df5a80552920c8f",
  );
  expect(
    "HKDF",
    hkdfSm3(fromHex("0b0b0b"), fromHex("000102"), utf8("abc"), 42),
    "b1ffa010016112f3a836e498193c2840762c5b4f7425198872e19b3fc6335e777aa3d251d6238c6a19d6",
  );
  expect(
    "PBKDF2",
    pbkdf2Sm3(utf8("abc"), fromHex("0001020304050607"), 1000, 40),
    "412845ec8f643045068a5561bb7bb17ecaf8e44c90a01f18921bca2b54c6ecfeecc6e4c99f79c622",
  );
}

function testSm4(): void {
  const block = SM4_KEY.slice();
  const cipher = new Sm4(SM4_KEY);
  cipher.encryptBlock(block, 0, block, 0);
  expect("A.1", block, "681edf34d206965e86b3e94f536e4246");
  cipher.decryptBlock(block, 0, block, 0);
  expect("A.1 back", block, "0123456789abcdeffedcba9876543210");
}

/** First two blocks of the key, under the key and with it as the IV (draft-ribose-cfrg-sm4 appendix A.2). */
const MODES: Record<Sm4Mode, string> = {
  ecb: "681edf34d206965e86b3e94f536e4246681edf34d206965e86b3e94f536e4246",
  cbc: "2677f46b09c122cc975533105bd4a22af6125f7275ce552c3a2bbcf533de8a3b",
  ctr: "693d9a535bad5bb1786f53d7253a7056bfb9610eb9d15b162de161753aa7ab84",
  cfb: "693d9a535bad5bb1786f53d7253a70569ed258a85a0467cc92aab393dd978995",
  ofb: "693d9a535bad5bb1786f53d7253a7056f2075d28b5235f58d50027e4177d2bce",
};

function testModes(): void {
  const text = fromHex("0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210");
  for (const [mode, digits] of Object.entries(MODES) as [Sm4Mode, string][]) {
    const options = { padding: false, ...(mode === "ecb" ? {} : { iv: SM4_KEY }) };
    const sealed = sm4Crypt(mode, "encrypt", SM4_KEY, text, options);
    expect(mode, sealed, digits);
    const back = sm4Crypt(mode, "decrypt", SM4_KEY, sealed, options);
    if (!equalConstantTime(back, text)) {
      throw new FailureError("self-test.wrong", { step: `${mode} back` });
    }
  }
}

function testGcm(): void { // RFC 8998 appendix A.1
  const aead = new Sm4Gcm(SM4_KEY);
  const nonce = fromHex("00001234567800000000abcd");
  const aad = fromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const text = fromHex(
    "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd" +
      "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
  );
  const sealed = aead.seal(nonce, text, aad);
  expect(
    "seal",
    sealed,
    "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735" +
      "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
      "83de3541e4c2b58177e065a9bf7b62ec",
  );
  if (!equalConstantTime(aead.open(nonce, sealed, aad), text)) {
    throw new FailureError("self-test.wrong", { step: "open" });
  }
  sealed[5]! ^= 1;
  expectThrown("changed", AuthenticationError, () => aead.open(nonce, sealed, aad));
}

function testOtherModes(): void {
  const nonce = fromHex("00001234567800000000abcd");
  const sealed = ccmSeal(SM4_KEY, utf8("abc"), { nonce, tagBytes: 8 });
  expect("ccm", sealed, "83675aba43e572636bdae3");
  if (!equalConstantTime(ccmOpen(SM4_KEY, sealed, { nonce, tagBytes: 8 }), utf8("abc"))) {
    throw new FailureError("self-test.wrong", { step: "ccm open" });
  }
  sealed[1]! ^= 1;
  expectThrown("ccm changed", AuthenticationError, () => {
    ccmOpen(SM4_KEY, sealed, { nonce, tagBytes: 8 });
  });
  // GB/T 17964-2021 and IEEE 1619 over the same 17 bytes, as OpenSSL's evp_test has the first.
  const key = fromHex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0");
  const sector = fromHex("9a785634120000000000000000000000");
  const digits = "000102030405060708090a0b0c0d0e0f10";
  const text = fromHex(digits);
  const gb = sm4Xts("gb", "encrypt", key, sector, text);
  expect("xts", gb, "9e52443a35410ca0ba5637b94c0766f469");
  expect(
    "xts-ieee",
    sm4Xts("ieee", "encrypt", key, sector, text),
    "98940ceb051bd5bdf267902f6b1b741c69",
  );
  expect("xts back", sm4Xts("gb", "decrypt", key, sector, gb), digits);
  const mac = new Sm4Mac("cmac", SM4_KEY).update(utf8("abc")).digest();
  expect("cmac", mac, "8e75238ac2672a6aee408c1e251854d8");
}

function testZuc(): void { // GB/T 33133.1 appendix A, GB/T 33133.3 appendix A
  const key = fromHex("3d4c4be96a82fdaeb58f641db17b455b");
  const iv = fromHex("84319aa8de6915ca1f6bda6bfbd8c766");
  expect("key stream", new ZucCipher(key, iv).update(new Uint8Array(8)), "14f1c2723279c419");
  const code = new ZucMac(
    fromHex("47054125561eb2dda94059da05097850"),
    eia3Iv({ count: 0x561eb2dd, bearer: 0x14, direction: 0 }),
  );
  expect("mac", code.update(new Uint8Array(12), 90).digest(), "6719a088");
}

function testSm2Keys(): void {
  expect("public", uncompress(publicKeyOf(SECRET)), POINT);
  const text = encodePublicKeyText(publicKeyOf(SECRET));
  expect("text", uncompress(decodePublicKeyText(text)), POINT);
  const offCurve = fromHex(POINT);
  offCurve[64]! ^= 1;
  expectThrown("off-curve", InvalidKeyError, () => parsePublicKey(offCurve));
  const a = generateKeyPair(), b = generateKeyPair();
  const same = equalConstantTime(ecdh(a.secretKey, b.publicKey), ecdh(b.secretKey, a.publicKey));
  if (!same) throw new FailureError("self-test.wrong", { step: "ecdh" });
}

function testSm2Signature(): void { // GB/T 32918.5 annex A
  const message = utf8("message digest");
  const signature = new Sm2Signer(SECRET).update(message).sign(fixedRandom, () => fixedRandom);
  expect(
    "sign",
    signature,
    "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3" +
      "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
  );
  const verify = (text: Uint8Array) =>
    new Sm2Verifier(publicKeyOf(SECRET)).update(text).verify(signature);
  if (!verify(message)) throw new FailureError("self-test.wrong", { step: "verify" });
  if (verify(utf8("another"))) throw new FailureError("self-test.accepted", { step: "verify" });
}

function testSm2Encryption(): void { // GB/T 32918.5 annex C
  const message = utf8("encryption standard");
  const sealed = encrypt(publicKeyOf(SECRET), message, fixedRandom, "c1c3c2");
  expect(
    "encrypt",
    sealed,
    "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73" +
      "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0" +
      "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766" +
      "21886ca989ca9c7d58087307ca93092d651efa",
  );
  if (!equalConstantTime(decrypt(SECRET, sealed), message)) {
    throw new FailureError("self-test.wrong", { step: "decrypt" });
  }
  sealed[100]! ^= 1;
  expectThrown("changed", AuthenticationError, () => decrypt(SECRET, sealed));
}

function testRandom(): void {
  const drawn = new Set(Array.from({ length: 64 }, () => randomBytes(16).join()));
  if (drawn.size !== 64) throw new FailureError("self-test.repeated", {});
}

function testEngine(kind: EngineKind): SelfTest {
  return () => makeEngine(kind) === undefined ? text("self-test.not-here") : undefined;
}

function testSm2Kernel(kind: Sm2KernelKind): SelfTest {
  return () => {
    if (!runsSm2Kernel(kind)) return text("self-test.not-here");
    selfTestSm2(new Sm2Engine(kind));
    return sm2Engine("multiply").kind === kind ? text("self-test.in-use") : undefined;
  };
}

const TESTS: readonly (readonly [name: TestName, run: SelfTest])[] = [
  ["self-test.sm3", testSm3],
  ["self-test.mac", testMacAndKdf],
  ["self-test.sm4", testSm4],
  ["self-test.modes", testModes],
  ["self-test.gcm", testGcm],
  ["self-test.other-modes", testOtherModes],
  ["self-test.zuc", testZuc],
  ["self-test.sm2-keys", testSm2Keys],
  ["self-test.sm2-signature", testSm2Signature],
  ["self-test.sm2-encryption", testSm2Encryption],
  ["self-test.random", testRandom],
  ["self-test.relaxed", testEngine("relaxed")],
  ["self-test.simd", testEngine("plain")],
  ["self-test.scalar", testEngine("scalar")],
  ["self-test.sm2-wide", testSm2Kernel("wide")],
  ["self-test.sm2-narrow", testSm2Kernel("narrow")],
];

/** Runs every test, and says of each how it went. */
export function cryptoSelfTest(): SelfTestResult[] {
  return TESTS.map(([code, run]) => {
    const name = text(code);
    try {
      const detail = run();
      return { name, ok: true, ...(detail ? { detail } : {}) };
    } catch (error) {
      return { name, ok: false, detail: reasonText(error) };
    }
  });
}
