/** fixtures/protocol: a whole recorded handshake of each kind and a few packets, computed again from their secrets. */
import assert from "node:assert/strict";
import { fromHex, hex } from "../../lib/bytes.ts";
import { KEY_LIMITS, PacketProtection } from "../../lib/session/protection.ts";
import { sm4Gcm } from "../../lib/session/traffic-keys.ts";
import { expandPacketNumber } from "../../lib/wire/packet-number.ts";
import { decodeSealedHeader, sealedHeader } from "../../lib/wire/packet-sealed.ts";
import * as twin from "./twin.ts";
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

Deno.test("protocol vectors: a second peer, written from the document alone, computes the same", () => {
  const { initiator, responder } = recorded.inputs;
  const secrets: twin.Secrets = {
    i: { s: initiator.staticSecret, e: initiator.ephemeralSecret },
    r: { s: responder.staticSecret, e: responder.ephemeralSecret },
  };
  const offsets = { initiation: 10, response: 12, final: 8 };
  for (const vector of recorded.handshakes) {
    const psk = fromHex("pskUsed" in vector ? vector.pskUsed! : "");
    const hellos = { i: fromHex(vector.initiatorHello), r: fromHex(vector.responderHello) };
    const kind = vector.response;
    const result = twin.handshake(kind, fromHex(vector.prologue), secrets, hellos, psk);
    const datagrams: { initiation: string; response: string; final?: string } = vector.datagrams;
    const names = kind === "fallback"
      ? ["response", "final"] as const
      : ["initiation", "response", "final"] as const;
    result.bodies.forEach(({ body }, i) => {
      const name = names[i]!;
      const datagram = fromHex(datagrams[name]!);
      const at = offsets[name] + (kind === "resume" && i === 0 ? 16 : 0);
      assert.equal(hex(datagram.subarray(at, at + body.length)), hex(body), `${kind} ${name}`);
      const end = name === "initiation" ? 1168 : datagram.length - 16;
      assert.equal(
        hex(datagram.subarray(end, end + 16)),
        hex(twin.check(datagram.subarray(0, end))),
        `${kind} ${name}`,
      );
    });
    for (
      const field of [
        "handshakeHash",
        "initiatorSecret",
        "responderSecret",
        "ticketName",
        "ticketSecret",
      ] as const
    ) assert.equal(hex(result[field]), vector[field], `${kind} ${field}`);
  }
  for (const { from, number, phase, payload, datagram } of recorded.packetsAfterXX) {
    const secret = recorded.handshakes[0]![
      from === "initiator" ? "initiatorSecret" : "responderSecret"
    ];
    const { key, nonce } = twin.packetKeys(fromHex(secret), phase, number);
    const bytes = fromHex(datagram);
    const sealed = twin.seal(key, nonce, bytes.subarray(0, 8), fromHex(payload));
    assert.equal(hex(bytes.subarray(8)), hex(sealed));
  }
});
