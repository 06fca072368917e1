/** The recorded vectors of the database: made again they are the same, and a database made of them is read. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { fromHex, hex } from "../../lib/bytes.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { openState } from "../../lib/state/state.ts";
import { DATABASE_NAME } from "../../lib/state/written.ts";
import { withFolder } from "../support/executable.ts";
import { makeVectors, VECTORS } from "./vectors.ts";

const recorded: ReturnType<typeof makeVectors> = JSON.parse(await Deno.readTextFile(VECTORS));

Deno.test("the vectors of the database are made again byte by byte", () => {
  assert.deepEqual(JSON.parse(JSON.stringify(makeVectors())), recorded);
});

Deno.test("a database that is written as the vectors say is read, searched, and known as seen", () =>
  withFolder(async (home) => {
    const secretKey = fromHex(recorded.secretKey);
    const identity = { secretKey, publicKey: publicKeyOf(secretKey) };
    const trouble = () => assert.fail("the state is in trouble");
    const open = () => openState({ home, identity, now: () => recorded.message.time, trouble });
    // The tables of this program, with nobody's rows.
    (await open()).close();
    const database = new DatabaseSync(join(home, DATABASE_NAME));
    const { owner, message, outbox, seen } = recorded;
    for (const table of ["setting", "owner"]) database.exec(`DELETE FROM ${table}`);
    database.prepare("INSERT INTO owner (id, tag, salt, sealed) VALUES (1, ?, ?, ?)")
      .run(fromHex(owner.tag), fromHex(owner.salt), fromHex(owner.sealed));
    database.prepare("INSERT INTO message VALUES (1, 1, ?, ?, ?, ?, ?)").run(
      ...[fromHex(message.id), fromHex(message.talk), message.time, message.state] as const,
      fromHex(message.body),
    );
    for (const { token } of message.words) {
      database.prepare("INSERT INTO word VALUES (1, ?, 1)").run(token);
    }
    database.prepare("INSERT INTO outbox VALUES (1, 1, ?, ?, ?, ?, ?)").run(
      ...[fromHex(outbox.id), fromHex(outbox.peer), outbox.state, outbox.expires] as const,
      fromHex(outbox.body),
    );
    database.prepare("INSERT INTO seen VALUES (1, ?, ?)").run(fromHex(seen), message.time);
    database.close();

    const state = await open();
    try {
      const peer = fromHex(recorded.peer);
      const [found] = state.history.find({ search: "你好", limit: 10 });
      const { text, written, after } = message.plain;
      assert.deepEqual([found?.text, found?.written, found?.after], [text, written, after]);
      assert.deepEqual([found?.id, hex(found!.author!), found?.state], [
        message.id,
        recorded.peer,
        "received",
      ]);
      const [waiting] = state.outbox.pending(peer);
      assert.deepEqual([waiting?.id, waiting?.text], [outbox.id, outbox.plain.text]);
      assert.ok(state.seen.has(peer, message.id));
    } finally {
      state.close();
    }
  }));
