/**
 * The vectors of docs/formats.md, 5, and docs/protocol.md, 8 and 9: what fixed people say to each other with a random
 * generator that is SM3 of a counter. Run as a program it writes `fixtures/people/vectors.json`.
 */
import { type Bytes, concat, hex, utf8 } from "../../lib/bytes.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { encodeAnnouncement } from "../../lib/discovery/announcement.ts";
import { discoveryKey, encodeBeacon, NoteKind } from "../../lib/discovery/beacon.ts";
import { encodeRendezvous, RendezvousKind } from "../../lib/discovery/rendezvous.ts";
import { PAIR_HEAD_BYTES, Pairing } from "../../lib/session/pairing.ts";
import { parsePairCode } from "../../lib/session/pair-code.ts";
import { encodeInvitation } from "../../lib/talk/invitation.ts";

/** Where they are kept. */
export const VECTORS = new URL("../../fixtures/people/vectors.json", import.meta.url);

/** SM3("p2p vectors" ‖ label ‖ counter), as many as are asked for. */
function randomOf(label: string): (length: number) => Bytes {
  let counter = 0;
  return (length) => {
    let out: Bytes = new Uint8Array(0);
    while (out.length < length) {
      out = concat(out, sm3(utf8("p2p vectors"), utf8(label), Uint8Array.of(counter++)));
    }
    return out.slice(0, length);
  };
}

/** All of them, in hex. */
export function makeVectors(): Record<string, unknown> {
  const [alice, bob] = [0x11, 0x22].map((byte) => {
    const secretKey = new Uint8Array(32).fill(byte);
    return { secretKey, publicKey: publicKeyOf(secretKey) };
  }) as [{ secretKey: Bytes; publicKey: Bytes }, { secretKey: Bytes; publicKey: Bytes }];
  const secret = discoveryKey(alice.secretKey, bob.publicKey);
  const time = Date.UTC(2026, 0, 2, 3, 4, 5);
  const contact = { key: bob.publicKey, secret };
  const note = { kind: NoteKind.seek, port: 9999 };
  const code = parsePairCode("123-456-786");
  const handshakeHash = sm3(utf8("a handshake"));
  const session = { initiatorKey: bob.publicKey, responderKey: alice.publicKey, handshakeHash };
  const side = (initiator: boolean, name: string) =>
    new Pairing(code, session, { initiator, name, random: randomOf(name) });
  const [initiator, responder] = [side(true, "bob"), side(false, "alice")];
  const [first, second] = [initiator.share(), responder.share()];
  responder.receive(first.subarray(PAIR_HEAD_BYTES));
  initiator.receive(second.subarray(PAIR_HEAD_BYTES));
  return {
    alice: { secret: hex(alice.secretKey), public: hex(alice.publicKey) },
    bob: { secret: hex(bob.secretKey), public: hex(bob.publicKey) },
    invitation: encodeInvitation({
      key: alice.publicKey,
      addresses: [{ hostname: "192.168.1.5", port: 9999 }, { hostname: "fd00::7", port: 9998 }],
      name: "爱丽丝",
    }),
    beacon: {
      time,
      pairSecret: hex(secret),
      fromAliceToBob: hex(
        encodeBeacon(alice.publicKey, [[contact, note]], time, randomOf("beacon")),
      ),
    },
    announcement: hex(encodeAnnouncement({ port: 9999, key: alice.publicKey, name: "Room 7" })),
    pairing: {
      code: code.text,
      handshakeHash: hex(handshakeHash),
      where: hex(encodeRendezvous({ kind: RendezvousKind.where, place: code.place, port: 0 })),
      here: hex(encodeRendezvous({ kind: RendezvousKind.here, place: code.place, port: 9999 })),
      shareOfBob: hex(first),
      shareOfAlice: hex(second),
      confirmationOfBob: hex(initiator.confirm()),
      confirmationOfAlice: hex(responder.confirm()),
    },
  };
}

if (import.meta.main) {
  await Deno.writeTextFile(VECTORS, `${JSON.stringify(makeVectors(), null, 2)}\n`);
}
