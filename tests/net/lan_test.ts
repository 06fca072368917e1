/** Discovery over real sockets: on loopback, and between hosts that the kernel makes, over IPv4 and IPv6. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { parseLanScope } from "../../lib/net/lan-group.ts";
import { Namespaces, noNamespaces } from "../lab/namespaces.ts";
import { ALL_INTERFACES, LOOPBACK } from "../support/lan.ts";
import { Child, script } from "../support/processes.ts";
import { testUnless } from "../support/requires.ts";

/** A running lan_peer.ts. */
class Peer implements AsyncDisposable {
  readonly #child: Child;

  constructor(
    before: readonly string[],
    args: readonly string[],
    env: Record<string, string> = {},
  ) {
    this.#child = new Child([...before, ...script("tests/net/lan_peer.ts", ...args)], env);
  }

  /** The first event of a type. */
  async first(type: string): Promise<Record<string, unknown>> {
    return JSON.parse((await this.#child.line(new RegExp(`^.*"type":"${type}".*$`)))[0]);
  }

  /** Ends it in order. */
  async leave(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.success();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }
}

const [a, b] = [generateKeyPair(), generateKeyPair()];
const peer = {
  a: (port: number) => [hex(a.secretKey), String(port), hex(b.publicKey)],
  b: (port: number) => [hex(b.secretKey), String(port), hex(a.publicKey)],
};

Deno.test("two programs on one machine find each other over loopback; leaving is told", async () => {
  const env = LOOPBACK;
  await using alice = new Peer([], peer.a(7001), env);
  await alice.first("started");
  await using bob = new Peer([], peer.b(7002), env);
  const { address } = await alice.first("present") as { address: Record<string, unknown> };
  assert.deepEqual(address, { hostname: "127.0.0.1", port: 7002 });
  await bob.leave();
  assert.equal((await alice.first("absent"))["key"], hex(b.publicKey));
});

testUnless(
  await noNamespaces(),
  "hosts of a network find each other over IPv4, and over IPv6 where there is no IPv4",
  async () => {
    await using hosts = await Namespaces.make("here", "there");
    const end = (host: string, device: string, n: number) => ({
      host,
      device,
      address: `10.87.1.${n}/24`,
    });
    await hosts.cable(end("here", "h0", 1), end("there", "t0", 2), 1500);
    {
      await using bob = new Peer(hosts.on("there"), peer.b(7002), ALL_INTERFACES);
      await bob.first("started");
      await using alice = new Peer(hosts.on("here"), peer.a(0), ALL_INTERFACES);
      const { address } = await alice.first("present") as { address: { hostname: string } };
      assert.match(address.hostname, /^10\.87\.1\.2$|^fe80::.*%h0$/);
    }
    for (const [host, device] of [["here", "h0"], ["there", "t0"]] as const) {
      await hosts.ip(host, "addr", "flush", "dev", device, "scope", "global");
    }
    await using bob = new Peer(hosts.on("there"), peer.b(7002), ALL_INTERFACES);
    await bob.first("started");
    await using alice = new Peer(hosts.on("here"), peer.a(0), ALL_INTERFACES);
    const { address } = await alice.first("present") as { address: Record<string, unknown> };
    assert.match(String(address["hostname"]), /^fe80::.*%h0$/);
    assert.equal(address["port"], 7002);
  },
);

Deno.test("P2P_LAN names interfaces, or switches discovery off", () => {
  assert.equal(parseLanScope(undefined), "all");
  assert.equal(parseLanScope("off"), "off");
  assert.deepEqual(parseLanScope("eth0, wlan0"), ["eth0", "wlan0"]);
});
