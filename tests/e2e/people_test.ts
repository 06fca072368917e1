/** Names for keys that were met, twins of names, and marks that belong to one key alone: through the commands. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";
import { atTerminal } from "../support/pty.ts";
import { listener, stopping } from "./support.ts";

/** The fingerprint that `contact show` prints. */
async function fingerprintOf(name: string, home: string): Promise<string> {
  return JSON.parse((await p2p(["contact", "show", name, "--json"], { home })).stdout).fingerprint;
}

Deno.test("whoever was met is named by a fingerprint, or picked from those met lately", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const [alice, bob, carol] = [
        await makeHome(folder, "a"),
        await makeHome(folder, "b"),
        await makeHome(folder, "c"),
      ];
      const listening = keep(await listener([], { home: alice.home, cwd: folder }));
      for (const { home } of [bob, carol]) {
        assert.equal((await p2p(["chat", listening.peer, "-m", "x"], { home })).code, 0);
      }
      const nobody = await p2p(["contact", "add", "dora"], alice);
      assert.equal(nobody.code, 2);
      const offered = [...nobody.stderr.matchAll(/(?:[0-9a-f]{4} ){7}[0-9a-f]{4}/g)].map(([f]) =>
        f
      );
      assert.equal(offered.length, 2, nobody.stderr);
      await p2p(["contact", "add", "bob", bob.key], carol);
      const print = await fingerprintOf("bob", carol.home);
      assert.ok(offered.includes(print));
      const short = await p2p(["contact", "add", "bob", print.slice(0, 4)], alice);
      assert.notEqual(short.code, 0, "too few digits name nobody");
      const named = await p2p(["contact", "add", "bob", print.slice(0, 14)], alice);
      assert.equal(named.code, 0, named.stderr);
      assert.match(
        (await p2p(["contact", "list"], alice)).stdout,
        new RegExp(`^bob\t${bob.key}\t`),
      );
      const picking = [EXECUTABLE, "contact", "add", "carol"];
      await atTerminal(picking, { P2P_HOME: alice.home }, async (terminal) => {
        await terminal.see("which of them is carol?");
        await terminal.type("1\n");
        assert.equal(await terminal.ended(), 0);
      });
      const list = (await p2p(["contact", "list"], alice)).stdout;
      assert.match(list, new RegExp(`^carol\t${carol.key}\t`, "m"));
    })
  ));

Deno.test("twins of a name are refused by every command that gives one", () =>
  withFolder(async (folder) => {
    const [alice, bob, carol] = [
      await makeHome(folder, "a"),
      await makeHome(folder, "b"),
      await makeHome(folder, "c"),
    ];
    await p2p(["contact", "add", "paypal", bob.key], alice);
    await p2p(["contact", "add", "carol", carol.key], alice);
    // Cyrillic а; a capital I for the l; a full-width letter; a blank.
    for (const twin of ["pаypal", "paypaI", "ｐaypal", "pay pal", "PayPal"]) {
      for (const args of [["add", twin, carol.key], ["rename", "carol", twin]]) {
        const { code, stderr } = await p2p(["contact", ...args], alice);
        assert.equal(code, 1, `${args.join(" ")}: ${stderr}`);
        assert.match(stderr, /can be taken for the contact paypal/);
      }
    }
    // Numbers tell people apart.
    for (let i = 0; i < 10; i++) {
      const { code, stderr } = await p2p([
        "contact",
        "rename",
        i === 0 ? "carol" : `Li ${i - 1}`,
        `Li ${i}`,
      ], alice);
      assert.equal(code, 0, stderr);
    }
    await p2p(["contact", "rename", "Li 9", "carol"], alice);
    for (const name of ["10.0.0.1", "example.com", "p2p1abc", "localhost"]) {
      assert.equal((await p2p(["contact", "rename", "carol", name], alice)).code, 2, name);
    }
  }));

Deno.test("a verified mark dies with a changed key, wherever it shows", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const [alice, bob, other] = [
        await makeHome(folder, "a"),
        await makeHome(folder, "b"),
        await makeHome(folder, "o"),
      ];
      const first = await listener([], { home: bob.home, cwd: folder });
      await p2p(["contact", "add", "bob", bob.key, "--address", first.peer], alice);
      await p2p(["contact", "verify", "bob", "--yes"], alice);
      assert.match((await p2p(["contact", "list"], alice)).stdout, /\tverified\n/);
      await first.stop();
      // He has a new key now, at the same address.
      const second = keep(await listener([], { home: other.home, cwd: folder }, first.port));
      const refused = await p2p(["chat", "bob", "-m", "secret"], alice);
      assert.equal(refused.code, 3, refused.stderr);
      assert.doesNotMatch(second.out.text, /secret/);
      const replaced = await p2p(["contact", "add", "bob", other.key], alice);
      assert.equal(replaced.code, 1, "adding replaces nothing");
      const accepted = await p2p(["contact", "accept-key", "bob", "--yes"], alice);
      assert.equal(accepted.code, 0, accepted.stderr);
      const shown = JSON.parse((await p2p(["contact", "show", "bob", "--json"], alice)).stdout);
      assert.equal(shown.key, other.key);
      assert.equal(shown.verified, undefined);
      const chat = await p2p(["chat", "bob", "-m", "hello again"], alice);
      assert.equal(chat.code, 0, chat.stderr);
      await second.out.match(/hello again/);
      const exported = join(folder, "contacts.p2p");
      await p2p(["contact", "export", exported], alice);
      const plain = await p2p(["dec", exported], alice);
      assert.doesNotMatch(plain.stdout, /"verified"/);
      // The old key is nobody's any more: naming it again brings no mark back.
      await p2p(["contact", "add", "old", bob.key], alice);
      const old = JSON.parse((await p2p(["contact", "show", "old", "--json"], alice)).stdout);
      assert.equal(old.verified, undefined);
    })
  ));
