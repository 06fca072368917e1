/** Signed and enveloped messages: every style, what is changed, GmSSL's rules. */
import assert from "node:assert/strict";
import { hex, utf8 } from "../../lib/bytes.ts";
import { CMS_STYLES } from "../../lib/certificate/cms-content.ts";
import { envelopCms, openEnvelope } from "../../lib/certificate/cms-enveloped.ts";
import {
  readSignedMessage,
  signCms,
  verifySignedMessage,
} from "../../lib/certificate/cms-signed.ts";
import { der, derOctets, derOid, derSequence } from "../../lib/crypto/der.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { decodePoint } from "../../lib/crypto/sm2-curve.ts";
import { isSignatureOf } from "../../lib/crypto/sm2-scheme.ts";
import { P2PError } from "../../lib/errors.ts";
import { certify, NOW } from "./support.ts";

const root = certify("root", undefined);
const alice = certify("alice", root);
const signer = { key: alice.keys, certificate: alice.certificate, others: [root.certificate] };
const content = utf8("内容 of a message");

Deno.test("a signed message is verified in its own style, and in no other", () => {
  for (const style of CMS_STYLES) {
    for (const detached of [false, true]) {
      const message = readSignedMessage(signCms(content, signer, { style, detached, time: NOW }));
      const withoutZ = style === "gmssl";
      const given = detached ? { content } : {};
      const verified = verifySignedMessage(message, { withoutZ, ...given });
      assert.deepEqual(verified.content, content);
      assert.equal(verified.signers[0]!.time, withoutZ ? undefined : NOW);
      const other = { withoutZ, content: utf8("other") };
      assert.throws(() => verifySignedMessage(message, other), { kind: "authentication" });
      if (detached) assert.throws(() => verifySignedMessage(message, { withoutZ }), /no-content/);
      if (withoutZ) {
        assert.throws(
          () => verifySignedMessage(message, { withoutZ: false, ...given }),
          /cms\.bad/,
        );
      }
    }
  }
});

Deno.test("GmSSL signs SM3 of the inner ContentInfo, without Z", () => {
  const message = signCms(content, signer, { style: "gmssl", detached: false, time: NOW });
  const { signature } = readSignedMessage(message).signers[0]!;
  const data = derOid("1.2.156.10197.6.1.4.2.1");
  const whole = derSequence(data, der(0xa0, derOctets(content)));
  assert.ok(isSignatureOf(decodePoint(alice.keys.publicKey), sm3(whole), signature));
});

Deno.test("an envelope opens for each recipient and nobody else, in every style", () => {
  const bob = certify("bob", root), eve = certify("eve", root);
  for (const style of CMS_STYLES) {
    const recipients = [alice.certificate, bob.certificate];
    const message = envelopCms(content, recipients, style);
    for (const { keys } of [alice, bob]) {
      assert.deepEqual(openEnvelope(message, [keys.secretKey]), content);
    }
    assert.throws(() => openEnvelope(message, [eve.keys.secretKey]), /not-for-us/);
    assert.throws(() => readSignedMessage(message), { code: "cms.unreadable" });
  }
});

Deno.test("for GmSSL the recipient's algorithm is the one that GmSSL knows, 1.2.156.10197.1.301.2", () => {
  const names = (style: "gmt" | "rfc" | "gmssl") => {
    const message = hex(envelopCms(content, [alice.certificate], style));
    return [2, 3].map((n) => message.includes(hex(derOid(`1.2.156.10197.1.301.${n}`))));
  };
  assert.deepEqual(names("gmssl"), [true, false]);
  assert.deepEqual(names("gmt"), [false, true]);
  assert.deepEqual(names("rfc"), [false, true]);
});

Deno.test("every cut message is refused with an error of ours, and no changed one is verified", () => {
  const signed = signCms(content, signer, { style: "gmt", detached: false, time: NOW });
  const sealed = envelopCms(content, [alice.certificate], "gmt");
  for (let length = 0; length < signed.length; length += 7) {
    assert.throws(() => readSignedMessage(signed.slice(0, length)), P2PError);
  }
  for (let length = 0; length < sealed.length; length += 7) {
    assert.throws(() => openEnvelope(sealed.slice(0, length), [alice.keys.secretKey]), P2PError);
  }
  for (let at = 0; at < signed.length; at += 5) {
    const changed = signed.slice();
    changed[at]! ^= 0x10;
    try {
      const { content: read, signers } = verifySignedMessage(readSignedMessage(changed), {
        withoutZ: false,
      });
      // What does not stand under the signature may change; what was signed, and by whom, may not.
      assert.deepEqual(read, content);
      assert.deepEqual(signers[0]!.certificate.publicKey, alice.keys.publicKey);
    } catch (error) {
      assert.ok(error instanceof P2PError, String(error));
    }
  }
});
