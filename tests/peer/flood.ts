/** What strangers send: valid initiations from nobody, and garbage that looks like something. */
import type { Bytes } from "../../lib/bytes.ts";
import { mac1Of } from "../../lib/session/mac.ts";
import { INITIATION_BYTES } from "../../lib/wire/packet.ts";
import type { SeededRandom } from "../lab/random.ts";
import { Network } from "./network.ts";

/** Fresh, valid XX initiations from nobody in particular. */
export function initiations(count: number, seed = "flood"): Bytes[] {
  const network = new Network(seed);
  const first = network.host("flooder", { hostname: "198.51.100.1", port: 1 });
  first.endpoint.connect({ hostname: "10.0.0.2", port: 9999 }, network.now);
  first.pump();
  const template = network.log[0]!.datagram;
  return Array.from({ length: count }, (_, i) => {
    const datagram = template.slice() as Bytes;
    new DataView(datagram.buffer).setUint32(4, i);
    const mac1 = mac1Of(datagram.subarray(0, INITIATION_BYTES - 32));
    datagram.set(mac1, INITIATION_BYTES - 32);
    return datagram;
  });
}

/** A datagram that is random, or one of `originals` cut short or with a bit flipped: nothing that deserves an answer. */
export function garbage(random: SeededRandom, originals: readonly Uint8Array[]): Bytes {
  const original = originals[random.below(originals.length)]!;
  switch (random.below(3)) {
    case 0: {
      const datagram = random.bytes(random.below(200));
      if (random.chance(0.5) && datagram.length > 2) datagram.set([1 + random.below(5), 1]);
      return datagram;
    }
    case 1:
      return original.slice(0, random.below(original.length)) as Bytes;
    default: {
      const datagram = original.slice() as Bytes;
      datagram[random.below(datagram.length)]! ^= 1 << random.below(8);
      return datagram;
    }
  }
}
