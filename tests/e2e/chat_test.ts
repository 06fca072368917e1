/** `p2p chat` against `p2p listen`, as two people and as scripts would use them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { deadAddress } from "../net/support.ts";
import { events, listener, start, stopping } from "./support.ts";
import { notLinux, testUnless } from "../support/requires.ts";

Deno.test("one message with -m is printed by the listener, and chat ends with 0 when it is delivered", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
      const { code, stdout, stderr } = await p2p(["chat", bob.peer, "-m", "你好, Bob"], {
        home: join(folder, "a"),
      });
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, /made your identity, without a passphrase/);
      assert.match(stderr, /first contact with 127\.0\.0\.1:\d+/);
      assert.match(stderr, /fingerprint: ([0-9a-f]{4} ?){8}/);
      await bob.out.match(/^p2p1\S+: 你好, Bob$/m);
    })
  ));

Deno.test("every line of a pipe is a message, in order; the exit code waits for every delivery", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener(["--json"], { home: join(folder, "b"), cwd: folder }));
      const lines = Array.from({ length: 300 }, (_, i) => `第 ${i} line`);
      const { code, stderr } = await p2p(["chat", bob.peer], {
        home: join(folder, "a"),
        stdin: `${lines.join("\n")}\r\n\nwithout an end`,
      });
      assert.equal(code, 0, stderr);
      await bob.out.match(/"type":"disconnected"/);
      const texts = events(bob.out.text).filter(({ type }) => type === "message").map(({ text }) =>
        text
      );
      assert.deepEqual(texts, [...lines, "", "without an end"]);
    })
  ));

Deno.test("a peer that stops answering is told within seconds, and when it answers again", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
      const alice = keep(start(["chat", bob.peer], { home: join(folder, "a") }));
      await alice.err.match(/^connected to /m);
      bob.kill("SIGSTOP");
      const asked = performance.now();
      await alice.type("are you there?\n");
      await alice.err.match(/^p2p1\S+ is not answering: still trying$/m);
      assert.ok(performance.now() - asked < 15_000);
      bob.kill("SIGCONT");
      await bob.out.match(/are you there\?/);
      await alice.err.match(/^p2p1\S+ answers again$/m);
      await alice.endInput();
      assert.equal(await alice.code(), 0, alice.err.text);
    })
  ));

Deno.test("nobody listens: exit 4 within 10 seconds, and an event for programs", () =>
  withFolder(async (folder) => {
    const { hostname, port } = deadAddress();
    const begun = Date.now();
    const [plain, json] = await Promise.all([
      p2p(["chat", `${hostname}:${port}`], { home: join(folder, "a"), stdin: "hi\n" }),
      p2p(["chat", `${hostname}:${port}`, "--json"], { home: join(folder, "b") }),
    ]);
    assert.ok(Date.now() - begun < 10_000);
    assert.deepEqual([plain.code, json.code], [4, 4], plain.stderr);
    assert.match(plain.stderr, /^p2p: connect to 127\.0\.0\.1:\d+: nothing listens there\n {5}\S/m);
    const told = events(json.stdout).map(({ type, code }) => [type, code]);
    assert.deepEqual(told, [["error", "unreachable"]]);
  }));

Deno.test("a wrong address is a wrong command line, before anything is made", () =>
  withFolder(async (folder) => {
    for (const peer of ["1.2.3", "a b", "1.2.3.4:70000", "p2p1xyz"]) {
      const { code } = await p2p(["chat", peer, "-m", "x"], { home: join(folder, "h") });
      assert.ok(code === 2 || (peer.startsWith("p2p1") && code === 1), `${peer}: ${code}`);
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("--strict refuses an unknown key and takes it once it is known", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
      const home = join(folder, "a");
      const strict = await p2p(["chat", bob.peer, "--strict", "-m", "no"], { home });
      assert.equal(strict.code, 3, strict.stderr);
      assert.equal((await p2p(["chat", bob.peer, "-m", "yes"], { home })).code, 0);
      assert.equal((await p2p(["chat", bob.peer, "--strict", "-m", "now"], { home })).code, 0);
      await bob.out.match(/: now\n/);
      assert.doesNotMatch(bob.out.text, /: no\n/);
    })
  ));

Deno.test("a changed key is refused with both fingerprints, and nothing is sent", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const home = join(folder, "a");
      const first = await listener([], { home: join(folder, "b"), cwd: folder });
      const known = await p2p(["chat", first.peer, "-m", "hello"], { home });
      const before = /fingerprint: (.*)/.exec(known.stderr.split("first contact")[1]!)![1]!;
      await first.stop();
      const posing = await makeHome(folder, "c");
      const second = keep(await listener([], { home: posing.home, cwd: folder }, first.port));
      const { code, stderr } = await p2p(["chat", second.peer, "-m", "secret"], { home });
      assert.equal(code, 3, stderr);
      assert.match(stderr, /KEY .* HAS CHANGED/);
      assert.ok(stderr.includes(`known until now: ${before}`), stderr);
      const shown = await p2p(["pubkey", "-i", join(posing.home, "identity.pem")]);
      assert.equal(shown.code, 0);
      assert.match(stderr, /answering now: {3}([0-9a-f]{4} ?){8}/);
      assert.doesNotMatch(second.out.text, /secret/);
      const again = await p2p(["chat", second.peer, "-m", "x"], { home });
      assert.equal(again.code, 3, "it was recorded after all");
    })
  ));

Deno.test("--json tells a program everything, and takes its commands", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener(["--json"], { home: join(folder, "b"), cwd: folder }));
      const alice = keep(
        start(["chat", bob.peer, "--json"], { home: join(folder, "a"), cwd: folder }),
      );
      await alice.out.match(/"type":"connected"/);
      await alice.type(`${JSON.stringify({ type: "message", text: "一\n二\u001b[2J" })}\n`);
      const said = JSON.parse((await bob.out.match(/.*"type":"message".*/))[0]);
      assert.equal(said.text, "一\n二\u001b[2J");
      assert.match(said.id, /^[0-9a-f]{32}$/);
      assert.ok(Math.abs(said.time - Date.now()) < 60_000);
      assert.match(said.peer.key, /^p2p1/);
      assert.match(said.peer.fingerprint, /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
      const delivered = JSON.parse((await alice.out.match(/.*"type":"delivered".*/))[0]);
      assert.equal(delivered.id, said.id);
      await bob.type(`${JSON.stringify({ type: "message", to: said.peer.key, text: "back" })}\n`);
      await alice.out.match(/"type":"message".*"text":"back"/);
      await alice.type("nonsense\n{}\n");
      await alice.out.match(/"type":"error","code":"format"[^\n]*\n.*"code":"usage"/s);
      await alice.type('{"type":"quit"}\n');
      assert.equal(await alice.code(), 1, "a command failed");
      const [gone] = events((await bob.out.match(/.*"type":"disconnected".*/))[0]);
      assert.equal(gone!["reason"], "the peer left");
      const connected = events(alice.out.text).find(({ type }) => type === "connected")!;
      assert.deepEqual(Object.keys(connected), ["type", "peer", "address", "verified"]);
      assert.equal(connected["address"], bob.peer);
      assert.equal(connected["verified"], false);
    })
  ));

Deno.test("two people who both run chat to each other meet", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const [one, two] = [deadAddress().port, deadAddress().port];
      const [a, b] = ([[one, two], [two, one]] as const).map(([own, other], i) =>
        keep(start(["chat", `127.0.0.1:${other}`, "--port", String(own)], {
          home: join(folder, String(i)),
          cwd: folder,
        }))
      );
      await a!.type("from a\n");
      await b!.type("from b\n");
      await a!.out.match(/: from b\n/);
      await b!.out.match(/: from a\n/);
      await a!.endInput();
      assert.equal(await a!.code(), 0);
    })
  ));

Deno.test("Ctrl-C ends with 130 and says goodbye to the peer", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
      const alice = keep(start(["chat", bob.peer], { home: join(folder, "a"), cwd: folder }));
      await bob.err.match(/^connected to/m);
      alice.kill("SIGINT");
      assert.equal(await alice.code(), 130);
      await bob.err.match(/: the peer left/);
      bob.kill("SIGTERM");
      assert.equal(await bob.code(), 143);
    })
  ));

testUnless(
  notLinux,
  "no secret stands in the process list or the environment",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const secret = "correct horse battery staple";
        const [home, file] = [join(folder, "b"), join(folder, "pass")];
        await Deno.writeTextFile(file, `${secret}\n`);
        const made = await p2p(["keygen", "--passphrase-file", file], { home });
        assert.equal(made.code, 0, made.stderr);
        const bob = keep(await listener(["--passphrase-file", file], { home, cwd: folder }));
        for (const what of ["cmdline", "environ"]) {
          assert.ok(!(await Deno.readTextFile(`/proc/${bob.pid}/${what}`)).includes(secret), what);
        }
      })
    ),
);

Deno.test("one's own address is nobody: exit 4, at once", () =>
  withFolder(async (folder) => {
    const probe = Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" });
    const { port } = probe.addr as Deno.NetAddr;
    probe.close();
    const { code, stderr } = await p2p(["chat", "--port", String(port), `127.0.0.1:${port}`], {
      home: join(folder, "a"),
      stdin: "hi\n",
    });
    assert.equal(code, 4, stderr);
    assert.match(stderr, /nobody but this program listens there/);
  }));
