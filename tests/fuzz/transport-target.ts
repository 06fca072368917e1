/**
 * A hostile peer against a Transport: the input is a script of packets with frames, acknowledgements, streams and the
 * reader's own calls, over small numbers so that it gets deep into the state machine.
 */
import assert from "node:assert/strict";
import { P2PError, RemoteProtocolError } from "../../lib/errors.ts";
import { Transport } from "../../lib/transport/transport.ts";
import { FRAME_ACK, FRAME_STREAM, FRAMES } from "../../lib/wire/frames.ts";
import { FrameCursor } from "../../lib/wire/frames/frame-cursor.ts";
import { writeVarint } from "../../lib/wire/varint.ts";
import type { FuzzTarget } from "./fuzz.ts";

const OVERHEAD = 32;
/** All types of frames, and STREAM in all its variants. */
const TYPES = FRAMES.flatMap(({ type }) =>
  type === FRAME_STREAM ? [type, 0x0a, 0x0b, 0x0c, 0x0e, 0x0f] : [type]
);
/** How many integers follow each type: as many as its reader takes of ones, which are a byte each. */
const FIELDS = new Map(
  FRAMES.filter(({ type }) => type !== FRAME_ACK).map(({ type, read }) => {
    const cursor = new FrameCursor();
    cursor.reset(new Uint8Array(32).fill(1));
    read?.(cursor);
    return [type, cursor.at];
  }),
);
const LARGE = [2 ** 14, 2 ** 18, 2 ** 19, 2 ** 30, 2 ** 40, Number.MAX_SAFE_INTEGER];

/** Reads the script byte by byte; zero when it has ended. */
class Script {
  #at = 0;
  constructor(readonly bytes: Uint8Array) {}
  get ended(): boolean {
    return this.#at >= this.bytes.length;
  }
  byte(): number {
    return this.bytes[this.#at++] ?? 0;
  }
  number(): number {
    const byte = this.byte();
    return byte < 0xe0 ? byte & 0x3f : byte < 0xf8 ? 256 * byte : LARGE[byte - 0xf8] ?? byte;
  }
}

function writeFrame(script: Script, out: Uint8Array, at: number, largest: number): number {
  const type = TYPES[script.byte() % TYPES.length]!;
  at = writeVarint(out, at, type);
  if (type === FRAME_ACK) {
    const newest = Math.max(0, script.byte() < 0xf0 ? largest - (script.byte() & 7) : largest + 1);
    at = writeVarint(out, writeVarint(out, at, newest), script.number());
    const more = script.byte() & 3;
    at = writeVarint(out, writeVarint(out, at, more), script.byte() & 3);
    for (let i = 0; i < 2 * more; i++) at = writeVarint(out, at, script.byte() & 3);
    return at;
  }
  if (type >= 0x08 && type <= 0x0f) {
    at = writeVarint(out, at, script.byte() & 7);
    if ((type & 4) !== 0) at = writeVarint(out, at, script.number());
    const length = script.byte() & 31;
    if ((type & 2) !== 0) at = writeVarint(out, at, length);
    return at + length;
  }
  if (type === 0x1a || type === 0x1b) return at + 8;
  if (type === 0x1c || type === 0x1d) {
    for (let i = type; i < 0x1e; i++) at = writeVarint(out, at, script.number());
    const length = script.byte() & 7;
    return writeVarint(out, at, length) + length;
  }
  const fields = FIELDS.get(type) ?? 0;
  for (let i = 0; i < fields; i++) {
    at = writeVarint(out, at, i === 0 ? script.byte() & 7 : script.number());
  }
  return at;
}

function run(bytes: Uint8Array): void {
  const script = new Script(bytes);
  const out = new Uint8Array(2000);
  const packet = new Uint8Array(4096);
  const readBuffer = new Uint8Array(64);
  let now = 0;
  let number = 0;
  let largest = -1;
  const transport = new Transport({ role: "responder", now, overhead: OVERHEAD });
  const opened: number[] = [];
  while (!script.ended) {
    const op = script.byte();
    now += op & 0x0f;
    const open = transport.state === "open";
    switch (op >>> 4) {
      case 0:
        if (open && opened.length < 60) opened.push(transport.openStream());
        break;
      case 1:
        for (const id of opened) {
          if (open && script.byte() < 200) transport.write(id, packet.subarray(0, script.number()));
        }
        break;
      case 2:
        for (const id of opened) if (open) transport.finish(id);
        opened.length = 0;
        break;
      case 3:
        now += 100 * script.byte();
        transport.timeout(now);
        break;
      case 4:
        if (opened.length > 0) transport.reset(opened.pop()!, 7);
        break;
      default: {
        let end = 0;
        for (let frames = 1 + (script.byte() & 3); frames > 0; frames--) {
          end = writeFrame(script, packet, end, largest);
        }
        number += script.byte() < 240 ? 1 : script.number() - 3;
        try {
          transport.receive(Math.max(0, number), packet.subarray(0, end), now);
        } catch (error) {
          assert.ok(error instanceof RemoteProtocolError, String(error));
          assert.notEqual(transport.state, "open");
        }
      }
    }
    largest = drain(transport, now, out, readBuffer, script) ?? largest;
  }
}

/** Lets the transport do what it wants, and checks what must always hold. */
function drain(
  transport: Transport,
  now: number,
  out: Uint8Array,
  readBuffer: Uint8Array,
  script: Script,
): number | undefined {
  for (let e = transport.event(); e !== undefined; e = transport.event()) {
    if (!("stream" in e)) continue;
    try {
      if (e.type === "readable" && script.byte() < 128) transport.read(e.stream, readBuffer);
      else if (e.type === "stream-opened" && script.byte() < 32) transport.stop(e.stream, 3);
      else if (e.type === "stream-opened" && script.byte() < 64) transport.finish(e.stream);
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
    }
  }
  let largest: number | undefined;
  let timedOut = false;
  for (let sent = 0; sent < 200; sent++) {
    const packet = transport.transmit(now, out);
    if (packet === undefined && !timedOut) {
      transport.timeout(now);
      timedOut = true;
      continue;
    }
    if (packet === undefined) {
      const { bytesInFlight, openStreams } = transport.stats();
      assert.ok(bytesInFlight >= 0 && openStreams <= 256);
      // Nothing may stay due, or a driver would spin.
      const next = transport.nextTimeout();
      assert.ok(next === undefined || next > now, `due at ${next}, now ${now}`);
      return largest;
    }
    assert.ok(packet.length > 0 && packet.length <= 1452 - OVERHEAD);
    largest = packet.packetNumber;
  }
  assert.fail("transmit does not end");
}

export const transportTarget: FuzzTarget = { name: "transport", run, maxLength: 1500 };
