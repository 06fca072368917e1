/** The largest datagram to try, from the address and P2P_DATAGRAM. */
import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { largestDatagram } from "../../lib/net/datagram-size.ts";

Deno.test("loopback gets large datagrams, other addresses what Ethernet carries or the user says", () => {
  const near = { hostname: "127.0.0.1", port: 1 };
  const far = { hostname: "192.0.2.1", port: 1 };
  assert.deepEqual([near, far].map(largestDatagram(undefined)), [65_000, 1452]);
  assert.deepEqual([near, far].map(largestDatagram("8952")), [65_000, 8952]);
  for (const bad of ["1199", "65001", "9k", "1e9", "-1", "1300.5"]) {
    assert.throws(() => largestDatagram(bad), UsageError);
  }
});
