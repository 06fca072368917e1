/** Programs of one identity behind one port: each talks with others, and the port outlives whoever holds it. */
import assert from "node:assert/strict";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { Capability } from "../../lib/net/capabilities.ts";
import { CloseCode, type CloseInfo } from "../../lib/net/close.ts";
import { Node, type NodeOptions } from "../../lib/net/node.ts";
import type { PortPlace } from "../../lib/net/port-door.ts";
import { SharedPort } from "../../lib/net/shared-port.ts";
import { encodeControl, PORT_VERSION } from "../../lib/port/records.ts";
import { SeededRandom } from "../lab/random.ts";
import type { Message } from "../../lib/transfer/messages.ts";
import { Inbox, inbox, node } from "./support.ts";

const HOSTNAME = "127.0.0.1";

/** A program of a test, on a shared port. */
interface Program {
  readonly node: Node;
  readonly shared: SharedPort;
  /** Conversations that others began with it. */
  readonly calls: Inbox<Conversation>;
  /** Ends it as kill -9 does. */
  kill(): void;
}

/** Programs of one identity, in a folder of their own. */
class Household {
  readonly identity = generateKeyPair();
  readonly place: PortPlace;
  readonly #nodes: Node[] = [];

  constructor(folder: string) {
    this.place = { folder, identity: "test" };
  }

  /** @param rank 0: it takes no calls */
  async start(port: number, rank: number, options: Partial<NodeOptions> = {}): Promise<Program> {
    const { place, identity } = this;
    const shared = await SharedPort.open({
      ...{ place, port, rank, hostname: HOSTNAME, anyAddress: false },
    });
    const calls = new Inbox<Conversation>();
    const own = node({
      ...{ identity, socket: shared, config: { accept: rank > 0 } },
      incoming: calls.put,
      ...options,
    });
    this.#nodes.push(own);
    return { node: own, shared, calls, kill: () => shared.close() };
  }

  async close(): Promise<void> {
    await Promise.all(this.#nodes.map((each) => each.close()));
  }
}

/** Runs `use` with a household, and somebody else who takes calls. */
async function withHousehold(
  use: (home: Household, other: Node, calls: Inbox<Conversation>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "p2p-port-" });
  const home = new Household(folder);
  const calls = new Inbox<Conversation>();
  const other = node({ incoming: calls.put });
  try {
    await use(home, other, calls);
  } finally {
    await Promise.all([home.close(), other.close()]);
    await Deno.remove(folder, { recursive: true });
  }
}

/** Resolves when a program holds the port. */
async function owning({ shared }: Program): Promise<void> {
  while (!shared.owns) await new Promise<void>((resolve) => shared.changed = resolve);
}

/** Both ends of a conversation. */
interface Pair {
  readonly near: Conversation;
  readonly far: Conversation;
  readonly nearBox: Inbox<Message>;
  readonly farBox: Inbox<Message>;
}

/** Says `words` on one end; resolves when the other end has it. */
async function say(from: Conversation, to: Inbox<Message>, words: string): Promise<void> {
  const { delivered } = from.sendMessage(words);
  assert.equal((await to.next()).text, words);
  await delivered;
}

Deno.test("three programs on one port talk with the same peer at once; the owner leaves, the next one is killed, and nothing breaks", () =>
  withHousehold(async (home, other, calls) => {
    const programs = [await home.start(0, 0)];
    const { port } = programs[0]!.node.address;
    programs.push(await home.start(port, 2), await home.start(port, 0));
    assert.deepEqual(programs.map(({ node: { address } }) => address.port), [port, port, port]);
    await owning(programs[1]!);
    const pairs: Pair[] = [];
    for (const program of programs) {
      const near = await program.node.connect(other.address);
      const far = await calls.next();
      pairs.push({ near, far, nearBox: inbox(near), farBox: inbox(far) });
    }
    const all = async (text: string, left: readonly Pair[]) => {
      for (const [i, { near, far, nearBox, farBox }] of left.entries()) {
        await say(near, farBox, `${text} out ${i}`);
        await say(far, nearBox, `${text} back ${i}`);
      }
    };
    await all("together", pairs);
    await programs[1]!.node.close();
    pairs.splice(1, 1);
    programs.splice(1, 1);
    await all("the owner has left", pairs);
    const owner = programs.find(({ shared }) => shared.owns)!;
    const last = programs.find(({ shared }) => !shared.owns)!;
    owner.kill();
    const [pair] = pairs.filter((_, i) => programs[i] === last);
    await all("the next owner was killed", [pair!]);
    assert.equal(last.shared.owns, true);
    assert.equal(last.node.address.port, port);
  }));

Deno.test("who calls reaches the program that answers calls, which gets the port; then the next one", () =>
  withHousehold(async (home) => {
    const chat = await home.start(0, 0);
    const { address } = chat.node;
    const first = await home.start(address.port, 1);
    await owning(first);
    const second = await home.start(address.port, 2);
    await owning(second);
    const next = async (program: Program, words: string) => {
      const caller = node();
      const conversation = await caller.connect(address);
      await say(conversation, inbox(await program.calls.next()), words);
      await caller.close();
    };
    await next(second, "the listener");
    await second.node.close();
    await next(first, "who takes calls too");
    await chat.node.close();
    await next(first, "who has the port now");
    await first.node.close();
    const again = await home.start(address.port, 0);
    const caller = node({ config: { handshakeTimeoutMs: 300 } });
    await assert.rejects(caller.connect(again.node.address));
    await caller.close();
  }));

function ending({ by, code }: CloseInfo): unknown[] {
  return [by, code];
}

Deno.test("a program that leaves hands those who know it over to the next that answers calls; the last one says goodbye", () =>
  withHousehold(async (home) => {
    const first = await home.start(0, 2);
    const { address } = first.node;
    const second = await home.start(address.port, 2);
    await home.start(address.port, 0);
    const [caller, older] = [node({ capabilities: Capability.handOver }), node()];
    try {
      const knows = await caller.connect(address);
      const doesNot = await older.connect(address);
      await first.calls.next();
      await first.calls.next();
      let told = 0;
      first.shared.changed = () => told++;
      const leaving = first.node.close();
      assert.deepEqual(ending(await knows.closed), ["peer", CloseCode.handedOver]);
      const again = await caller.connect(address);
      await say(again, inbox(await second.calls.next()), "to whoever has taken over");
      assert.deepEqual(ending(await doesNot.closed), ["peer", CloseCode.normal]);
      await leaving;
      assert.equal(told, 0, "it knows that it leaves");
      await owning(second);
      await second.node.close();
      // Who is left takes no calls.
      assert.deepEqual(ending(await again.closed), ["peer", CloseCode.normal]);
    } finally {
      await Promise.all([caller.close(), older.close()]);
    }
  }));

Deno.test("two who call each other meet, though both share their ports with other programs", () =>
  withHousehold((home) =>
    withHousehold(async (theirs) => {
      const ours = [await home.start(0, 0)];
      ours.push(await home.start(ours[0]!.node.address.port, 0));
      const listener = await theirs.start(0, 0);
      const chat = await theirs.start(listener.node.address.port, 0);
      // Neither takes calls: a call gets through as the other's half of a simultaneous open alone.
      const [left, right] = await Promise.all([
        ours[1]!.node.connect(listener.node.address),
        chat.node.connect(ours[0]!.node.address),
      ]);
      await say(left, inbox(right), "here");
      await say(right, inbox(left), "there");
    })
  ));

Deno.test("a guest that hangs or talks nonsense costs the others nothing", () =>
  withHousehold(async (home, other, calls) => {
    const owner = await home.start(0, 1);
    const { port } = owner.node.address;
    const guest = await home.start(port, 0);
    const path = `${home.place.folder}/${port}-test-${HOSTNAME.replaceAll(/[^\w.]/g, "_")}`;
    const hung = await Deno.connect({ transport: "unix", path });
    await hung.write(encodeControl({ kind: "hello", version: PORT_VERSION, rank: 2 }));
    const rude = await Deno.connect({ transport: "unix", path });
    await rude.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    assert.equal(await rude.read(new Uint8Array(10)), null);
    rude.close();
    // The hung one answers calls now, as it said, and does not.
    const left = await guest.node.connect(other.address);
    const far = inbox(await calls.next());
    for (let i = 0; i < 20; i++) await say(left, far, `message ${i}`);
    const stranger = node({ config: { handshakeTimeoutMs: 300 } });
    await assert.rejects(stranger.connect(owner.node.address));
    await stranger.close();
    hung.close();
    const called = await other.connect(owner.node.address);
    await say(called, inbox(await owner.calls.next()), "hello");
  }));

Deno.test("a port that somebody else has is taken; a door that was left behind is nobody's", () =>
  withHousehold(async (home) => {
    const foreign = Deno.listenDatagram({ hostname: HOSTNAME, port: 0, transport: "udp" });
    const { port } = foreign.addr as Deno.NetAddr;
    await assert.rejects(home.start(port, 0));
    const door = Deno.listen({
      transport: "unix",
      path: `${home.place.folder}/${port}-test-${HOSTNAME}`,
    });
    door.close();
    await assert.rejects(home.start(port, 0));
    foreign.close();
    const owner = await home.start(port, 0);
    assert.equal(owner.shared.owns, true);
    assert.equal((await home.start(port, 0)).shared.owns, false);
    const options = { place: home.place, hostname: HOSTNAME, rank: 0, anyAddress: false };
    const joined = await SharedPort.join({ ...options, port });
    assert.deepEqual([joined?.owns, joined?.address.port], [false, port]);
    joined!.close();
    assert.equal(await SharedPort.join({ ...options, port: port ^ 1 }), undefined);
    for (const { name } of Deno.readDirSync(home.place.folder)) {
      const { mode } = Deno.statSync(`${home.place.folder}/${name}`);
      assert.equal(mode! & 0o777, 0o600, name);
    }
  }));

Deno.test("programs come, leave and are killed at random: whoever is there keeps its conversation and loses nothing", async () => {
  const seed = Number(Deno.env.get("P2P_TEST_SEED") ?? 7);
  const random = new SeededRandom(seed);
  await withHousehold(async (home, other, calls) => {
    const anchor = await home.start(0, 0);
    const { port } = anchor.node.address;
    const there: Array<Pair & { readonly program: Program }> = [];
    const come = async (program: Program) => {
      const near = await program.node.connect(other.address);
      const far = await calls.next();
      there.push({ program, near, far, nearBox: inbox(near), farBox: inbox(far) });
    };
    await come(anchor);
    for (let step = 0; step < 30; step++) {
      const what = random.below(10);
      const at = random.below(there.length);
      if (there.length < 4 && what < 4) await come(await home.start(port, random.below(3)));
      else if (there.length > 1 && what < 7) {
        const [{ program }] = there.splice(at, 1) as [(typeof there)[0]];
        if (what < 5) await program.node.close();
        else program.kill();
      }
      // Those who stay talk at once, whatever has just become of the port.
      await Promise.all(there.flatMap(({ near, far, nearBox, farBox }, i) => [
        say(near, farBox, `${step} out ${i}`),
        say(far, nearBox, `${step} back ${i}`),
      ]));
      const owners = there.filter(({ program: { shared } }) => shared.owns).length;
      assert.ok(owners <= 1, `seed ${seed}, step ${step}: ${owners} hold the port`);
      for (const { program } of there) {
        assert.equal(program.node.address.port, port, `seed ${seed}, step ${step}`);
      }
    }
  });
});
