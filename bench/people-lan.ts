/** How soon a contact on the LAN is found, over real sockets of loopback: opening them is part of it. */
import assert from "node:assert/strict";
import { generateKeyPair } from "../lib/crypto/sm2.ts";
import { openState } from "../lib/state/state.ts";
import { Presence } from "../lib/talk/presence.ts";
import type { BenchOptions, Row } from "./harness.ts";

const GOAL_MS = 300;
const ROUNDS = 200;
const QUICK_ROUNDS = 20;
const PAUSE_MS = 60;
/** Contacts of the one who is looked for, besides the one who looks. */
const OTHERS = 50;

/** The 95th percentile of the time from the wish to the address. */
export async function lanRow({ quick }: BenchOptions): Promise<Row> {
  const scope = Deno.env.get("P2P_LAN");
  Deno.env.set("P2P_LAN", "lo");
  const folder = await Deno.makeTempDir({ prefix: "p2p-bench-lan-" });
  const [alice, bob] = [generateKeyPair(), generateKeyPair()];
  const open = (name: string, identity: typeof alice) =>
    openState({
      home: `${folder}/${name}`,
      ...{ identity, now: Date.now, trouble: () => undefined },
    });
  const [there, here] = [await open("alice", alice), await open("bob", bob)];
  const broken = Promise.withResolvers<never>();
  const presence = (identity: typeof alice, state: typeof here, port: number) =>
    new Presence({ identity, state, port, everybody: port > 0, failed: broken.reject });
  try {
    const added = new Date().toISOString();
    there.contacts.save({ name: "bob", key: bob.publicKey, added });
    for (let i = 0; i < OTHERS; i++) {
      there.contacts.save({ name: `contact ${i}`, key: generateKeyPair().publicKey, added });
    }
    const waiting = presence(alice, there, 9999);
    waiting.start();
    const times: number[] = [];
    for (let i = 0; i < (quick ? QUICK_ROUNDS : ROUNDS); i++) {
      const looking = presence(bob, here, 0);
      const begun = performance.now();
      await Promise.race([
        new Promise<void>((resolve) => looking.follow(alice.publicKey, () => resolve())),
        broken.promise,
      ]);
      times.push(performance.now() - begun);
      await looking.close();
      // One contact's questions are answered at most every 50 ms.
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await waiting.close();
    times.sort((a, b) => a - b);
    assert.ok(times.length > 0);
    const ours = times[Math.floor(times.length * 0.95)]!;
    return {
      what: "a contact on the LAN found, 95th percentile",
      ours,
      unit: "ms",
      peer: "the goal",
      theirs: GOAL_MS,
      ratio: GOAL_MS / ours,
      note: `median ${times[times.length >> 1]!.toFixed(1)} ms of ${times.length}`,
    };
  } finally {
    there.close();
    here.close();
    if (scope === undefined) Deno.env.delete("P2P_LAN");
    else Deno.env.set("P2P_LAN", scope);
    await Deno.remove(folder, { recursive: true });
  }
}
