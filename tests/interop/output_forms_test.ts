// What p2p writes for other tools: signatures, ciphertexts and digests in the forms that they take.
import assert from "node:assert/strict";
import { join } from "node:path";
import smCrypto from "sm-crypto";
import { fromHex, hex } from "../../lib/bytes.ts";
import { decodePublicKeyText, encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { decodePrivateKey } from "../../lib/crypto/keys/decode.ts";
import { parsePublicKey, uncompress } from "../../lib/crypto/sm2.ts";
import { makeHome, p2p, withFolder } from "../support/executable.ts";

const { sm2 } = smCrypto;

Deno.test("sign --format and sm2 encrypt --encoding: sm-crypto takes them, and p2p all of them back", () =>
  withFolder(async (cwd) => {
    const { home, key } = await makeHome(cwd, "home");
    const run = (args: string[], stdin = "") => p2p(args, { home, cwd, stdin });
    const publicKey = hex(uncompress(decodePublicKeyText(key)));
    Deno.writeTextFileSync(join(cwd, "m"), "message");
    const signed = await run(["sign", "--format", "hex", "-o", "-", "m"]);
    assert.match(signed.stdout, /^[0-9a-f]{128}\n$/);
    assert.ok(sm2.doVerifySignature("message", signed.stdout.trim(), publicKey, { hash: true }));
    for (const format of ["der", "raw", "hex", "base64"]) {
      const { code, stderr } = await run(["sign", "--force", "--format", format, "m"]);
      assert.equal(code, 0, stderr);
      assert.equal((await run(["verify", "-k", key, "-s", "m.sig", "m"])).code, 0, format);
    }

    const bare = ["--format", "c1c3c2", "--no-04", "--encoding", "hex"];
    const sealed = await run(["sm2", "encrypt", "-k", key, ...bare], "secret");
    const secret = await decodePrivateKey(Deno.readFileSync(join(home, "identity.pem")));
    assert.equal(sm2.doDecrypt(sealed.stdout.trim(), hex(secret), 1), "secret");
    for (const encoding of ["binary", "hex", "base64"]) {
      for (const format of ["der", "c1c3c2", "c1c2c3"]) {
        const args = ["sm2", "encrypt", "-k", key, "--format", format, "--encoding", encoding];
        const { stdoutBytes } = await run([...args, "-o", "-"], "secret");
        const opened = await p2p(["sm2", "decrypt"], { home, cwd, stdin: stdoutBytes });
        assert.equal(opened.stdout, "secret", `${format} ${encoding}`);
      }
    }
    assert.equal((await run(["sm2", "encrypt", "-k", key, "--no-04"], "x")).code, 2);
  }));

Deno.test("sm2 digest: Z and e of GB/T 32918.5 annex A", () =>
  withFolder(async (cwd) => {
    const key = encodePublicKeyText(
      parsePublicKey(
        fromHex("0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"),
      ),
    );
    const { stdout, code } = await p2p(["sm2", "digest", "-k", key], {
      home: join(cwd, "home"),
      cwd,
      stdin: "message digest",
    });
    assert.equal(code, 0);
    assert.equal(
      stdout,
      "Z b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3\n" +
        "e f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640\n",
    );
  }));

Deno.test("--digest-e: e in the place of the message, in all its forms, and never by accident", () =>
  withFolder(async (cwd) => {
    const { home, key } = await makeHome(cwd, "home");
    const run = (args: string[], stdin: string | Uint8Array = "") =>
      p2p(args, { home, cwd, stdin });
    Deno.writeTextFileSync(join(cwd, "m"), "message");
    const { stdout } = await run(["sm2", "digest", "-k", key, "m"]);
    const e = /e ([0-9a-f]{64})/.exec(stdout)![1]!;
    for (const form of [stdout, `${e}\n`, e.toUpperCase(), fromHex(e)]) {
      const signed = await run(["sign", "--digest-e", "-o", "s", "--force"], form);
      assert.equal(signed.code, 0, signed.stderr);
      assert.match(signed.stderr, /^signing e as it is given/);
      assert.equal((await run(["verify", "-k", key, "-s", "s", "m"])).code, 0, "of the message");
      const verified = await run(["verify", "--digest-e", "-k", key, "-s", "s"], form);
      assert.equal(verified.code, 0);
      assert.match(verified.stderr, /whose message that is, e does not say/);
    }
    // Without the flag a file of 32 bytes is a message like others.
    assert.equal((await run(["verify", "-k", key, "-s", "s"], fromHex(e))).code, 3);
    const other = "00".repeat(32);
    assert.equal((await run(["verify", "--digest-e", "-k", key, "-s", "s"], other)).code, 3);
    assert.equal((await run(["sign", "--digest-e", "-o", "t"], "message")).code, 1);
    assert.equal((await run(["sign", "--digest-e", "--id", "x", "-o", "t"], e)).code, 2);
    assert.equal(
      (await run(["verify", "--digest-e", "--id", "", "-k", key, "-s", "s"], e)).code,
      2,
    );
  }));
