/** One transfer by each program: p2p, scp, uftp, plain TCP, and the sockets alone. */
import { join } from "node:path";
import { socketBufferBytes } from "../../lib/transport/bbr.ts";
import { Child, type Cost, run, script } from "../../tests/support/processes.ts";

const EXECUTABLE = new URL("../../dist/p2p", import.meta.url).pathname;

/** Where a transfer happens: what to put before the commands, and how the sender reaches the receiver. */
export interface Route {
  readonly sender: readonly string[];
  readonly receiver: readonly string[];
  readonly address: string;
  /** Between the two, for p2p: the proxy's port for the receiver's. */
  readonly through?: (port: number) => { port: number } & AsyncDisposable;
}

export const LOOPBACK: Route = { sender: [], receiver: [], address: "127.0.0.1" };

/** A working folder with an identity for either side. */
export interface Homes {
  readonly folder: string;
  readonly sender: string;
  readonly receiver: string;
}

export async function makeHomes(folder: string): Promise<Homes> {
  const homes = { folder, sender: join(folder, "sender"), receiver: join(folder, "receiver") };
  for (const home of [homes.sender, homes.receiver]) {
    await using child = new Child([EXECUTABLE, "keygen", "--no-passphrase"], { P2P_HOME: home });
    await child.success();
  }
  return homes;
}

export interface Transfer {
  readonly wallSeconds: number;
  readonly sender: Cost;
  readonly receiver: Cost;
}

/** `p2p send-file` of `file` to a fresh `p2p listen`, which is up before the clock starts. */
export async function p2pTransfer(
  homes: Homes,
  file: string,
  route: Route,
  env: Record<string, string> = {},
): Promise<Transfer> {
  const target = await Deno.makeTempDir({ dir: homes.folder });
  const listening = /listening on .*?:(\d+)/;
  await using listener = new Child(
    [
      ...route.receiver,
      EXECUTABLE,
      ...["listen", "--port", "0", "--accept", "all", "--once", "--save-dir", target],
    ],
    { ...env, P2P_HOME: homes.receiver },
    true,
  );
  const port = Number((await listener.line(listening))[1]);
  await using between = route.through?.(port) ?? { port, [Symbol.asyncDispose]: async () => {} };
  const start = performance.now();
  await using sender = new Child(
    [...route.sender, EXECUTABLE, "send-file", `${route.address}:${between.port}`, file],
    { ...env, P2P_HOME: homes.sender },
    true,
  );
  await sender.success();
  const wallSeconds = (performance.now() - start) / 1000;
  await listener.success();
  const result = { wallSeconds, sender: await sender.cost(), receiver: await listener.cost() };
  await Deno.remove(target, { recursive: true });
  return result;
}

/** An sshd of our own on loopback, and the folder with its keys. */
export interface Sshd extends AsyncDisposable {
  readonly port: number;
  readonly folder: string;
}

/** Starts one. */
export async function startSshd(within: string): Promise<Sshd> {
  const folder = await Deno.makeTempDir({ dir: within });
  const path = (name: string) => join(folder, name);
  for (const key of ["host", "user"]) {
    await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path(key));
  }
  await Deno.copyFile(path("user.pub"), path("authorized"));
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr as Deno.NetAddr;
  probe.close();
  await Deno.writeTextFile(
    path("config"),
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${path("host")}`,
      `AuthorizedKeysFile ${path("authorized")}`,
      "StrictModes no",
      "UsePAM no",
      "PidFile none",
      "Subsystem sftp internal-sftp",
      "",
    ].join("\n"),
  );
  await Deno.mkdir("/run/sshd", { recursive: true });
  const sshd = new Child(["/usr/sbin/sshd", "-D", "-e", "-f", path("config")]);
  await sshd.line(/listening on/);
  return { port, folder, [Symbol.asyncDispose]: () => sshd[Symbol.asyncDispose]() };
}

/** Seconds that scp takes for a file or a folder. */
export async function scpSeconds({ folder, port }: Sshd, file: string): Promise<number> {
  const target = join(folder, "scp-target");
  const start = performance.now();
  await run(
    "scp",
    ...["-r", "-q", "-P", String(port), "-i", join(folder, "user")],
    ...["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"],
    ...[file, `${Deno.env.get("USER") ?? "root"}@127.0.0.1:${target}`],
  );
  const seconds = (performance.now() - start) / 1000;
  await Deno.remove(target, { recursive: true });
  return seconds;
}

/**
 * Bytes per second that the runtime's sockets carry in datagrams of `size`, and nothing else: as a flood, of which a part
 * is lost, or with no more in flight than the receiver's socket holds, as p2p sends; whichever is faster.
 */
export async function socketCeiling(route: Route, size: number, ms: number): Promise<number> {
  const held = Math.floor(socketBufferBytes(size) / size);
  const flood = await socketRate(route, size, ms, 0, 0);
  return Math.max(flood, await socketRate(route, size, ms, held, Math.ceil(held / 4)));
}

/** With `window` datagrams in flight, each `every` of which are answered; 0: a flood. */
async function socketRate(
  route: Route,
  size: number,
  ms: number,
  window: number,
  every: number,
): Promise<number> {
  const flood = "bench/network/udp-flood.ts";
  await using receiver = new Child([
    ...route.receiver,
    ...script(flood, "recv", route.address, "0", String(every)),
  ]);
  const port = (await receiver.line(/^ready (\d+)/))[1]!;
  await using sender = new Child([
    ...route.sender,
    ...script(flood, "send", route.address, port, ...[size, ms, window, every].map(String)),
  ]);
  await sender.success();
  return 1000 * Number((await receiver.line(/^rate ([\d.]+)/))[1]);
}

/** Seconds that a plain copy of `bytes` over TCP takes. */
export async function tcpSeconds(route: Route, bytes: number): Promise<number> {
  const port = "7070";
  await using sink = new Child([
    ...route.receiver,
    ...script("bench/network/tcp-copy.ts", "sink", route.address, port),
  ]);
  await sink.line(/^ready/);
  await using source = new Child([
    ...route.sender,
    ...script("bench/network/tcp-copy.ts", "source", route.address, port, String(bytes)),
  ]);
  await source.success();
  return Number((await source.line(/^seconds ([\d.]+)/))[1]);
}

/** Seconds that uftp takes, unencrypted, at whatever rate it finds. */
export async function uftpSeconds(folder: string, file: string): Promise<number> {
  const target = await Deno.makeTempDir({ dir: folder });
  const port = "10440";
  await using receiver = new Child(["uftpd", "-d", "-D", target, "-I", "lo", "-p", port]);
  await receiver.line(/./);
  const start = performance.now();
  await run("uftp", "-I", "lo", "-M", "127.0.0.1", "-p", port, "-R", "-1", "-C", "none", file);
  const seconds = (performance.now() - start) / 1000;
  await Deno.remove(target, { recursive: true });
  return seconds;
}
