/** Packet protection: sealing, opening, replays, key updates with loss and reordering, limits, unique nonces. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { type Aead, Sm4Gcm } from "../../lib/crypto/gcm.ts";
import { FailureError } from "../../lib/errors.ts";
import { KEY_LIMITS, type KeyLimits, PacketProtection } from "../../lib/session/protection.ts";
import { sm4Gcm } from "../../lib/session/traffic-keys.ts";
import { fraction, seededRandom } from "../peer/network.ts";

const HEADER = 8;

interface Packet {
  number: number;
  phase: 0 | 1;
  datagram: Uint8Array;
  text: string;
}

function two(limits: Partial<KeyLimits> = {}, makeAead = sm4Gcm) {
  const random = seededRandom("protection");
  const [one, other] = [random(32), random(32)];
  const all = { ...KEY_LIMITS, ...limits };
  const a = { sendSecret: one, receiveSecret: other };
  const b = { sendSecret: other, receiveSecret: one };
  return {
    a: new PacketProtection(a, makeAead, all, 0),
    b: new PacketProtection(b, makeAead, all, 0),
  };
}

function seal(from: PacketProtection, number: number, now: number): Packet {
  from.beforeSeal(now);
  const text = `packet ${number}`;
  const datagram = new Uint8Array(HEADER + text.length + 16);
  datagram[0] = from.phase;
  datagram.set(new TextEncoder().encode(text), HEADER);
  const phase = from.phase;
  assert.equal(from.stage(number, datagram, HEADER, text.length), datagram.length);
  from.sealStaged();
  return { number, phase, datagram, text };
}

const scratch = new Uint8Array(2048);

function open(to: PacketProtection, packet: Packet, now: number): string | undefined {
  const length = to.open(packet.phase, packet.number, packet.datagram, HEADER, scratch, now);
  return length < 0 ? undefined : new TextDecoder().decode(scratch.subarray(0, length));
}

Deno.test("a sealed packet opens once, and not at all when a bit of it is changed", () => {
  const { a, b } = two();
  const packet = seal(a, 0, 0);
  for (let i = 0; i < packet.datagram.length; i++) {
    const changed = packet.datagram.slice();
    changed[i]! ^= 1 << (i % 8);
    assert.equal(open(b, { ...packet, datagram: changed }, 0), undefined);
  }
  assert.equal(open(b, { ...packet, number: 1 }, 0), undefined);
  assert.equal(open(a, packet, 0), undefined, "reflected to its sender");
  assert.equal(open(b, packet, 0), packet.text);
  assert.equal(open(b, packet, 0), undefined, "replayed");
});

Deno.test("keys are renewed by count and by time, and nothing is lost", () => {
  const { a, b } = two({ updateAfterPackets: 10, updateAfterMs: 1000 });
  let now = 0;
  for (let i = 0; i < 200; i++) {
    now += 10;
    const there = seal(a, i, now);
    assert.equal(open(b, there, now), there.text);
    const back = seal(b, i, now);
    assert.equal(open(a, back, now), back.text);
  }
  const byCount = a.updates;
  assert.ok(byCount >= 10, `${byCount} updates`);
  assert.ok(Math.abs(a.updates - b.updates) <= 1);
  now += 1001;
  const late = seal(a, 200, now);
  assert.equal(a.updates, byCount + 1);
  assert.equal(open(b, late, now), late.text);
});

Deno.test("key updates under loss and reordering: every packet that arrives opens", () => {
  const seed = Deno.env.get("P2P_TEST_SEED") ?? "key updates";
  const random = seededRandom(seed);
  const { a, b } = two({ updateAfterPackets: 40, updateAfterMs: 1e9, retainMs: 100 });
  const flights: { at: number; to: PacketProtection; packet: Packet }[] = [];
  let opened = 0;
  for (let i = 0; i < 3000; i++) {
    const now = i;
    for (const [from, to] of [[a, b], [b, a]] as const) {
      const packet = seal(from, i, now);
      if (fraction(random) < 0.2) continue;
      flights.push({ at: now + 1 + Math.floor(fraction(random) * 20), to, packet });
    }
    for (const flight of flights.filter(({ at }) => at <= now)) {
      flights.splice(flights.indexOf(flight), 1);
      assert.equal(
        open(flight.to, flight.packet, now),
        flight.packet.text,
        `seed ${seed}, packet ${flight.packet.number}`,
      );
      opened++;
    }
  }
  assert.ok(opened > 4000);
  assert.ok(a.updates > 20, `${a.updates} updates`);
});

Deno.test("no update begins before the peer has used the keys of the last one", () => {
  const { a, b } = two({ updateAfterPackets: 1 });
  const first = seal(a, 0, 0);
  seal(a, 1, 0);
  assert.equal(a.updates, 0, "nothing has been heard from the peer");
  open(b, first, 0);
  open(a, seal(b, 0, 0), 0);
  for (let i = 2; i < 10; i++) seal(a, i, 0);
  assert.equal(a.updates, 1);
});

Deno.test("a key that cannot be renewed is not used beyond its limit", () => {
  const { a } = two({ updateAfterPackets: 5, maxPackets: 8 });
  for (let i = 0; i < 8; i++) seal(a, i, 0);
  assert.throws(() => seal(a, 8, 0), FailureError);
});

Deno.test("too many forged packets end the session", () => {
  const { a, b } = two({ maxForged: 10 });
  const packet = seal(a, 0, 0);
  packet.datagram[HEADER]! ^= 1;
  for (let i = 0; i < 9; i++) assert.equal(open(b, packet, 0), undefined);
  assert.throws(() => open(b, packet, 0), FailureError);
});

Deno.test("no key meets a nonce twice: both directions, over many updates", () => {
  const used = new Set<string>();
  const recording = (key: Uint8Array): Aead => {
    const name = hex(key);
    const inner = new Sm4Gcm(key);
    return {
      seal: (nonce, plaintext, aad) => inner.seal(nonce, plaintext, aad),
      open: (nonce, sealed, aad) => inner.open(nonce, sealed, aad),
      openInto: (nonce, aad, sealed, out) => inner.openInto(nonce, aad, sealed, out),
      wipe: () => inner.wipe(),
      sealInto(nonce, aad, plaintext, out) {
        const pair = `${name} ${hex(nonce)}`;
        assert.ok(!used.has(pair), `key and nonce used again: ${pair}`);
        used.add(pair);
        return inner.sealInto(nonce, aad, plaintext, out);
      },
    };
  };
  const { a, b } = two({ updateAfterPackets: 7 }, recording);
  for (let i = 0; i < 500; i++) {
    open(b, seal(a, i, i), i);
    open(a, seal(b, i, i), i);
  }
  assert.equal(used.size, 1000);
  assert.ok(a.updates > 30);
});
