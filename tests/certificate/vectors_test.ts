/** The SM2 certificates of OpenSSL's and Tongsuo's own tests, where they are at hand. */
import assert from "node:assert/strict";
import type { Certificate } from "../../lib/certificate/certificate.ts";
import { certificatesIn, requestsIn } from "../../lib/certificate/files.ts";
import { commonName } from "../../lib/certificate/name.ts";
import { PathError, usageFault, validatePath } from "../../lib/certificate/path.ts";
import { decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { testWithVectors } from "../support/vectors.ts";

const NOW = Date.UTC(2026, 10, 26);

function read(path: string): Certificate[] {
  return certificatesIn(Deno.readFileSync(path), path);
}

testWithVectors(
  "OpenSSL's certificates: the path holds; the request is signed under the usual ID",
  "openssl",
  (folder) => {
    const anchors = read(`${folder}/sm2-ca-cert.pem`);
    const [leaf] = read(`${folder}/sm2.pem`);
    assert.equal(validatePath(leaf!, { anchors, now: NOW, usage: "sign" }).chain.length, 2);
    const empty = { anchors, now: NOW, id: new Uint8Array(0) };
    assert.throws(() => validatePath(leaf!, empty), PathError);
    const bytes = Deno.readFileSync(`${folder}/sm2-csr.pem`);
    assert.equal(requestsIn(bytes).length, 1);
  },
);

testWithVectors(
  "Tongsuo's dual certificates: each is used for what it is meant, what expired is refused",
  "tongsuo/test/certs/sm2",
  (folder) => {
    const [first, second] = read(`${folder}/chain-ca.crt`);
    const anchors = [first!], others = [second!];
    for (const who of ["client", "server"]) {
      for (
        const [what, usage, other] of [["sign", "sign", "encrypt"], [
          "enc",
          "encrypt",
          "sign",
        ]] as const
      ) {
        const [leaf] = read(`${folder}/${who}_${what}.crt`);
        assert.equal(commonName(leaf!.subject), `${who} ${what}`);
        assert.equal(validatePath(leaf!, { anchors, others, now: NOW, usage }).chain.length, 3);
        assert.equal(usageFault(leaf!, other)?.code, "chain.usage");
        const key = Deno.readFileSync(`${folder}/${who}_${what}.key`);
        assert.deepEqual(decodePublicKey(key), leaf!.publicKey);
        const [expired] = read(`${folder}/${who}_${what}_expire.crt`);
        assert.throws(
          () => validatePath(expired!, { anchors, others, now: NOW }),
          (error: unknown) => error instanceof PathError && error.reason.code === "chain.expired",
        );
      }
    }
    const [elsewhere] = read(`${folder}/server_sign2.crt`);
    assert.throws(() => validatePath(elsewhere!, { anchors, others, now: NOW }), PathError);
  },
);
