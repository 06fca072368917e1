/** Kills, full disks, read-only homes, damaged and newer databases: with real processes and real file systems. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { StateError, type StateFault } from "../../lib/state/sqlite.ts";
import { noSmallDisk, withSmallDisk } from "../support/small-disk.ts";
import { type TestHome, withStateHome } from "./support.ts";
import { testUnless } from "../support/requires.ts";

const PEER = generateKeyPair().publicKey;
const STRANGER = generateKeyPair().publicKey;
const NOW = new Date("2026-01-02T03:04:05Z");

function fault(expected: StateFault) {
  return (error: unknown) => {
    assert.ok(error instanceof StateError, String(error));
    assert.equal(error.fault, expected, error.message);
    return true;
  };
}

/** Runs the writer until it has stored `least` messages, kills it, and answers their ids. */
async function writeAndKill(home: TestHome, least: number): Promise<string[]> {
  const { secretKey, publicKey } = home.identity;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      new URL("./writer.ts", import.meta.url).pathname,
      home.path,
      `${hex(secretKey)}:${hex(publicKey)}`,
      hex(PEER),
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  try {
    for await (const chunk of child.stdout) {
      text += new TextDecoder().decode(chunk);
      if (text.split("\n").length > least) child.kill("SIGKILL");
    }
  } finally {
    await child.status;
  }
  return text.split("\n").slice(0, -1);
}

Deno.test("kill -9 in the middle of writing: what was told is there, nothing is half there", () =>
  withStateHome(async (home) => {
    const told: string[] = [];
    for (let round = 0; round < 6; round++) {
      const runs = await Promise.all([writeAndKill(home, 5 + round * 7), writeAndKill(home, 9)]);
      told.push(...runs.flat());
      const state = await home.open();
      const history = new Set(state.history.find({ limit: 1e6 }).map(({ id }) => id));
      const outbox = new Set(state.outbox.list().map(({ id }) => id));
      for (const id of told) assert.ok(history.has(id) && outbox.has(id), `${id} was told`);
      assert.deepEqual(outbox, history, "one transaction is whole");
      for (const id of history) assert.equal(state.seen.has(PEER, id), true);
      state.close();
    }
    assert.ok(told.length >= 6 * 14);
    assert.deepEqual(home.troubles, []);
  }));

testUnless(
  noSmallDisk,
  "a disk that fills up: what does not fit is refused whole, what is there stays, later there is room again",
  () =>
    withSmallDisk(2000 * 1024, (folder) =>
      withStateHome(async (home) => {
        Deno.writeFileSync(`${folder}/other`, new Uint8Array(1200 * 1024));
        const state = await home.open({ home: folder });
        state.contacts.save({ name: "alice", key: PEER, added: NOW.toISOString() });
        const add = (n: number) =>
          state.history.add({
            id: n.toString(16).padStart(32, "0"),
            talk: PEER,
            kind: "text",
            text: `${n} ${"x".repeat(3000)}`,
            written: n,
            stored: n,
            after: [],
            state: "received",
          });
        let stored = 0;
        assert.throws(() => {
          for (;; stored++) add(stored);
        }, fault("full"));
        assert.ok(stored > 10);
        assert.equal(state.history.find({ limit: 1e6 }).length, stored);
        // A stranger is met all the same; the owner is told once.
        for (const key of [STRANGER, generateKeyPair().publicKey]) {
          for (let i = 0; i < 40; i++) state.knownKeys.note(generateKeyPair().publicKey, NOW);
          assert.equal(state.knownKeys.note(key, NOW, "10.0.0.1:9").known, undefined);
        }
        assert.deepEqual(home.troubles.map(({ code }) => code), ["state.write"]);
        assert.notEqual(
          state.knownKeys.pin("10.0.0.1:9"),
          undefined,
          "a pin counts while the program runs",
        );
        state.sessions.record(PEER, 99);
        assert.equal(state.sessions.last(PEER), 99);
        Deno.removeSync(`${folder}/other`);
        assert.equal(state.history.delete(PEER), stored);
        await state.erase();
        add(stored);
        state.close();
        const again = await home.open({ home: folder });
        assert.equal(again.contacts.find("alice")?.name, "alice");
        assert.equal(again.history.find({ limit: 9 }).length, 1);
        again.close();
      })),
);

testUnless(
  noSmallDisk,
  "a home that is full at the start: people are recognised, nothing is lost, and it is said",
  () =>
    withSmallDisk(400 * 1024, (folder) =>
      withStateHome(async (home) => {
        const before = await home.open({ home: folder });
        before.contacts.save({ name: "alice", key: PEER, added: NOW.toISOString() });
        before.knownKeys.note(STRANGER, NOW, "10.0.0.1:9");
        before.close();
        fill(folder);
        await assert.rejects(home.open({ home: folder }), fault("full"));
        const state = await home.open({ home: folder, without: "known" });
        assert.equal(state.kind, "known");
        assert.deepEqual(state.notices.map(({ code }) => code), ["state.in-memory"]);
        assert.deepEqual(state.contacts.byKey(PEER)?.name, "alice");
        assert.deepEqual(
          state.knownKeys.pin("10.0.0.1:9")?.key,
          STRANGER,
          "a changed key is still noticed",
        );
        state.knownKeys.note(generateKeyPair().publicKey, NOW, "10.0.0.2:9");
        assert.equal(state.seen.add(PEER, "ab".repeat(16)), true);
        assert.equal(state.seen.add(PEER, "ab".repeat(16)), false);
        assert.throws(
          () => state.contacts.save({ name: "bob", key: STRANGER, added: NOW.toISOString() }),
          fault("full"),
        );
        state.close();
        Deno.removeSync(`${folder}/fill`);
        const again = await home.open({ home: folder });
        assert.equal(again.kind, "disk");
        assert.deepEqual(again.contacts.list().map(({ name }) => name), ["alice"]);
        again.close();
      })),
);

testUnless(
  noSmallDisk,
  "a full home where nothing was kept yet: nothing is known, which is true, and it is said",
  () =>
    withSmallDisk(512 * 1024, (folder) =>
      withStateHome(async (home) => {
        fill(folder);
        const state = await home.open({ home: folder, without: "known" });
        assert.deepEqual([state.kind, state.notices.map(({ code }) => code)], ["known", [
          "state.in-memory",
        ]]);
        assert.throws(() => state.settings.set("a", "b"), fault("full"));
        state.close();
        Deno.removeSync(`${folder}/fill`);
        const again = await home.open({ home: folder });
        assert.equal(again.kind, "disk");
        again.close();
      })),
);

testUnless(
  noSmallDisk,
  "a read-only home: what is known counts, also where no log can be made",
  () =>
    withSmallDisk(1024 * 1024, (folder) =>
      withStateHome(async (home) => {
        const before = await home.open({ home: folder });
        before.contacts.save({ name: "alice", key: PEER, added: NOW.toISOString() });
        before.close();
        const mounted = await new Deno.Command("mount", { args: ["-o", "remount,ro", folder] })
          .output();
        assert.ok(mounted.success);
        await assert.rejects(home.open({ home: folder }), StateError);
        const state = await home.open({ home: folder, without: "known" });
        assert.equal(state.kind, "known");
        assert.equal(state.contacts.find("alice")?.name, "alice");
        assert.throws(() => state.contacts.remove("alice"), StateError);
        state.close();
      })),
);

Deno.test("a damaged or newer database is never begun anew: who judges by it is refused, who serves knows nothing", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    state.contacts.save({ name: "alice", key: PEER, added: NOW.toISOString() });
    state.close();
    const path = `${home.path}/p2p.db`;
    const good = await Deno.readFile(path);
    const header = good.map((byte, i) => i < 100 ? byte ^ 0x5a : byte);
    const inside = good.map((byte, i) => i >= 100 && i < 4096 ? 0xff : byte);
    for (
      const [bad, why] of [[header, "damaged"], [inside, "damaged"], [
        new TextEncoder().encode("no database".repeat(99)),
        "damaged",
      ]] as const
    ) {
      await Deno.writeFile(path, bad);
      await assert.rejects(home.open(), fault(why));
      await assert.rejects(home.open({ without: "known" }), fault(why));
      const serving = await home.open({ without: "anything" });
      assert.equal(serving.kind, "nothing");
      assert.deepEqual(serving.notices.map(({ code }) => code), ["state.nothing-known"]);
      assert.equal(serving.knownKeys.note(PEER, NOW).known, undefined);
      serving.close();
      assert.deepEqual(await Deno.readFile(path), bad, "it is left as it is");
    }
    await Deno.writeFile(path, good);
    const { DatabaseSync } = await import("node:sqlite");
    const raw = new DatabaseSync(path);
    raw.exec("PRAGMA user_version = 999");
    raw.close();
    await assert.rejects(home.open(), fault("newer"));
    await assert.rejects(home.open({ without: "known" }), fault("newer"));
    assert.equal((await home.open({ without: "anything" })).kind, "nothing");
  }));

Deno.test("another program that keeps the database locked is waited for, then named", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    const { DatabaseSync } = await import("node:sqlite");
    const other = new DatabaseSync(`${home.path}/p2p.db`);
    other.exec("BEGIN IMMEDIATE");
    assert.throws(() => state.settings.set("a", "b"), fault("busy"));
    other.exec("ROLLBACK");
    other.close();
    state.settings.set("a", "b");
    assert.equal(state.settings.get("a"), "b");
  }));

Deno.test("the home and its files are private whatever the umask says", () =>
  withStateHome(async (home) => {
    const before = Deno.umask(0o777);
    try {
      const deep = `${home.path}/a`;
      const state = await home.open({ home: deep });
      state.settings.set("a", "b");
      const modes = [deep, ...["p2p.db", "p2p.db-wal"].map((name) => `${deep}/${name}`)]
        .map((path) => Deno.statSync(path).mode! & 0o777);
      assert.deepEqual(modes, [0o700, 0o600, 0o600]);
      state.close();
    } finally {
      Deno.umask(before);
    }
  }));

function fill(folder: string): void {
  const file = Deno.openSync(`${folder}/fill`, { create: true, write: true });
  try {
    for (let size = 65536; size >= 1; size = size >> 1) {
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
