/** A program's discovery under arbitrary datagrams, wishes and times, for the fuzzer. */
import assert from "node:assert/strict";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { encodeAnnouncement } from "../../lib/discovery/announcement.ts";
import { BEACON_BYTES, discoveryKey, encodeBeacon, NoteKind } from "../../lib/discovery/beacon.ts";
import { Discovery } from "../../lib/discovery/discovery.ts";
import type { FuzzTarget } from "./fuzz.ts";

const [OWN, OTHER] = [0x11, 0x22].map((byte) => new Uint8Array(32).fill(byte)) as [
  Uint8Array<ArrayBuffer>,
  Uint8Array<ArrayBuffer>,
];
const [KEY, PEER] = [publicKeyOf(OWN), publicKeyOf(OTHER)];
const SECRET = discoveryKey(OWN, PEER);
const TIME = Date.UTC(2026, 0, 1);
const random = (length: number) => new Uint8Array(length).fill(7);

export const discoveryTarget: FuzzTarget = {
  name: "discovery",
  run(bytes) {
    const discovery = new Discovery({
      ...{ key: KEY, port: 9999, announce: "me", random, now: 0 },
      contacts: [{ key: PEER, secret: SECRET }],
    });
    let now = 0;
    for (let at = 0; at < bytes.length;) {
      const [what, length] = [bytes[at]! % 4, bytes[at + 1] ?? 0];
      at += 2;
      if (what === 0) now += length * 97;
      else if (what === 1) discovery.seek(PEER, now);
      else if (what === 2) discovery.restart(now);
      else {
        const size = length < 128 ? BEACON_BYTES : 256;
        const datagram = bytes.subarray(at, at + size);
        at += size;
        discovery.receive(
          datagram,
          { hostname: `10.0.0.${length % 16}`, port: 1 },
          now,
          TIME + now,
        );
      }
      if (now >= discovery.nextTimeout()) discovery.timeout(now, TIME + now);
      assert.ok(discovery.nextTimeout() > now, "time goes on");
      for (let n = 0; discovery.transmit() !== undefined; n++) assert.ok(n < 16, "bounded answers");
      while (discovery.event() !== undefined);
      assert.ok(discovery.addressesOf(PEER).length <= 8);
    }
  },
  seeds: () => {
    const beacon = (kind: NoteKind) =>
      encodeBeacon(PEER, [[{ key: KEY, secret: SECRET }, { kind, port: 7 }]], TIME, random);
    return [
      ...Object.values(NoteKind).map((kind) => Uint8Array.of(1, 0, 3, 1, ...beacon(kind), 0, 255)),
      Uint8Array.of(3, 200, ...encodeAnnouncement({ port: 1, key: PEER, name: "x" }), 0, 9),
    ];
  },
  maxLength: 4000,
};
