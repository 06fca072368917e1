/** The identity's file: whole or not at all, private, never lost; and what keygen says. */
import assert from "node:assert/strict";
import { utf8 } from "../../lib/bytes.ts";
import { encodePrivateKeyPem } from "../../lib/crypto/keys/encode.ts";
import { fingerprint } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { P2PError } from "../../lib/errors.ts";
import { existingKey, writeIdentityFile } from "../../lib/state/identity-file.ts";
import { makePrivateFolder } from "../../lib/state/home.ts";
import { english } from "../support/english.ts";
import { p2p, ROOT } from "./program.ts";
import { noSmallDisk, withSmallDisk } from "../support/small-disk.ts";
import { testUnless } from "../support/requires.ts";

async function key() {
  const { secretKey, publicKey } = generateKeyPair();
  return { publicKey, pem: utf8(await encodePrivateKeyPem(secretKey, {})) };
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "p2p-identity-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("a key file is never in another's place: which one is there is said, and --force keeps it", () =>
  withFolder(async (folder) => {
    const path = `${folder}/identity.pem`;
    const [first, second, third] = [await key(), await key(), await key()];
    assert.deepEqual(await writeIdentityFile(path, first.pem), { backup: undefined });
    await assert.rejects(writeIdentityFile(path, second.pem), (error: unknown) => {
      assert.ok(error instanceof P2PError && error.code === "keygen.exists-key");
      assert.equal(error.params["fingerprint"], fingerprint(first.publicKey));
      return true;
    });
    assert.deepEqual(await Deno.readFile(path), first.pem);
    assert.deepEqual(await writeIdentityFile(path, second.pem, { force: true }), {
      backup: `${path}.old`,
    });
    assert.deepEqual(await writeIdentityFile(path, third.pem, { force: true }), {
      backup: `${path}.old-2`,
    });
    const kept = [path, `${path}.old`, `${path}.old-2`].map((file) => Deno.readFileSync(file));
    assert.deepEqual(kept, [third.pem, first.pem, second.pem]);
    for (const name of names(folder)) {
      assert.equal(Deno.statSync(`${folder}/${name}`).mode! & 0o777, 0o600, name);
    }
    await assert.rejects(writeIdentityFile(folder, first.pem, { force: true }), /keygen\.folder/);
  }));

Deno.test("mode 0600 whatever the umask; an empty file of a program that died is no key", () =>
  withFolder(async (folder) => {
    for (const umask of [0o777, 0o000]) {
      const path = `${folder}/${umask}.pem`;
      Deno.writeFileSync(path, new Uint8Array());
      assert.equal(await existingKey(path), undefined);
      const before = Deno.umask(umask);
      try {
        await writeIdentityFile(path, (await key()).pem);
      } finally {
        Deno.umask(before);
      }
      assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    }
  }));

Deno.test("the folders made for it are the user's to open, whatever the umask, at every depth", () =>
  withFolder((folder) => {
    const made = ["a", "a/b", "a/b/c"].map((path) => `${folder}/${path}`);
    const before = Deno.umask(0o777);
    try {
      makePrivateFolder(made.at(-1)!);
      makePrivateFolder(made.at(-1)!);
    } finally {
      Deno.umask(before);
    }
    for (const path of made) assert.equal(Deno.statSync(path).mode! & 0o777, 0o700, path);
    Deno.writeFileSync(`${folder}/file`, new Uint8Array());
    assert.throws(() => makePrivateFolder(`${folder}/file`), Deno.errors.AlreadyExists);
    return Promise.resolve();
  }));

Deno.test("temporaries with a private key that 0.1 left are cleared, those of others are not", () =>
  withFolder(async (folder) => {
    const path = `${folder}/identity.pem`;
    for (
      const name of [
        ".identity.pem.0123abcd.part",
        ".other.pem.0123abcd.part",
        ".identity.pem.x.part",
      ]
    ) {
      Deno.writeTextFileSync(`${folder}/${name}`, "x");
      Deno.utimeSync(`${folder}/${name}`, 1, 1);
    }
    Deno.writeTextFileSync(`${folder}/.identity.pem.fedc0123.part`, "of a program that runs");
    await writeIdentityFile(path, (await key()).pem);
    assert.deepEqual(names(folder), [
      ".identity.pem.fedc0123.part",
      ".identity.pem.x.part",
      ".other.pem.0123abcd.part",
      "identity.pem",
    ]);
  }));

Deno.test("a program that is killed while it makes keys leaves whole keys and nothing else", () =>
  withFolder(async (folder) => {
    const script = `
      import { writeIdentityFile } from ${JSON.stringify(`${ROOT}lib/state/identity-file.ts`)};
      const pem = new TextEncoder().encode(${
      JSON.stringify(new TextDecoder().decode((await key()).pem))
    });
      for (let i = 0;; i++) {
        await writeIdentityFile(${JSON.stringify(folder)} + "/" + i + ".pem", pem);
        if (i === 0) console.log("ready");
      }`;
    await Deno.writeTextFile(`${folder}/../${folder.split("/").pop()}.ts`, script);
    const file = `${folder}.ts`;
    try {
      let made = 0;
      for (let round = 0; round < 5; round++) {
        const child = new Deno.Command(Deno.execPath(), {
          args: ["run", "-A", "--no-check", `--config=${ROOT}deno.json`, file],
          stdout: "piped",
          stderr: "inherit",
        }).spawn();
        const reader = child.stdout.getReader();
        await reader.read();
        await new Promise((resolve) => setTimeout(resolve, 5 + round * 9));
        child.kill("SIGKILL");
        await child.status;
        await reader.cancel();
        const left = names(folder);
        made += left.length;
        for (const name of left) {
          assert.match(name, /^\d+\.pem$/);
          const text = Deno.readTextFileSync(`${folder}/${name}`);
          assert.ok(
            text === "" || /^-----BEGIN[\s\S]*-----END PRIVATE KEY-----\n$/.test(text),
            name,
          );
          Deno.removeSync(`${folder}/${name}`);
        }
      }
      assert.ok(made > 5);
    } finally {
      await Deno.remove(file);
    }
  }));

testUnless(
  noSmallDisk,
  "a full disk is said, and leaves no part of a key",
  () =>
    withSmallDisk(8192, async (folder) => {
      Deno.writeFileSync(`${folder}/fill`, new Uint8Array(8192));
      await assert.rejects(
        writeIdentityFile(`${folder}/identity.pem`, (await key()).pem),
        (error: unknown) => {
          assert.ok(error instanceof P2PError);
          assert.match(english(error), /identity\.pem: no space left on the device$/);
          assert.equal(error.hint?.code, "state.full.hint");
          return true;
        },
      );
      assert.deepEqual(names(folder), ["fill"]);
    }),
);

Deno.test("keygen, keygen, keygen --force, pubkey: the terminal session", () =>
  withFolder(async (home) => {
    const made = await p2p(home, "keygen", "--no-passphrase");
    assert.equal(made.code, 0, made.stderr);
    const own = /^fingerprint: (.+)$/m.exec(made.stderr)![1]!;
    const again = await p2p(home, "keygen", "--no-passphrase");
    assert.equal(again.code, 1);
    assert.match(again.stderr, new RegExp(`there is a key already, ${own}\n {5}.*--force`));
    const forced = await p2p(home, "keygen", "--no-passphrase", "--force");
    assert.equal(forced.code, 0, forced.stderr);
    assert.match(forced.stderr, /the old key is kept: .*identity\.pem\.old\n.*contacts, history/);
    assert.notEqual(forced.stdout, made.stdout);
    const old = await p2p(home, "pubkey", "-i", `${home}/identity.pem.old`);
    assert.deepEqual([old.stdout, old.stderr], [made.stdout, `fingerprint: ${own}\n`]);
  }));
