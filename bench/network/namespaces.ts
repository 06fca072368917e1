/** Network namespaces for benchmarks, as root: two hosts joined by veth, or by a tunnel through the laboratory's proxy. */
import type { Conditions } from "../../tests/lab/link.ts";
import { DatagramProxy } from "../../tests/lab/proxy.ts";
import { attempt, Child, run } from "./processes.ts";

const [A, B] = ["p2pbench-a", "p2pbench-b"] as const;

/** Two hosts with an address each. */
export interface TwoHosts extends AsyncDisposable {
  /** Put before a command to run it on the sending or receiving host. */
  readonly sender: string[];
  readonly receiver: string[];
  readonly receiverAddress: string;
}

async function addNamespaces(): Promise<void> {
  await removeNamespaces();
  for (const name of [A, B]) {
    await run("ip", "netns", "add", name);
    await run("ip", "-n", name, "link", "set", "lo", "up");
  }
}

async function removeNamespaces(): Promise<void> {
  for (const name of [A, B]) await attempt("ip", "netns", "del", name);
}

/** Whether this process may make namespaces. */
export async function canMakeNamespaces(): Promise<boolean> {
  if (Deno.uid() !== 0) return false;
  const made = await attempt("ip", "netns", "add", A);
  await removeNamespaces();
  return made;
}

async function up(name: string, device: string, address: string, mtu: number): Promise<void> {
  await run("ip", "-n", name, "addr", "add", `${address}/24`, "dev", device);
  await run("ip", "-n", name, "link", "set", device, "mtu", String(mtu), "up");
}

/** Two hosts joined by a virtual Ethernet cable. */
export async function vethHosts(mtu: number): Promise<TwoHosts> {
  await addNamespaces();
  await run(
    "ip",
    "link",
    "add",
    "p2pb0",
    "netns",
    A,
    "type",
    "veth",
    "peer",
    "name",
    "p2pb1",
    "netns",
    B,
  );
  await up(A, "p2pb0", "10.87.0.1", mtu);
  await up(B, "p2pb1", "10.87.0.2", mtu);
  return {
    sender: ["ip", "netns", "exec", A],
    receiver: ["ip", "netns", "exec", B],
    receiverAddress: "10.87.0.2",
    [Symbol.asyncDispose]: removeNamespaces,
  };
}

/** Two hosts whose IP packets travel as datagrams through the proxy: what TCP meets there is what p2p meets. */
export async function tunnelHosts(
  conditions: Conditions,
  seed: number,
  mtu: number,
): Promise<TwoHosts> {
  await addNamespaces();
  const open = Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" });
  const { port } = open.addr as Deno.NetAddr;
  open.close();
  const proxy = new DatagramProxy({
    target: { hostname: "127.0.0.1", port },
    there: conditions,
    back: conditions,
    seed,
  });
  const tun = (name: string) => `TUN,tun-name=${name},iff-no-pi`;
  const ends = [
    new Child(["socat", "-b", "65536", `UDP-LISTEN:${port},bind=127.0.0.1`, tun("p2pb1")]),
    new Child(["socat", "-b", "65536", tun("p2pb0"), `UDP:127.0.0.1:${proxy.port}`]),
  ];
  const move = async (device: string, name: string, address: string) => {
    for (let tries = 0; !await attempt("ip", "link", "set", device, "netns", name); tries++) {
      if (tries === 100) throw new Error(`socat made no device ${device}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await up(name, device, address, mtu);
  };
  await move("p2pb0", A, "10.88.0.1");
  // The listening socat makes its device at the first datagram.
  await attempt("ip", "netns", "exec", A, "bash", "-c", "echo > /dev/udp/10.88.0.2/9");
  await move("p2pb1", B, "10.88.0.2");
  return {
    sender: ["ip", "netns", "exec", A],
    receiver: ["ip", "netns", "exec", B],
    receiverAddress: "10.88.0.2",
    async [Symbol.asyncDispose]() {
      for (const end of ends) await end[Symbol.asyncDispose]();
      await proxy.close();
      await removeNamespaces();
    },
  };
}
