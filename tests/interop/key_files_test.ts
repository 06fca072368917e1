// `p2p key convert` and every -i against key files of the real tools: OpenSSL's PKCS#8, SEC 1 and PKCS#12, old and new.
import assert from "node:assert/strict";
import { hex, utf8 } from "../../lib/bytes.ts";
import { decodePrivateKey, isEncryptedPrivateKey } from "../../lib/crypto/keys/decode.ts";
import { readPkcs12 } from "../../lib/crypto/keys/pkcs12.ts";
import { uncompress } from "../../lib/crypto/sm2.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { p2p } from "../support/executable.ts";
import { english } from "../support/english.ts";
import { testWithPrograms } from "../support/requires.ts";
import { OpenSsl } from "./openssl.ts";

const PASS = "pass:secret";

/** A key and its certificate; `secret` and `other` in files for passphrases. */
async function withKey(use: (o: OpenSsl, secret: string) => Promise<void>): Promise<void> {
  await OpenSsl.with(async (o) => {
    await o.run("genpkey", "-algorithm", "SM2", "-out", "k.pem");
    await o.run(
      ...["req", "-new", "-x509", "-sm3", "-key", "k.pem", "-days", "30", "-out", "c.pem"],
      ...["-sigopt", "distid:1234567812345678", "-subj", "/CN=alice"],
    );
    o.write("secret", "secret\n");
    o.write("other", "another 口令\n");
    await use(o, hex(await decodePrivateKey(o.read("k.pem"))));
  });
}

/** `p2p ARGS` in the folder, which must end with `expected`; its stdout. */
async function run(o: OpenSsl, args: string, expected = 0): Promise<string> {
  const { code, stdout, stderr } = await p2p(args.split(" "), {
    home: `${o.folder}/home`,
    cwd: o.folder,
  });
  assert.equal(code, expected, `p2p ${args}: ${stderr}`);
  return stdout;
}

const PBES2 = ["-keypbe", "SM4-CBC", "-certpbe", "SM4-CBC", "-macalg", "sm3"];
const OLD = ["-legacy", "-keypbe", "PBE-SHA1-2DES", "-certpbe", "PBE-SHA1-RC2-128"];
const EXPORTS: Readonly<Record<string, readonly string[]>> = {
  "as it does by itself": [],
  "SM4 and SM3": PBES2,
  "the old way: 3DES, RC2 of 40 bits": ["-legacy"],
  "3DES of two keys, RC2 of 128 bits": OLD,
  "without a MAC": ["-nomac"],
  "without encryption": ["-keypbe", "NONE", "-certpbe", "NONE"],
  "MAC of SHA-512": ["-macalg", "sha512"],
};

testWithPrograms(
  "PKCS#12 of openssl, in every way it has",
  ["openssl"],
  () =>
    withKey(async (o, secret) => {
      for (const [name, flags] of Object.entries(EXPORTS)) {
        await o.run(
          ...["pkcs12", "-export", "-inkey", "k.pem", "-in", "c.pem", "-name", "alice"],
          ...["-passout", PASS, ...flags, "-out", "k.p12"],
        );
        const file = o.read("k.p12");
        const read = await readPkcs12(file, utf8("secret"));
        assert.deepEqual([read.keys.length, read.certificates.length], [1, 1], name);
        assert.equal(read.keys[0]!.name, "alice", name);
        assert.equal(hex(read.keys[0]!.id!), hex(read.certificates[0]!.id!), name);
        const open = (passphrase: string) =>
          decodePrivateKey(file, () => Promise.resolve(utf8(passphrase)));
        assert.equal(hex(await open("secret")), secret, name);
        const unprotected = name === "without encryption" || name === "without a MAC";
        if (!unprotected) {
          await assert.rejects(open("wrong"), { code: "key.wrong-passphrase" }, name);
        }
      }
      await o.run(
        ...[
          "pkcs12",
          "-export",
          "-inkey",
          "k.pem",
          "-nocerts",
          "-passout",
          "pass:",
          "-out",
          "e.p12",
        ],
      );
      const empty = await readPkcs12(o.read("e.p12"), new Uint8Array(0));
      assert.equal(empty.keys.length, 1, "an empty passphrase");
    }),
);

testWithPrograms(
  "keys under old ciphers: DES and 3DES in PKCS#8 and in PEM",
  ["openssl"],
  () =>
    withKey(async (o, secret) => {
      const legacy = ["-provider", "legacy", "-provider", "default"];
      const ways: string[][] = [
        ["pkcs8", "-topk8", "-in", "k.pem", "-v1", "PBE-SHA1-3DES"],
        ["pkcs8", "-topk8", "-in", "k.pem", "-v1", "PBE-SHA1-RC2-40", ...legacy],
        ["pkcs8", "-topk8", "-in", "k.pem", "-v1", "PBE-MD5-DES", ...legacy],
        ["pkcs8", "-topk8", "-in", "k.pem", "-v1", "PBE-SHA1-DES", ...legacy],
        ["pkcs8", "-topk8", "-in", "k.pem", "-v2", "des3"],
        ["ec", "-in", "k.pem", "-des3"],
      ];
      for (const way of ways) {
        await o.run(...way, "-passout", PASS, "-out", "old.pem");
        const open = (passphrase: string) =>
          decodePrivateKey(o.read("old.pem"), () => Promise.resolve(utf8(passphrase)));
        assert.equal(hex(await open("secret")), secret, way.join(" "));
        await assert.rejects(open("wrong"), { code: "key.wrong-passphrase" }, way.join(" "));
      }
      await o.run(
        ...["pkcs8", "-topk8", "-in", "k.pem", "-v1", "PBE-SHA1-RC4-128", ...legacy],
        ...["-passout", PASS, "-out", "rc4.pem"],
      );
      const rc4 = decodePrivateKey(o.read("rc4.pem"), () => Promise.resolve(utf8("secret")));
      const error = await rc4.then(() => assert.fail("read"), (reason: unknown) => reason);
      assert.match(english(error), /unsupported cipher RC4/);
    }),
);

testWithPrograms(
  "key convert: openssl reads PEM, DER, base64 and PKCS#12 of it",
  ["openssl"],
  () =>
    withKey(async (o, secret) => {
      const der = hex(await o.run("pkey", "-in", "k.pem", "-outform", "DER"));
      const same = async (...args: string[]) =>
        assert.equal(hex(await o.run("pkey", ...args, "-outform", "DER")), der, args.join(" "));
      const other = "pass:another 口令";
      await run(o, "key convert -i k.pem --for openssl --new-passphrase-file other -o o.pem");
      assert.equal(isEncryptedPrivateKey(o.read("o.pem")), true);
      await same("-in", "o.pem", "-passin", other);
      await run(o, "key convert -i o.pem --passphrase-file other --for java --form der -o o.der");
      await same("-in", "o.der", "-inform", "DER", "-passin", other);
      await run(o, "key convert -i o.der --passphrase-file other --no-passphrase -o plain.pem");
      await same("-in", "plain.pem");
      o.write("k64", await run(o, "key convert -i plain.pem --form base64"));
      await o.run("base64", "-d", "-A", "-in", "k64", "-out", "k.der");
      await same("-in", "k.der", "-inform", "DER");
      assert.equal(await run(o, "key convert -i plain.pem --for web"), `${secret}\n`);

      const both = new Uint8Array([...o.read("k.pem"), ...o.read("c.pem")]);
      o.write("both.pem", both);
      for (const tool of ["openssl", "java", "p2p --prf sha256"]) {
        await run(
          o,
          `key convert -i both.pem --for ${tool} --form p12 --new-passphrase-file secret ` +
            "--iterations 2048 --name alice -o k.p12 --force",
        );
        await same("-in", "k.p12", "-passin", PASS);
        const listed = new TextDecoder().decode(
          await o.run("pkcs12", "-in", "k.p12", "-passin", PASS, "-nokeys"),
        );
        assert.match(listed, /friendlyName: alice/);
        const certificate = await o.run("x509", "-in", "c.pem");
        assert.ok(listed.includes(new TextDecoder().decode(certificate).trim()), tool);
      }
      await run(o, "key convert -i both.pem --form p12 --new-passphrase-file secret -o sm3.p12");
      assert.equal(
        await run(o, "key convert -i sm3.p12 --passphrase-file secret --for web --no-passphrase"),
        `${secret}\n`,
      );
      await run(o, "key convert -i k.p12 --passphrase-file secret --no-passphrase -o back.pem");
      await same("-in", "back.pem");
      await o.run("x509", "-in", "back.pem", "-noout");

      const point = hex(uncompress(publicKeyOf(await decodePrivateKey(o.read("k.pem")))));
      assert.equal(await run(o, "key convert -i c.pem --for web"), `${point}\n`);
      assert.equal(await run(o, "key convert -i k.pem --public --form hex"), `${point}\n`);
      o.write("pub.pem", await run(o, "key convert -i o.pem --passphrase-file other --public"));
      await o.run("pkey", "-pubin", "-in", "pub.pem", "-pubcheck", "-noout");
    }),
);

testWithPrograms(
  "key convert: what it refuses, and what it never loses",
  ["openssl"],
  () =>
    withKey(async (o) => {
      await run(o, "key convert -i k.pem --new-passphrase-file other -o locked.pem");
      await run(o, "key convert -i locked.pem --passphrase-file other --for web", 2);
      await run(o, "key convert -i locked.pem --passphrase-file secret -o never.pem", 3);
      await run(o, "key convert -i k.pem --form p12 -o never.pem", 2);
      await run(o, "key convert -i k.pem --form envelope -o never.pem", 2);
      await run(o, "key convert -i c.pem --form p12 -o never.pem", 2);
      await run(o, "key convert -i k.pem --no-passphrase --new-passphrase-file other", 2);
      assert.throws(() => o.read("never.pem"));
      await run(o, "key convert -i k.pem -o locked.pem", 1);
      const before = o.read("locked.pem");
      await run(o, "key convert -i k.pem -o locked.pem --force");
      assert.deepEqual(o.read("locked.pem.old"), before);
      assert.equal(Deno.statSync(`${o.folder}/locked.pem`).mode! & 0o777, 0o600);

      await run(o, "keygen --no-passphrase");
      const own = (await run(o, "pubkey -q")).trim();
      await run(o, `key convert -i k.pem --form envelope -r ${own} -o env.key`);
      o.write("m", "for the pair in the envelope");
      await run(o, "sm2 encrypt -k env.key -o c m");
      assert.equal(await run(o, "sm2 decrypt -i env.key c"), "for the pair in the envelope");
      await run(o, "key convert -i env.key -o opened.pem");
      assert.equal(await run(o, "pubkey -q -i opened.pem"), await run(o, "pubkey -q -i k.pem"));
      await run(o, "key convert -i env.key --unwrap-with k.pem", 3);
    }),
);
