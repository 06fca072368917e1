/** Link-local addresses: their zones are named, kept, and put back; two hosts that have no others talk. */
import assert from "node:assert/strict";
import { formatAddress, parseAddress } from "../../lib/net/address.ts";
import { Zones } from "../../lib/net/zones.ts";
import { Namespaces, noNamespaces } from "../lab/namespaces.ts";
import { withFolder } from "../support/executable.ts";
import { EXECUTABLE } from "../support/executable.ts";
import { Child } from "../support/processes.ts";
import { testUnless } from "../support/requires.ts";

Deno.test("[fe80::1%eth0]:PORT is an address; a zone stands behind link-local ones alone", () => {
  const address = parseAddress("[FE80:0::1%eth0]:9000");
  assert.deepEqual(address, { hostname: "fe80::1%eth0", port: 9000 });
  assert.equal(formatAddress(address), "[fe80::1%eth0]:9000");
  assert.deepEqual(parseAddress("fe80::2%br-lan.7"), { hostname: "fe80::2%br-lan.7", port: 9999 });
  for (
    const bad of ["[2001:db8::1%eth0]:1", "[fe80::1%]:1", "[fe80::1%a b]:1", "[fe80::1%a%b]:1"]
  ) {
    assert.throws(() => parseAddress(bad), bad);
  }
});

Deno.test("peers go by the address alone; it is spelled with the zone that was named, else with every one", () => {
  const zones = new Zones(() => ["eth0", "wlan0"]);
  assert.deepEqual(zones.spellings("fe80::1"), ["fe80::1%eth0", "fe80::1%wlan0"]);
  assert.deepEqual(zones.strip({ hostname: "fe80::1%wlan0", port: 1 }), {
    hostname: "fe80::1",
    port: 1,
  });
  assert.deepEqual(zones.spellings("fe80::1"), ["fe80::1%wlan0"]);
  assert.deepEqual(zones.spellings("10.0.0.1"), ["10.0.0.1"]);
});

testUnless(
  await noNamespaces(),
  "hosts with link-local addresses alone: a message is delivered, an answer comes back",
  () =>
    withFolder(async (folder) => {
      await using hosts = await Namespaces.make("here", "there");
      const ends = [["here", "h0", 1], ["there", "t0", 2]] as const;
      const [here, there] = ends.map(([host, device, n]) => ({
        host,
        device,
        address: `10.87.2.${n}/24`,
      }));
      await hosts.cable(here!, there!, 1500);
      for (const [host, device, n] of ends) {
        await hosts.ip(host, "addr", "flush", "dev", device);
        // Usable at once: nobody else is there who might have it.
        await hosts.ip(host, "addr", "add", `fe80::${n}/64`, "dev", device, "nodad");
      }
      const env = (name: string) => ({ P2P_HOME: `${folder}/${name}`, P2P_LAN: "off" });
      await using listening = new Child(
        [...hosts.on("there"), EXECUTABLE, "listen", "--port", "9777", "--save-dir", folder],
        env("b"),
      );
      await listening.line(/^listening on /);
      await using sending = new Child(
        [...hosts.on("here"), EXECUTABLE, "chat", "[fe80::2%h0]:9777", "-m", "over the link"],
        env("a"),
      );
      await sending.success();
      await listening.line(/: over the link$/);
    }),
);
