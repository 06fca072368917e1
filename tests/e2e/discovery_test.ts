/** Contacts find each other on the LAN: on loopback, and between hosts that the kernel makes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Namespaces, noNamespaces } from "../lab/namespaces.ts";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";
import { ALL_INTERFACES, LOOPBACK } from "../support/lan.ts";
import { events, listener, Run, start, stopping } from "./support.ts";
import { testUnless } from "../support/requires.ts";

/** Homes of alice and bob, who know each other's keys and no address. */
async function contacts(folder: string) {
  const [alice, bob] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
  await p2p(["contact", "add", "bob", bob.key], alice);
  await p2p(["contact", "add", "alice", alice.key], bob);
  const on = ({ home }: { home: string }) => ({ home, env: LOOPBACK, cwd: folder });
  return { alice, bob, here: on(alice), there: on(bob), on };
}

Deno.test("peers shows a contact who listens, and chat reaches her without an address or with a stale one", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { alice, here, there } = await contacts(folder);
      const nobody = await p2p(["peers"], here);
      assert.equal(nobody.code, 0, nobody.stderr);
      assert.equal(nobody.stdout, "");
      assert.match(nobody.stderr, /nobody is heard/);
      const away = await p2p(["chat", "bob", "-m", "x", "--now"], here);
      assert.equal(away.code, 4, away.stderr);
      assert.match(away.stderr, /nobody on the LAN answers to that key/);
      const bob = keep(await listener([], there));
      const peers = await p2p(["peers"], here);
      assert.equal(peers.stdout, `bob\t${bob.peer}\tunverified\n`, peers.stderr);
      const [json] = events((await p2p(["peers", "--json"], here)).stdout);
      assert.equal((json!["peer"] as { name: string }).name, "bob");
      const chat = await p2p(["chat", "bob", "-m", "hello there"], here);
      assert.equal(chat.code, 0, chat.stderr);
      await bob.out.match(/hello there/);
      // Her address was another one yesterday; somebody else has it now.
      const other = keep(await listener([], { home: join(folder, "c"), cwd: folder }));
      await p2p(["contact", "add", "bob", "--address", other.peer], alice);
      const moved = await p2p(["chat", "bob", "-m", "at the new place"], here);
      assert.equal(moved.code, 0, moved.stderr);
      assert.doesNotMatch(moved.stderr, /CHANGED/);
      await bob.out.match(/at the new place/);
      assert.doesNotMatch(other.out.text, /new place/);
    })
  ));

Deno.test("strangers and blocked contacts are told nothing; a name for everybody is shown by those alone who want to", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { alice, bob, here, there, on } = await contacts(folder);
      const stranger = on(await makeHome(folder, "s"));
      await p2p(["contact", "add", "bob", bob.key], stranger);
      await p2p(["contact", "block", "alice"], bob);
      const listening = keep(await listener([], there));
      assert.equal((await p2p(["peers"], here)).stdout, "", "blocked");
      assert.equal((await p2p(["peers"], stranger)).stdout, "", "not bob's contact");
      // Unblocked, and made a contact, while bob's program runs.
      await p2p(["contact", "unblock", "alice"], bob);
      const watching = keep(start(["peers", "--watch"], here));
      await watching.out.match(new RegExp(`^\\+\tbob\t${listening.peer}\t`, "m"));
      await listening.stop();
      const teacher = keep(await listener(["--announce", "Room 7\x1b[2J"], on(alice)));
      const shown = await p2p(["peers"], stranger);
      assert.match(shown.stdout, new RegExp(`^p2p1.*\t${teacher.peer}\tstranger\tRoom 7`));
      assert.ok(!shown.stdout.includes("\x1b"));
    })
  ));

Deno.test("a message that waits goes out when its contact appears", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { here, there } = await contacts(folder);
      const later = await p2p(["chat", "bob", "-m", "for later", "--later"], here);
      assert.equal(later.code, 0, later.stderr);
      keep(await listener([], here));
      const bob = keep(await listener([], there));
      await bob.out.match(/for later/);
    })
  ));

Deno.test("what waits for a contact without an address goes out when it is asked for, if she is on the LAN", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { alice, here, there } = await contacts(folder);
      await p2p(["chat", "bob", "-m", "for later", "--later"], here);
      const off = await p2p(["outbox", "flush"], { home: alice.home });
      assert.equal(off.code, 4, off.stderr);
      assert.match(off.stderr, /reach bob: no address is known/);
      const bob = keep(await listener([], there));
      const flushed = await p2p(["outbox", "flush"], here);
      assert.equal(flushed.code, 0, flushed.stderr);
      await bob.out.match(/for later/);
    })
  ));

Deno.test("discovery that is switched off says so", () =>
  withFolder(async (folder) => {
    const { alice } = await contacts(folder);
    const off = await p2p(["peers"], { home: alice.home, env: { P2P_LAN: "off" } });
    assert.equal(off.code, 1);
    assert.match(off.stderr, /switched off/);
    const chat = await p2p(["chat", "bob", "-m", "x"], { home: alice.home });
    assert.equal(chat.code, 2, chat.stderr);
  }));

testUnless(
  await noNamespaces(),
  "on two hosts: peers names her, and chat reaches her after her address changed",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const { alice, bob } = await contacts(folder);
        await using hosts = await Namespaces.make("here", "there");
        const end = (host: string, device: string, n: number) => ({
          ...{ host, device },
          address: `10.87.2.${n}/24`,
        });
        await hosts.cable(end("here", "h0", 1), end("there", "t0", 2), 1500);
        const command = (host: string, home: string, ...args: string[]) =>
          new Deno.Command("ip", {
            args: [...hosts.on(host).slice(1), EXECUTABLE, ...args],
            env: { P2P_HOME: home, ...ALL_INTERFACES, NO_COLOR: "1" },
            cwd: folder,
            stdin: "piped",
            stdout: "piped",
            stderr: "piped",
          });
        const there = keep(new Run(command("there", alice.home, "listen")));
        await there.err.match(/^listening on/m);
        const run = async (...args: string[]) => {
          const child = command("here", bob.home, ...args).spawn();
          await child.stdin.close();
          const { code, stdout, stderr } = await child.output();
          const text = new TextDecoder();
          return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
        };
        // The cable has just been plugged in.
        const named = keep(new Run(command("here", bob.home, "peers", "--watch")));
        await named.out.match(/^\+\talice\t10\.87\.2\.2:9999\tunverified$/m);
        await named.stop();
        const peers = await run("peers");
        assert.match(peers.stdout, /^alice\t10\.87\.2\.2:9999\tunverified$/m, peers.stderr);
        await run("contact", "add", "alice", "--address", "10.87.2.2");
        const first = await run("chat", "alice", "-m", "first");
        assert.equal(first.code, 0, first.stderr);
        await hosts.ip("there", "addr", "flush", "dev", "t0", "scope", "global");
        await hosts.ip("there", "addr", "add", "10.87.2.99/24", "dev", "t0");
        const second = await run("chat", "alice", "-m", "second");
        assert.equal(second.code, 0, second.stderr);
        await there.out.match(/second/);
        const moved = await run("peers");
        assert.match(moved.stdout, /^alice\t10\.87\.2\.99:9999\t/m, moved.stderr);
      })
    ),
);
