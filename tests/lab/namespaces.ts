/**
 * Network namespaces, as root: hosts of one machine that know nothing of each other but what virtual cables carry.
 * Their names are this process's own, so that several may have theirs at the same time.
 */
import { attempt, run } from "../support/processes.ts";
import { hasProgram } from "../support/requires.ts";

const PREFIX = "p2p-";

/** One end of a cable. */
export interface CableEnd {
  readonly host: string;
  readonly device: string;
  /** With the length of its network: "10.87.0.1/24". */
  readonly address: string;
}

/** Some hosts, gone when it is disposed of. */
export class Namespaces implements AsyncDisposable {
  readonly #prefix = `${PREFIX}${Deno.pid}-${crypto.randomUUID().slice(0, 6)}-`;
  readonly #hosts: string[] = [];

  private constructor() {}

  /** Makes these hosts, with loopback. */
  static async make(...hosts: string[]): Promise<Namespaces> {
    await removeForgotten();
    const namespaces = new Namespaces();
    try {
      for (const host of hosts) {
        await run("ip", "netns", "add", namespaces.name(host));
        namespaces.#hosts.push(host);
        await namespaces.ip(host, "link", "set", "lo", "up");
      }
      return namespaces;
    } catch (error) {
      await namespaces[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What the system calls the namespace of `host`. */
  name(host: string): string {
    return this.#prefix + host;
  }

  /** What to put before a command to run it on `host`. */
  on(host: string): string[] {
    return ["ip", "netns", "exec", this.name(host)];
  }

  /** Runs `ip ARGS` for `host`. */
  async ip(host: string, ...args: string[]): Promise<void> {
    await run("ip", "-n", this.name(host), ...args);
  }

  /** Gives a device of `host` its address and switches it on. */
  async up({ host, device, address }: CableEnd, mtu: number): Promise<void> {
    await this.ip(host, "addr", "add", address, "dev", device);
    await this.ip(host, "link", "set", device, "mtu", String(mtu), "up");
  }

  /**
   * Joins two hosts by a virtual Ethernet cable. It carries single packets as a real one does, where it could otherwise
   * pass on what a sender hands over in one piece.
   */
  async cable(one: CableEnd, other: CableEnd, mtu: number): Promise<void> {
    await run(
      ...["ip", "link", "add", one.device, "netns", this.name(one.host)],
      ...["type", "veth", "peer", "name", other.device, "netns", this.name(other.host)],
    );
    for (const end of [one, other]) {
      await this.ip(end.host, "link", "set", end.device, "gso_max_segs", "1");
      await this.up(end, mtu);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts.splice(0)) await attempt("ip", "netns", "del", this.name(host));
  }
}

/** Removes what processes that were killed have left. */
async function removeForgotten(): Promise<void> {
  const output = await new Deno.Command("ip", { args: ["netns", "list"], stdin: "null" }).output();
  for (const line of new TextDecoder().decode(output.stdout).split("\n")) {
    const [name = ""] = line.split(" ");
    const pid = /^p2p-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !await isRunning(pid)) await attempt("ip", "netns", "del", name);
  }
}

async function isRunning(pid: string): Promise<boolean> {
  try {
    await Deno.stat(`/proc/${pid}`);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether this process may make namespaces. */
export async function canMakeNamespaces(): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0 || !hasProgram("ip")) return false;
  const name = `${PREFIX}${Deno.pid}-${crypto.randomUUID().slice(0, 6)}`;
  const made = await attempt("ip", "netns", "add", name);
  if (made) await attempt("ip", "netns", "del", name);
  return made;
}

/** Why tests cannot make namespaces here; undefined where they can. */
export async function noNamespaces(): Promise<string | undefined> {
  return await canMakeNamespaces() ? undefined : "needs root and network namespaces";
}
