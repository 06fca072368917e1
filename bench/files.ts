/**
 * Whole files through the executable: `p2p enc` and `p2p dec` to one recipient, against `openssl enc -sm4-ctr`
 * (which does not authenticate), `age` where it is installed, and `cp`; and the peak memory.
 */
import { join } from "node:path";
import { hasProgram } from "../tests/support/requires.ts";
import {
  type Bench,
  costRow,
  inTurn,
  median,
  type ProcessCost,
  rateRow,
  type Row,
  runProgram,
} from "./harness.ts";

const EXECUTABLE = new URL("../dist/p2p", import.meta.url).pathname;
const MIB = 2 ** 20;

interface Setting {
  readonly folder: string;
  readonly key: string;
  /** age's own key, where age is installed. */
  readonly ageKey: string | undefined;
}

async function prepare(folder: string): Promise<Setting> {
  const { stdout } = await new Deno.Command(EXECUTABLE, {
    args: ["keygen", "--no-passphrase"],
    env: { P2P_HOME: folder },
    stderr: "null",
  }).output();
  const key = new TextDecoder().decode(stdout).trim();
  if (!hasProgram("age")) return { folder, key, ageKey: undefined };
  await runProgram("age-keygen", ["-o", join(folder, "age.key")]);
  const text = await Deno.readTextFile(join(folder, "age.key"));
  return { folder, key, ageKey: /age1\w+/.exec(text)?.[0] };
}

/** A file of `mebibytes` that nothing can compress. */
async function writeInput(path: string, mebibytes: number): Promise<void> {
  const file = await Deno.open(path, { write: true, create: true, truncate: true });
  const piece = new Uint8Array(MIB);
  for (let i = 0; i < mebibytes; i++) {
    for (let at = 0; at < MIB; at += 65536) crypto.getRandomValues(piece.subarray(at, at + 65536));
    for (let rest = piece; rest.length > 0;) rest = rest.subarray(await file.write(rest));
  }
  file.close();
}

/**
 * Runs a program that makes `output`, which is not there before. What the run before left for the disk is written first:
 * otherwise whoever comes after a fast one pays for it. Then the output of the last such run goes, and with it as much
 * memory becomes free as this one needs: a virtual machine may have given other free memory back to its host.
 */
async function make(
  { folder }: Setting,
  output: string,
  program: string,
  args: readonly string[],
): Promise<ProcessCost> {
  await runProgram("sync", []);
  await Deno.remove(join(folder, output)).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  return await runProgram(program, args, { cwd: folder, env: { P2P_HOME: folder } });
}

/** The rows of one size. */
async function rowsFor(setting: Setting, mebibytes: number, rounds: number): Promise<Row[]> {
  const { key, ageKey } = setting;
  const rate = ({ wallSeconds }: ProcessCost) => (mebibytes * MIB) / 1e6 / wallSeconds;
  const peaks: Record<"enc" | "dec", number[]> = { enc: [], dec: [] };
  const p2p = (verb: "enc" | "dec", output: string, args: string[]) => async () => {
    const cost = await make(setting, output, EXECUTABLE, [verb, ...args, "-o", output]);
    if (cost.peakMiB !== undefined) peaks[verb].push(cost.peakMiB);
    return rate(cost);
  };
  const other = (output: string, program: string, ...args: string[]) => async () =>
    rate(await make(setting, output, program, args));
  const hexKey = "0123456789abcdeffedcba9876543210";
  const ssl = (...args: string[]) => ["enc", "-sm4-ctr", "-K", hexKey, "-iv", hexKey, ...args];
  const encrypt = p2p("enc", "in.p2p", ["-r", key, "in"]);
  const decrypt = p2p("dec", "out.p2p", ["in.p2p"]);
  const age = (output: string, ...args: string[]) => other(output, "age", "-o", output, ...args);
  // Each against its peer alone, more often where the two are close.
  const [encByAge, ageEnc] = ageKey === undefined
    ? []
    : await inTurn(2 * rounds, encrypt, age("in.age", "-r", ageKey, "in"));
  const [encBySsl, sslEnc, copy] = await inTurn(
    rounds,
    encrypt,
    other("in.ssl", "openssl", ...ssl("-in", "in", "-out", "in.ssl")),
    other("in.cp", "cp", "in", "in.cp"),
  );
  const [decByAge, ageDec] = ageKey === undefined
    ? []
    : await inTurn(2 * rounds, decrypt, age("out.age", "-d", "-i", "age.key", "in.age"));
  const [decBySsl, sslDec] = await inTurn(
    rounds,
    decrypt,
    other("out.ssl", "openssl", ...ssl("-d", "-in", "in.ssl", "-out", "out.ssl")),
  );
  const size = mebibytes >= 1024 ? `${mebibytes / 1024} GiB` : `${mebibytes} MiB`;
  const note = ageKey === undefined ? "age is not installed" : undefined;
  return [
    rateRow(`p2p enc, ${size}`, "MB/s", encBySsl!, "openssl enc -sm4-ctr", sslEnc),
    rateRow(`p2p enc, ${size}`, "MB/s", encByAge ?? encBySsl!, "age", ageEnc, note),
    rateRow(`p2p enc, ${size}`, "MB/s", encBySsl!, "cp", copy),
    rateRow(`p2p dec, ${size}`, "MB/s", decBySsl!, "openssl enc -d -sm4-ctr", sslDec),
    rateRow(`p2p dec, ${size}`, "MB/s", decByAge ?? decBySsl!, "age -d", ageDec, note),
    ...(["enc", "dec"] as const).filter((verb) => peaks[verb].length > 0).map((verb) =>
      costRow(`p2p ${verb}, ${size}: peak memory`, "MiB", median(peaks[verb]), "250 MB", 238)
    ),
  ];
}

export const bench: Bench = {
  name: "files",
  async run({ quick }): Promise<Row[]> {
    const folder = await Deno.makeTempDir({ prefix: "p2p-bench-" });
    try {
      const setting = await prepare(folder);
      const rows: Row[] = [];
      for (const mebibytes of quick ? [1, 64] : [1, 64, 1024]) {
        await writeInput(join(folder, "in"), mebibytes);
        rows.push(...await rowsFor(setting, mebibytes, quick ? 2 : 4));
      }
      return rows;
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};
