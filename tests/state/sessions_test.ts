/** Tickets and timestamps over restarts. */
import assert from "node:assert/strict";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { Node } from "../../lib/net/node.ts";
import type { Ticket } from "../../lib/session/ticket.ts";
import { openState } from "../../lib/state/state.ts";
import { deadAddress, inbox, node } from "../net/support.ts";
import { allBytes, type TestHome, withStateHome } from "./support.ts";

const PEER = generateKeyPair().publicKey;

function ticket(home: TestHome, more: Partial<Ticket> = {}): Ticket {
  return {
    name: randomBytes(16),
    secret: randomBytes(32),
    remoteKey: PEER,
    authenticatedAt: home.now,
    ...more,
  };
}

Deno.test("what one run saves the next finds; what it removes stays removed", () =>
  withStateHome(async (home) => {
    const [first, second] = [(await home.open()).sessions, (await home.open()).sessions];
    const [one, two] = [ticket(home), ticket(home)];
    first.save(one);
    first.save(two);
    first.record(PEER, 77);
    first.record(PEER, 33);
    assert.deepEqual(first.latest(PEER), two);
    assert.deepEqual(second.find(one.name), one);
    assert.equal(second.last(PEER), 77, "time does not go back");
    second.remove(two.name);
    assert.deepEqual((await home.open()).sessions.latest(PEER), one);
    assert.equal(first.find(two.name), undefined, "the first run sees it too");
  }));

Deno.test("the files say nothing of a ticket, and another identity finds none", () =>
  withStateHome(async (home) => {
    const { sessions } = await home.open();
    const saved = ticket(home);
    sessions.save(saved);
    const text = allBytes(home.path);
    for (const bytes of [saved.name, saved.secret, saved.remoteKey]) {
      assert.ok(!text.includes(new TextDecoder("latin1").decode(bytes)));
    }
    const other = await home.open({ identity: generateKeyPair() });
    assert.equal(other.sessions.find(saved.name), undefined);
  }));

Deno.test("tickets are bounded in number and in age", () =>
  withStateHome(async (home) => {
    const { sessions } = await home.open();
    const many = Array.from({ length: 5 }, () => ticket(home));
    for (const each of many) sessions.save(each);
    assert.equal(sessions.find(many[0]!.name), undefined);
    assert.deepEqual(sessions.find(many[4]!.name), many[4]);
    home.now += 7 * 24 * 3_600_000;
    assert.equal(sessions.find(many[4]!.name), undefined);
  }));

Deno.test("a copy of the database that is put back brings no ticket back", () =>
  withStateHome(async (home) => {
    const [state, kept] = [await home.open(), ticket(home)];
    state.sessions.save(kept);
    state.sessions.record(PEER, 77);
    state.close();
    const again = await home.open();
    assert.deepEqual(again.sessions.find(kept.name), kept);
    again.close();
    await Deno.copyFile(`${home.path}/p2p.db`, `${home.path}/backup`);
    await Deno.rename(`${home.path}/backup`, `${home.path}/p2p.db`);
    const restored = await home.open();
    assert.equal(restored.sessions.find(kept.name), undefined);
    assert.equal(restored.sessions.last(PEER), 77, "what protects against replays stays");
  }));

Deno.test("two copies of one database never seal with the same nonce", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    state.close();
    const bodies = new Set<string>();
    const copy = await Deno.makeTempDir();
    try {
      await Deno.copyFile(`${home.path}/p2p.db`, `${copy}/p2p.db`);
      const { DatabaseSync } = await import("node:sqlite");
      for (const folder of [home.path, copy]) {
        const opened = await home.open({ home: folder });
        for (let i = 0; i < 50; i++) opened.settings.set(`s${i}`, "the same");
        opened.close();
        const database = new DatabaseSync(`${folder}/p2p.db`);
        for (const { body } of database.prepare("SELECT body FROM setting").all()) {
          bodies.add(String((body as Uint8Array).subarray(0, 12)));
        }
        database.close();
      }
    } finally {
      await Deno.remove(copy, { recursive: true });
    }
    assert.equal(bodies.size, 100);
  }));

Deno.test("a peer seen before is reached without the static keys", () =>
  withStateHome(async (home) => {
    const [alice, bob] = [generateKeyPair(), generateKeyPair()];
    const kinds: unknown[] = [];
    const { port } = deadAddress();
    for (let run = 0; run < 3; run++) {
      const states = await Promise.all(
        [alice, bob].map((identity) =>
          openState({
            home: home.path,
            identity,
            now: Date.now,
            trouble: ({ code }) => assert.fail(code),
          })
        ),
      );
      const [left, right] = [states[0]!.sessions, states[1]!.sessions];
      const b = Node.bind({
        identity: bob,
        program: "t",
        hostname: "127.0.0.1",
        port,
        tickets: right,
        timestamps: right,
        incoming: (conversation) => void inbox(conversation),
      });
      const a = node({ identity: alice, tickets: left, timestamps: left });
      const conversation = await a.connect(b.address, { remoteKey: bob.publicKey });
      await conversation.sendMessage("x").delivered;
      kinds.push(conversation.connection.handshakeKind);
      await a.close();
      await b.close();
      for (const state of states) state.close();
    }
    assert.deepEqual(kinds, ["IK", "resume", "resume"]);
  }));
