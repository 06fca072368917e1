/** Tickets and timestamps over restarts. */
import assert from "node:assert/strict";
import { randomBytes } from "../../lib/crypto/random.ts";
import { SessionMemory, type StoredTicket } from "../../lib/state/session-memory.ts";
import { deadAddress, inbox, node, withHome } from "./support.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { Node } from "../../lib/net/node.ts";

const PEER = generateKeyPair().publicKey;

function ticket(more: Partial<StoredTicket> = {}): StoredTicket {
  return {
    name: randomBytes(16),
    secret: randomBytes(32),
    remoteKey: PEER,
    authenticatedAt: Date.now(),
    ...more,
  };
}

function sessionsFile(home: string): string {
  const found = [...Deno.readDirSync(home)].find(({ name }) => /^sessions-[0-9a-f]{8}$/.test(name));
  return `${home}/${found!.name}`;
}

Deno.test("what one run saves the next finds; what it removes stays removed", () =>
  withHome(async (home) => {
    const identity = generateKeyPair();
    const first = new SessionMemory(identity);
    const [one, two] = [ticket(), ticket()];
    first.save(one);
    first.save(two);
    first.record(PEER, 77);
    assert.deepEqual(first.latest(PEER), two);
    await first.flush();
    const second = new SessionMemory(identity);
    assert.deepEqual(second.find(one.name), one);
    assert.equal(second.last(PEER), 77);
    second.remove(two.name);
    await second.flush();
    assert.deepEqual(new SessionMemory(identity).latest(PEER), one);
    assert.deepEqual(first.find(two.name), undefined, "the first run sees it too");
    assert.equal((await Deno.stat(sessionsFile(home))).mode! & 0o777, 0o600);
  }));

Deno.test("the file says nothing without the private key, and another identity begins anew", () =>
  withHome(async (home) => {
    const identity = generateKeyPair();
    const memory = new SessionMemory(identity);
    const saved = ticket();
    memory.save(saved);
    await memory.flush();
    const path = sessionsFile(home);
    const file = await Deno.readFile(path);
    const text = new TextDecoder("latin1").decode(file);
    assert.doesNotMatch(text, /tickets|secret/);
    assert.equal(new SessionMemory(generateKeyPair()).find(saved.name), undefined);
    for (
      const damaged of [
        file.subarray(0, 20),
        file.map((byte, i) => i === 40 ? byte ^ 1 : byte),
      ]
    ) {
      await Deno.writeFile(path, damaged);
      assert.equal(new SessionMemory(identity).find(saved.name), undefined);
    }
  }));

Deno.test("tickets are bounded in number and in age", () =>
  withHome(async () => {
    const identity = generateKeyPair();
    const memory = new SessionMemory(identity);
    const many = Array.from({ length: 5 }, () => ticket());
    for (const each of many) memory.save(each);
    assert.equal(memory.find(many[0]!.name), undefined);
    assert.deepEqual(memory.find(many[4]!.name), many[4]);
    const old = ticket({ remoteKey: generateKeyPair().publicKey, authenticatedAt: 1 });
    memory.save(old);
    await memory.flush();
    assert.equal(new SessionMemory(identity).find(old.name), undefined);
  }));

Deno.test("a peer seen before is reached without the static keys", () =>
  withHome(async () => {
    const [alice, bob] = [generateKeyPair(), generateKeyPair()];
    const kinds: unknown[] = [];
    const { port } = deadAddress();
    for (let run = 0; run < 3; run++) {
      const [left, right] = [new SessionMemory(alice), new SessionMemory(bob)];
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
      await left.flush();
      await right.flush();
    }
    assert.deepEqual(kinds, ["IK", "resume", "resume"]);
  }));
