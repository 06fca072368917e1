// The worked example of docs/formats.md §1.6, made again from its inputs.
import assert from "node:assert/strict";
import { fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { decodePrivateKey } from "../../lib/crypto/keys/decode.ts";
import { encodePrivateKeyPem, encodePublicKeyPem } from "../../lib/crypto/keys/encode.ts";
import { encodePublicKeyText, fingerprint } from "../../lib/crypto/keys/text.ts";
import { decrypt, encrypt, publicKeyOf, Sm2Signer, Sm2Verifier } from "../../lib/crypto/sm2.ts";

const DOC = Deno.readTextFileSync(new URL("../../docs/formats.md", import.meta.url));

function block(name: string): string {
  const found = new RegExp(`\`\`\`${name}\n([\\s\\S]*?)\`\`\``).exec(DOC)?.[1];
  assert.ok(found !== undefined, `docs/formats.md has no ${name}`);
  return found;
}

const lines = block("keys-example").trim().split("\n").map((line) => line.split(/: +/));
const example: Record<string, string> = Object.fromEntries(lines);
const value = (name: string): string => {
  const text = example[name];
  assert.ok(text, `the example has no ${name}`);
  return text;
};

const secretKey = fromHex(value("secret key"));
const publicKey = publicKeyOf(secretKey);
const k = () => fromHex(value("random number k"));

Deno.test("docs/formats.md: public key, text, fingerprint", () => {
  assert.equal(hex(publicKey), value("public key"));
  assert.equal(encodePublicKeyText(publicKey), value("text"));
  assert.equal(fingerprint(publicKey), value("fingerprint"));
});

Deno.test("docs/formats.md: signature and ciphertexts", () => {
  const message = utf8(value("signed message"));
  const signature = new Sm2Signer(secretKey).update(message).sign(k, () => k);
  assert.equal(hex(signature), value("signature"));
  assert.ok(new Sm2Verifier(publicKey).update(message).verify(signature));
  const secret = utf8(value("encrypted message"));
  for (const format of ["der", "c1c3c2", "c1c2c3"] as const) {
    assert.equal(hex(encrypt(publicKey, secret, k, format)), value(format));
    assert.equal(hex(decrypt(secretKey, fromHex(value(format)))), hex(secret));
  }
});

Deno.test("docs/formats.md: PEM files", async () => {
  const random = (length: number) => Uint8Array.from({ length }, (_, i) => i);
  const passphrase = utf8("passphrase");
  const encrypted = await encodePrivateKeyPem(secretKey, { passphrase, random });
  const all = await encodePrivateKeyPem(secretKey) + encrypted + encodePublicKeyPem(publicKey);
  assert.equal(all, block("keys-pem"));
  const opened = await decodePrivateKey(utf8(encrypted), () => Promise.resolve(passphrase));
  assert.equal(hex(opened), hex(secretKey));
});
