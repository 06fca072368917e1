/** Addresses as people write them. */
import assert from "node:assert/strict";
import { UnreachableError, UsageError } from "../../lib/errors.ts";
import {
  formatAddress,
  parseAddress,
  plainAddress,
  resolveAddress,
} from "../../lib/net/address.ts";

Deno.test("what may follow `p2p chat`", () => {
  const cases: ReadonlyArray<readonly [text: string, hostname: string, port: number]> = [
    ["1.2.3.4", "1.2.3.4", 9999],
    ["1.2.3.4:5", "1.2.3.4", 5],
    ["[::1]:65535", "::1", 65535],
    ["[2001:DB8::0:7]", "2001:db8::7", 9999],
    ["::1", "::1", 9999],
    ["fe80::1", "fe80::1", 9999],
    ["::ffff:10.0.0.1", "10.0.0.1", 9999],
    ["[::ffff:a00:1]:1", "10.0.0.1", 1],
    ["localhost", "localhost", 9999],
    ["My-Host.example.org.:80", "my-host.example.org.", 80],
    ["bücher.example", "bücher.example", 9999],
  ];
  for (const [text, hostname, port] of cases) {
    assert.deepEqual(parseAddress(text), { hostname, port }, text);
  }
});

Deno.test("what may not", () => {
  const bad = [
    "",
    ":9",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "1.2.3.4:0",
    "1.2.3.4:65536",
    "1.2.3.4:x",
    "1.2.3.4:",
  ];
  bad.push(
    "[::1",
    "[::1]x",
    "[1.2.3.4]",
    "a b",
    "-x",
    "a/b",
    "a:1:2",
    "[::g]",
    "x".repeat(300),
    "\x1b[2J",
  );
  for (const text of bad) assert.throws(() => parseAddress(text), UsageError, text);
});

Deno.test("an address has one spelling", () => {
  assert.equal(plainAddress("::ffff:127.0.0.1"), "127.0.0.1");
  assert.equal(plainAddress("2001:0db8:0:0:0:0:0:1"), "2001:db8::1");
  assert.equal(formatAddress({ hostname: "::1", port: 5 }), "[::1]:5");
  assert.equal(formatAddress({ hostname: "1.2.3.4", port: 5 }), "1.2.3.4:5");
});

Deno.test("names are looked up, IPv4 first; a name that is none is unreachable", async () => {
  const found = await resolveAddress({ hostname: "localhost", port: 7 });
  assert.deepEqual(found[0], { hostname: "127.0.0.1", port: 7 });
  await assert.rejects(
    resolveAddress({ hostname: "no-such-host.invalid", port: 7 }),
    UnreachableError,
  );
});
