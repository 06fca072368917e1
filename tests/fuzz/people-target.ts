/** What somebody else may hand over about people, for the fuzzer: invitations and files of contacts. */
import assert from "node:assert/strict";
import { utf8 } from "../../lib/bytes.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
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
