/**
 * `p2p listen` under each attack of a hostile peer: it lives, its memory is bounded, and an honest peer is answered.
 * Some seconds each; `deno test … -- --seconds 60` takes longer.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ATTACK_NAMES } from "../talk/hostile-peer.ts";
import { node } from "../net/support.ts";
import { withFolder } from "../support/executable.ts";
import { type Listener, listener, stopping } from "./support.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { seconds: { type: "string" } },
  strict: false,
});
const SECONDS = Number(values["seconds"] ?? 2);

const MOST_BYTES = 250 * 2 ** 20;
/** For the median of an honest peer's messages there and back. */
const MOST_MS = 50;

const PEER = new URL("../talk/hostile-peer.ts", import.meta.url).pathname;

/** The most memory that a process has had, in bytes. */
function peakBytes(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]);
}

async function attack(name: string, { port }: Listener): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--unstable-net", PEER, name, String(port), String(SECONDS)],
    stdout: "null",
    stderr: "piped",
  });
  const { code, stderr } = await child.output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

/** Messages of an honest peer while `meanwhile` goes on; how long each took, there and back. */
async function honest({ port }: Listener, meanwhile: Promise<void>): Promise<number[]> {
  const caller = node({ config: { accept: false } });
  let over = false;
  meanwhile.finally(() => over = true).catch(() => undefined);
  const times: number[] = [];
  try {
    const conversation = await caller.connect({ hostname: "127.0.0.1", port });
    while (!over) {
      const begun = performance.now();
      await conversation.sendMessage("are you well?").delivered;
      times.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    await caller.close();
  }
  return times.sort((a, b) => a - b);
}

for (const flags of [[], ["--accept", "all"], ["--json"]]) {
  Deno.test({
    name: `a hostile peer against listen ${flags.join(" ")}`,
    ignore: Deno.build.os !== "linux",
    fn: (t) =>
      withFolder((folder) =>
        stopping(async (keep) => {
          const options = { home: join(folder, "b"), cwd: folder };
          const hub = keep(await listener(["--save-dir", join(folder, "in"), ...flags], options));
          for (const name of ATTACK_NAMES) {
            await t.step(name, async () => {
              const attacking = attack(name, hub);
              const [times] = await Promise.all([honest(hub, attacking), attacking]);
              const median = times[times.length >> 1] ?? Infinity;
              const peak = peakBytes(hub.pid);
              const figures = `median ${median.toFixed(1)} ms of ${times.length}, ` +
                `peak ${(peak / 2 ** 20).toFixed(0)} MiB`;
              if (values["seconds"] !== undefined) console.log(`  ${name}: ${figures}`);
              assert.ok(median < MOST_MS && peak < MOST_BYTES, figures);
            });
          }
          assert.doesNotMatch(hub.err.text + hub.out.text, /internal error/);
        })
      ),
  });
}
