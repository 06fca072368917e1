/**
 * People, at size: a history of a million messages is opened and searched; what waited, what is killed, who is found,
 * and what a group agrees upon.
 */
import assert from "node:assert/strict";
import { hex, utf8 } from "../lib/bytes.ts";
import { generateKeyPair } from "../lib/crypto/sm2.ts";
import { openState, type State } from "../lib/state/state.ts";
import type { Bench, Row } from "./harness.ts";
import { median } from "./harness.ts";
import { deliveryRows } from "./people-delivery.ts";
import { beaconRow, healingRow } from "./people-groups.ts";
import { lanRow } from "./people-lan.ts";

/** Characters that the messages are made of: some 360, so that pairs repeat as they do in a language. */
const LETTERS = Array.from({ length: 360 }, (_, i) => String.fromCodePoint(0x4e00 + i * 37));
/** What is searched for stands in every so many messages, inside a sentence. */
const NEEDLE = "你好";
const NEEDLE_EVERY = 10_000;
const LENGTH = 12;
const BATCH = 10_000;
const TALKS = 20;
const GOAL_MS = 50;
const ROUNDS = 5;

/** A generator that is the same in every run. */
function* numbers(): Generator<number> {
  let state = 12345;
  for (;;) {
    state = Math.imul(state, 1103515245) + 12345 >>> 0;
    yield state >>> 8;
  }
}

function fill(state: State, count: number, talks: readonly Uint8Array<ArrayBuffer>[]): void {
  const random = numbers();
  const next = () => random.next().value as number;
  for (let from = 0; from < count; from += BATCH) {
    state.transaction(() => {
      for (let i = from; i < Math.min(from + BATCH, count); i++) {
        const letters = Array.from({ length: LENGTH }, () => LETTERS[next() % LETTERS.length]);
        if (i % NEEDLE_EVERY === 77) letters.splice(5, 1, NEEDLE);
        const id = i.toString(16).padStart(32, "0");
        const talk = talks[i % talks.length]!;
        const at = 1.7e12 + i * 1000;
        const text = letters.join("");
        const own = { id, talk, kind: "text", text, written: at, stored: at, after: [] } as const;
        state.history.add(
          i % 2 === 0
            ? { ...own, state: "delivered" }
            : { ...own, author: talk, state: "received" },
        );
      }
    });
  }
}

/** How many times `needle` is in the files of `folder`. */
async function hits(folder: string, needle: string): Promise<number> {
  const wanted = new TextDecoder("latin1").decode(utf8(needle));
  let found = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    using file = await Deno.open(`${folder}/${name}`);
    let tail = "";
    for await (const chunk of file.readable) {
      const text = tail + new TextDecoder("latin1").decode(chunk);
      found += text.split(wanted).length - 1;
      tail = text.slice(-wanted.length + 1);
    }
  }
  return found;
}

async function run({ quick }: { readonly quick: boolean }): Promise<Row[]> {
  const count = quick ? 50_000 : 1_000_000;
  const home = await Deno.makeTempDir({ prefix: "p2p-bench-" });
  const identity = generateKeyPair();
  const open = () =>
    openState({ home, identity, now: Date.now, trouble: ({ code }) => assert.fail(code) });
  const talks = Array.from({ length: TALKS }, () => generateKeyPair().publicKey);
  try {
    const filling = await open();
    const began = performance.now();
    fill(filling, count, talks);
    const perSecond = count / (performance.now() - began) * 1000;
    // While it is open the log is there too.
    let plain = 0;
    for (const word of [NEEDLE, LETTERS[0]! + LETTERS[1]!, hex(talks[0]!)]) {
      plain += await hits(home, word);
    }
    filling.close();
    const opened: number[] = [];
    const searched: number[] = [];
    const latest: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const start = performance.now();
      const state = await open();
      opened.push(performance.now() - start);
      const before = performance.now();
      const found = state.history.find({ search: NEEDLE, limit: 100 });
      searched.push(performance.now() - before);
      assert.equal(found.length, Math.min(100, Math.ceil((count - 77) / NEEDLE_EVERY)));
      const last = performance.now();
      assert.equal(state.history.find({ talk: talks[3], limit: 50 }).length, 50);
      latest.push(performance.now() - last);
      state.close();
    }
    const what = `${count.toLocaleString("en")} messages`;
    const row = (name: string, ours: number): Row => ({
      what: `${name}, ${what}`,
      ours,
      unit: "ms",
      peer: "the goal",
      theirs: GOAL_MS,
      ratio: GOAL_MS / ours,
    });
    return [
      row("open the state", median(opened)),
      row("search two Chinese characters", median(searched)),
      row("the latest 50 of one conversation", median(latest)),
      {
        what: `plain-text hits in db, wal, shm, ${what}`,
        ours: plain,
        unit: "hits",
        peer: "the goal: 0",
        theirs: undefined,
        ratio: undefined,
        note: `stored at ${Math.round(perSecond)} messages a second`,
      },
      await lanRow({ quick }),
      await healingRow(),
      beaconRow(),
      ...await deliveryRows({ quick }),
    ];
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

export const bench: Bench = { name: "people", run };
