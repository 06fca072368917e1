/** Delivery at size: what waited for a peer that appears, and what two programs that are killed again and again lose. */
import { generateKeyPair } from "../lib/crypto/sm2.ts";
import { openState } from "../lib/state/state.ts";
import { Talk } from "../lib/talk/talk.ts";
import { listener } from "../tests/e2e/support.ts";
import { killRun } from "../tests/stress/kills.ts";
import { type BenchOptions, median, type Row } from "./harness.ts";

const QUEUED = 1000;
const GOAL_MS = 500;
const ROUNDS = 7;

/** Messages that are written for the kill run: two in three wait for a program that is dead, and were never taken. */
const WRITTEN = 32_000;
const KILLS = 200;
const QUICK = { messages: 300, kills: 6 };

/** From the connection to the last receipt, of texts that waited. */
async function queuedOnce(folder: string): Promise<number> {
  const there = await listener(["--json"], { home: `${folder}/there`, cwd: folder });
  const identity = generateKeyPair();
  const trouble = () => undefined;
  const state = await openState({ home: `${folder}/here`, identity, now: Date.now, trouble });
  const all = Promise.withResolvers<number>();
  let [connected, receipts] = [0, 0];
  const talk = new Talk({
    ...{ identity, state, program: "bench/1", hostname: "127.0.0.1", port: 0, calls: false },
    ...{ strict: false, keep: undefined, receive: undefined },
    show: ({ type }) => {
      if (type === "connected") connected = performance.now();
      if (type === "delivered" && ++receipts === QUEUED) {
        all.resolve(performance.now() - connected);
      }
    },
  });
  try {
    // Who it is becomes known by a first call.
    const { person, conversation } = await talk.reach(there.peer);
    conversation.close();
    await conversation.closed;
    for (let i = 0; i < QUEUED; i++) talk.outgoing.later.text(person.key, `message ${i}`);
    await talk.reach(there.peer);
    return await all.promise;
  } finally {
    await talk.close();
    state.close();
    await there.stop();
  }
}

/** 1,000 queued messages after the peer appears. */
async function queuedRow(quick: boolean): Promise<Row> {
  const times: number[] = [];
  for (let i = 0; i < (quick ? 1 : ROUNDS); i++) {
    const folder = await Deno.makeTempDir({ prefix: "p2p-bench-queued-" });
    try {
      times.push(await queuedOnce(folder));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  const ours = median(times);
  return {
    what: `${QUEUED.toLocaleString("en")} queued messages, from the connection to the last receipt`,
    ...{ ours, unit: "ms", peer: "the goal", theirs: GOAL_MS, ratio: GOAL_MS / ours },
    note: `${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))} ms`,
  };
}

/** Messages under 20 % loss while either side is killed. */
async function killRows(quick: boolean): Promise<Row[]> {
  const folder = await Deno.makeTempDir({ prefix: "p2p-bench-kills-" });
  try {
    const size = quick ? QUICK : { messages: WRITTEN, kills: KILLS };
    const run = { folder, ...size, loss: 0.2, seed: 1 };
    const { written, kills, milliseconds, ...wrong } = await killRun(run);
    const what = `${written.toLocaleString("en")} messages, 20 % loss, ${kills} kills`;
    const row = (name: string, ours: number): Row => ({
      what: `${name}, ${what}`,
      ...{ ours, unit: "messages", peer: "the goal: 0", theirs: undefined, ratio: undefined },
      note: `in ${Math.round(milliseconds / 1000)} s`,
    });
    return [
      row("lost", wrong.lost),
      row("shown twice", wrong.shownTwice),
      row("receipts without a row", wrong.receiptsWithoutRow),
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** See above. */
export async function deliveryRows({ quick }: BenchOptions): Promise<Row[]> {
  return [await queuedRow(quick), ...await killRows(quick)];
}
