/** Addresses in the form that Linux keeps: there and back, and what has no such form. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { plainAddress } from "../../lib/net/address.ts";
import { decodeSockaddr, encodeSockaddr, SOCKADDR_BYTES } from "../../lib/net/sockaddr.ts";

const ports = fc.integer({ min: 0, max: 65_535 });

Deno.test("an address comes back from its sockaddr in its one spelling", () => {
  const hosts = fc.oneof(fc.ipV4(), fc.ipV6()).map(plainAddress);
  fc.assert(fc.property(hosts, ports, fc.boolean(), (hostname, port, v6) => {
    const family = v6 || hostname.includes(":");
    const bytes = new Uint8Array(SOCKADDR_BYTES).fill(0xaa);
    assert.equal(encodeSockaddr({ hostname, port }, family, bytes), family ? SOCKADDR_BYTES : 16);
    assert.deepEqual(decodeSockaddr(bytes), { hostname, port });
  }));
});

Deno.test("a sockaddr is laid out as ip(7) and ipv6(7) say", () => {
  const bytes = new Uint8Array(SOCKADDR_BYTES);
  const hex = (length: number) => bytes.subarray(0, length).toHex();
  assert.equal(encodeSockaddr({ hostname: "192.0.2.7", port: 9999 }, false, bytes), 16);
  assert.equal(hex(16), "0200270fc00002070000000000000000");
  assert.equal(encodeSockaddr({ hostname: "192.0.2.7", port: 9999 }, true, bytes), 28);
  assert.equal(hex(28), "0a00270f0000000000000000000000000000ffffc000020700000000");
  assert.equal(encodeSockaddr({ hostname: "2001:db8::1:0:7", port: 1 }, true, bytes), 28);
  assert.equal(hex(28), "0a0000010000000020010db800000000000000010000000700000000".slice(0, 56));
});

Deno.test("what is no address of the socket's family has no sockaddr", () => {
  const bytes = new Uint8Array(SOCKADDR_BYTES);
  for (const hostname of ["localhost", "fe80::1%eth0", "", "1.2.3", "::1"]) {
    assert.equal(encodeSockaddr({ hostname, port: 1 }, false, bytes), 0, hostname);
  }
  for (const hostname of ["localhost", "fe80::1%eth0", "", "1.2.3"]) {
    assert.equal(encodeSockaddr({ hostname, port: 1 }, true, bytes), 0, hostname);
  }
});

Deno.test("any bytes are an address or of another family", () => {
  const all = fc.uint8Array({ minLength: SOCKADDR_BYTES, maxLength: SOCKADDR_BYTES });
  fc.assert(fc.property(all, fc.constantFrom(1, 2, 10, 16), (bytes, family) => {
    bytes.set([family, 0]);
    const address = decodeSockaddr(bytes);
    assert.equal(address !== undefined, family === 2 || family === 10);
    if (address !== undefined) assert.equal(plainAddress(address.hostname), address.hostname);
  }));
});
