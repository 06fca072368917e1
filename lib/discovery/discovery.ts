/**
 * Finding contacts on the LAN: a protocol object without I/O, clock or randomness of its own. The program hands it
 * datagrams and the time and sends what it gives, to the multicast groups or to one address.
 *
 * How often beacons go out depends on nothing but time, so that their number tells nothing about how many contacts
 * there are; whom they are for rotates where there are more than a beacon holds.
 */
import type { Bytes } from "../bytes.ts";
import type { RandomSource } from "../crypto/random.ts";
import { type Announcement, decodeAnnouncement, encodeAnnouncement } from "./announcement.ts";
import {
  BEACON_SLOTS,
  type BeaconNote,
  type DiscoveryContact,
  encodeBeacon,
  NoteKind,
  ReceivedBeacon,
} from "./beacon.ts";

/** Beacons after the start, in milliseconds; then one each `PRESENCE_MS`. */
const FIRST_MS = [0, 1000, 3000] as const;
const PRESENCE_MS = 30_000;
/** When to repeat a seek that is not answered, in milliseconds after it began; then each `SEEK_MS`. */
const SEEKS_MS = [0, 80, 240, 700, 2000] as const;
const SEEK_MS = 5000;
/** Part of an interval that is left to chance, so that two programs do not go on in step. */
const JITTER = 0.25;
/** Whoever was not heard for this long is not there any more: three beacons lost. */
const GONE_MS = 100_000;
/** Answers to one contact's seeks are this far apart at least, in milliseconds. */
const ANSWER_MS = 50;
/** The name for everybody is shown to those who look at most this often, in milliseconds. */
const SHOW_MS = 100;
/** Comparisons of a slot key that received beacons may cost a second: one for each contact and epoch. */
const CHECKS_PER_SECOND = 20_000;
/** Addresses of one contact that are kept. */
const MAX_PLACES = 8;
/** Strangers' announcements that are kept. */
const MAX_ANNOUNCED = 256;

/** Where a datagram came from or goes to. */
export interface DiscoveryAddress {
  readonly hostname: string;
  readonly port: number;
}

/** A datagram to send: to one address, or (undefined) to the groups on every interface. */
export interface DiscoveryDatagram {
  readonly data: Bytes;
  readonly to: DiscoveryAddress | undefined;
}

/** What was found out. */
export type DiscoveryEvent =
  /** A contact is at `address`, too, or was sought there; a place to try, not trust. */
  | { readonly type: "present"; readonly key: Uint8Array; readonly address: DiscoveryAddress }
  | { readonly type: "absent"; readonly key: Uint8Array }
  /** Somebody shows a name to everybody. */
  | {
    readonly type: "announced";
    readonly key: Uint8Array;
    readonly name: string;
    readonly address: DiscoveryAddress;
  };

/** What discovery is made from. */
export interface DiscoveryOptions {
  /** Own public key, 33 bytes. */
  readonly key: Bytes;
  /** Where peers reach this program; 0 for a program that only looks. */
  readonly port: number;
  /** A name to show to everybody; nobody is told one when undefined. */
  readonly announce?: string | undefined;
  readonly contacts: readonly DiscoveryContact[];
  readonly random: RandomSource;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: number;
}

interface ContactPresence {
  readonly contact: DiscoveryContact;
  /** Where it was heard, the latest last: one host has several addresses, and one of them may be made up. */
  places: Array<{ readonly address: DiscoveryAddress; heard: number }>;
  answered: number;
}

interface ActiveSeek {
  readonly contact: DiscoveryContact;
  readonly since: number;
  count: number;
  next: number;
}

function mapKey(key: Uint8Array): string {
  return key.toHex();
}

function sameAddress(a: DiscoveryAddress, b: DiscoveryAddress): boolean {
  return a.hostname === b.hostname && a.port === b.port;
}

/** One program's discovery. */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #peers = new Map<string, ContactPresence>();
  readonly #announced = new Map<string, { heard: number; shown: string }>();
  readonly #seeks = new Map<string, ActiveSeek>();
  readonly #outgoing: DiscoveryDatagram[] = [];
  readonly #events: DiscoveryEvent[] = [];
  #port: number;
  #start: number;
  #beacons = 0;
  #nextBeacon: number;
  #rotation = 0;
  #shown = -Infinity;
  #checks = CHECKS_PER_SECOND;
  #checksAt: number;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#start = options.now;
    this.#nextBeacon = options.now;
    this.#checksAt = options.now;
    for (const contact of options.contacts) this.add(contact);
  }

  /** There is a new network: says and asks everything again, as at the start. */
  restart(now: number): void {
    this.#start = now;
    this.#beacons = 0;
    this.#nextBeacon = now;
    for (const [id, { contact }] of this.#seeks) {
      this.#seeks.set(id, { contact, since: now, count: 0, next: now });
    }
  }

  /** Peers reach this program at another port from now on, which is said at once; 0: it only looks, and says nothing more. */
  moveTo(port: number, now: number): void {
    if (port === this.#port) return;
    this.#port = port;
    if (port > 0) this.restart(now);
  }

  /** Takes a contact in; one that is there already stays. */
  add(contact: DiscoveryContact): void {
    const id = mapKey(contact.key);
    if (!this.#peers.has(id)) this.#peers.set(id, { contact, places: [], answered: -Infinity });
  }

  /** Forgets a contact: a blocked or removed one gets no answer. */
  remove(key: Uint8Array): void {
    this.#peers.delete(mapKey(key));
    this.#seeks.delete(mapKey(key));
  }

  /** Where a contact was heard, the latest first; none when it is not there. */
  addressesOf(key: Uint8Array): DiscoveryAddress[] {
    const places = this.#peers.get(mapKey(key))?.places ?? [];
    return places.map(({ address }) => address).reverse();
  }

  /** Asks those who show a name to everybody to say it; to all others it is noise. */
  look(time: number): void {
    this.#send([], time, undefined);
  }

  /** Looks for a contact until it is found or `stopSeeking`. */
  seek(key: Uint8Array, now: number): void {
    const contact = this.#peers.get(mapKey(key))?.contact;
    if (contact === undefined) return;
    this.#seeks.set(mapKey(key), { contact, since: now, count: 0, next: now });
  }

  stopSeeking(key: Uint8Array): void {
    this.#seeks.delete(mapKey(key));
  }

  /** Tells contacts that this program leaves. */
  leave(time: number): void {
    if (this.#port > 0) this.#beacon(NoteKind.leaving, time);
  }

  /**
   * Takes a datagram that came to a group or to the own socket.
   *
   * @param now the clock of `DiscoveryOptions.now`
   * @param time milliseconds since 1970
   */
  receive(datagram: Uint8Array, from: DiscoveryAddress, now: number, time: number): void {
    const announcement = decodeAnnouncement(datagram);
    if (announcement !== undefined) return this.#hear(announcement, from, now);
    const beacon = ReceivedBeacon.parse(datagram);
    if (beacon === undefined || !this.#mayCheck(now)) return;
    this.#answerLook(from, now);
    for (const peer of this.#peers.values()) {
      const note = beacon.from(peer.contact, time);
      if (note !== undefined) return this.#heard(peer, note, from, now, time);
    }
  }

  /** Whoever sends a beacon may be looking: what is shown to everybody goes to them, too, now and then. */
  #answerLook(from: DiscoveryAddress, now: number): void {
    const { announce: name, key } = this.#options;
    const port = this.#port;
    if (name === undefined || port === 0 || now < this.#shown + SHOW_MS) return;
    this.#shown = now;
    this.#outgoing.push({ data: encodeAnnouncement({ port, key, name }), to: from });
  }

  /** When `timeout` has something to do. */
  nextTimeout(): number {
    let next = this.#nextBeacon;
    for (const seek of this.#seeks.values()) next = Math.min(next, seek.next);
    for (const { places } of this.#peers.values()) {
      for (const { heard } of places) next = Math.min(next, heard + GONE_MS);
    }
    return next;
  }

  /** Does what is due. */
  timeout(now: number, time: number): void {
    if (now >= this.#nextBeacon) this.#presence(now, time);
    this.#seekAll([...this.#seeks.values()].filter(({ next }) => now >= next), now, time);
    for (const peer of this.#peers.values()) {
      const before = peer.places.length;
      peer.places = peer.places.filter(({ heard }) => now < heard + GONE_MS);
      if (before > 0 && peer.places.length === 0) this.#absent(peer);
    }
  }

  /** Asks for all of them, as many in one beacon as it holds. */
  #seekAll(seeks: readonly ActiveSeek[], now: number, time: number): void {
    for (let at = 0; at < seeks.length; at += BEACON_SLOTS) {
      const some = seeks.slice(at, at + BEACON_SLOTS);
      this.#send(some.map(({ contact }) => [contact, this.#note(NoteKind.seek)]), time, undefined);
    }
    for (const seek of seeks) {
      // What should have been asked while the machine slept is not made up for.
      do seek.count++; while (seek.since + (SEEKS_MS[seek.count] ?? Infinity) <= now);
      const planned = SEEKS_MS[seek.count];
      seek.next = planned === undefined ? now + SEEK_MS : seek.since + planned;
    }
  }

  /** The next datagram to send; undefined when there is none. */
  transmit(): DiscoveryDatagram | undefined {
    return this.#outgoing.shift();
  }

  /** The next event; undefined when there is none. */
  event(): DiscoveryEvent | undefined {
    return this.#events.shift();
  }

  #note(kind: NoteKind): BeaconNote {
    return { kind, port: this.#port };
  }

  #presence(now: number, time: number): void {
    // A program that only looks has nothing to say.
    if (this.#port > 0) {
      this.#beacon(NoteKind.present, time);
      const { announce: name, key } = this.#options;
      const port = this.#port;
      if (name !== undefined) {
        this.#outgoing.push({ data: encodeAnnouncement({ port, key, name }), to: undefined });
      }
    }
    this.#beacons++;
    const planned = FIRST_MS[this.#beacons];
    const interval = planned === undefined ? PRESENCE_MS : this.#start + planned - now;
    const chance = (this.#options.random(1)[0]! / 255 * 2 - 1) * JITTER;
    this.#nextBeacon = now + Math.max(1, interval * (1 + chance));
  }

  /** One beacon, for as many contacts as it holds; the next one goes on behind them. */
  #beacon(kind: NoteKind, time: number): void {
    const all = [...this.#peers.values()];
    const count = Math.min(BEACON_SLOTS, all.length);
    const chosen = Array.from({ length: count }, (_, i) => all[(this.#rotation + i) % all.length]!);
    this.#rotation = all.length === 0 ? 0 : (this.#rotation + count) % all.length;
    this.#send(chosen.map(({ contact }) => [contact, this.#note(kind)]), time, undefined);
  }

  #send(
    notes: ReadonlyArray<readonly [DiscoveryContact, BeaconNote]>,
    time: number,
    to: DiscoveryAddress | undefined,
  ): void {
    const { key, random } = this.#options;
    this.#outgoing.push({ data: encodeBeacon(key, notes, time, random), to });
  }

  /** Bounds what a flood of beacons costs: whatever is over it is not looked at. */
  #mayCheck(now: number): boolean {
    const earned = (now - this.#checksAt) / 1000 * CHECKS_PER_SECOND;
    this.#checks = Math.min(CHECKS_PER_SECOND, this.#checks + earned);
    this.#checksAt = now;
    const cost = 3 * this.#peers.size;
    if (this.#checks < cost) return false;
    this.#checks -= cost;
    return true;
  }

  #heard(
    peer: ContactPresence,
    note: BeaconNote,
    from: DiscoveryAddress,
    now: number,
    time: number,
  ): void {
    if (note.kind === NoteKind.leaving) return this.#left(peer, { ...from, port: note.port });
    if (note.kind === NoteKind.seek && this.#port > 0 && now >= peer.answered + ANSWER_MS) {
      peer.answered = now;
      this.#send([[peer.contact, this.#note(NoteKind.found)]], time, from);
    }
    if (note.port === 0) return;
    const address = { hostname: from.hostname, port: note.port };
    const sought = this.#seeks.delete(mapKey(peer.contact.key));
    const at = peer.places.findIndex((place) => sameAddress(place.address, address));
    const known = peer.places.splice(at < 0 ? peer.places.length : at, 1).length > 0;
    peer.places.push({ address, heard: now });
    if (peer.places.length > MAX_PLACES) peer.places.shift();
    if (sought || !known) this.#events.push({ type: "present", key: peer.contact.key, address });
  }

  /** A contact's program has left; another of its programs may still be there. */
  #left(peer: ContactPresence, where: DiscoveryAddress): void {
    const before = peer.places.length;
    peer.places = peer.places.filter(({ address }) => !sameAddress(address, where));
    // A host says it once on each of its networks, from another address on each.
    if (peer.places.every(({ address }) => address.port === where.port)) peer.places = [];
    if (before > 0 && peer.places.length === 0) this.#absent(peer);
  }

  #absent({ contact }: ContactPresence): void {
    this.#events.push({ type: "absent", key: contact.key });
  }

  #hear({ key, name, port }: Announcement, from: DiscoveryAddress, now: number): void {
    const id = mapKey(key);
    if (id === mapKey(this.#options.key)) return;
    const address = { hostname: from.hostname, port };
    const shown = `${address.hostname} ${port} ${name}`;
    const known = this.#announced.get(id);
    this.#announced.delete(id);
    this.#announced.set(id, { heard: now, shown });
    const [oldest] = this.#announced.keys();
    if (this.#announced.size > MAX_ANNOUNCED) this.#announced.delete(oldest!);
    if (known?.shown === shown && now < known.heard + GONE_MS) return;
    this.#events.push({ type: "announced", key, name, address });
  }
}
