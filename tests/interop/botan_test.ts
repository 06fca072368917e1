// Botan's command line (Debian's botan) and this code: keys under its own identifier, signatures, SM3, HMAC.
import assert from "node:assert/strict";
import { join } from "node:path";
import { base64, fromBase64, hex, utf8 } from "../../lib/bytes.ts";
import { derBits, derOid, derSequence } from "../../lib/crypto/der.ts";
import { hmacSm3 } from "../../lib/crypto/hmac.ts";
import { decodePrivateKey, decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { SM2_CURVE, SM2_SIGN } from "../../lib/crypto/keys/oids.ts";
import { encodePem } from "../../lib/crypto/keys/pem.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { publicKeyOf, Sm2Signer, Sm2Verifier, uncompress } from "../../lib/crypto/sm2.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { testWithPrograms } from "../support/requires.ts";

/** Botan 2's command line offers no way to set the ID: it signs with the name of its padding scheme as the ID. */
const BOTAN_ID = utf8("EMSA1(SM3)");

testWithPrograms("Botan: keys, signatures, SM3, HMAC-SM3, both ways", ["botan"], async () => {
  const folder = await Deno.makeTempDir({ prefix: "p2p-botan-" });
  const path = (name: string) => join(folder, name);
  const botan = async (...args: string[]) => {
    const { success, stdout, stderr } = await new Deno.Command("botan", {
      args,
      cwd: folder,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert.ok(success || args[0] === "verify", new TextDecoder().decode(stderr));
    return text;
  };
  try {
    await botan("keygen", "--algo=SM2", "--params=sm2p256v1", "--output=k.pem");
    const secretKey = await decodePrivateKey(Deno.readFileSync(path("k.pem")));
    const publicKey = publicKeyOf(secretKey);
    await botan("pkcs8", "--pub-out", "--output=pub.pem", "k.pem");
    assert.equal(hex(decodePublicKey(Deno.readFileSync(path("pub.pem")))), hex(publicKey));
    // PBES2 with AES-256, HMAC-SHA256 and hundreds of thousands of iterations
    await botan("pkcs8", "--pass-out=secret", "--pbe-millis=50", "--output=enc.pem", "k.pem");
    const opened = await decodePrivateKey(
      Deno.readFileSync(path("enc.pem")),
      () => Promise.resolve(utf8("secret")),
    );
    assert.equal(hex(opened), hex(secretKey));

    const message = randomBytes(2000);
    Deno.writeFileSync(path("m"), message);
    const theirs = fromBase64(
      (await botan("sign", "--der-format", "--hash=SM3", "k.pem", "m")).trim(),
    );
    assert.ok(new Sm2Verifier(publicKey, BOTAN_ID).update(message).verify(theirs));
    const ours = new Sm2Signer(secretKey, BOTAN_ID).update(message).sign();
    Deno.writeTextFileSync(path("s"), base64(ours));
    // Botan takes id-ecPublicKey for ECDSA: it wants its own identifier for SM2
    const algorithm = derSequence(derOid(SM2_SIGN), derOid(SM2_CURVE));
    const info = derSequence(algorithm, derBits(uncompress(publicKey)));
    Deno.writeTextFileSync(path("ours.pem"), encodePem("PUBLIC KEY", info));
    const verify = () => botan("verify", "--der-format", "--hash=SM3", "ours.pem", "m", "s");
    assert.match(await verify(), /Signature is valid/);
    Deno.writeFileSync(path("m"), message.subarray(1));
    assert.doesNotMatch(await verify(), /Signature is valid/);

    const rest = message.subarray(1);
    assert.match(await botan("hash", "--algo=SM3", "m"), new RegExp(hex(sm3(rest)), "i"));
    const mac = hex(hmacSm3(rest, rest));
    assert.match(await botan("hmac", "--hash=SM3", "m", "m"), new RegExp(mac, "i"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
