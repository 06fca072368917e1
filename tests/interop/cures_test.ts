// What is given where something else was meant is named, with the command that takes it: unreadable differs from forged.
import assert from "node:assert/strict";
import { join } from "node:path";
import { base64, concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { der, derNumber, derOctets, derOid, derSequence } from "../../lib/crypto/der.ts";
import { encodePem } from "../../lib/crypto/keys/pem.ts";
import { decodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { recognise } from "../../lib/crypto/recognise.ts";
import { encrypt, generateKeyPair, Sm2Signer } from "../../lib/crypto/sm2.ts";
import { makeHome, p2p, withFolder } from "../support/executable.ts";

const CMS = derSequence(derOid("1.2.156.10197.6.1.4.2.2"), der(0xa0, derOctets(new Uint8Array(9))));
const SALTED = concat(utf8("Salted__"), new Uint8Array(24));

Deno.test("sign, verify, sm2, dec and -k: another kind of file is named, with its cure", () =>
  withFolder(async (cwd) => {
    const { home, key } = await makeHome(cwd, "home");
    const run = (line: string, lang = "en") =>
      p2p(line.split(" "), { home, cwd, env: { P2P_LANG: lang } });
    const write = (name: string, content: Uint8Array | string) =>
      Deno.writeFileSync(join(cwd, name), typeof content === "string" ? utf8(content) : content);
    const pair = generateKeyPair();
    const message = utf8("message");
    write("m", message);
    write("cms", CMS);
    write("cms.pem", encodePem("CMS", CMS));
    write("salted", SALTED);
    write("salted.64", base64(SALTED));
    write("sig", new Sm2Signer(pair.secretKey).update(message).sign());
    write("sealed", encrypt(decodePublicKeyText(key), message, undefined, "der"));
    assert.equal((await run(`enc -r ${key} -o m.enc m`)).code, 0);
    const cases: ReadonlyArray<readonly [line: string, code: number, words: RegExp]> = [
      [`verify -k ${key} -s cms m`, 3, /a CMS or PKCS#7 message\n.*p2p cms/],
      [`verify -k ${key} -s cms.pem m`, 3, /CMS.*\n.*p2p cms/],
      [`verify -k ${key} -s sealed m`, 3, /an SM2 ciphertext\n.*p2p sm2 decrypt/],
      [`verify -k ${key} -s home/identity.pem m`, 3, /a private key\n.*-i takes it/],
      [`verify -k ${key} -s m.enc m`, 3, /p2p enc' wrote\n.*p2p dec/],
      [`verify -k ${key} -s sig m`, 3, /^p2p: verify m: bad signature\n$/],
      ["sm2 decrypt cms", 1, /CMS.*\n.*p2p cms/],
      ["sm2 decrypt salted", 1, /openssl enc'\n.*p2p sm4 decrypt --openssl/],
      ["sm2 decrypt salted.64", 1, /openssl enc'\n.*p2p sm4 decrypt --openssl/],
      ["sm2 decrypt sig", 1, /a signature\n.*p2p verify/],
      ["sm2 decrypt m.enc", 1, /p2p enc' wrote\n.*p2p dec/],
      ["dec cms", 3, /not a p2p encrypted file\n.*p2p cms/],
      ["dec cms.pem", 3, /not a p2p encrypted file\n.*p2p cms/],
      ["dec salted", 3, /not a p2p encrypted file\n.*--openssl/],
      ["dec sealed", 3, /not a p2p encrypted file\n.*p2p sm2 decrypt/],
      ["dec m", 3, /not a p2p encrypted file\n.*dec reads what/],
      ["sm2 encrypt -k cms m", 1, /a CMS or PKCS#7 message\n.*p2p cms/],
      ["sm2 encrypt -k sig m", 1, /a signature\n.*p2p verify/],
      ["pubkey -i salted", 1, /openssl enc'\n.*--openssl/],
    ];
    for (const [line, code, words] of cases) {
      const result = await run(line);
      assert.equal(result.code, code, `${line}: ${result.stderr}`);
      assert.match(result.stderr, words, line);
    }
    const chinese = await run(`verify -k ${key} -s cms m`, "zh");
    assert.match(chinese.stderr, /CMS.*\n.*p2p cms/);
  }));

Deno.test("nothing is recognised in what may be anything", () => {
  for (
    const input of [utf8("words"), new Uint8Array(64), utf8("ab".repeat(32)), new Uint8Array(0)]
  ) {
    assert.equal(recognise(input), undefined);
  }
  assert.equal(recognise(fromHex(hex(CMS)))?.what.code, "foreign.cms");
  assert.equal(recognise(derSequence(derNumber(1), derNumber(2)))?.what.code, "foreign.signature");
});
