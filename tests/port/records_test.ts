/** The local records of programs that share a port. */
import assert from "node:assert/strict";
import { FormatError } from "../../lib/errors.ts";
import {
  encodeControl,
  MAX_PORT_RECORD_BYTES,
  PortQueue,
  PortReader,
  type PortRecord,
} from "../../lib/port/records.ts";
import { CONTROLS } from "../fuzz/port-target.ts";

/** What is read of `bytes` that come in pieces of `size`. */
function readAll(bytes: Uint8Array, size: number): PortRecord[] {
  const reader = new PortReader(new Uint8Array(2 * MAX_PORT_RECORD_BYTES));
  const records: PortRecord[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    reader.room().set(piece);
    reader.filled(piece.length);
    for (let record = reader.next(); record !== undefined; record = reader.next()) {
      records.push(
        record.kind === "datagram" ? { ...record, datagram: record.datagram.slice() } : record,
      );
    }
  }
  return records;
}

Deno.test("records come out as they went in, wherever the stream is cut", () => {
  const queue = new PortQueue(1 << 20);
  const largest = new Uint8Array(65_507).fill(7);
  const expected: PortRecord[] = [...CONTROLS];
  for (const record of CONTROLS) queue.add(record);
  for (const hostname of ["127.0.0.1", "127.0.0.1", "2001:db8::7", "fe80::1"]) {
    for (const datagram of [largest, new Uint8Array(0), Uint8Array.of(1, 2, 3)]) {
      const address = { hostname, port: 40_000 + datagram.length % 7 };
      const alone = datagram.length === 3;
      assert.ok(queue.datagram(datagram, address, alone));
      expected.push({ kind: "datagram", address, datagram, alone });
    }
  }
  const bytes = queue.take();
  for (const size of [65_536, 1000, 7]) assert.deepEqual(readAll(bytes, size), expected);
});

Deno.test("whatever is too long, cut short, or has something behind it ends the link", () => {
  const bad: Uint8Array[] = [
    Uint8Array.of(0, 0, 0, 0),
    Uint8Array.of(0, 0, 0, 1, 0),
    Uint8Array.of(0, 0, 0, 1, 99),
    Uint8Array.of(0, 0, 0, 2, 10, 0),
    Uint8Array.of(0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0, 0, 0, 2, 9, 2),
    // A datagram whose host is longer than the record, is no address, or is marked by a flag that is none.
    Uint8Array.of(0, 0, 0, 6, 3, 0, 0, 1, 9, 0x31),
    Uint8Array.of(0, 0, 0, 6, 3, 0, 0, 1, 1, 0x20),
    Uint8Array.of(0, 0, 0, 6, 3, 2, 0, 1, 1, 0x31),
    new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"),
  ];
  for (const bytes of bad) assert.throws(() => readAll(bytes, 100), FormatError, bytes.join(" "));
  for (const record of CONTROLS) {
    const bytes = encodeControl(record);
    for (let cut = 1; cut < bytes.length - 4; cut++) {
      const short = bytes.slice(0, bytes.length - cut);
      short[3]! -= cut;
      if (record.kind === "unsendable" && cut <= record.code.length) continue;
      assert.throws(() => readAll(short, 100), FormatError, `${record.kind} ${cut}`);
    }
  }
});

Deno.test("a queue keeps no more than it may; what is left out leaves what is in whole", () => {
  const queue = new PortQueue(10_000);
  const address = { hostname: "127.0.0.1", port: 1 };
  let taken = 0;
  while (queue.datagram(new Uint8Array(900), address, false)) taken++;
  assert.equal(taken, 10);
  assert.ok(queue.add({ kind: "ping" }), "a record without a datagram still fits");
  let more = 0;
  while (queue.add({ kind: "hold", index: more })) more++;
  assert.ok(more < 10_000);
  assert.ok(queue.length <= 80_000);
  assert.equal(readAll(queue.take(), 5000).length, taken + 1 + more);
  assert.equal(queue.length, 0);
  assert.ok(queue.datagram(new Uint8Array(900), address, false));
});
