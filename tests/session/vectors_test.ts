/** fixtures/protocol: a whole recorded handshake of each kind and a few packets, computed again from their secrets. */
import assert from "node:assert/strict";
import { fromHex, hex } from "../../lib/bytes.ts";
import { KEY_LIMITS, PacketProtection } from "../../lib/session/protection.ts";
import { sm4Gcm } from "../../lib/session/traffic-keys.ts";
import { expandPacketNumber } from "../../lib/wire/packet-number.ts";
import { decodeSealedHeader, sealedHeader } from "../../lib/wire/packet-sealed.ts";
import { inputsOf, protocolVectors } from "./vectors.ts";

type Vectors = ReturnType<typeof protocolVectors>;

const FILE = new URL("../../fixtures/protocol/session.json", import.meta.url);
const recorded = JSON.parse(Deno.readTextFileSync(FILE)) as Vectors;

Deno.test("protocol vectors: everything follows from the recorded inputs", () => {
  assert.deepEqual(protocolVectors(recorded.inputs), recorded);
  assert.deepEqual(recorded.inputs, JSON.parse(JSON.stringify(inputsOf())));
});

Deno.test("protocol vectors: the recorded packets open with the recorded secrets", () => {
  const [xx] = recorded.handshakes;
  const secrets = {
    initiator: fromHex(xx!.initiatorSecret),
    responder: fromHex(xx!.responderSecret),
  };
  const receivers = {
    initiator: new PacketProtection(
      { sendSecret: secrets.responder, receiveSecret: secrets.initiator },
      sm4Gcm,
      KEY_LIMITS,
      0,
    ),
    responder: new PacketProtection(
      { sendSecret: secrets.initiator, receiveSecret: secrets.responder },
      sm4Gcm,
      KEY_LIMITS,
      0,
    ),
  };
  const header = sealedHeader();
  const out = new Uint8Array(100);
  for (const packet of recorded.packetsAfterXX) {
    const datagram = fromHex(packet.datagram);
    assert.ok(decodeSealedHeader(datagram, header));
    assert.equal(header.phase, packet.phase);
    const number = expandPacketNumber(packet.number - 1, header.truncated, header.numberBytes);
    assert.equal(number, packet.number);
    const receiver = receivers[packet.from];
    const length = receiver.open(header.phase, number, datagram, header.headerBytes, out, 0);
    assert.equal(hex(out.subarray(0, length)), packet.payload);
  }
  assert.equal(receivers.initiator.updates, 1, "the phase bit renewed the keys");
});
