/**
 * The transport alone, in memory: bytes through two of them without sockets and ciphers, at the datagram size of
 * loopback and of Ethernet. Says what the frames, acknowledgements and buffers cost by themselves.
 */
import { Transport } from "../lib/transport/transport.ts";
import { type Bench, costRow, rateRow, type Row } from "./harness.ts";

const MIB = 1 << 20;
const OVERHEAD = 32;
/** Datagrams handed over before the other end answers. */
const BATCH = 64;
/** Simulated time per batch, in milliseconds. */
const TURN_MS = 0.2;

interface Run {
  seconds: number;
  packets: number;
  acks: number;
}

/** Moves `size` bytes from one transport to another in datagrams of `mtu`. */
export function pump(size: number, mtu: number): Run {
  let now = 0;
  const options = { now, overhead: OVERHEAD, maxMtu: mtu };
  const a = new Transport({ ...options, role: "initiator" });
  const b = new Transport({ ...options, role: "responder" });
  const slots = Array.from({ length: BATCH }, () => new Uint8Array(mtu - OVERHEAD));
  const numbers = new Float64Array(BATCH);
  const lengths = new Uint32Array(BATCH);
  const block = new Uint8Array(256 * 1024).fill(7);
  const sink = new Uint8Array(256 * 1024);
  const stream = a.openStream();
  let written = 0;
  let read = 0;
  const start = performance.now();
  while (read < size) {
    now += TURN_MS;
    while (written < size) {
      const taken = a.write(stream, block.subarray(0, Math.min(block.length, size - written)));
      if (taken === 0) break;
      written += taken;
    }
    for (const [from, to] of [[a, b], [b, a]] as const) {
      from.timeout(now);
      let count = 0;
      while (count < BATCH) {
        const packet = from.transmit(now, slots[count]!);
        if (packet === undefined) break;
        numbers[count] = packet.packetNumber;
        lengths[count++] = packet.length;
      }
      for (let i = 0; i < count; i++) {
        to.receive(numbers[i]!, slots[i]!.subarray(0, lengths[i]!), now);
      }
    }
    while (a.event() !== undefined);
    while (b.event() !== undefined);
    for (let n = b.read(stream, sink); n > 0; n = b.read(stream, sink)) read += n;
  }
  const seconds = (performance.now() - start) / 1000;
  return { seconds, packets: a.stats().packetsSent, acks: b.stats().packetsSent };
}

export const bench: Bench = {
  name: "transport",
  run({ quick }): Promise<Row[]> {
    const rows: Row[] = [];
    const large = quick ? 256 * MIB : 1024 * MIB;
    const small = quick ? 64 * MIB : 256 * MIB;
    pump(16 * MIB, 1452);
    pump(64 * MIB, 60_000);
    const big = pump(large, 60_000);
    rows.push(
      costRow(
        "transport alone, 60 kB datagrams, per GiB",
        "s",
        big.seconds * 1024 * MIB / large,
        "",
        undefined,
      ),
    );
    for (const mtu of [1200, 1452, 8972]) {
      const run = pump(small, mtu);
      const note = `${Math.round(small / MIB / run.seconds)} MiB/s, an ACK for ${
        (run.packets / run.acks).toFixed(1)
      } packets`;
      rows.push(
        rateRow(
          `transport alone, ${mtu} B datagrams`,
          "packets/s",
          run.packets / run.seconds,
          "",
          undefined,
          note,
        ),
      );
    }
    return Promise.resolve(rows);
  },
};

if (import.meta.main) {
  for (const row of await bench.run({ quick: Deno.args.includes("--quick") })) {
    console.log(row.what, row.ours.toFixed(3), row.unit, row.note ?? "");
  }
}
