/** What somebody else may hand over about people, for the fuzzer: invitations and files of contacts. */
import assert from "node:assert/strict";
import { utf8 } from "../../lib/bytes.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import {
  decodeRendezvous,
  encodeRendezvous,
  RendezvousKind,
} from "../../lib/discovery/rendezvous.ts";
import {
  decodePairHead,
  decodePairShare,
  encodePairFrame,
  MAX_PAIR_BODY_BYTES,
  PAIR_HEAD_BYTES,
  PairFrame,
} from "../../lib/session/pairing.ts";
import { decodeContacts, encodeContacts } from "../../lib/state/portable-contacts.ts";
import { decodeInvitation, encodeInvitation } from "../../lib/talk/invitation.ts";
import type { FuzzTarget } from "./fuzz.ts";

const key = publicKeyOf(new Uint8Array(32).fill(0x42));

export const invitationTarget: FuzzTarget = {
  name: "invitation",
  run(bytes) {
    const line = String.fromCharCode(...bytes);
    const read = decodeInvitation(line);
    assert.equal(encodeInvitation(read), line.toLowerCase());
  },
  seeds: () => [
    utf8(encodeInvitation({ key, addresses: [], name: "" })),
    utf8(encodeInvitation({
      key,
      addresses: [{ hostname: "10.0.0.1", port: 9999 }, { hostname: "fd00::1", port: 7 }],
      name: "alice",
    })),
  ],
};

export const contactsFileTarget: FuzzTarget = {
  name: "contacts-file",
  run(bytes) {
    const contacts = decodeContacts(bytes);
    if (contacts !== undefined) {
      assert.deepEqual(decodeContacts(utf8(encodeContacts(contacts))), contacts);
    }
  },
  seeds: () => [
    utf8(encodeContacts([{ name: "alice", key, added: "2026-01-02T03:04:05.000Z" }])),
  ],
};

export const pairingTarget: FuzzTarget = {
  name: "pairing",
  run(bytes) {
    const rendezvous = decodeRendezvous(bytes);
    if (rendezvous !== undefined) assert.deepEqual(encodeRendezvous(rendezvous), bytes);
    const { length } = decodePairHead(bytes);
    const { name, associated } = decodePairShare(bytes.subarray(PAIR_HEAD_BYTES));
    assert.ok(length <= MAX_PAIR_BODY_BYTES && utf8(name).length === associated.length);
  },
  seeds: () => [
    encodeRendezvous({ kind: RendezvousKind.where, place: 12, port: 0 }),
    encodeRendezvous({ kind: RendezvousKind.here, place: 12, port: 9999 }),
    encodePairFrame(PairFrame.share, Uint8Array.of(...new Uint8Array(65), 3, 0x62, 0x6f, 0x62)),
    encodePairFrame(PairFrame.confirm, new Uint8Array(32)),
  ],
};
