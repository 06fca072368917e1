/**
 * Files over the network through the executable: loopback against scp, uftp and the runtime's bare sockets, large ones
 * and thousands of small ones; over a virtual cable of MTU 1500 against the sockets; with loss and delay against TCP
 * through the same proxy; CPU seconds and peak memory.
 */
import { join } from "node:path";
import { canMakeNamespaces } from "../tests/lab/namespaces.ts";
import { DatagramProxy } from "../tests/lab/proxy.ts";
import { attempt, Child, script } from "../tests/support/processes.ts";
import { lacks } from "../tests/support/requires.ts";
import { type Bench, costRow, median, rateRow, type Row } from "./harness.ts";
import { tunnelHosts, vethHosts } from "./network/hosts.ts";
import {
  type Homes,
  LOOPBACK,
  makeHomes,
  p2pTransfer,
  type Route,
  scpSeconds,
  socketCeiling,
  startSshd,
  tcpSeconds,
  type Transfer,
  uftpSeconds,
} from "./network/transfers.ts";

const MIB = 2 ** 20;
const LOOPBACK_DATAGRAM = 65_000;
/** What MTU 1500 carries under IPv4: p2p finds it by itself. */
const ETHERNET_DATAGRAM = 1472;
const CEILING_MS = 1500;
/** One page: what a small file costs beyond its bytes. */
const SMALL_BYTES = 4096;
/** Loss and delay of issue 3: each way. */
const LOSSY = { delay: 20, drop: 0.01 };
const SEED = 1;

/** A working folder, in memory where this process may have that: this is about the network, not the disk. */
async function workFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "p2p-bench-" });
  const mounted = Deno.uid() === 0 && await attempt("mount", "-t", "tmpfs", "tmpfs", path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      if (mounted) await attempt("umount", path);
      await Deno.remove(path, { recursive: true });
    },
  };
}

async function writeFile(path: string, mebibytes: number): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const block = new Uint8Array(MIB);
  for (let i = 0; i < mebibytes; i++) {
    for (let at = 0; at < MIB; at += 65_536) {
      crypto.getRandomValues(block.subarray(at, at + 65_536));
    }
    for (let rest = block; rest.length > 0;) rest = rest.subarray(await file.write(rest));
  }
}

/** Runs what is measured and what it is measured against in turn; the medians. */
async function inTurns<T>(
  rounds: number,
  ours: () => Promise<T>,
  theirs: () => Promise<number>,
): Promise<[T[], number]> {
  const results: T[] = [];
  const peers: number[] = [];
  for (let i = 0; i < rounds; i++) {
    results.push(await ours());
    peers.push(await theirs());
  }
  return [results, median(peers)];
}

const wall = (runs: readonly Transfer[]) => median(runs.map(({ wallSeconds }) => wallSeconds));

async function loopback(homes: Homes, mebibytes: number, rounds: number): Promise<Row[]> {
  const file = join(homes.folder, "file");
  await writeFile(file, mebibytes);
  const rows: Row[] = [];
  const what = `send-file ${mebibytes} MiB, loopback`;
  const own = () => p2pTransfer(homes, file, LOOPBACK);
  let runs: Transfer[];
  if (lacks("scp", "ssh-keygen") === undefined && await hasSshd()) {
    await using sshd = await startSshd(homes.folder);
    const scp = () => scpSeconds(sshd, file);
    let theirs: number;
    [runs, theirs] = await inTurns(rounds, own, scp);
    rows.push(costRow(what, "s", wall(runs), "scp", theirs));
  } else {
    runs = [await own()];
    rows.push(costRow(what, "s", wall(runs), "scp", undefined, "no sshd here"));
  }
  if (lacks("uftp", "uftpd") === undefined) {
    rows.push(
      costRow(what, "s", wall(runs), "uftp, unencrypted", await uftpSeconds(homes.folder, file)),
    );
  }
  const ceiling = await socketCeiling(LOOPBACK, LOOPBACK_DATAGRAM, CEILING_MS) / 1e6;
  const rate = mebibytes * MIB / wall(runs) / 1e6;
  rows.push(rateRow(what, "MB/s", rate, `bare sockets, ${LOOPBACK_DATAGRAM} B`, ceiling));
  const perGiB = 1024 / mebibytes;
  for (const side of ["sender", "receiver"] as const) {
    const cpu = median(runs.map((run) => run[side].cpuSeconds)) * perGiB;
    const peak = Math.max(...runs.map((run) => run[side].peakMiB));
    rows.push(costRow(`${what}: ${side}, CPU per GiB`, "s", cpu, "", undefined));
    rows.push(costRow(`${what}: ${side}, peak memory`, "MiB", peak, "", undefined));
  }
  await Deno.remove(file);
  return rows;
}

/** A folder of small files against one file of as many bytes, and against scp. */
async function smallFiles(homes: Homes, count: number, rounds: number): Promise<Row[]> {
  const folder = join(homes.folder, "many");
  const one = join(homes.folder, "one");
  await Deno.mkdir(folder);
  for (let i = 0; i < count; i++) {
    const content = crypto.getRandomValues(new Uint8Array(SMALL_BYTES));
    await Deno.writeFile(join(folder, String(i)), content);
    await Deno.writeFile(one, content, { append: true });
  }
  const what = `send-file ${count} files of ${SMALL_BYTES / 1024} KiB, loopback`;
  const whole = async () => (await p2pTransfer(homes, one, LOOPBACK)).wallSeconds;
  const [runs, theirs] = await inTurns(
    rounds,
    () => p2pTransfer(homes, folder, LOOPBACK),
    whole,
  );
  const rows = [costRow(what, "s", wall(runs), "one file of as many bytes", theirs)];
  if (lacks("scp", "ssh-keygen") === undefined && await hasSshd()) {
    await using sshd = await startSshd(homes.folder);
    rows.push(costRow(what, "s", wall(runs), "scp -r", await scpSeconds(sshd, folder)));
  }
  for (const path of [folder, one]) await Deno.remove(path, { recursive: true });
  return rows;
}

/** The same transfer while strangers send the listener garbage, about 20,000 pieces a second, and in peace. */
async function besieged(homes: Homes, mebibytes: number, rounds: number): Promise<Row[]> {
  const file = join(homes.folder, "file");
  await writeFile(file, mebibytes);
  const siege: Route = {
    ...LOOPBACK,
    through(port) {
      const thrower = new Child(script("bench/network/garbage.ts", "127.0.0.1", `${port}`, "2"));
      return { port, [Symbol.asyncDispose]: () => thrower[Symbol.asyncDispose]() };
    },
  };
  const [runs, peace] = await inTurns(
    rounds,
    () => p2pTransfer(homes, file, siege),
    async () => (await p2pTransfer(homes, file, LOOPBACK)).wallSeconds,
  );
  await Deno.remove(file);
  const what = `send-file ${mebibytes} MiB, loopback, under garbage`;
  const rate = (seconds: number) => mebibytes * MIB / seconds / 1e6;
  return [rateRow(what, "MB/s", rate(wall(runs)), "in peace", rate(peace))];
}

async function hasSshd(): Promise<boolean> {
  try {
    return (await Deno.stat("/usr/sbin/sshd")).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function ethernet(homes: Homes, mebibytes: number, rounds: number): Promise<Row[]> {
  await using hosts = await vethHosts(1500);
  const route = { ...hosts, address: hosts.receiverAddress };
  const file = join(homes.folder, "file");
  await writeFile(file, mebibytes);
  const [runs, ceiling] = await inTurns(
    rounds,
    () => p2pTransfer(homes, file, route),
    () => socketCeiling(route, ETHERNET_DATAGRAM, CEILING_MS),
  );
  const what = `send-file ${mebibytes} MiB, veth MTU 1500`;
  const rate = mebibytes * MIB / wall(runs) / 1e6;
  const peer = `bare sockets, ${ETHERNET_DATAGRAM} B`;
  const rows = [rateRow(what, "MB/s", rate, peer, ceiling / 1e6)];
  for (const side of ["sender", "receiver"] as const) {
    const cpu = median(runs.map((run) => run[side].cpuSeconds)) * 1024 / mebibytes;
    rows.push(costRow(`${what}: ${side}, CPU per GiB`, "s", cpu, "", undefined));
  }
  await Deno.remove(file);
  return rows;
}

/** A proxy with loss and delay before the receiver. */
function throughProxy(): Route {
  return {
    ...LOOPBACK,
    through(port) {
      const target = { hostname: "127.0.0.1", port };
      const proxy = new DatagramProxy({ target, there: LOSSY, back: LOSSY, seed: SEED });
      return { port: proxy.port, [Symbol.asyncDispose]: () => proxy.close() };
    },
  };
}

async function lossy(homes: Homes, mebibytes: number, rounds: number): Promise<Row[]> {
  const file = join(homes.folder, "file");
  await writeFile(file, mebibytes);
  const route = throughProxy();
  const [runs, theirs] = await inTurns(
    rounds,
    () => p2pTransfer(homes, file, route),
    async () => {
      await using hosts = await tunnelHosts(LOSSY, SEED, 1500);
      return await tcpSeconds({ ...hosts, address: hosts.receiverAddress }, mebibytes * MIB);
    },
  );
  await Deno.remove(file);
  const what = `send-file ${mebibytes} MiB, 1 % loss, 20 ms each way`;
  return [costRow(what, "s", wall(runs), "TCP through the same proxy", theirs)];
}

export const bench: Bench = {
  name: "transfer",
  async run({ quick }): Promise<Row[]> {
    await using folder = await workFolder();
    const homes = await makeHomes(folder.path);
    const rounds = quick ? 1 : 3;
    const rows = await loopback(homes, 64, 1);
    rows.push(...await loopback(homes, quick ? 256 : 1024, rounds));
    rows.push(...await smallFiles(homes, quick ? 1000 : 5000, rounds));
    rows.push(...await besieged(homes, quick ? 256 : 1024, rounds));
    if (!await canMakeNamespaces()) return rows;
    rows.push(...await ethernet(homes, quick ? 128 : 512, rounds));
    if (lacks("socat") === undefined) rows.push(...await lossy(homes, quick ? 32 : 128, rounds));
    return rows;
  },
};
