/** What somebody without any secret can tell beacons apart by: of 200 restarts, of one with many contacts and one with none. */
import { hex } from "../../lib/bytes.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { discoveryKey } from "../../lib/discovery/beacon.ts";
import { Discovery } from "../../lib/discovery/discovery.ts";

const TIME = Date.UTC(2026, 8, 1);
const RESTARTS = 200;
const CONTACTS = 20;

/** How a classifier did. */
export interface Classified {
  /** Beacons that were put down to the right one, by each of its features: means of bytes, counts of byte values. */
  readonly right: readonly number[];
  /** Of how many. */
  readonly of: number;
  /** Different pieces of 8 bytes. */
  readonly windows: number;
}

type Pair = ReturnType<typeof generateKeyPair>;

/** The beacon of a restart. */
function beaconOf(own: Pair, contacts: readonly Pair[]): Uint8Array {
  const discovery = new Discovery({
    ...{ key: own.publicKey, port: 9999, announce: undefined, random: randomBytes, now: 0 },
    contacts: contacts.map((other) => ({
      key: other.publicKey,
      secret: discoveryKey(own.secretKey, other.publicKey),
    })),
  });
  discovery.timeout(0, TIME);
  return discovery.transmit()!.data;
}

/** Learns from half of the restarts, and guesses the others. */
export function classifyBeacons(): Classified {
  const [a, b] = [generateKeyPair(), generateKeyPair()];
  const friends = Array.from({ length: CONTACTS }, generateKeyPair);
  const samples = Array.from({ length: RESTARTS }, (_, i) => ({
    label: i % 2,
    data: i % 2 === 0 ? beaconOf(a, friends) : beaconOf(b, []),
  }));
  const [training, tests] = [samples.slice(0, RESTARTS / 2), samples.slice(RESTARTS / 2)];
  const features = [
    (data: Uint8Array) => Array.from(data),
    (data: Uint8Array) =>
      data.reduce((sums, byte) => (sums[byte]!++, sums), new Array<number>(256).fill(0)),
  ];
  const right = features.map((feature) => {
    const mean = (label: number) => {
      const own = training.filter((sample) => sample.label === label)
        .map(({ data }) => feature(data));
      return own[0]!.map((_, i) => own.reduce((sum, row) => sum + row[i]!, 0) / own.length);
    };
    const means = [mean(0), mean(1)];
    const distance = (row: number[], to: number[]) =>
      row.reduce((sum, x, i) => sum + (x - to[i]!) ** 2, 0);
    return tests.filter(({ label, data }) => {
      const row = feature(data);
      return (distance(row, means[0]!) < distance(row, means[1]!) ? 0 : 1) === label;
    }).length;
  });
  const windows = new Set<string>();
  for (const { data } of samples) {
    for (let at = 0; at + 8 <= data.length; at += 8) windows.add(hex(data.subarray(at, at + 8)));
  }
  return { right, of: tests.length, windows: windows.size };
}
