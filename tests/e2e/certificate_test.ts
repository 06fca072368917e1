/** Trust by certificate in conversations: names, refusals, and the end when a certificate is revoked. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { p2p, withFolder } from "../support/executable.ts";
import { events, listener, start, stopping } from "./support.ts";

/** Runs `p2p ARGS` in the folder; it must end with 0. */
async function done(folder: string, home: string, ...args: string[]): Promise<string> {
  const result = await p2p(args, { cwd: folder, home: join(folder, home) });
  assert.equal(result.code, 0, `${args.join(" ")}: ${result.stderr}`);
  return result.stdout;
}

/** An authority in the home `ca`, and a certificate for the identity of each other home, named after it. */
async function school(folder: string, ...names: string[]): Promise<void> {
  await Deno.writeTextFile(join(folder, "pw"), "the passphrase of a school\n");
  await done(folder, "ca", "cert", "ca", "school", "--passphrase-file", "pw", "-o", "ca.crt");
  for (const name of names) {
    await done(folder, name, "cert", "request", `C=CN,CN=${name}`, "-o", `${name}.req`);
    const issue = ["cert", "issue", `${name}.req`, "--passphrase-file", "pw"];
    await done(folder, "ca", ...issue, "-o", `${name}.crt`);
  }
}

Deno.test("with certificates on both sides their names are shown; a revoked one is cut off", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      await school(folder, "alice", "bob", "mallory");
      const home = (name: string) => ({ home: join(folder, name), cwd: folder });
      const shown = (name: string) => ["--ca", "ca.crt", "--cert", `${name}.crt`];
      await done(folder, "bob", "cert", "trust", "ca.crt");
      const bob = keep(
        await listener(["--cert", "bob.crt", "--require-cert", "--json"], home("bob")),
      );
      const alice = keep(start(["chat", bob.peer, ...shown("alice"), "--json"], home("alice")));
      await alice.out.match(/"type":"connected"/);
      await alice.type('{"type":"message","text":"证书在手"}\n');
      await bob.out.match(/"type":"message"/);
      const peers = (run: typeof alice) =>
        events(run.out.text.slice(0, run.out.text.lastIndexOf("\n"))).map(({ peer }) =>
          (peer as { name?: string } | undefined)?.name
        ).filter((name) => name !== undefined);
      assert.deepEqual(new Set(peers(bob)), new Set(["alice"]));
      assert.deepEqual(new Set(peers(alice)), new Set(["bob"]));

      // Strangers, and those whose certificate is somebody else's, are sent away without a word of why.
      const stranger = await p2p(["chat", bob.peer, "-m", "hello"], home("stranger"));
      assert.notEqual(stranger.code, 0);
      assert.doesNotMatch(stranger.stderr, /certificate|bob|school/);
      await bob.out.match(/credentials\.none|shows no certificate|"type":"error"/);
      const thief = await p2p(
        ["chat", bob.peer, "-m", "hello", ...shown("mallory")],
        home("thief"),
      );
      assert.equal(thief.code, 1);
      assert.match(thief.stderr, /not one of this identity's key/);

      // Revoked: the authority's list reaches bob's home, and the conversation is over.
      const revoke = ["cert", "revoke", "alice.crt", "--passphrase-file", "pw"];
      await done(folder, "ca", ...revoke);
      await done(folder, "ca", "cert", "crl", "--passphrase-file", "pw", "-o", "ca.crl");
      await done(folder, "bob", "cert", "trust", "ca.crl");
      await alice.out.match(/"type":"disconnected"/);
      const again = await p2p(["chat", bob.peer, "-m", "x", ...shown("alice")], home("alice"));
      assert.notEqual(again.code, 0);
      assert.match(bob.out.text, /revoked|chain\.revoked/);
    })
  ));

Deno.test("what does not hold is refused on the calling side too, with its reason", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      await school(folder, "bob", "carol");
      const home = (name: string) => ({ home: join(folder, name), cwd: folder });
      const other = ["cert", "ca", "other", "--passphrase-file", "pw", "-o", "other.crt"];
      await done(folder, "other", ...other);
      const bob = keep(await listener(["--cert", "bob.crt"], home("bob")));
      const call = ["chat", bob.peer, "-m", "x"];
      const wrong = await p2p([...call, "--ca", "other.crt"], home("carol"));
      assert.equal(wrong.code, 3);
      assert.match(wrong.stderr, /its issuer is not known here: CN=school/);
      const right = await p2p([...call, "--ca", "ca.crt", "--require-cert"], home("carol"));
      assert.equal(right.code, 0, right.stderr);
      assert.match(right.stderr, /bob/);
      const plain = keep(await listener([], home("plain")));
      const needed = await p2p(
        ["chat", plain.peer, "-m", "x", "--ca", "ca.crt", "--require-cert"],
        home("carol"),
      );
      assert.equal(needed.code, 3);
      assert.match(needed.stderr, /it shows no certificate/);
    })
  ));
