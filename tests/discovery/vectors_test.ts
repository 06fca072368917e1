/** The recorded vectors of people: made again as they are, and read by whom they are for. */
import assert from "node:assert/strict";
import { fromHex, hex } from "../../lib/bytes.ts";
import { discoveryKey, ReceivedBeacon } from "../../lib/discovery/beacon.ts";
import { decodeInvitation } from "../../lib/talk/invitation.ts";
import { makeVectors, VECTORS } from "./vectors.ts";

const recorded = JSON.parse(await Deno.readTextFile(VECTORS));

Deno.test("the vectors are made again byte for byte", () => {
  assert.deepEqual(makeVectors(), recorded);
});

Deno.test("bob reads alice's beacon, and her invitation", () => {
  const { alice, bob, beacon, invitation } = recorded;
  const secret = discoveryKey(fromHex(bob.secret), fromHex(alice.public));
  assert.equal(hex(secret), beacon.pairSecret, "the same on both sides");
  const received = ReceivedBeacon.parse(fromHex(beacon.fromAliceToBob))!;
  const contact = { key: fromHex(alice.public), secret };
  assert.deepEqual(received.from(contact, beacon.time), { kind: 2, port: 9999 });
  assert.equal(decodeInvitation(invitation).name, "爱丽丝");
});
