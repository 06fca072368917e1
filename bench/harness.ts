/**
 * What every benchmark shares: one row's shape, interleaved measuring (ours, peer, ours, peer …, so that a machine
 * whose speed drifts does so for both), and the table.
 */

/** One line of the table: ours against a named peer, measured in turn in the same run. */
export interface Row {
  /** What is measured: "SM4-GCM, 64 KiB messages". */
  readonly what: string;
  /** Median of ours, in `unit`. */
  readonly ours: number;
  /** "MB/s", "ms", "op/s", "MiB". */
  readonly unit: string;
  /** Who it is compared with, with the version where it is a program: "openssl enc -sm4-ctr". */
  readonly peer: string;
  /** Median of the peer, in `unit`; undefined where the peer is not on this machine (the note says so). */
  readonly theirs: number | undefined;
  /** How many times better ours is: above 1 is better, whichever way the unit goes. */
  readonly ratio: number | undefined;
  readonly note?: string;
}

/** What a benchmark is asked for. */
export interface BenchOptions {
  /** Smaller sizes and fewer rounds. */
  readonly quick: boolean;
}

/** One group of rows: `export const bench: Bench` of each file in bench/. */
export interface Bench {
  readonly name: string;
  run(options: BenchOptions): Promise<Row[]>;
}

/** The middle of `values` (at least one). */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? NaN) + high) / 2;
}

/**
 * Runs `subjects` in turn, `rounds` times after one warm-up round; answers the median of each. Every other round goes
 * backwards, so that nobody always comes after the same one and has what that one left to the machine.
 */
export async function inTurn(
  rounds: number,
  ...subjects: ReadonlyArray<() => number | Promise<number>>
): Promise<number[]> {
  const values: number[][] = subjects.map(() => []);
  for (let round = -1; round < rounds; round++) {
    const order = [...subjects.entries()];
    if (round > 0 && round % 2 === 0) order.reverse();
    for (const [i, subject] of order) {
      const value = await subject();
      if (round >= 0) values[i]?.push(value);
    }
  }
  return values.map(median);
}

type RowMaker = (
  what: string,
  unit: string,
  ours: number,
  peer: string,
  theirs: number | undefined,
  note?: string,
) => Row;

function rowMaker(ratioOf: (ours: number, theirs: number) => number): RowMaker {
  return (what, unit, ours, peer, theirs, note) => {
    const ratio = theirs === undefined ? undefined : ratioOf(ours, theirs);
    return { what, unit, ours, peer, theirs, ratio, ...(note === undefined ? {} : { note }) };
  };
}

/** A row where more is better (rates). */
export const rateRow: RowMaker = rowMaker((ours, theirs) => ours / theirs);

/** A row where less is better (times, memory). */
export const costRow: RowMaker = rowMaker((ours, theirs) => theirs / ours);

/** What one run of a program cost. */
export interface ProcessCost {
  readonly wallSeconds: number;
  /** Peak resident memory in MiB, where GNU time is there to tell. */
  readonly peakMiB: number | undefined;
}

const GNU_TIME = "/usr/bin/time";

function hasGnuTime(): boolean {
  try {
    return Deno.statSync(GNU_TIME).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Runs a program to its end and answers its cost; a failure of the program is an error. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<ProcessCost> {
  const timed = hasGnuTime();
  const report = timed ? await Deno.makeTempFile({ prefix: "p2p-bench-" }) : "";
  const command = new Deno.Command(timed ? GNU_TIME : program, {
    args: timed ? ["-f", "%M", "-o", report, program, ...args] : [...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...options,
  });
  const start = performance.now();
  const { code, stderr } = await command.output();
  const wallSeconds = (performance.now() - start) / 1000;
  if (code !== 0) {
    throw new Error(`${program} ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  }
  if (!timed) return { wallSeconds, peakMiB: undefined };
  const peakMiB = Number((await Deno.readTextFile(report)).trim()) / 1024;
  await Deno.remove(report);
  return { wallSeconds, peakMiB };
}

/** A number with three significant digits. */
function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** The rows as one aligned table. */
export function table(rows: readonly Row[]): string {
  const cells = [["what", "ours", "unit", "peer", "theirs", "ratio", ""]];
  for (const row of rows) {
    cells.push([
      row.what,
      short(row.ours),
      row.unit,
      row.peer,
      row.theirs === undefined ? "–" : short(row.theirs),
      row.ratio === undefined ? "–" : `${row.ratio.toFixed(2)} ×`,
      row.note ?? "",
    ]);
  }
  const widths = cells[0]!.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  const right = [1, 4, 5];
  return cells.map((line) =>
    line.map((cell, i) => right.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))
      .join("  ").trimEnd()
  ).join("\n");
}
