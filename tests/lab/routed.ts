/**
 * A sender and a receiver with a router between them, each a network namespace, and p2p itself on both: what real
 * routers and links do to it, done by the kernel.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { EXECUTABLE, makeHome, withFolder } from "../support/executable.ts";
import { Child, run } from "../support/processes.ts";
import { lacks, testUnless } from "../support/requires.ts";
import { Namespaces, noNamespaces } from "./namespaces.ts";
import { type SeededRandom, withSeed } from "./random.ts";
import { until } from "../support/until.ts";

const ETHERNET_MTU = 1500;
const [SENDER, ROUTER, RECEIVER] = ["sender", "router", "receiver"] as const;
const GATEWAY = "10.87.1.1";
const TARGET = "10.87.2.2";
/** How long a transfer of these tests may take on a busy machine, beyond what the network holds it up. */
const PATIENCE_MS = 90_000;

/** What the router counts, whatever else it does. */
const COUNTERS = `table ip lab {
  counter there { }
  counter large { }
  chain count {
    type filter hook forward priority -10;
    iifname "west" counter name there
    iifname "west" meta length > 1400 counter name large
  }
}`;

/** The three hosts: sender – west, router, east – receiver. */
export class RoutedHosts implements AsyncDisposable {
  readonly #hosts: Namespaces;

  private constructor(hosts: Namespaces) {
    this.#hosts = hosts;
  }

  static async make(): Promise<RoutedHosts> {
    const hosts = await Namespaces.make(SENDER, ROUTER, RECEIVER);
    const all = new RoutedHosts(hosts);
    try {
      await hosts.cable(
        { host: SENDER, device: "eth0", address: "10.87.1.2/24" },
        { host: ROUTER, device: "west", address: `${GATEWAY}/24` },
        ETHERNET_MTU,
      );
      await hosts.cable(
        { host: RECEIVER, device: "eth0", address: `${TARGET}/24` },
        { host: ROUTER, device: "east", address: "10.87.2.1/24" },
        ETHERNET_MTU,
      );
      await all.addGateway();
      await hosts.ip(RECEIVER, "route", "add", "default", "via", "10.87.2.1");
      await run(...hosts.on(ROUTER), "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
      await all.rules(COUNTERS);
      return all;
    } catch (error) {
      await all[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where the sender's packets go; lost whenever its link goes down. */
  addGateway(): Promise<void> {
    return this.#hosts.ip(SENDER, "route", "add", "default", "via", GATEWAY);
  }

  /** Puts before a command what runs it on the sender or receiver. */
  get sender(): string[] {
    return this.#hosts.on(SENDER);
  }

  get receiver(): string[] {
    return this.#hosts.on(RECEIVER);
  }

  /** Switches the sender's link off or on. */
  async link(state: "up" | "down"): Promise<void> {
    await this.#hosts.ip(SENDER, "link", "set", "eth0", state);
    if (state === "up") await this.addGateway();
  }

  /** What the router's cable to the receiver carries. */
  mtu(bytes: number): Promise<void> {
    return this.#hosts.ip(ROUTER, "link", "set", "east", "mtu", String(bytes));
  }

  /** The router sends on to the receiver at this rate, from a queue of `limit` bytes. */
  async rate(megabits: number, limit: number): Promise<void> {
    await run(
      ...this.#hosts.on(ROUTER),
      ...["tc", "qdisc", "replace", "dev", "east", "root", "tbf"],
      ...["rate", `${megabits}mbit`, "burst", "5kb", "limit", String(limit)],
    );
  }

  /** Gives the router rules of nftables, over and above those it has; `delete table ip NAME` takes them away. */
  async rules(text: string): Promise<void> {
    await run(...this.#hosts.on(ROUTER), "nft", text);
  }

  /** Packets and bytes from the sender that the router has seen; with "large" those over 1400 bytes. */
  async counted(counter: "there" | "large" = "there"): Promise<{ packets: number; bytes: number }> {
    const text = await this.#listed("counter", "lab", counter);
    const [, packets, bytes] = /packets (\d+) bytes (\d+)/.exec(text)!;
    return { packets: Number(packets), bytes: Number(bytes) };
  }

  /** How many elements a set of the router's has. */
  async elements(table: string, set: string): Promise<number> {
    const [, elements] = /elements = \{([^}]*)\}/.exec(await this.#listed("set", table, set)) ?? [];
    return elements === undefined ? 0 : elements.split(",").length;
  }

  async #listed(kind: string, table: string, name: string): Promise<string> {
    const [program, ...args] = [...this.#hosts.on(ROUTER), "nft", "list", kind, "ip", table, name];
    const { success, stdout } = await new Deno.Command(program!, { args, stdin: "null" }).output();
    assert.ok(success, `nft list ${kind} ${name}`);
    return new TextDecoder().decode(stdout);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#hosts[Symbol.asyncDispose]();
  }
}

/** A transfer under way. */
export interface Scene {
  readonly hosts: RoutedHosts;
  readonly random: SeededRandom;
  /** Resolves when the sender has sent so many bytes, retransmissions and headers included. */
  sent(bytes: number): Promise<void>;
}

/**
 * Sends a file of `bytes` over `hosts`, as they are after `before`, while `meanwhile` happens: the same bytes must
 * arrive. Answers how many milliseconds it took.
 */
export async function transferOver(
  bytes: number,
  before: (hosts: RoutedHosts) => Promise<void>,
  meanwhile: (scene: Scene) => Promise<void> = async () => {},
  after: (hosts: RoutedHosts, milliseconds: number) => Promise<void> = async () => {},
): Promise<void> {
  await withSeed((random) =>
    withFolder(async (folder) => {
      const path = (name: string) => join(folder, name);
      const data = random.bytes(bytes);
      await Deno.writeFile(path("data"), data);
      await Deno.mkdir(path("into"));
      await using hosts = await RoutedHosts.make();
      await before(hosts);
      await using listener = new Child(
        [
          ...hosts.receiver,
          ...[EXECUTABLE, "listen", "--port", "0", "--accept", "all", "--once"],
          ...["--save-dir", path("into")],
        ],
        { P2P_HOME: (await makeHome(folder, "receiving")).home },
      );
      const [, port] = await listener.line(/listening on .*?:(\d+)/);
      const { home } = await makeHome(folder, "sending");
      const started = performance.now();
      await using sender = new Child(
        [...hosts.sender, EXECUTABLE, "send-file", `${TARGET}:${port}`, path("data")],
        { P2P_HOME: home },
      );
      const sent = async (count: number) => {
        await until(async () => (await hosts.counted()).bytes >= count);
      };
      const over = Promise.all([sender.success(), listener.success()]);
      await Promise.race([Promise.all([meanwhile({ hosts, random, sent }), over]), tooLong(over)]);
      const milliseconds = performance.now() - started;
      assert.ok(Buffer.compare(await Deno.readFile(path("into/data")), data) === 0, "other bytes");
      await after(hosts, milliseconds);
    })
  );
}

/** Fails when `over` is not settled in time. */
async function tooLong(over: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the transfer takes too long")), PATIENCE_MS);
  });
  try {
    await Promise.race([over, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Why the tests of routed hosts cannot run here; undefined when they can. */
async function obstacle(): Promise<string | undefined> {
  return lacks("ip", "tc", "nft") ?? await noNamespaces();
}

const reason = await obstacle();

/** Registers a test that needs root, iproute2 and nftables. */
export function testWithNamespaces(name: string, body: () => Promise<void>): void {
  testUnless(reason, name, body);
}
