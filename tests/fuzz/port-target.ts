/** The local records of programs that share a port, as they come from a socket: cut anywhere, whole or not. */
import assert from "node:assert/strict";
import {
  encodeControl,
  MAX_PORT_RECORD_BYTES,
  type PortControl,
  PortQueue,
  PortReader,
} from "../../lib/port/records.ts";

/** One of each kind. */
export const CONTROLS: readonly PortControl[] = [
  { kind: "hello", version: 1, rank: 2 },
  {
    kind: "welcome",
    version: 1,
    address: { hostname: "0.0.0.0", port: 9999 },
    dual: true,
    receiveBuffer: 425_984,
  },
  { kind: "hold", index: 0xfedcba98 },
  { kind: "release", index: 7 },
  { kind: "zone", address: { hostname: "fe80::1%eth0", port: 9999 } },
  { kind: "unsendable", address: { hostname: "2001:db8::1", port: 1 }, code: "ENETUNREACH" },
  {
    kind: "refused",
    address: { hostname: "10.0.0.1", port: 65_535 },
    start: Uint8Array.of(1, 1, 0, 0, 9, 8, 7, 6),
  },
  { kind: "speaks", speaks: true },
  { kind: "ping" },
  { kind: "pong" },
  { kind: "claim" },
];

/** Reads `bytes` as they come in pieces; what is read is encoded again as it was. */
export function readPortRecords(bytes: Uint8Array): void {
  const reader = new PortReader(new Uint8Array(2 * MAX_PORT_RECORD_BYTES));
  const again = new PortQueue(1 << 20);
  let read = 0;
  for (let at = 0; at < bytes.length; at += 11) {
    const piece = bytes.subarray(at, at + 11);
    reader.room().set(piece);
    reader.filled(piece.length);
    for (let record = reader.next(); record !== undefined; record = reader.next()) {
      if (record.kind === "datagram") again.datagram(record.datagram, record.address, record.alone);
      else again.add(record);
      const out = again.take();
      assert.deepEqual(out, bytes.slice(read, read + out.length));
      read += out.length;
    }
  }
}

/** Records of each kind, one after the other. */
export function portRecordSeeds(): Uint8Array[] {
  const queue = new PortQueue(1 << 20);
  queue.datagram(new Uint8Array(300), { hostname: "192.168.1.7", port: 9999 }, false);
  queue.add({ kind: "ping" });
  queue.datagram(Uint8Array.of(1), { hostname: "fe80::1", port: 1 }, true);
  return [...CONTROLS.map((record) => encodeControl(record)), queue.take().slice()];
}
