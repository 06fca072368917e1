/** Invitations: one spelling each, every slip noticed, nothing unbounded. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { formatAddress, parseAddress } from "../../lib/net/address.ts";
import { decodeInvitation, encodeInvitation } from "../../lib/talk/invitation.ts";

const KEY = publicKeyOf(new Uint8Array(32).fill(7));

/** The code of the error that `work` throws. */
function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
}

const address = fc.tuple(
  fc.oneof(
    fc.ipV4(),
    fc.ipV6().filter((ip) => !/^0*:0*:0*:0*:0*:ffff:|^::ffff:|\./i.test(ip)).map((ip) => `[${ip}]`),
    fc.constantFrom("alice.example", "host", "北京.example"),
  ),
  fc.integer({ min: 1, max: 65535 }),
).map(([host, port]) => parseAddress(`${host}:${port}`));

Deno.test("what is written is read again, in small letters and in capitals", () => {
  fc.assert(fc.property(
    fc.array(address, { maxLength: 4 }),
    fc.string({ unit: "grapheme", maxLength: 12 }).filter((name) =>
      new TextEncoder().encode(name).length <= 64
    ),
    (addresses, name) => {
      const line = encodeInvitation({ key: KEY, addresses, name });
      for (const form of [line, line.toUpperCase()]) {
        const read = decodeInvitation(form);
        assert.deepEqual(read.key, KEY);
        assert.deepEqual(read.addresses.map(formatAddress), addresses.map(formatAddress));
        assert.equal(read.name, name);
      }
    },
  ));
});

Deno.test("with an address and a name it fits a QR code of version 4-L", () => {
  const line = encodeInvitation({
    key: KEY,
    addresses: [parseAddress("192.168.100.200:9998"), parseAddress("10.0.0.1")],
    name: "Alice Liddell",
  });
  assert.ok(line.length <= 114, `${line.length}`);
  assert.match(line.toUpperCase(), /^[0-9A-Z:/]+$/);
});

Deno.test("any character that is changed, left out, doubled or swapped is noticed", () => {
  const line = encodeInvitation({ key: KEY, addresses: [parseAddress("10.0.0.1")], name: "bob" });
  for (let at = 6; at < line.length; at++) {
    const other = line[at] === "a" ? "b" : "a";
    const wrong = [
      line.slice(0, at) + other + line.slice(at + 1),
      line.slice(0, at) + line.slice(at + 1),
      line.slice(0, at) + line[at] + line.slice(at),
      line.slice(0, at) + line[at]!.toUpperCase() + line.slice(at + 1),
    ].filter((text) => text !== line);
    for (const text of wrong) {
      if (/^p2p:\/\/[A-Z2-7]*$/.test(text)) continue;
      assert.equal(codeOf(() => decodeInvitation(text)), "invitation.broken", text);
    }
  }
});

Deno.test("arbitrary lines are refused in order", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    for (const line of [text, `p2p://${text}`]) {
      assert.match(codeOf(() => decodeInvitation(line)) ?? "read", /^invitation\./);
    }
  }));
  assert.equal(codeOf(() => decodeInvitation(`p2p://${"a".repeat(1e6)}`)), "invitation.broken");
});
