/** Homes that are full, damaged or gone read-only, under `listen` and `chat`: people are served, owners are told. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { noSmallDisk, withSmallDisk } from "../support/small-disk.ts";
import { listener, stopping } from "./support.ts";
import { testUnless } from "../support/requires.ts";

/** Leaves not a byte free in `folder`. */
function fill(folder: string): void {
  const file = Deno.openSync(join(folder, "fill"), { create: true, write: true });
  try {
    for (let size = 65536; size >= 1; size >>= 1) {
      try {
        for (;;) file.writeSync(new Uint8Array(size));
      } catch (error) {
        if ((error as { code?: string }).code !== "ENOSPC") throw error;
      }
    }
  } finally {
    file.close();
  }
}

testUnless(
  noSmallDisk,
  "a full home: listen says so and takes calls, contacts are known, chat works, contact add is refused",
  () =>
    withSmallDisk(1024 * 1024, (disk) =>
      withFolder((folder) =>
        stopping(async (keep) => {
          const [alice, bob] = [await makeHome(folder, "a"), await makeHome(disk, "b")];
          await p2p(["contact", "add", "alice", alice.key], bob);
          fill(disk);
          const listening = keep(await listener(["--json"], { ...bob, cwd: folder }));
          assert.match(listening.err.text, /nothing can be kept .*no space left/);
          for (const text of ["one", "two"]) {
            const chat = await p2p(["chat", listening.peer, "-m", text], alice);
            assert.equal(chat.code, 0, chat.stderr);
          }
          await listening.out.match(/"message"[\s\S]*"message"/);
          assert.match(listening.out.text, /"name":"alice"/);
          assert.doesNotMatch(listening.err.text, /internal error/);
          const add = await p2p(["contact", "add", "eve", alice.key], bob);
          assert.equal(add.code, 1);
          assert.match(
            add.stderr,
            /^p2p: open state .*p2p\.db: no space left on the device\n {5}make room/,
          );
          const other = keep(await listener([], { ...alice, cwd: folder }));
          const call = await p2p(["chat", other.peer, "-m", "from a full home"], bob);
          assert.equal(call.code, 0, call.stderr);
          assert.match(call.stderr, /nothing can be kept/);
        })
      )),
);

Deno.test("a damaged database: listen says so and serves strangers, chat and contact end with an error", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const [alice, bob] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
      await p2p(["contact", "add", "alice", alice.key], bob);
      const path = join(folder, "b", "p2p.db");
      await Deno.writeFile(path, new Uint8Array(8192).fill(7));
      const listening = keep(await listener([], { ...bob, cwd: folder }));
      assert.match(listening.err.text, /nothing is remembered .*damaged/);
      const chat = await p2p(["chat", listening.peer, "-m", "hello"], alice);
      assert.equal(chat.code, 0, chat.stderr);
      await listening.out.match(/hello/);
      for (const args of [["contact", "list"], ["chat", "127.0.0.1:9", "-m", "x"], ["history"]]) {
        const refused = await p2p(args, bob);
        assert.equal(refused.code, 1, args.join(" "));
        assert.match(
          refused.stderr,
          /^p2p: open state .*p2p\.db: it is damaged.*\n {5}put a backup/,
        );
      }
    })
  ));
