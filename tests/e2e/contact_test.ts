/** Contacts: reached by name, trusted with files, verified, and never replaced by another key. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { listener, stopping } from "./support.ts";

Deno.test("a contact is reached by name, and its files are taken", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const [alice, bob] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
      const add = await p2p(["contact", "add", "爱丽丝", alice.key], bob);
      assert.equal(add.code, 0, add.stderr);
      const listening = keep(await listener(["--save-dir", join(folder, "in"), "--json"], bob));
      await p2p(["contact", "add", "bob", bob.key, "--address", listening.peer], alice);
      const chat = await p2p(["chat", "bob", "--strict", "-m", "hello"], alice);
      assert.equal(chat.code, 0, chat.stderr);
      assert.doesNotMatch(chat.stderr, /first contact/);
      assert.equal(JSON.parse((await listening.out.match(/.*"message".*/))[0]).peer.name, "爱丽丝");
      await Deno.writeTextFile(join(folder, "n.txt"), "x");
      const sent = await p2p(["send-file", "bob", join(folder, "n.txt")], alice);
      assert.equal(sent.code, 0, sent.stderr);
      assert.equal(await Deno.readTextFile(join(folder, "in", "n.txt")), "x");
    })
  ));

Deno.test("somebody else at a contact's address is refused, with advice", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const [alice, bob] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
      const other = keep(await listener([], { home: join(folder, "c"), cwd: folder }));
      await p2p(["contact", "add", "bob", bob.key, "--address", other.peer], alice);
      const { code, stderr } = await p2p(["chat", "bob", "-m", "secret"], alice);
      assert.equal(code, 3, stderr);
      assert.match(stderr, /THE KEY OF bob .* HAS CHANGED[\s\S]*p2p contact accept-key "bob"/);
      assert.doesNotMatch(other.out.text, /secret/);
    })
  ));

Deno.test("both sides compute the same safety number; verifying shows in events", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const [alice, bob] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
      const listening = keep(await listener(["--json"], bob));
      await p2p(["contact", "add", "alice", alice.key], bob);
      await p2p(["contact", "add", "bob", bob.key, "--address", listening.peer], alice);
      const [here, there] = [
        await p2p(["contact", "verify", "bob", "--yes"], alice),
        await p2p(["contact", "verify", "alice", "--yes"], bob),
      ];
      assert.match(here.stdout, /^(\d{5} ?){12}\n$/);
      assert.equal(here.stdout, there.stdout);
      assert.equal((await p2p(["chat", "bob", "-m", "x"], alice)).code, 0);
      assert.equal(JSON.parse((await listening.out.match(/.*"connected".*/))[0]).verified, true);
    })
  ));

Deno.test("an address's key can be forgotten after it changed", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const home = join(folder, "a");
      const first = await listener([], { home: join(folder, "b"), cwd: folder });
      assert.equal((await p2p(["chat", first.peer, "-m", "x"], { home })).code, 0);
      await first.stop();
      const second = keep(await listener([], { home: join(folder, "c"), cwd: folder }, first.port));
      assert.equal((await p2p(["chat", second.peer, "-m", "x"], { home })).code, 3);
      assert.equal((await p2p(["contact", "forget", second.peer], { home })).code, 0);
      assert.equal((await p2p(["chat", second.peer, "-m", "x"], { home })).code, 0);
      assert.equal((await p2p(["contact", "forget", "10.9.8.7"], { home })).code, 1);
    })
  ));
