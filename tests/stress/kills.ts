/**
 * Two programs that are killed (SIGKILL) again and again while messages go from the one to the other over a bad network:
 * what was lost, shown twice, or acknowledged without being stored.
 */
import { join } from "node:path";
import { makeHome, p2p } from "../support/executable.ts";
import { events, type Listener, listener } from "../e2e/support.ts";
import { DatagramProxy } from "../lab/proxy.ts";
import { SeededRandom } from "../lab/random.ts";

/** What a run is made of. */
export interface KillRun {
  readonly folder: string;
  readonly messages: number;
  readonly kills: number;
  /** The share of datagrams that is lost, in each direction. */
  readonly loss: number;
  readonly seed: number;
}

/** What came of it. */
export interface KillFigures {
  /** Messages that were written: all that the sender's history has. */
  readonly written: number;
  readonly kills: number;
  readonly lost: number;
  readonly shownTwice: number;
  readonly receiptsWithoutRow: number;
  readonly milliseconds: number;
}

/** Messages written at once. */
const BURST = 20;
/** How long the rest may take to arrive, and how often it is looked at, in milliseconds. */
const PATIENCE_MS = 180_000;
const LOOK_MS = 500;

interface Side {
  readonly home: string;
  readonly key: string;
  run: Listener | undefined;
  /** What its programs wrote, all of them. */
  readonly told: Array<Record<string, unknown>>;
}

async function startSide(side: Side, folder: string, port = 0): Promise<Listener> {
  const options = { home: side.home, cwd: folder };
  return side.run = await listener(["--json", "--accept", "all", "--no-play"], options, port);
}

/** Whole lines of what a program wrote until it was killed. */
function collect(side: Side): void {
  const text = side.run!.out.text;
  side.told.push(...events(text.slice(0, text.lastIndexOf("\n") + 1)));
}

async function kill(side: Side): Promise<void> {
  await side.run!.stop();
  collect(side);
}

async function history(side: Side): Promise<Array<Record<string, unknown>>> {
  const args = ["history", "--json", "--limit", "1000000"];
  return events((await p2p(args, { home: side.home })).stdout);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs it. */
export async function killRun(
  { folder, messages, kills, loss, seed }: KillRun,
): Promise<KillFigures> {
  const began = performance.now();
  const random = new SeededRandom(seed);
  const side = async (name: string): Promise<Side> => ({
    ...await makeHome(folder, name),
    run: undefined,
    told: [],
  });
  const [alice, bob] = [await side("alice"), await side("bob")];
  const { port } = await startSide(bob, folder);
  const proxy = new DatagramProxy({
    target: { hostname: "127.0.0.1", port },
    there: { drop: loss },
    back: { drop: loss },
    seed,
  });
  try {
    const address = `127.0.0.1:${proxy.port}`;
    await p2p(["contact", "add", "bob", bob.key, "--address", address], { home: alice.home });
    await startSide(alice, folder);
    const say = async (text: string) => {
      await alice.run!.type(`${JSON.stringify({ type: "message", to: "bob", text })}\n`);
    };
    for (let written = 0, killed = 0; written < messages || killed < kills;) {
      for (let i = 0; i < BURST; i++) await say(`message ${written++}`);
      await pause(random.next() * 300);
      if (killed >= kills || killed / kills > written / messages) continue;
      killed++;
      const victim = random.next() < 0.5 ? alice : bob;
      await kill(victim);
      await startSide(victim, folder, victim === bob ? port : 0);
    }
    await settle(alice, say);
    for (const each of [alice, bob]) await kill(each);
    return await judge(alice, bob, kills, performance.now() - began);
  } finally {
    await alice.run?.stop();
    await bob.run?.stop();
    await proxy.close();
  }
}

/** Waits until nothing waits any more; a word now and then makes the sender call again. */
async function settle(alice: Side, say: (text: string) => Promise<void>): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  // A word may still be on its way into the outbox when that is empty: it has to be so for a while.
  for (let i = 0, empty = 0; performance.now() < until && empty < 4; i++) {
    const { stdout } = await p2p(["outbox", "--json"], { home: alice.home });
    empty = stdout === "" ? empty + 1 : 0;
    if (empty === 0 && i % 8 === 0) await say(`are you there? ${i}`);
    await pause(LOOK_MS);
  }
}

async function judge(
  alice: Side,
  bob: Side,
  kills: number,
  milliseconds: number,
): Promise<KillFigures> {
  const ids = (all: ReadonlyArray<Record<string, unknown>>) => all.map(({ id }) => String(id));
  const written = ids(await history(alice));
  const stored = new Set(ids(await history(bob)));
  const shown = ids(bob.told.filter(({ type }) => type === "message"));
  const receipts = ids(alice.told.filter(({ type }) => type === "delivered"));
  return {
    written: written.length,
    kills,
    lost: written.filter((id) => !stored.has(id)).length,
    shownTwice: shown.length - new Set(shown).size,
    receiptsWithoutRow: receipts.filter((id) => !stored.has(id)).length,
    milliseconds: Math.round(milliseconds),
  };
}

if (import.meta.main) {
  const [messages = "10000", kills = "200", seed = "1"] = Deno.args;
  const folder = await Deno.makeTempDir({ prefix: "p2p-kills-" });
  try {
    const run = { folder, messages: Number(messages), kills: Number(kills), loss: 0.2 };
    console.log(JSON.stringify(await killRun({ ...run, seed: Number(seed) })));
  } finally {
    await Deno.remove(join(folder), { recursive: true });
  }
}
