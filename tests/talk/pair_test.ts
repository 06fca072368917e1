/** Pairing over real sockets: the right code, a wrong one, and somebody in between who passes everything on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { Capability } from "../../lib/net/capabilities.ts";
import { Node } from "../../lib/net/node.ts";
import { newPairCode } from "../../lib/session/pair-code.ts";
import { openState, type State } from "../../lib/state/state.ts";
import { type PairOptions, PairWaiter, pairWith, savePaired } from "../../lib/talk/pair.ts";
import type { ByteStream } from "../../lib/transfer/stream.ts";
import { encodePreface, StreamKind } from "../../lib/transfer/preface.ts";
import { withFolder } from "../support/executable.ts";

const LOCAL = { hostname: "127.0.0.1", port: 0 } as const;

/** Runs `use` with two people who have nothing to do with each other yet. */
async function withTwo(
  use: (alice: PairOptions, bob: PairOptions) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const code = newPairCode(randomBytes);
    const states: State[] = [];
    const make = async (name: string): Promise<PairOptions> => {
      const identity = generateKeyPair();
      const state = await openState({
        home: join(folder, name),
        ...{ identity, now: Date.now, trouble: () => undefined },
      });
      states.push(state);
      return { identity, state, program: "p2p/test", ...LOCAL, code, name };
    };
    try {
      await use(await make("alice"), await make("bob"));
    } finally {
      for (const state of states) state.close();
    }
  });
}

/** The code of the error that `work` rejects with. */
async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
}

Deno.test("with the same code both end with the other as a verified contact", () =>
  withTwo(async (alice, bob) => {
    const waiter = new PairWaiter(alice);
    const [there, here] = await Promise.all([pairWith(bob, waiter.address), waiter.paired]);
    await waiter.close();
    assert.deepEqual(there, { key: alice.identity.publicKey, suggested: "alice" });
    assert.deepEqual(here, { key: bob.identity.publicKey, suggested: "bob" });
    savePaired(alice.state, here.key, "Robert", undefined);
    assert.ok(alice.state.contacts.find("Robert")?.verified);
    assert.ok(alice.state.knownKeys.get(here.key)?.verified);
  }));

Deno.test("a wrong code is refused on both sides, and the right one does not help any more", () =>
  withTwo(async (alice, bob) => {
    const waiter = new PairWaiter(alice);
    const guess = { ...bob, code: newPairCode(randomBytes) };
    assert.equal(await codeOf(pairWith(guess, waiter.address)), "pair.other-code");
    assert.equal(await codeOf(waiter.paired), "pair.wrong-guess");
    assert.notEqual(await codeOf(pairWith(bob, waiter.address)), undefined, "one guess a run");
    await waiter.close();
    assert.equal(bob.state.contacts.count() + alice.state.contacts.count(), 0);
    assert.equal(bob.state.knownKeys.get(alice.identity.publicKey), undefined);
  }));

/** Passes on what comes on one stream to another, to its end. */
async function pass(from: ByteStream, to: ByteStream): Promise<void> {
  const buffer = new Uint8Array(1024);
  for (;;) {
    const count = await from.read(buffer);
    if (count === 0) return to.finish();
    await to.write(buffer.slice(0, count));
  }
}

Deno.test("somebody in between who passes everything on is noticed by both", () =>
  withTwo(async (alice, bob) => {
    const waiter = new PairWaiter(alice);
    const common = { program: "p2p/test", capabilities: Capability.pairs, ...LOCAL };
    const outside = Node.bind({ identity: generateKeyPair(), ...common });
    const inside = Node.bind({
      identity: generateKeyPair(),
      ...common,
      incoming: (conversation) => {
        conversation.handlers = {
          stream: async (_, stream) => {
            const on = (await outside.connect(waiter.address)).openStream(0);
            await on.write(encodePreface(StreamKind.pairing));
            await Promise.all([pass(stream, on), pass(on, stream)]);
          },
        };
      },
    });
    assert.equal(await codeOf(pairWith(bob, inside.address)), "pair.other-code");
    assert.equal(await codeOf(waiter.paired), "pair.wrong-guess");
    await Promise.all([waiter.close(), inside.close(), outside.close()]);
  }));

Deno.test("who breaks off before the proof has not used up the code; who was blocked is not let in", () =>
  withTwo(async (alice, bob) => {
    const waiter = new PairWaiter(alice);
    for (let i = 0; i < 3; i++) {
      const stranger = Node.bind({
        ...{ identity: generateKeyPair(), program: "p2p/test" },
        ...LOCAL,
      });
      const stream = (await stranger.connect(waiter.address)).openStream(0);
      await stream.write(encodePreface(StreamKind.pairing));
      await stream.write(randomBytes(2));
      await stranger.close();
    }
    alice.state.knownKeys.setBlocked(bob.identity.publicKey, true);
    assert.notEqual(await codeOf(pairWith(bob, waiter.address)), undefined);
    alice.state.knownKeys.setBlocked(bob.identity.publicKey, false);
    await pairWith(bob, waiter.address);
    await waiter.paired;
    await waiter.close();
  }));
