/**
 * Hiding in a photo of 12 megapixels through the executable, against Debian's netpbm decoding and encoding the same
 * picture (`pngtopam | pamtopng`), and the peak memory against three times the raw pixels.
 */
import { join } from "node:path";
import { hasProgram } from "../tests/support/requires.ts";
import { header, photoFile } from "../tests/stego/support.ts";
import { type Bench, costRow, inTurn, median, type Row, runProgram } from "./harness.ts";

const EXECUTABLE = new URL("../dist/p2p", import.meta.url).pathname;
const WIDTH = 4000;
const HEIGHT = 3000;
const RAW_MIB = 3 * WIDTH * HEIGHT / 2 ** 20;
const NETPBM = "pngtopam | pamtopng";

/** A thousand characters that do not compress, and larger files. */
const PAYLOADS: readonly (readonly [name: string, bytes: number, level: string])[] = [
  ["1,000 characters", 1000, "stealth"],
  ["1,000 characters", 1000, "quick"],
  ["100 kB", 100_000, "stealth"],
  ["500 kB", 500_000, "quick"],
];

function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  return bytes;
}

/** The cover as netpbm writes it; as our own test writes it where netpbm is not there. */
async function prepare(folder: string, netpbm: boolean): Promise<void> {
  await Deno.writeFile(join(folder, "made.png"), photoFile(header(WIDTH, HEIGHT), 12));
  const script = netpbm ? "pngtopam made.png | pamtopng > cover.png" : "cp made.png cover.png";
  await runProgram("sh", ["-c", script], { cwd: folder });
  await runProgram(EXECUTABLE, ["keygen", "--no-passphrase"], { env: { P2P_HOME: folder } });
}

/** What the program itself takes, in MiB: hiding in a tiny picture. */
async function basePeak(folder: string): Promise<number> {
  await Deno.writeFile(join(folder, "tiny.png"), photoFile(header(96, 64)));
  const args = ["stego", "hide", "-q", "--force", "-m", "hello", "-o", "out.png", "tiny.png"];
  const options = { cwd: folder, env: { P2P_HOME: folder } };
  return (await runProgram(EXECUTABLE, args, options)).peakMiB ?? 0;
}

async function rowsFor(
  folder: string,
  [what, bytes, level]: readonly [string, number, string],
  netpbm: boolean,
  base: number,
  rounds: number,
): Promise<Row[]> {
  await Deno.writeFile(join(folder, "payload"), noise(bytes));
  const peaks: Record<string, number[]> = { hide: [], reveal: [] };
  const p2p = (verb: string, args: string[]) => async () => {
    const command = ["stego", verb, "-q", "--force", ...args];
    const options = { cwd: folder, env: { P2P_HOME: folder } };
    const { wallSeconds, peakMiB } = await runProgram(EXECUTABLE, command, options);
    if (peakMiB !== undefined) peaks[verb]!.push(peakMiB);
    return wallSeconds;
  };
  const peer = async () => {
    const script = "pngtopam cover.png | pamtopng > copy.png";
    return netpbm ? (await runProgram("sh", ["-c", script], { cwd: folder })).wallSeconds : NaN;
  };
  const [hide, reveal, theirs] = await inTurn(
    rounds,
    p2p("hide", ["-f", "payload", "--level", level, "-o", "out.png", "cover.png"]),
    p2p("reveal", ["-o", "back", "out.png"]),
    peer,
  );
  const against = netpbm ? theirs : undefined;
  const note = netpbm ? undefined : "netpbm is not installed";
  const title = `${what}, 12 MP, ${level}`;
  return [
    costRow(`stego hide ${title}`, "s", hide!, NETPBM, against, note),
    costRow(`stego reveal ${title}`, "s", reveal!, NETPBM, against, note),
    ...Object.entries(peaks).filter(([, values]) => values.length > 0).map(([verb, values]) =>
      costRow(
        `stego ${verb} ${title}: peak less ${base.toFixed(0)} MiB`,
        "MiB",
        median(values) - base,
        "3 × raw pixels",
        3 * RAW_MIB,
        "less what the same takes with a picture of 96 × 64",
      )
    ),
  ];
}

export const bench: Bench = {
  name: "stego",
  async run({ quick }): Promise<Row[]> {
    const folder = await Deno.makeTempDir({ prefix: "p2p-bench-" });
    const netpbm = hasProgram("pngtopam") && hasProgram("pamtopng");
    try {
      await prepare(folder, netpbm);
      const base = await basePeak(folder);
      const rows: Row[] = [];
      for (const payload of quick ? PAYLOADS.slice(0, 1) : PAYLOADS) {
        rows.push(...await rowsFor(folder, payload, netpbm, base, quick ? 1 : 3));
      }
      return rows;
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};
