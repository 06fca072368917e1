// Arguments as people slip with them: standard input by name, twice; names that are lost; costs that are too high.
import assert from "node:assert/strict";
import { join } from "node:path";
import { hex, utf8 } from "../../lib/bytes.ts";
import { derNumber, derOctets, derOid, derSequence } from "../../lib/crypto/der.ts";
import { encodePublicKeyPem } from "../../lib/crypto/keys/encode.ts";
import * as oid from "../../lib/crypto/keys/oids.ts";
import { encodePem } from "../../lib/crypto/keys/pem.ts";
import { decodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { uncompress } from "../../lib/crypto/sm2.ts";
import { processorSeconds } from "../support/processes.ts";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";
import { until } from "../support/until.ts";
import { notLinux, testUnless } from "../support/requires.ts";

Deno.test("-i -, -k - and -r - read the key from stdin, and nothing else may come from there", () =>
  withFolder(async (cwd) => {
    const { home, key } = await makeHome(cwd, "home");
    const run = (args: string[], stdin?: string | Uint8Array) =>
      p2p(args, { home, cwd, ...(stdin === undefined ? {} : { stdin }) });
    const identity = Deno.readFileSync(join(home, "identity.pem"));
    const pem = encodePublicKeyPem(decodePublicKeyText(key));
    Deno.writeTextFileSync(join(cwd, "m"), "message");

    assert.equal((await run(["pubkey", "-i", "-"], pem)).stdout.trim(), key);
    const sealed = await run(["enc", "-r", "-", "-o", "m.enc", "m"], pem);
    assert.equal(sealed.code, 0, sealed.stderr);
    assert.equal((await run(["dec", "-i", "-", "m.enc"], identity)).stdout, "message");
    assert.equal((await run(["sign", "-i", "-", "m"], identity)).code, 0);
    assert.equal((await run(["verify", "-k", "-", "-s", "m.sig", "m"], pem)).code, 0);
    for (const args of [["enc", "-r", "-"], ["dec", "-i", "-"], ["sign", "-i", "-"]]) {
      const { code, stderr } = await run(args, pem);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /^p2p: read stdin: .* cannot both come from there\n/);
    }
  }));

Deno.test("a key as upper-case text, digits or base64 in the argument; a private one is refused", () =>
  withFolder(async (cwd) => {
    const { home, key } = await makeHome(cwd, "home");
    const publicKey = decodePublicKeyText(key);
    for (
      const name of [
        key.toUpperCase(),
        hex(uncompress(publicKey)),
        "0x" + hex(publicKey),
        uncompress(publicKey).toBase64(),
      ]
    ) {
      const { code, stdoutBytes, stderr } = await p2p(["enc", "-r", name], {
        home,
        cwd,
        stdin: "x",
      });
      assert.equal(code, 0, stderr);
      assert.equal((await p2p(["dec"], { home, cwd, stdin: stdoutBytes })).stdout, "x");
    }
    const secret = "39".repeat(32);
    const { code, stderr } = await p2p(["enc", "-r", secret], { home, cwd, stdin: "x" });
    assert.equal(code, 2);
    assert.match(stderr, /private key/);
    assert.ok(!stderr.includes(secret));
  }));

Deno.test("every mistake names its argument", () =>
  withFolder(async (cwd) => {
    const { home, key } = await makeHome(cwd, "home");
    const mistyped = key.slice(0, -1) + (key.endsWith("x") ? "y" : "x");
    Deno.mkdirSync(join(cwd, "folder"));
    Deno.writeTextFileSync(join(cwd, "m"), "message");
    Deno.writeTextFileSync(join(cwd, "ssh.pub"), "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFoo me\n");
    for (
      const [args, words] of [
        [["enc", "-r", key, "-r", "folder", "m"], /folder: is a folder/],
        [["enc", "-r", key, "-r", "ssh.pub", "m"], /read public key ssh\.pub: a key of SSH/],
        [["pubkey", "-i", "folder"], /folder: is a folder/],
        [["sign", "-i", "folder", "m"], /folder: is a folder/],
        [["sign", "-i", "ssh.pub", "m"], /read private key ssh\.pub: a key of SSH/],
        [["verify", "-k", "folder", "-s", "m", "m"], /folder: is a folder/],
        [["verify", "-k", key, "-s", "m", "m"], /read signature m: neither DER/],
        [["sm2", "decrypt", "m"], /read ciphertext m: too short/],
        [["enc", "-r", mistyped, "m"], new RegExp(`read public key ${mistyped}: `)],
      ] as const
    ) {
      const { code, stderr } = await p2p([...args], { home, cwd });
      assert.ok(code === 1 || code === 3, `${args.join(" ")} ended with ${code}: ${stderr}`);
      assert.match(stderr, words);
    }
  }));

testUnless(
  notLinux,
  "an output whose name is not UTF-8 is refused, never made under another name",
  () =>
    withFolder(async (cwd) => {
      const { home, key } = await makeHome(cwd, "home");
      const line = `echo x | "$0" enc -r ${key} -o "$(printf 'a\\326\\320')"`;
      const { code, stderr } = await new Deno.Command("sh", {
        args: ["-c", line, EXECUTABLE],
        cwd,
        env: { P2P_HOME: home },
      }).output();
      assert.equal(code, 2, new TextDecoder().decode(stderr));
      assert.match(new TextDecoder().decode(stderr), /not UTF-8/);
      assert.deepEqual([...Deno.readDirSync(cwd)].map(({ name }) => name), ["home"]);
    }),
);

testUnless(
  notLinux,
  "an input whose name is not UTF-8 is said to be that, not absent",
  () =>
    withFolder(async (cwd) => {
      const { home, key } = await makeHome(cwd, "home");
      const name = `"$(printf 'a\\326\\320')"`;
      for (
        const command of [`sm3 ${name}`, `enc -r ${key} -o b ${name}`, `send-file ::1 ${name}`]
      ) {
        const { code, stderr } = await new Deno.Command("sh", {
          args: ["-c", `echo x > ${name}; "$0" ${command}`, EXECUTABLE],
          cwd,
          env: { P2P_HOME: home, P2P_LAN: "lo" },
        }).output();
        const said = new TextDecoder().decode(stderr);
        assert.equal(code, 1, said);
        assert.match(said, /: its name is not UTF-8\n.*- < FILE/, command);
      }
    }),
);

testUnless(
  notLinux,
  "a key that asks for hours is refused; allowed with --slow-kdf, a signal ends it at once",
  () =>
    withFolder(async (cwd) => {
      const { home } = await makeHome(cwd, "home");
      const numbers = [2 ** 20, 8, 64].map(derNumber);
      const kdf = derSequence(derOid(oid.SCRYPT), derSequence(derOctets(utf8("salt")), ...numbers));
      const cipher = derSequence(derOid(oid.SM4_CBC), derOctets(new Uint8Array(16)));
      const slow = derSequence(
        derSequence(derOid(oid.PBES2), derSequence(kdf, cipher)),
        derOctets(new Uint8Array(32)),
      );
      Deno.writeTextFileSync(join(cwd, "slow.pem"), encodePem("ENCRYPTED PRIVATE KEY", slow));
      Deno.writeTextFileSync(join(cwd, "pass"), "passphrase\n");
      const args = ["sign", "-i", "slow.pem", "--passphrase-file", "pass", "pass"];
      const refused = await p2p(args, { home, cwd });
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /^p2p: read private key slow\.pem: its passphrase takes 64 times/,
      );
      assert.match(refused.stderr, /--slow-kdf/);
      const child = new Deno.Command(EXECUTABLE, {
        args: [...args, "--slow-kdf"],
        cwd,
        env: { P2P_HOME: home },
        stdin: "null",
        stderr: "null",
        stdout: "null",
      }).spawn();
      await until(async () => await processorSeconds(child.pid) > 1, "that it computes");
      const asked = performance.now();
      child.kill("SIGINT");
      assert.equal((await child.status).code, 130);
      assert.ok(performance.now() - asked < 2000, `${performance.now() - asked} ms`);
    }),
);
