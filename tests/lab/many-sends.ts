/**
 * Many runs of `send-file` with the real executable over a bad network, each through a proxy with a seed of its own:
 * `deno run -A tests/lab/many-sends.ts [--files N] [--folders N] [--seed N] [--parallel N]`.
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { listener, type Run, start } from "../e2e/support.ts";
import { makeHome, withFolder } from "../support/executable.ts";
import type { Conditions } from "./link.ts";
import { DatagramProxy } from "./proxy.ts";
import { runSeed, SeededRandom } from "./random.ts";

/** 15 % loss, 10 % duplicates, a tenth of the datagrams overtaken, each way. */
export const BAD_NETWORK: Conditions = {
  delay: 2,
  drop: 0.15,
  duplicate: 0.1,
  reorder: 0.1,
  reorderBy: 10,
};

const FILE_BYTES = 3_000;
/** What a folder holds: names and lengths; one is empty, one needs several packets. */
const FOLDER: Readonly<Record<string, number>> = {
  "empty": 0,
  "letter.txt": 1_200,
  "inner/picture": 20_000,
  "inner/deep/note": 70,
};

/** What is sent, how often, and from which seed on. */
export interface ManySends {
  readonly what: "file" | "folder";
  readonly count: number;
  readonly seed: number;
  readonly parallel: number;
}

/** A run that did not do what it should; `seed` repeats its network. */
export interface FailedSend {
  readonly seed: number;
  readonly reason: string;
}

/** Sends `count` times to one listener; every run that failed. */
export async function manySends({ what, count, seed, parallel }: ManySends): Promise<FailedSend[]> {
  const failed: FailedSend[] = [];
  await withFolder(async (folder) => {
    const { home } = await makeHome(folder, "receiving");
    const into = join(folder, "into");
    await Deno.mkdir(into);
    const listening = await listener(["--accept", "all", "--save-dir", into], { home });
    let next = 0;
    const work = async (worker: number) => {
      const { home: sending } = await makeHome(folder, `sending-${worker}`);
      while (next < count) {
        const n = next++;
        const reason = await sendOnce(listening, folder, sending, what, seed + n);
        if (reason !== undefined) failed.push({ seed: seed + n, reason });
      }
    };
    try {
      await Promise.all(Array.from({ length: parallel }, (_, worker) => work(worker)));
    } finally {
      await listening.stop();
    }
  });
  return failed;
}

/** One run; why it failed, undefined where it did not. */
async function sendOnce(
  listening: Run & { readonly port: number },
  folder: string,
  home: string,
  what: ManySends["what"],
  seed: number,
): Promise<string | undefined> {
  const random = new SeededRandom(seed);
  const name = `${what}-${seed}`;
  const files = what === "file" ? { "": FILE_BYTES } : FOLDER;
  for (const [path, bytes] of Object.entries(files)) {
    const at = join(folder, name, path);
    await Deno.mkdir(join(at, ".."), { recursive: true });
    await Deno.writeFile(at, random.bytes(bytes));
  }
  const target = { hostname: "127.0.0.1", port: listening.port };
  const proxy = new DatagramProxy({ target, there: BAD_NETWORK, back: BAD_NETWORK, seed });
  const sender = start(["send-file", `127.0.0.1:${proxy.port}`, join(folder, name)], { home });
  try {
    const code = await sender.code();
    if (code !== 0) return `exit code ${code}: ${sender.err.text}`;
    for (const path of Object.keys(files)) {
      const [sent, received] = await Promise.all(
        [folder, join(folder, "into")].map((root) => Deno.readFile(join(root, name, path))),
      );
      if (Buffer.compare(sent!, received!) !== 0) return `${name}/${path}: other bytes arrived`;
    }
    return undefined;
  } finally {
    await sender.stop();
    await proxy.close();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      files: { type: "string", default: "500" },
      folders: { type: "string", default: "200" },
      seed: { type: "string" },
      parallel: { type: "string", default: "4" },
    },
  });
  const seed = values.seed === undefined ? runSeed() : Number(values.seed);
  const parallel = Number(values.parallel);
  let bad = 0;
  for (const what of ["file", "folder"] as const) {
    const count = Number(values[`${what}s`]);
    const begun = performance.now();
    const failed = await manySends({ what, count, seed, parallel });
    for (const { seed, reason } of failed) console.log(`${what}, seed ${seed}: ${reason}`);
    const seconds = Math.round((performance.now() - begun) / 1000);
    console.log(`${what}s: ${count - failed.length} of ${count} arrived, ${seconds} s`);
    bad += failed.length;
  }
  Deno.exit(bad === 0 ? 0 : 1);
}
