/** The largest datagram to try, from the address and P2P_DATAGRAM. */
import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { datagramLimits } from "../../lib/net/datagram-size.ts";
import { DEFAULT_CONFIG } from "../../lib/peer/config.ts";

Deno.test("loopback gets large datagrams, other addresses what Ethernet carries or the user says", () => {
  const addresses = [{ hostname: "127.0.0.1", port: 1 }, { hostname: "192.0.2.1", port: 1 }];
  const limits = (setting?: string) => {
    const { maxDatagram, farDatagram } = datagramLimits(setting, DEFAULT_CONFIG);
    return addresses.map((address) => [maxDatagram(address), farDatagram(address)]);
  };
  assert.deepEqual(limits(), [[65_000, 16_000], [8952, 1452]]);
  assert.deepEqual(limits("1300"), [[65_000, 16_000], [1300, 1300]]);
  for (const bad of ["1199", "65001", "9k", "1e9", "-1", "1300.5"]) {
    assert.throws(() => limits(bad), UsageError);
  }
});
