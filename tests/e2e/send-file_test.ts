/** `p2p send-file`: files and folders between two processes, and what happens when one of them dies. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { hex } from "../../lib/bytes.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";
import { pattern } from "../transfer/support.ts";
import { events, listener, start, stopping } from "./support.ts";
import { lacks, notLinux, testUnless } from "../support/requires.ts";

/** Large enough to be interrupted in the middle. */
const BIG = 100_000_000;

function partial(folder: string): string | undefined {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).find((n) => n.endsWith(".p2p-part"));
}

Deno.test("files and folders arrive with the same SM3; both sides tell programs so", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const target = join(folder, "in", "deep");
      const bob = keep(
        await listener(["--accept", "all", "--save-dir", target, "--json"], {
          home: join(folder, "b"),
        }),
      );
      const bytes = pattern(5_000_000);
      await Deno.mkdir(join(folder, "信件", "sub"), { recursive: true });
      await Deno.writeFile(join(folder, "a.bin"), bytes);
      await Deno.writeTextFile(join(folder, "信件", "sub", "一.txt"), "中文");
      const { code, stdout, stderr } = await p2p(
        ["send-file", bob.peer, join(folder, "a.bin"), join(folder, "信件"), "--json"],
        { home: join(folder, "a") },
      );
      assert.equal(code, 0, stderr);
      assert.deepEqual(await Deno.readFile(join(target, "a.bin")), bytes);
      assert.equal(await Deno.readTextFile(join(target, "信件", "sub", "一.txt")), "中文");
      await bob.out.match(/"type":"disconnected"/);
      const files = events(bob.out.text).filter(({ type }) => type === "file");
      assert.deepEqual(files.map(({ name, size, sm3 }) => ({ name, size, sm3 })), [
        { name: "a.bin", size: bytes.length, sm3: hex(sm3(bytes)) },
        { name: "信件/sub/一.txt", size: 6, sm3: hex(sm3(new TextEncoder().encode("中文"))) },
      ]);
      assert.equal(files[0]!["path"], join(target, "a.bin"));
      const told = events(stdout);
      const last = told.findLast(({ type }) => type === "progress");
      assert.deepEqual([last?.["bytes"], last?.["total"]], [bytes.length + 6, bytes.length + 6]);
      assert.ok(told.some(({ type, id }) => type === "delivered" && id === last?.["id"]));
    })
  ));

Deno.test("an existing file keeps its name and content", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const target = join(folder, "in");
      await Deno.mkdir(target);
      await Deno.writeTextFile(join(target, "n.txt"), "old");
      await Deno.writeTextFile(join(folder, "n.txt"), "new");
      const bob = keep(
        await listener(["--accept", "all", "--save-dir", target], { home: join(folder, "b") }),
      );
      for (const name of ["n (1).txt", "n (2).txt"]) {
        const { code } = await p2p(["send-file", bob.peer, join(folder, "n.txt")], {
          home: join(folder, "a"),
        });
        assert.equal(code, 0);
        assert.equal(await Deno.readTextFile(join(target, name)), "new");
      }
      assert.equal(await Deno.readTextFile(join(target, "n.txt")), "old");
    })
  ));

Deno.test("without a terminal files are taken from contacts only, and the sender learns it", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const alice = await makeHome(folder, "a");
      const bob = keep(await listener(["--save-dir", folder], { home: join(folder, "b") }));
      await Deno.writeTextFile(join(folder, "n.txt"), "x");
      const { code, stderr } = await p2p(["send-file", bob.peer, join(folder, "n.txt")], alice);
      assert.equal(code, 1);
      assert.match(stderr, /the peer declined: files are taken from contacts only/);
      await bob.err.match(/refused n\.txt \(1 B\) from p2p1/);
    })
  ));

Deno.test("what cannot be sent is said before or after, with exit 1; the rest arrives", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const target = join(folder, "in");
      const bob = keep(
        await listener(["--accept", "all", "--save-dir", target], { home: join(folder, "b") }),
      );
      const home = join(folder, "a");
      const none = await p2p(["send-file", bob.peer, join(folder, "none")], { home });
      assert.deepEqual([none.code, /none: no such file or folder/.test(none.stderr)], [1, true]);
      const wild = await p2p(["send-file", bob.peer, "wild\x1b[2J\u202e"], { home });
      assert.match(wild.stderr, /send wild⟦U\+001B⟧\[2J⟦U\+202E⟧: no such file/);
      await Deno.mkdir(join(folder, "d"));
      await Deno.writeTextFile(join(folder, "d", "x"), "x");
      await Deno.symlink("/etc/hostname", join(folder, "d", "link"));
      const link = await p2p(["send-file", bob.peer, join(folder, "d", "link")], { home });
      assert.deepEqual([link.code, /is a symbolic link/.test(link.stderr)], [1, true]);
      const some = await p2p(["send-file", bob.peer, join(folder, "d")], { home });
      assert.equal(some.code, 1);
      assert.match(some.stderr, /not sent: d\/link: is a symbolic link/);
      assert.equal(await Deno.readTextFile(join(target, "d", "x")), "x");
      assert.equal((await p2p(["send-file", bob.peer], { home })).code, 2);
    })
  ));

/** Sends until a third is through, then kills one of them. */
async function interrupted(
  folder: string,
  keep: Parameters<Parameters<typeof stopping>[0]>[0],
  victim: "sender" | "receiver",
): Promise<void> {
  const target = join(folder, "in");
  const bytes = pattern(BIG);
  await Deno.writeFile(join(folder, "big"), bytes);
  const receive = ["--accept", "all", "--save-dir", target];
  let bob = keep(await listener(receive, { home: join(folder, "b") }));
  const args = ["send-file", bob.peer, join(folder, "big"), "--json"];
  const sender = keep(start(args, { home: join(folder, "a") }));
  await sender.out.match(/"bytes":[2-8]\d{7},/);
  if (victim === "sender") sender.kill();
  else {
    bob.kill();
    await bob.code();
  }
  const kept = async () => {
    const name = partial(target);
    return name === undefined ? 0 : (await Deno.stat(join(target, name))).size;
  };
  const size = await kept();
  assert.ok(size > BIG / 10 && size < BIG, `${size} of ${BIG} were there when it was killed`);
  if (victim === "receiver") {
    sender.kill();
    bob = keep(await listener(receive, { home: join(folder, "b") }, bob.port));
  }
  const again = await p2p(args, { home: join(folder, "a") });
  assert.equal(again.code, 0, again.stderr);
  const [first] = events(again.stdout).filter(({ type }) => type === "progress");
  assert.ok(Number(first?.["bytes"]) > size * 0.98, `resumed at ${first?.["bytes"]} of ${size}`);
  assert.equal(hex(sm3(await Deno.readFile(join(target, "big")))), hex(sm3(bytes)));
  assert.equal(partial(target), undefined);
}

Deno.test("the sender is killed in the middle: the same command goes on where it stopped", () =>
  withFolder((folder) => stopping((keep) => interrupted(folder, keep, "sender"))));

Deno.test("the receiver is killed in the middle: the same commands go on where they stopped", () =>
  withFolder((folder) => stopping((keep) => interrupted(folder, keep, "receiver"))));

testUnless(
  notLinux,
  "a file that the receiver cannot write is an error on both sides, and the partial is kept",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const target = join(folder, "in");
        await Deno.mkdir(target);
        const bytes = pattern(8_000_000);
        await Deno.writeFile(join(folder, "big"), bytes);
        const bob = keep(await limitedListener(target, join(folder, "b"), 4000));
        const home = join(folder, "a");
        const { code, stderr } = await p2p(["send-file", bob.peer, join(folder, "big")], { home });
        assert.equal(code, 1, stderr);
        assert.match(stderr, /too large/);
        await bob.err.match(/receive big: .*too large/);
        const name = partial(target);
        assert.ok(name !== undefined && (await Deno.stat(join(target, name))).size > 3_000_000);
        bob.kill();
        const free = keep(
          await listener(
            ["--accept", "all", "--save-dir", target],
            { home: join(folder, "b") },
            bob.port,
          ),
        );
        const again = await p2p(["send-file", free.peer, join(folder, "big")], { home });
        assert.equal(again.code, 0, again.stderr);
        assert.match(again.stderr, /resumed: 3\.\d MiB of 7\.6 MiB were there already/);
        assert.deepEqual(await Deno.readFile(join(target, "big")), bytes);
      })
    ),
);

/** A listener that may write files of `blocks` × 1 KiB only. */
async function limitedListener(target: string, home: string, blocks: number) {
  const { EXECUTABLE } = await import("../support/executable.ts");
  const { Run } = await import("./support.ts");
  const listen =
    `'${EXECUTABLE}' listen --bind 127.0.0.1 --port 0 --accept all --save-dir '${target}'`;
  // The first start unpacks the executable, which is larger than the limit.
  await p2p(["--version"]);
  const run = new Run(
    new Deno.Command("bash", {
      args: ["-c", `trap '' XFSZ; ulimit -f ${blocks}; exec ${listen}`],
      env: { P2P_HOME: home },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }),
  );
  const [, port] = await run.err.match(/listening on 127\.0\.0\.1:(\d+)/);
  return Object.assign(run, { port: Number(port), peer: `127.0.0.1:${port}` });
}

Deno.test("a file that is deleted or replaced while it is sent: what was sent arrives, and its SM3 is told", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const target = join(folder, "in");
      const bob = keep(
        await listener(["--accept", "all", "--save-dir", target], { home: join(folder, "b") }),
      );
      const home = join(folder, "a");
      const bytes = pattern(BIG);
      for (const name of ["deleted", "replaced"]) {
        const path = join(folder, name);
        await Deno.writeFile(path, bytes);
        const sender = keep(start(["send-file", bob.peer, path, "--json"], { home }));
        await sender.out.match(/"bytes":[1-8]\d{7},/);
        await Deno.remove(path);
        if (name === "replaced") await Deno.writeTextFile(path, "another");
        assert.equal(await sender.code(), 0, sender.out.text + sender.err.text);
        const [told] = events(sender.out.text).filter(({ type }) => type === "file");
        assert.deepEqual([told?.["name"], told?.["sm3"]], [name, hex(sm3(bytes))]);
        assert.equal(hex(sm3(await Deno.readFile(join(target, name)))), hex(sm3(bytes)));
      }
    })
  ));

Deno.test("standard input and a file are sent under the name that is given", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const target = join(folder, "in");
      const bob = keep(
        await listener(["--accept", "all", "--save-dir", target], { home: join(folder, "b") }),
      );
      const home = join(folder, "a");
      const bytes = pattern(3_000_000);
      const send = async (args: readonly string[], stdin?: Uint8Array) => {
        const run = await p2p(["send-file", bob.peer, ...args], {
          home,
          cwd: folder,
          ...(stdin && { stdin }),
        });
        assert.equal(run.code, 0, run.stderr);
      };
      await send(["-", "--name", "it.tar"], bytes);
      await send(["-"], bytes.subarray(0, 10));
      assert.deepEqual(await Deno.readFile(join(target, "it.tar")), bytes);
      assert.deepEqual(await Deno.readFile(join(target, "stdin")), bytes.subarray(0, 10));
      await Deno.writeTextFile(join(folder, "own"), "a file");
      await send(["own", "--name", "另一个"]);
      assert.equal(await Deno.readTextFile(join(target, "另一个")), "a file");
      const refused: ReadonlyArray<readonly [readonly string[], number]> = [
        [["own", "-", "--name", "x"], 1],
        [["own", "--name", "a/b"], 2],
        [["-", "-"], 2],
      ];
      for (const [args, expected] of refused) {
        const { code, stderr } = await p2p(["send-file", bob.peer, ...args], { home, cwd: folder });
        assert.equal(code, expected, stderr);
      }
    })
  ));

testUnless(
  notLinux ?? lacks("bash"),
  "a pipe of the shell is sent under the name that is given",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const target = join(folder, "in");
        const bob = keep(
          await listener(["--accept", "all", "--save-dir", target], { home: join(folder, "b") }),
        );
        const home = join(folder, "a");
        const line = `"$0" send-file ${bob.peer} <(printf piped) --name piped`;
        const shell = new Deno.Command("bash", {
          args: ["-c", line, EXECUTABLE],
          env: { P2P_HOME: home },
          stdin: "null",
        });
        const { code, stderr } = await shell.output();
        assert.equal(code, 0, new TextDecoder().decode(stderr));
        assert.equal(await Deno.readTextFile(join(target, "piped")), "piped");
      })
    ),
);

Deno.test("a path whose bytes are not UTF-8 is never taken for another", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const target = join(folder, "in");
      const bob = keep(
        await listener(["--accept", "all", "--save-dir", target], { home: join(folder, "b") }),
      );
      await Deno.writeTextFile(join(folder, "\ufffd\ufffd"), "another");
      const line =
        `name=$(printf '\\326\\320'); echo this > "$name"; "$0" send-file ${bob.peer} "$name"`;
      const { code, stderr } = await new Deno.Command("bash", {
        args: ["-c", line, EXECUTABLE],
        cwd: folder,
        env: { P2P_HOME: join(folder, "a") },
        stdin: "null",
      }).output();
      assert.notEqual(code, 0);
      assert.match(new TextDecoder().decode(stderr), /UTF-8/);
      assert.deepEqual([...Deno.readDirSync(target)], []);
    })
  ));
