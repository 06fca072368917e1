/**
 * What hostile senders can make a listener of the executable hold: refused names, roots without end, names that clean to
 * one. Meanwhile an honest peer is answered, as while friends send folders of thousands of files.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { OutgoingEntry } from "../../lib/files/outgoing.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { node } from "../net/support.ts";
import { makeHome, withFolder } from "../support/executable.ts";
import { notLinux, testUnless } from "../support/requires.ts";
import { type Listener, listener, stopping } from "./support.ts";

const MEBIBYTE = 2 ** 20;
/**
 * What the listener may need at most, in bytes. What it is sent and drops as fast as it can keeps it at 215 to 260 MiB, as
 * the collector comes to it; a flood that is kept is 125 more.
 */
const MOST_BYTES = 300 * MEBIBYTE;
/** Transfers that are read at the same time. */
const TRANSFERS = 8;

/** Peak memory of a process, in bytes. */
async function peakBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]);
}

/** A list of `length` entries that `make` makes. */
function flood(length: number, make: (index: number) => Partial<OutgoingEntry>) {
  const at = (index: number): OutgoingEntry | undefined =>
    index >= length ? undefined : {
      root: index,
      folder: false,
      mode: 0o644,
      modified: 0,
      size: 0,
      path: `${index}`,
      place: "",
      readWhole: () => true,
      open: () => Promise.reject(new Error("never opened")),
      ...make(index),
    };
  const folders = at(0)?.folder ? 1 : 0;
  return { entries: { length, at }, files: length - folders, folders, bytes: 0, skipped: [] };
}

/** Sends the same flood in several transfers at once, and asks now and then whether anybody is still answered. */
async function attack(
  { port, pid }: Listener,
  hostile: (transfer: number) => ReturnType<typeof flood>,
): Promise<{ peak: number; median: number; failed: number }> {
  const honest = node({ config: { accept: false } });
  const hostiles = node({ config: { accept: false } });
  const at = { hostname: "127.0.0.1", port };
  try {
    const friend = await honest.connect(at);
    const enemy = await hostiles.connect(at);
    const times: number[] = [];
    let over = false;
    const asking = (async () => {
      while (!over) times.push(await roundTrip(friend));
    })();
    const sending = Array.from(
      { length: TRANSFERS },
      (_, transfer) => enemy.sendFiles(hostile(transfer)),
    );
    const ended = Promise.all(sending).finally(() => over = true);
    const [reports] = await Promise.all([ended, asking]);
    times.sort((a, b) => a - b);
    return {
      peak: await peakBytes(pid),
      median: times[times.length >> 1]!,
      failed: reports.reduce((sum, report) => sum + report.failed, 0),
    };
  } finally {
    await Promise.all([honest.close(), hostiles.close()]);
  }
}

async function roundTrip(conversation: Conversation): Promise<number> {
  const begun = performance.now();
  await conversation.sendMessage("still there?").delivered;
  const time = performance.now() - begun;
  await new Promise((resolve) => setTimeout(resolve, 50));
  return time;
}

function test(
  name: string,
  args: readonly string[],
  hostile: (transfer: number) => ReturnType<typeof flood>,
  check: (outcome: { failed: number; target: string }) => void,
): void {
  testUnless(notLinux, name, () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const target = join(folder, "in");
        await Deno.mkdir(target);
        const { home } = await makeHome(folder, "b");
        const all = ["--accept", "all", "--save-dir", target, ...args];
        const run = keep(await listener(all, { home, cwd: folder }));
        const { peak, median, failed } = await attack(run, hostile);
        assert.ok(peak < MOST_BYTES, `${peak / MEBIBYTE} MiB`);
        assert.ok(median < 200, `${median} ms`);
        check({ failed, target });
      })
    ));
}

/** `n` in invisible characters. */
function invisible(n: number): string {
  const digits = n.toString(2).padStart(13, "0");
  return digits.replaceAll("0", "\u200b").replaceAll("1", "\u2060");
}

const LONG = "x/".repeat(2000);

test(
  "refused paths of four KiB are not kept",
  [],
  () => flood(4000, (i) => ({ path: `../${LONG}${i}` })),
  ({ failed, target }) => {
    assert.equal(failed, TRANSFERS * 4000);
    assert.deepEqual([...Deno.readDirSync(target)], []);
  },
);

test(
  "names that clean to one each get a place, and keep nobody waiting",
  ["--json"],
  (transfer) => flood(1000, (i) => ({ path: `same${invisible(1000 * transfer + i)}` })),
  ({ failed, target }) => {
    assert.equal(failed, 0);
    assert.equal([...Deno.readDirSync(target)].length, TRANSFERS * 1000);
  },
);

test(
  "folders of thousands of small files keep nobody waiting",
  ["--json"],
  (transfer) =>
    flood(
      2501,
      (i) => ({ root: 0, folder: i === 0, path: i === 0 ? `d${transfer}` : `d${transfer}/${i}` }),
    ),
  ({ failed, target }) => {
    assert.equal(failed, 0);
    for (let i = 0; i < TRANSFERS; i++) {
      assert.equal([...Deno.readDirSync(join(target, `d${i}`))].length, 2500);
    }
  },
);
