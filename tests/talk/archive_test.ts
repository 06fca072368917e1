/** Storing what peers send, in turns of the peers, whoever sends more; and what waits for whom. */
import assert from "node:assert/strict";
import type { Bytes } from "../../lib/bytes.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { newMessageId } from "../../lib/net/message-stream.ts";
import { Archive, type IncomingItem } from "../../lib/talk/archive.ts";
import { withStateHome } from "../state/support.ts";

function message(n: number): IncomingItem {
  return { id: newMessageId(), kind: "text", text: `message ${n}`, written: n, after: [] };
}

Deno.test("what a flood of one peer has to wait for, the message of another has not", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    const archive = new Archive(state, () => undefined, true);
    const [flooding, honest] = [generateKeyPair().publicKey, generateKeyPair().publicKey] as [
      Bytes,
      Bytes,
    ];
    let stored = 0;
    const flood = Array.from(
      { length: 1000 },
      (_, n) => archive.received(flooding, message(n)).then(() => stored++),
    );
    assert.deepEqual(await archive.received(honest, message(0)), { fresh: true, stored: true });
    assert.ok(stored < 200, `${stored} of the flood were stored before it`);
    await Promise.all(flood);
    assert.equal(stored, 1000);
  }));

Deno.test("what waits for somebody in a group waits for them, and is none of the conversation's own", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    const archive = new Archive(state, () => undefined, true);
    const [member, other] = [generateKeyPair().publicKey, generateKeyPair().publicKey] as [
      Bytes,
      Bytes,
    ];
    const talk = new Uint8Array(32).fill(7);
    state.outbox.add({
      ...{ id: "0a".repeat(32), to: member, talk, kind: "file", text: "picture.png" },
      ...{ paths: ["/picture.png"], after: [], written: 1, expires: Date.now() + 60_000 },
    });
    assert.deepEqual(archive.pending(member), []);
    assert.ok(archive.waitsFor(member));
    assert.ok(!archive.waitsFor(other));
    const [row] = archive.waiting;
    assert.deepEqual(archive.recipientAt(row!), member);
    state.outbox.advance("0a".repeat(32), member, "delivered");
    assert.ok(!archive.waitsFor(member));
    assert.deepEqual(archive.waiting, []);
    assert.equal(archive.recipientAt(row!), undefined);
  }));
