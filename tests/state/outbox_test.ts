/** The outbox against a model: random commands, restarts in between, the same answers as a list in memory. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { type DeliveryState, isFinal, mayFollow } from "../../lib/state/delivery.ts";
import type { OutboxItem } from "../../lib/state/outbox.ts";
import { withStateHome } from "./support.ts";

const PEERS = [
  generateKeyPair().publicKey,
  generateKeyPair().publicKey,
  generateKeyPair().publicKey,
];
const STATES: readonly DeliveryState[] = ["waiting", "sent", "delivered", "failed", "cancelled"];

function item(n: number, peer: number, expires: number): OutboxItem {
  const to = PEERS[peer]!;
  return {
    id: n.toString(16).padStart(32, "0"),
    to,
    talk: to,
    kind: "text",
    text: `message ${n}`,
    paths: [],
    after: [],
    written: 0,
    expires,
  };
}

Deno.test("states move forward alone, and what is over stays over", () => {
  for (const from of STATES) {
    for (const to of STATES) {
      const forward = STATES.indexOf(to) > STATES.indexOf(from) && !isFinal(from);
      assert.equal(mayFollow(from, to), forward, `${from} → ${to}`);
    }
  }
});

type Command =
  | { readonly do: "add"; readonly n: number; readonly peer: number; readonly wait: number }
  | { readonly do: "advance"; readonly n: number; readonly peer: number; readonly to: number }
  | { readonly do: "pass"; readonly time: number }
  | { readonly do: "restart" };

const small = fc.integer({ min: 0, max: 7 });
const peer = fc.integer({ min: 0, max: 2 });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("add" as const), n: small, peer, wait: small }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      n: small,
      peer,
      to: fc.integer({ min: 0, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pass" as const), time: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);

interface Modelled {
  readonly n: number;
  readonly peer: number;
  expires: number;
  state: DeliveryState;
}

Deno.test("an outbox does what a list in memory does, over restarts", async () => {
  const DAY = 24 * 3_600_000;
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { maxLength: 40 }),
      (commands) =>
        withStateHome(async (home) => {
          let state = await home.open();
          let model: Modelled[] = [];
          /** Of every message that ever was: the history keeps the last state. */
          const told = new Map<string, DeliveryState>();
          for (const command of commands) {
            switch (command.do) {
              case "add": {
                const { n, peer } = command;
                const expires = home.now + command.wait * DAY;
                const there = model.some((one) => one.n === n && one.peer === peer);
                assert.equal(state.outbox.add(item(n, peer, expires)), !there);
                if (there) break;
                const { id, talk, text } = item(n, peer, expires);
                const isNew = state.history.add({
                  id,
                  talk,
                  text,
                  kind: "text",
                  written: 0,
                  stored: 0,
                  after: [],
                  state: "waiting",
                });
                if (isNew) told.set(`${n} ${peer}`, "waiting");
                model.push({ n, peer, expires, state: "waiting" });
                break;
              }
              case "advance": {
                const { n, peer } = command;
                const to = STATES[command.to]!;
                const one = model.find((one) => one.n === n && one.peer === peer);
                const moves = one !== undefined && mayFollow(one.state, to);
                const { id, to: key } = item(n, peer, 0);
                assert.equal(state.outbox.advance(id, key, to), moves);
                if (!moves) break;
                told.set(`${n} ${peer}`, to);
                one.state = to;
                if (isFinal(to)) one.expires = home.now + 30 * DAY;
                model = model.filter((other) => other !== one || to !== "delivered");
                break;
              }
              case "pass": {
                home.now += command.time * 5 * DAY;
                const due = model.filter((one) => one.expires <= home.now);
                const failed = due.filter((one) => !isFinal(one.state));
                assert.deepEqual(
                  state.outbox.expire().map(({ id, to, state }) => [id, to, state]),
                  failed.map(({ n, peer }) => [item(n, peer, 0).id, PEERS[peer], "failed"]),
                );
                for (const one of failed) {
                  one.state = "failed";
                  told.set(`${one.n} ${one.peer}`, "failed");
                  one.expires = home.now + 30 * DAY;
                }
                model = model.filter((one) => !due.includes(one) || failed.includes(one));
                break;
              }
              case "restart":
                state.close();
                state = await home.open();
            }
            const shown = (
              { id, to, state }: { id: string; to: Uint8Array; state: string },
            ) => [id, to, state];
            const wanted = (
              { n, peer, state }: Modelled,
            ) => [item(n, peer, 0).id, PEERS[peer], state];
            assert.deepEqual(state.outbox.list().map(shown), model.map(wanted));
            for (const [i, key] of PEERS.entries()) {
              const waits = model.filter((one) => one.peer === i && !isFinal(one.state));
              assert.deepEqual(state.outbox.pending(key).map(shown), waits.map(wanted));
            }
            for (const [name, last] of told) {
              const [n, peer] = name.split(" ").map(Number) as [number, number];
              assert.equal(state.history.get(PEERS[peer]!, item(n, peer, 0).id)?.state, last);
            }
          }
        }),
    ),
    { numRuns: 60 },
  );
});

Deno.test("a message is seen once, over restarts and in several programs", () =>
  withStateHome(async (home) => {
    const [one, two] = [await home.open(), await home.open()];
    const id = "ab".repeat(16);
    assert.equal(one.seen.has(PEERS[0]!, id), false);
    assert.equal(one.seen.add(PEERS[0]!, id), true);
    assert.equal(two.seen.add(PEERS[0]!, id), false);
    assert.equal(two.seen.add(PEERS[1]!, id), true, "another author's id is another message");
    assert.equal((await home.open()).seen.has(PEERS[0]!, id), true);
    home.now += 500 * 24 * 3_600_000;
    assert.equal((await home.open()).seen.has(PEERS[0]!, id), false, "in time ids are forgotten");
  }));

Deno.test("several changes are one: all of them last or none", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    assert.throws(() =>
      state.transaction(() => {
        state.outbox.add(item(1, 0, 1));
        state.seen.add(PEERS[0]!, "cd".repeat(16));
        throw new RangeError("in the middle");
      }), RangeError);
    assert.deepEqual(state.outbox.list(), []);
    assert.equal(state.seen.has(PEERS[0]!, "cd".repeat(16)), false);
    assert.equal(state.outbox.add(item(1, 0, 1)), true, "and the next one works");
  }));
