/** Datagrams that are received together mean what they mean one by one. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { DEFAULT_CONFIG } from "../../lib/peer/config.ts";
import { KEY_LIMITS } from "../../lib/session/protection.ts";
import { fraction, pair, seededRandom, transfer } from "./network.ts";

const KEYS = { ...KEY_LIMITS, updateAfterPackets: 40, retainMs: 50 };
const CONFIG = { ...DEFAULT_CONFIG, keyLimits: KEYS, maxDatagram: () => 1452 };

for (const together of [1, 2, 7, 16]) {
  Deno.test(`${together} at once: copies, forgeries, strangers and key updates among them change nothing`, () => {
    const seed = `batches of ${together}`;
    const { network, a, b } = pair(seed, { a: { config: CONFIG }, b: { config: CONFIG } });
    network.together = together;
    a.endpoint.connect(b.address, network.now);
    assert.ok(network.run(5000, () => b.of("connected").length === 1), seed);
    const random = seededRandom(seed);
    let forged = 0;
    network.rule = (flight) => {
      const chance = fraction(random);
      if (chance < 0.1) return [flight, { ...flight }];
      if (chance < 0.2) {
        const datagram = flight.datagram.slice();
        datagram[Math.floor(fraction(random) * datagram.length)]! ^= 1;
        forged++;
        return [{ ...flight, datagram }, flight];
      }
      if (chance < 0.25) return [{ ...flight, datagram: random(40) }, flight];
      if (chance < 0.3) return [{ ...flight, at: flight.at + 2 }];
      return [flight];
    };
    const data = seededRandom("data")(400_000);
    assert.equal(hex(transfer(network, a, b, data)), hex(data), seed);
    assert.equal(hex(transfer(network, b, a, data)), hex(data), seed);
    assert.ok(forged > 20, seed);
    for (const host of [a, b]) {
      const [connection] = [...host.endpoint.connections];
      assert.ok(connection!.keyUpdates > 3, `${seed}: ${connection!.keyUpdates} updates`);
      // A packet that was taken twice would have ended in a protocol error.
      assert.equal(host.of("closed").length, 0, seed);
    }
  });
}

Deno.test("a replay within a batch and after it is dropped", () => {
  const { network, a, b } = pair("replayed batch");
  a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  network.run(100);
  const [sender] = [...a.endpoint.connections];
  const [receiver] = [...b.endpoint.connections];
  sender!.write(sender!.openStream(), new Uint8Array(100));
  const datagram = a.endpoint.transmit(network.now)!.datagram;
  const arrivals = () =>
    Array.from({ length: 3 }, () => ({ datagram: datagram.slice(), from: a.address }));
  const before = receiver!.transport.stats().packetsReceived;
  b.endpoint.receiveMany(arrivals(), network.now);
  b.endpoint.receiveMany(arrivals(), network.now);
  assert.equal(receiver!.transport.stats().packetsReceived, before + 1);
});
