/** Where discovery says that somebody is counts for nothing without the key: made-up places move nothing. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { type Address, formatAddress } from "../../lib/net/address.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { Node } from "../../lib/net/node.ts";
import { openState, type State } from "../../lib/state/state.ts";
import { connectTo, type Seek } from "../../lib/talk/connect.ts";
import type { TalkEvent } from "../../lib/talk/events.ts";
import { withFolder } from "../support/executable.ts";

const LOCAL = { hostname: "127.0.0.1", port: 0, program: "p2p/test" } as const;

interface Scene {
  readonly state: State;
  readonly node: Node;
  readonly events: TalkEvent[];
  /** A node of a fresh identity. */
  person(): { node: Node; key: Uint8Array<ArrayBuffer> };
  /** Reaches the contact; discovery says these places. */
  reach(...places: readonly Address[]): Promise<Conversation>;
}

async function scene(use: (scene: Scene) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const identity = generateKeyPair();
    const home = join(folder, "home");
    const state = await openState({ home, identity, now: Date.now, trouble: () => undefined });
    const nodes: Node[] = [];
    const bind = (own: typeof identity) => {
      const node = Node.bind({ ...LOCAL, identity: own, config: { handshakeTimeoutMs: 1500 } });
      nodes.push(node);
      return node;
    };
    const node = bind(identity);
    const events: TalkEvent[] = [];
    try {
      await use({
        ...{ state, node, events },
        person() {
          const own = generateKeyPair();
          return { node: bind(own), key: own.publicKey };
        },
        async reach(...places) {
          const seek: Seek = (_, found) => {
            places.forEach(found);
            return () => undefined;
          };
          const tell = (event: TalkEvent) => void events.push(event);
          let reached: Conversation | undefined;
          await connectTo(node, "alice", { strict: false, state, tell }, (conversation) => {
            reached = conversation;
          }, seek);
          return reached!;
        },
      });
    } finally {
      for (const each of nodes) await each.close();
      state.close();
    }
  });
}

function add({ state }: Scene, key: Uint8Array<ArrayBuffer>, address?: Address): void {
  const added = new Date().toISOString();
  state.contacts.save({ name: "alice", key, added, address: address && formatAddress(address) });
}

Deno.test("somebody else at a place that discovery names is passed over, in silence", () =>
  scene(async (here) => {
    const [alice, mallory] = [here.person(), here.person()];
    add(here, alice.key);
    const reached = await here.reach(mallory.node.address, alice.node.address);
    assert.deepEqual(reached.key, alice.key);
    assert.deepEqual(here.events, [], "no word of a changed key");
    assert.equal(here.state.contacts.find("alice")?.offered, undefined);
  }));

Deno.test("with nobody but somebody else there is nobody: exit code 4, not 3, and nothing is offered", () =>
  scene(async (here) => {
    const [alice, mallory] = [generateKeyPair(), here.person()];
    add(here, alice.publicKey);
    await assert.rejects(
      here.reach(mallory.node.address),
      (error: { code?: string; exitCode?: number }) =>
        error.code === "talk.not-there" && error.exitCode === 4,
    );
    assert.deepEqual(here.events, []);
    assert.equal(here.state.contacts.find("alice")?.offered, undefined);
  }));

Deno.test("the stored address works whatever discovery says, and a stale one does not hold up", () =>
  scene(async (here) => {
    const [alice, mallory] = [here.person(), here.person()];
    add(here, alice.key, alice.node.address);
    assert.deepEqual((await here.reach(mallory.node.address)).key, alice.key);
    add(here, alice.key, mallory.node.address);
    const begun = performance.now();
    assert.deepEqual((await here.reach(alice.node.address)).key, alice.key);
    assert.ok(performance.now() - begun < 1000, "at once");
    assert.deepEqual(here.events, [], "somebody else has her old address by now");
  }));
