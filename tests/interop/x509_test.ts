// Certificates, requests, revocation lists and CMS: Bouncy Castle and OpenSSL, in both directions.
import assert from "node:assert/strict";
import { utf8 } from "../../lib/bytes.ts";
import {
  readSignedMessage,
  signCms,
  verifySignedMessage,
} from "../../lib/certificate/cms-signed.ts";
import { envelopCms, openEnvelope } from "../../lib/certificate/cms-enveloped.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { certify, listOf, NOW } from "../certificate/support.ts";
import { askBouncyCastle, compareX509, good, hasBouncyCastleX509 } from "./x509.ts";
import { testUnless } from "../support/requires.ts";

const unavailable = hasBouncyCastleX509() ? undefined : "needs java and Debian's libbcpkix-java";

/** Of each; `scripts/certificate-stress.ts` makes 10,000. */
const COUNT = 40;

testUnless(
  unavailable,
  "Bouncy Castle and OpenSSL judge random certificates, requests and lists as we do",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const { ours, theirs, openssl } = await compareX509(COUNT, folder);
      assert.deepEqual([ours, theirs, openssl], [3 * COUNT, 3 * COUNT, COUNT]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

testUnless(unavailable, "Bouncy Castle's PKIX path and CMS, both ways", async () => {
  const root = certify("root", undefined);
  const sub = certify("sub", root, { profile: "authority", pathLength: 0 });
  const leaf = certify("alice", sub);
  const signer = certify("bob", root, { profile: "signing" });
  const der = (holder: typeof root) => holder.certificate.signed.der;
  const content = utf8("内容 content");
  const message = (detached: boolean) =>
    signCms(content, { key: signer.keys, certificate: signer.certificate, others: [] }, {
      ...{ style: "rfc", detached, time: NOW },
    });
  const serial = signer.certificate.serial;
  const [path, clean, revoked, whole, detached, wrong, theirs] = await askBouncyCastle([
    ["path", der(root), new Uint8Array(0), der(leaf), der(sub)],
    ["path", der(root), listOf(root).signed.der, der(signer)],
    ["path", der(root), listOf(root, [{ serial, time: NOW, reason: 1 }]).signed.der, der(signer)],
    ["cms-verify", message(false)],
    ["cms-verify", message(true), content],
    ["cms-verify", message(true), utf8("other")],
    ["cms-sign", encodePrivateKeyDer(signer.keys.secretKey), der(signer), content],
  ]);
  good(path, "path");
  good(clean, "path with a list");
  assert.match((revoked as Error).message, /revo[ck]/i);
  assert.deepEqual(good(whole, "CMS"), content);
  good(detached, "detached CMS");
  assert.ok(wrong instanceof Error);
  const read = readSignedMessage(good(theirs, "their CMS"));
  const verified = verifySignedMessage(read, { withoutZ: false });
  assert.deepEqual(verified.content, content);
  assert.equal(verified.signers.length, 1);
});

testUnless(
  unavailable,
  "Bouncy Castle opens our envelopes, and we its: several recipients, every length of the last block",
  async () => {
    const root = certify("root", undefined);
    const holders = ["ann", "bob", "cem"].map((name) =>
      certify(name, root, { profile: "encryption" })
    );
    const der = (holder: typeof root) => holder.certificate.signed.der;
    const contents = [0, 1, 15, 16, 17, 4096, 65_537].map((length) => randomBytes(length));
    const questions = contents.flatMap((content, i) => {
      const holder = holders[i % 3]!, style = i % 2 === 0 ? "gmt" : "rfc";
      const message = envelopCms(content, holders.map(({ certificate }) => certificate), style);
      return [
        ["open", message, der(holder), encodePrivateKeyDer(holder.keys.secretKey)],
        ["open", message, der(root), encodePrivateKeyDer(root.keys.secretKey)],
        ["seal", content, randomBytes(32), ...holders.map(der)],
      ] as const;
    });
    const answers = await askBouncyCastle(questions, "BouncyCastleEnvelope");
    for (const [i, content] of contents.entries()) {
      const [opened, stranger, sealed] = answers.slice(3 * i);
      assert.deepEqual(good(opened, `envelope of ${content.length} bytes`), content);
      assert.ok(stranger instanceof Error);
      const message = good(sealed, `their envelope of ${content.length} bytes`);
      for (const { keys } of holders) {
        assert.deepEqual(openEnvelope(message, [root.keys.secretKey, keys.secretKey]), content);
      }
      assert.throws(() => openEnvelope(message, [root.keys.secretKey]), {
        code: "cms.not-for-us",
      });
    }
  },
);
