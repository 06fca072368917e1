/**
 * SM2 operations against OpenSSL (signing and verifying, all that `openssl speed` measures), sm-crypto and
 * sm-crypto-v2, in turn, on one thread and in processor time.
 */
import process from "node:process";
import smCrypto from "sm-crypto";
import smCryptoV2 from "sm-crypto-v2";
import { hex, utf8 } from "../lib/bytes.ts";
import {
  decrypt,
  ecdh,
  encrypt,
  generateKeyPair,
  parsePublicKey,
  Sm2EncryptionKey,
  Sm2Signer,
  Sm2SigningKey,
  Sm2Verifier,
  Sm2VerifyingKey,
  uncompress,
} from "../lib/crypto/sm2.ts";
import { hasProgram } from "../tests/support/requires.ts";
import { type Bench, inTurn, rateRow, type Row } from "./harness.ts";

/** What both packages offer; everything travels as hex digits. */
interface SmCrypto {
  sm2: {
    generateKeyPairHex(): unknown;
    doEncrypt(message: Uint8Array, publicKey: string, mode: 1): string;
    doDecrypt(sealed: string, privateKey: string, mode: 1, options: object): unknown;
    doSignature(message: Uint8Array, privateKey: string, options: object): string;
    doVerifySignature(
      message: Uint8Array,
      signature: string,
      publicKey: string,
      options: object,
    ): boolean;
  };
}

const PACKAGES: Readonly<Record<string, SmCrypto>> = {
  "sm-crypto": smCrypto as SmCrypto,
  "sm-crypto-v2": smCryptoV2 as unknown as SmCrypto,
};

const MESSAGE = utf8("a message of usual length, such as people send");
const DER = { hash: true, der: true } as const;

/** Operations a second over about `milliseconds` of processor time. */
function rate(milliseconds: number, call: () => unknown): number {
  const time = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const start = time();
  let calls = 0, elapsed = 0;
  while (elapsed < milliseconds) {
    for (let i = 0; i < 8; i++) call();
    calls += 8;
    elapsed = time() - start;
  }
  return calls / elapsed * 1000;
}

/** Signatures and verifications a second, by `openssl speed sm2`. */
async function openssl(): Promise<{ sign: number; verify: number }> {
  const { stdout } = await new Deno.Command("openssl", {
    args: ["speed", "-seconds", "1", "sm2"],
    stderr: "null",
  }).output();
  const match = /([\d.]+)\s+([\d.]+)\s*$/.exec(new TextDecoder().decode(stdout));
  if (!match) throw new Error("openssl speed sm2: no figures in its output");
  return { sign: Number(match[1]), verify: Number(match[2]) };
}

type Operation = "key pair" | "sign" | "verify" | "encrypt" | "decrypt";

/** What is faster with a key that is used often. */
type Prepared = "sign" | "verify" | "encrypt";

const keys = generateKeyPair();

function ours(): Record<Operation, () => unknown> {
  const { secretKey, publicKey } = keys;
  const signature = new Sm2Signer(secretKey).update(MESSAGE).sign();
  const sealed = encrypt(publicKey, MESSAGE);
  return {
    "key pair": () => generateKeyPair(),
    sign: () => new Sm2Signer(secretKey).update(MESSAGE).sign(),
    verify: () => new Sm2Verifier(publicKey).update(MESSAGE).verify(signature),
    encrypt: () => encrypt(publicKey, MESSAGE),
    decrypt: () => decrypt(secretKey, sealed),
  };
}

function prepared(): Record<Prepared, () => unknown> {
  const { secretKey, publicKey } = keys;
  const signer = new Sm2SigningKey(secretKey), verifier = new Sm2VerifyingKey(publicKey);
  const recipient = new Sm2EncryptionKey(publicKey);
  const signature = signer.sign(MESSAGE);
  return {
    sign: () => signer.sign(MESSAGE),
    verify: () => verifier.verify(MESSAGE, signature),
    encrypt: () => recipient.encrypt(MESSAGE),
  };
}

/** Prepared keys against the same operations with keys that are new each time. */
async function preparedRows(rounds: number, milliseconds: number): Promise<Row[]> {
  const own = ours(), faster = prepared();
  const rows: Row[] = [];
  for (const operation of Object.keys(faster) as Prepared[]) {
    const [fast, slow] = await inTurn(
      rounds,
      () => rate(milliseconds, faster[operation]),
      () => rate(milliseconds, own[operation]),
    );
    rows.push(rateRow(`SM2 ${operation}, prepared key`, "op/s", fast!, "a key used once", slow));
  }
  return rows;
}

function theirs({ sm2 }: SmCrypto): Record<Operation, () => unknown> {
  const secret = hex(keys.secretKey), point = hex(uncompress(keys.publicKey));
  const signature = sm2.doSignature(MESSAGE, secret, DER);
  const sealed = sm2.doEncrypt(MESSAGE, point, 1);
  return {
    "key pair": () => sm2.generateKeyPairHex(),
    sign: () => sm2.doSignature(MESSAGE, secret, DER),
    verify: () => sm2.doVerifySignature(MESSAGE, signature, point, DER),
    encrypt: () => sm2.doEncrypt(MESSAGE, point, 1),
    decrypt: () => sm2.doDecrypt(sealed, secret, 1, { output: "array" }),
  };
}

async function againstOpenSsl(rounds: number, milliseconds: number): Promise<Row[]> {
  const own = ours(), faster = prepared();
  const signed: number[] = [], verified: number[] = [];
  const [sign, verify, fastSign, fastVerify] = await inTurn(
    rounds,
    () => rate(milliseconds, own.sign),
    () => rate(milliseconds, own.verify),
    () => rate(milliseconds, faster.sign),
    () => rate(milliseconds, faster.verify),
    async () => {
      const figures = await openssl();
      signed.push(figures.sign);
      verified.push(figures.verify);
      return 0;
    },
  );
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  return [
    rateRow("SM2 sign", "op/s", sign!, "openssl", middle(signed)),
    rateRow("SM2 verify", "op/s", verify!, "openssl", middle(verified)),
    rateRow("SM2 sign, prepared key", "op/s", fastSign!, "openssl", middle(signed)),
    rateRow("SM2 verify, prepared key", "op/s", fastVerify!, "openssl", middle(verified)),
  ];
}

async function againstPackage(
  name: string,
  rounds: number,
  milliseconds: number,
): Promise<Row[]> {
  const own = ours(), other = theirs(PACKAGES[name]!);
  const rows: Row[] = [];
  for (const operation of Object.keys(own) as Operation[]) {
    const [mine, its] = await inTurn(
      rounds,
      () => rate(milliseconds, own[operation]),
      () => rate(milliseconds, other[operation]),
    );
    rows.push(rateRow(`SM2 ${operation}`, "op/s", mine!, name, its));
  }
  return rows;
}

async function withoutPeer(rounds: number, milliseconds: number): Promise<Row[]> {
  const other = generateKeyPair();
  const subjects: Record<string, () => unknown> = {
    "SM2 key agreement (ECDH)": () => ecdh(keys.secretKey, other.publicKey),
    "SM2 public key check and decompression": () => parsePublicKey(other.publicKey),
  };
  const rows: Row[] = [];
  for (const [what, call] of Object.entries(subjects)) {
    const [value] = await inTurn(rounds, () => rate(milliseconds, call));
    rows.push(rateRow(what, "op/s", value!, "–", undefined));
  }
  return rows;
}

export const bench: Bench = {
  name: "sm2",
  async run({ quick }) {
    const rounds = quick ? 3 : 7, milliseconds = quick ? 150 : 400;
    const rows: Row[] = [];
    if (hasProgram("openssl")) rows.push(...await againstOpenSsl(rounds, milliseconds));
    for (const name of Object.keys(PACKAGES)) {
      rows.push(...await againstPackage(name, rounds, milliseconds));
    }
    rows.push(...await preparedRows(rounds, milliseconds));
    return [...rows, ...await withoutPeer(rounds, milliseconds)];
  },
};
