/** Two hosts for benchmarks, as root: joined by veth, or by a tunnel through the laboratory's proxy. */
import type { Conditions } from "../../tests/lab/link.ts";
import { Namespaces } from "../../tests/lab/namespaces.ts";
import { DatagramProxy } from "../../tests/lab/proxy.ts";
import { attempt, Child } from "../../tests/support/processes.ts";

const [A, B] = ["a", "b"] as const;

/** Two hosts with an address each. */
export interface TwoHosts extends AsyncDisposable {
  /** Put before a command to run it on the sending or receiving host. */
  readonly sender: string[];
  readonly receiver: string[];
  readonly receiverAddress: string;
}

/** Two hosts joined by a virtual Ethernet cable. */
export async function vethHosts(mtu: number): Promise<TwoHosts> {
  const hosts = await Namespaces.make(A, B);
  await hosts.cable(
    { host: A, device: "eth0", address: "10.87.0.1/24" },
    { host: B, device: "eth0", address: "10.87.0.2/24" },
    mtu,
  );
  return {
    sender: hosts.on(A),
    receiver: hosts.on(B),
    receiverAddress: "10.87.0.2",
    [Symbol.asyncDispose]: () => hosts[Symbol.asyncDispose](),
  };
}

/** Two hosts whose IP packets travel as datagrams through the proxy: what TCP meets there is what p2p meets. */
export async function tunnelHosts(
  conditions: Conditions,
  seed: number,
  mtu: number,
): Promise<TwoHosts> {
  const hosts = await Namespaces.make(A, B);
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
  const move = async (device: string, host: string, address: string) => {
    const into = ["ip", "link", "set", device, "netns", hosts.name(host)];
    for (let tries = 0; !await attempt(...into); tries++) {
      if (tries === 100) throw new Error(`socat made no device ${device}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await hosts.up({ host, device, address }, mtu);
  };
  await move("p2pb0", A, "10.88.0.1/24");
  // The listening socat makes its device at the first datagram.
  await attempt(...hosts.on(A), "bash", "-c", "echo > /dev/udp/10.88.0.2/9");
  await move("p2pb1", B, "10.88.0.2/24");
  return {
    sender: hosts.on(A),
    receiver: hosts.on(B),
    receiverAddress: "10.88.0.2",
    async [Symbol.asyncDispose]() {
      for (const end of ends) await end[Symbol.asyncDispose]();
      await proxy.close();
      await hosts[Symbol.asyncDispose]();
    },
  };
}
