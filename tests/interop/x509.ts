/** Random certificates, requests and lists, judged by Bouncy Castle and OpenSSL as well: the same sides with any number. */
import assert from "node:assert/strict";
import { type Bytes, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import {
  type Certificate,
  keyIdentifier,
  makeCertificate,
  randomSerial,
  readCertificate,
} from "../../lib/certificate/certificate.ts";
import { KeyUsage } from "../../lib/certificate/extensions.ts";
import { pemOf } from "../../lib/certificate/files.ts";
import { nameFromText } from "../../lib/certificate/name.ts";
import { validatePath } from "../../lib/certificate/path.ts";
import { type Profile, profileExtensions, PROFILES } from "../../lib/certificate/profile.ts";
import { makeRequest, readRequest } from "../../lib/certificate/request.ts";
import { makeRevocationList, readRevocationList } from "../../lib/certificate/revocation-list.ts";
import { verifiesDer } from "../../lib/certificate/signed.ts";
import { DerReader } from "../../lib/crypto/der.ts";
import { encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { encodePublicKeyDer } from "../../lib/crypto/keys/spki.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair, type Sm2KeyPair, uncompress } from "../../lib/crypto/sm2.ts";
import { readSigned } from "../../lib/certificate/signed.ts";
import { hasProgram } from "../support/requires.ts";

const JARS = ["bcprov", "bcutil", "bcpkix"].map((name) => `/usr/share/java/${name}.jar`);
/** The programs that ask Bouncy Castle. */
export type Peer = "BouncyCastleX509" | "BouncyCastleEnvelope";

/** Whether Bouncy Castle's part for certificates is there. */
export function hasBouncyCastleX509(): boolean {
  try {
    return hasProgram("java") && JARS.every((jar) => Deno.statSync(jar).isFile);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Asks all questions of one JVM; the answers in order, "no …" as an Error. */
export async function askBouncyCastle(
  questions: ReadonlyArray<readonly [operation: string, ...values: Uint8Array[]]>,
  peer: Peer = "BouncyCastleX509",
): Promise<Array<Bytes | Error>> {
  const program = new URL(`peers/${peer}.java`, import.meta.url).pathname;
  const child = new Deno.Command("java", {
    args: ["-Xshare:auto", "-cp", JARS.join(":"), program],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  for (const [operation, ...values] of questions) {
    const words = values.map((value) => value.length === 0 ? "-" : hex(value));
    await writer.write(utf8(`${[operation, ...words].join(" ")}\n`));
  }
  await writer.close();
  const { success, stdout, stderr } = await output;
  if (!success) throw new Error(`java: ${new TextDecoder().decode(stderr)}`);
  const answers = new TextDecoder().decode(stdout).trim().split("\n");
  assert.equal(answers.length, questions.length);
  return answers.map((answer) => {
    const [verdict = "", digits = ""] = answer.split(" ");
    return verdict === "ok" ? fromHex(digits) : new Error(answer);
  });
}

/** What an answer is, where it is one. */
export function good(answer: Bytes | Error | undefined, what: string): Bytes {
  if (answer instanceof Error || answer === undefined) {
    throw new Error(`${what}: ${answer?.message}`);
  }
  return answer;
}

/** A key pair; every eighth with a coordinate that begins with a zero. */
function keyPair(i: number): Sm2KeyPair {
  for (;;) {
    const pair = generateKeyPair();
    const point = uncompress(pair.publicKey);
    if (i % 8 !== 0 || point[1] === 0 || point[33] === 0) return pair;
  }
}

/** Whether a number of the signature is shorter than 32 bytes. */
function hasShortNumber(der: Uint8Array): boolean {
  const pair = new DerReader(readSigned(der).signature).sequence();
  return pair.unsigned().length < 32 || pair.unsigned().length < 32;
}

/** What `make` gives; every sixteenth signed until r or s begins with a zero. */
function signedAs(i: number, make: () => Bytes): Bytes {
  for (;;) {
    const der = make();
    if (i % 16 !== 0 || hasShortNumber(der)) return der;
  }
}

const NAMES = ["alice", "爱丽丝", "Ünï ćode", "a, b; c=d", "x".repeat(64)];
const SECOND = 1000;

/** The number of certificates, requests and lists that agreed: each was judged by both sides, whoever made it. */
export interface Agreed {
  readonly ours: number;
  readonly theirs: number;
  readonly openssl: number;
}

/** Makes `count` of each and compares; throws at the first that is judged differently. */
export async function compareX509(count: number, folder: string | undefined): Promise<Agreed> {
  const now = Math.floor(Date.now() / SECOND) * SECOND;
  const issuers = Array.from({ length: 4 }, (_, i) => ({ keys: keyPair(8 * (i % 2)), i }));
  const subject = (i: number) =>
    nameFromText(
      `C=CN,O=School ${i % 7},CN=${NAMES[i % NAMES.length]!.replace(/([,;\\])/g, "\\$1")}`,
    );
  const roots = issuers.map(({ keys, i }) => {
    const name = nameFromText(`C=CN,CN=root ${i}`);
    const extensions = profileExtensions("authority", keys.publicKey, keys.publicKey);
    const content = { serial: randomSerial(randomBytes), issuer: name, subject: name, extensions };
    const dates = { notBefore: now - 86_400_000, notAfter: now + 3650 * 86_400_000 };
    return readCertificate(
      makeCertificate({ ...content, ...dates, publicKey: keys.publicKey }, keys),
    );
  });
  const questions: Array<readonly [string, ...Uint8Array[]]> = [];
  const certificates: Array<{ certificate: Certificate; issuer: number }> = [];
  for (let i = 0; i < count; i++) {
    const { keys } = issuers[i % issuers.length]!, root = roots[i % roots.length]!;
    const own = keyPair(i);
    const profile = PROFILES[i % PROFILES.length] as Profile;
    const extensions = profileExtensions(profile, own.publicKey, keys.publicKey);
    const content = {
      ...{
        serial: randomSerial(randomBytes),
        issuer: root.subject,
        subject: subject(i),
        extensions,
      },
      ...{ notBefore: now - (i % 100) * SECOND, notAfter: now + (1 + i % 20_000) * 86_400_000 },
    };
    const der = signedAs(i, () => makeCertificate({ ...content, publicKey: own.publicKey }, keys));
    certificates.push({ certificate: readCertificate(der), issuer: i % issuers.length });
    questions.push(["certificate", der, encodePublicKeyDer(keys.publicKey)]);
    const request = signedAs(i, () => makeRequest({ subject: subject(i), extensions: [] }, own));
    questions.push(["request", request]);
    const revoked = Array.from({ length: i % 5 }, () => ({
      ...{ serial: randomSerial(randomBytes), time: now, reason: [0, 1, 3, 4, 5][i % 5]! },
    }));
    const list = signedAs(i, () =>
      makeRevocationList({
        ...{ issuer: root.subject, thisUpdate: now, nextUpdate: now + 86_400_000, number: i },
        ...{ keyId: keyIdentifier(keys.publicKey), revoked },
      }, keys));
    questions.push(["list", list, encodePublicKeyDer(keys.publicKey)]);
    const serial = randomSerial(randomBytes);
    questions.push([
      "make",
      encodePrivateKeyDer(keys.secretKey),
      encodePublicKeyDer(keys.publicKey),
      encodePrivateKeyDer(own.secretKey),
      encodePublicKeyDer(own.publicKey),
      serial,
    ]);
  }
  const answers = await askBouncyCastle(questions);
  let theirs = 0;
  for (let i = 0; i < count; i++) {
    const [certificate, request, list, made] = answers.slice(4 * i);
    checkFields(good(certificate, `certificate ${i}`), certificates[i]!.certificate);
    good(request, `request ${i}`);
    good(list, `list ${i}`);
    theirs += checkMade(good(made, `make ${i}`), now);
  }
  const openssl = folder === undefined ? 0 : await compareWithOpenssl(folder, roots, certificates);
  return { ours: 3 * count, theirs, openssl };
}

/** Bouncy Castle read the same as we wrote. */
function checkFields(
  answer: Bytes,
  { serial, notBefore, notAfter, extensions }: Certificate,
): void {
  const { basicConstraints, keyUsage = 0 } = extensions;
  const bits = Object.values(KeyUsage).map((bit) => (keyUsage & bit) !== 0 ? "1" : "0").join("");
  const path = basicConstraints?.ca === true ? 2147483647 : -1;
  const right = [hex(serial).replace(/^0+/, ""), notBefore, notAfter, path, bits].join("|");
  assert.equal(new TextDecoder().decode(answer), right);
}

/** What Bouncy Castle made, read and verified here: root, certificate, request, list; how many of them. */
function checkMade(der: Bytes, now: number): number {
  const reader = new DerReader(der);
  const [root, leaf, request, list] = [0, 1, 2, 3].map(() => new Uint8Array(reader.raw()));
  const anchor = readCertificate(root!), certificate = readCertificate(leaf!);
  assert.equal(
    validatePath(certificate, { anchors: [anchor], now, usage: "talk" }).chain.length,
    2,
  );
  assert.equal(readRequest(request!).extensions.keyUsage, KeyUsage.digitalSignature);
  const lists = [readRevocationList(list!)];
  assert.ok(verifiesDer(lists[0]!.signed, anchor.publicKey));
  assert.throws(() => validatePath(certificate, { anchors: [anchor], now, lists }), {
    kind: "certificate",
  });
  return 3;
}

/** OpenSSL, hop by hop: `-vfyopt` reaches the leaf alone, so each certificate is verified with its issuer trusted. */
async function compareWithOpenssl(
  folder: string,
  roots: readonly Certificate[],
  certificates: ReadonlyArray<{ certificate: Certificate; issuer: number }>,
): Promise<number> {
  let agreed = 0;
  for (const [i, root] of roots.entries()) {
    const trusted = `${folder}/root-${i}.pem`;
    await Deno.writeTextFile(trusted, pemOf("certificate", root.signed.der));
    const issued = certificates.filter(({ issuer }) => issuer === i);
    const files = await Promise.all(issued.map(async ({ certificate }, n) => {
      const path = `${folder}/leaf-${i}-${n}.pem`;
      await Deno.writeTextFile(path, pemOf("certificate", certificate.signed.der));
      return path;
    }));
    for (let at = 0; at < files.length; at += 500) {
      const { success, stdout, stderr } = await new Deno.Command("openssl", {
        args: [
          ...[
            "verify",
            "-vfyopt",
            "distid:1234567812345678",
            "-partial_chain",
            "-trusted",
            trusted,
          ],
          ...files.slice(at, at + 500),
        ],
      }).output();
      const said = new TextDecoder();
      assert.ok(success, said.decode(stderr));
      const right = said.decode(stdout).trim().split("\n").filter((line) => line.endsWith(": OK"));
      assert.equal(right.length, Math.min(500, files.length - at));
      agreed += right.length;
    }
  }
  return agreed;
}
