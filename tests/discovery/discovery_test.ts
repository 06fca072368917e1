/** Discovery without sockets: contacts find each other, strangers learn nothing, floods cost little. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, hex } from "../../lib/bytes.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { decodeAnnouncement, encodeAnnouncement } from "../../lib/discovery/announcement.ts";
import {
  BEACON_BYTES,
  discoveryKey,
  encodeBeacon,
  EPOCH_MS,
  NoteKind,
  ReceivedBeacon,
} from "../../lib/discovery/beacon.ts";
import {
  Discovery,
  type DiscoveryAddress,
  type DiscoveryEvent,
} from "../../lib/discovery/discovery.ts";
import { classifyBeacons } from "./classifier.ts";

const TIME = Date.UTC(2026, 8, 1);

function person() {
  return generateKeyPair();
}
type Person = ReturnType<typeof person>;

/** `other` as a contact of `own`. */
function contact(own: Person, other: Person) {
  return { key: other.publicKey, secret: discoveryKey(own.secretKey, other.publicKey) };
}

/** A LAN: what one sends to the group comes to all others; answers to their address. */
class Lan {
  readonly #hosts: Array<
    { discovery: Discovery; address: DiscoveryAddress; events: DiscoveryEvent[] }
  > = [];
  readonly seen: Bytes[] = [];
  now = 0;

  join(discovery: Discovery, hostname: string) {
    const host = { discovery, address: { hostname, port: 40_000 }, events: [] as DiscoveryEvent[] };
    this.#hosts.push(host);
    return host;
  }

  /** Lets `milliseconds` pass. */
  run(milliseconds: number): void {
    for (const end = this.now + milliseconds; this.now <= end; this.now += 10) {
      for (const { discovery } of this.#hosts) {
        if (this.now >= discovery.nextTimeout()) discovery.timeout(this.now, TIME + this.now);
      }
      this.#deliver();
    }
  }

  #deliver(): void {
    for (let busy = true; busy;) {
      busy = false;
      for (const from of this.#hosts) {
        for (
          let sent = from.discovery.transmit();
          sent !== undefined;
          sent = from.discovery.transmit()
        ) {
          busy = true;
          this.seen.push(sent.data);
          for (const host of this.#hosts) {
            if (host === from || (sent.to && sent.to.hostname !== host.address.hostname)) continue;
            host.discovery.receive(sent.data, from.address, this.now, TIME + this.now);
          }
        }
        for (let e = from.discovery.event(); e !== undefined; e = from.discovery.event()) {
          from.events.push(e);
        }
      }
    }
  }
}

function program(own: Person, contacts: Person[], port = 9999, announce?: string): Discovery {
  return new Discovery({
    key: own.publicKey,
    port,
    announce,
    contacts: contacts.map((other) => contact(own, other)),
    random: randomBytes,
    now: 0,
  });
}

Deno.test("two contacts find each other; a stranger beside them finds nobody", () => {
  const [a, b, c] = [person(), person(), person()];
  const lan = new Lan();
  const alice = lan.join(program(a, [b]), "10.0.0.1");
  const bob = lan.join(program(b, [a], 7777), "10.0.0.2");
  const carol = lan.join(program(c, [a, b]), "10.0.0.3");
  lan.run(100);
  assert.deepEqual(alice.events, [
    { type: "present", key: b.publicKey, address: { hostname: "10.0.0.2", port: 7777 } },
  ]);
  assert.equal(bob.events.length, 1);
  assert.deepEqual(carol.events, []);
});

Deno.test("a seek is answered at once, by the one it is for alone, and a program that only looks says nothing else", () => {
  const [a, b, c] = [person(), person(), person()];
  const lan = new Lan();
  lan.join(program(b, [a]), "10.0.0.2");
  lan.join(program(c, [a]), "10.0.0.3");
  lan.run(40_000);
  const looking = lan.join(program(a, [b, c], 0), "10.0.0.1");
  const before = lan.seen.length;
  looking.discovery.seek(b.publicKey, lan.now);
  lan.run(20);
  assert.deepEqual(looking.events.map((event) => event.type === "present" && hex(event.key)), [
    hex(b.publicKey),
  ]);
  assert.equal(lan.seen.length - before, 2, "one question, one answer");
});

Deno.test("who leaves or falls silent is absent; a new address is told", () => {
  const [a, b] = [person(), person()];
  const lan = new Lan();
  const alice = lan.join(program(a, [b]), "10.0.0.1");
  const bob = lan.join(program(b, [a]), "10.0.0.2");
  lan.run(100);
  bob.address = { hostname: "10.0.0.77", port: 1 };
  lan.run(35_000);
  bob.discovery.leave(TIME + lan.now);
  lan.run(20);
  assert.deepEqual(
    alice.events.map((event) => event.type === "absent" ? "absent" : event.address.hostname),
    ["10.0.0.2", "10.0.0.77", "absent"],
  );
});

Deno.test("on a new network everything is said and asked again at once", () => {
  const [a, b] = [person(), person()];
  const discovery = program(a, [b]);
  discovery.seek(b.publicKey, 0);
  for (let now = 0; now < 20_000; now += 10) {
    if (now >= discovery.nextTimeout()) discovery.timeout(now, TIME + now);
  }
  while (discovery.transmit() !== undefined);
  discovery.restart(20_000);
  assert.equal(discovery.nextTimeout(), 20_000);
  discovery.timeout(20_000, TIME);
  assert.ok(discovery.transmit() && discovery.transmit(), "a beacon and a seek");
});

Deno.test("more contacts than a beacon holds are all reached by rotation", () => {
  const own = person();
  const others = Array.from({ length: 70 }, person);
  const lan = new Lan();
  const hosts = others.map((other, i) => lan.join(program(other, [own], 0), `10.1.0.${i}`));
  lan.join(program(own, others), "10.0.0.1");
  lan.run(8000);
  for (const host of hosts) assert.equal(host.events.length, 1);
});

Deno.test("a beacon replayed in a later epoch, reflected, or changed in one bit says nothing", () => {
  const [a, b] = [person(), person()];
  const ofA = contact(b, a), ofB = contact(a, b);
  const beacon = encodeBeacon(
    a.publicKey,
    [[ofB, { kind: NoteKind.seek, port: 5 }]],
    TIME,
    randomBytes,
  );
  const received = ReceivedBeacon.parse(beacon)!;
  assert.deepEqual(received.from(ofA, TIME), { kind: NoteKind.seek, port: 5 });
  assert.deepEqual(received.from(ofA, TIME + EPOCH_MS), { kind: NoteKind.seek, port: 5 });
  assert.equal(received.from(ofA, TIME + 2 * EPOCH_MS), undefined, "replayed");
  assert.equal(received.from(ofB, TIME), undefined, "reflected to its sender");
  fc.assert(fc.property(fc.nat(BEACON_BYTES * 8 - 1), (bit) => {
    const changed = beacon.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    const note = ReceivedBeacon.parse(changed)!.from(ofA, TIME);
    // A bit of another slot changes nothing; one of this slot or the nonce makes it nobody's.
    assert.ok(note === undefined || (note.kind === NoteKind.seek && note.port === 5));
  }));
});

Deno.test("datagrams of any size and content are taken without an answer", () => {
  const [a, b] = [person(), person()];
  const discovery = program(a, [b]);
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array({ maxLength: 1500 }),
      fc.uint8Array({ minLength: BEACON_BYTES, maxLength: BEACON_BYTES }),
      fc.uint8Array({ minLength: 256, maxLength: 256 }),
    ),
    (datagram) => {
      discovery.receive(datagram, { hostname: "10.0.0.9", port: 9 }, 0, TIME);
      assert.equal(discovery.transmit(), undefined);
      assert.equal(discovery.event(), undefined);
    },
  ));
});

Deno.test("a flood of beacons is not looked at beyond a budget, and an honest one is seen a second later", () => {
  const own = person();
  const others = Array.from({ length: 100 }, person);
  const discovery = program(own, others);
  const started = performance.now();
  for (let i = 0; i < 20_000; i++) {
    discovery.receive(randomBytes(BEACON_BYTES), { hostname: "10.0.0.9", port: 9 }, i / 100, TIME);
  }
  const honest = encodeBeacon(
    others[7]!.publicKey,
    [[contact(others[7]!, own), { kind: NoteKind.present, port: 9 }]],
    TIME,
    randomBytes,
  );
  discovery.receive(honest, { hostname: "10.0.0.7", port: 9 }, 2000, TIME);
  assert.equal(discovery.event()?.type, "present");
  assert.ok(performance.now() - started < 10_000);
});

Deno.test("beacons of 200 restarts: a classifier does no better than chance", () => {
  const { right, of, windows } = classifyBeacons();
  // Chance gives 50 ± 5; five standard deviations never happen by it.
  for (const count of right) assert.ok(count > 25 && count < 75, `${count} of ${of}`);
  assert.equal(windows, 200 * BEACON_BYTES / 8, "nothing comes twice");
});

Deno.test("an announcement shows a name; anything else of its size is none", () => {
  const own = person();
  const announcement = { port: 9999, key: own.publicKey, name: "李雷的电脑" };
  const datagram = encodeAnnouncement(announcement);
  assert.deepEqual(decodeAnnouncement(datagram), announcement);
  for (let length = 0; length < datagram.length; length++) {
    assert.equal(decodeAnnouncement(datagram.subarray(0, length)), undefined);
  }
  const [a, b] = [person(), person()];
  const lan = new Lan();
  const alice = lan.join(program(a, []), "10.0.0.1");
  lan.join(program(b, [], 9999, "x".repeat(100)), "10.0.0.2");
  lan.run(40_000);
  assert.equal(alice.events.length, 1, "told once");
  assert.equal(alice.events[0]?.type === "announced" && alice.events[0].name.length, 64);
});
