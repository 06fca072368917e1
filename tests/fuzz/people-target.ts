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
  Pairing,
} from "../../lib/session/pairing.ts";
import { newPairCode, parsePairCode } from "../../lib/session/pair-code.ts";
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

const PAIR_SESSION = {
  initiatorKey: key,
  responderKey: key,
  handshakeHash: new Uint8Array(32).fill(4),
};
const SHARE_BYTES = 65;

/** One side of a pairing, with a share and a proof of somebody who does not know the code: never a contact. */
export const pairingMachine: FuzzTarget = {
  name: "pairing-machine",
  run(bytes) {
    let counter = bytes[0] ?? 0;
    const random = (length: number) => new Uint8Array(length).fill(1 + counter++ % 200);
    const initiator = counter % 2 === 0;
    const side = new Pairing(parsePairCode("123-456-786"), PAIR_SESSION, {
      ...{ initiator, name: "me", random },
    });
    side.share();
    const share = bytes.subarray(1, bytes.length - Math.min(32, bytes.length));
    side.receive(share);
    side.confirm();
    assert.throws(() => side.check(bytes.subarray(Math.max(1, bytes.length - 32))));
  },
  seeds: () => {
    const other = new Pairing(
      newPairCode((length) => new Uint8Array(length).fill(3)),
      PAIR_SESSION,
      {
        ...{ initiator: true, name: "bob", random: (length) => new Uint8Array(length).fill(9) },
      },
    );
    const share = other.share().subarray(PAIR_HEAD_BYTES);
    return [
      Uint8Array.of(1, ...share, ...new Uint8Array(32).fill(5)),
      Uint8Array.of(0, ...new Uint8Array(SHARE_BYTES), 0, ...new Uint8Array(32)),
    ];
  },
};
