/** Endpoints joined in memory under a fake clock: a seeded network that drops, repeats, delays and rewrites. */
import { type Bytes, concat } from "../../lib/bytes.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { type Address, sameAddress } from "../../lib/peer/address.ts";
import type { EndpointConfig, EndpointOptions } from "../../lib/peer/config.ts";
import { Endpoint, type PeerEvent } from "../../lib/peer/endpoint.ts";
import type { DhKeyPair } from "../../lib/session/noise/suite.ts";

/** Deterministic bytes: SM3 of a seed and a counter. */
export function seededRandom(seed: string): (length: number) => Bytes {
  const key = new TextEncoder().encode(seed);
  let counter = 0;
  return (length) => {
    let out: Bytes = new Uint8Array(0);
    while (out.length < length) {
      out = concat(out, sm3(key, new TextEncoder().encode(`/${counter++}`)));
    }
    return out.slice(0, length);
  };
}

/** A number in [0, 1) from a random source. */
export function fraction(random: (length: number) => Bytes): number {
  return new DataView(random(4).buffer).getUint32(0) / 2 ** 32;
}

/** One datagram on its way. */
export interface Flight {
  from: Address;
  to: Address;
  datagram: Uint8Array;
  at: number;
}

/** An endpoint at an address, with what it has reported. */
export class Host {
  readonly events: PeerEvent[] = [];
  readonly endpoint: Endpoint;
  readonly identity: DhKeyPair;
  /** Bytes sent to and received from each address. */
  constructor(
    readonly network: Network,
    public address: Address,
    readonly name: string,
    options: Partial<EndpointOptions> = {},
  ) {
    const random = seededRandom(`${network.seed} ${name} ${network.now}`);
    this.identity = options.identity ?? generateKeyPair(random);
    this.endpoint = new Endpoint({
      identity: this.identity,
      random,
      hello: { program: `p2p/0.1.0 ${name}`, platform: "test", capabilities: 1 },
      now: network.now,
      time: 1_800_000_000_000 + network.now,
      ...options,
    });
  }

  /** Sends and reports what there is. */
  pump(): void {
    for (;;) {
      const transmit = this.endpoint.transmit(this.network.now);
      if (transmit === undefined) break;
      this.network.send(this.address, transmit.to, transmit.datagram.slice());
    }
    for (let event = this.endpoint.event(); event; event = this.endpoint.event()) {
      if (event.type === "internal-error" && !this.network.bearsErrors) throw event.error;
      this.events.push(event);
    }
  }

  /** Events of one type. */
  of<T extends PeerEvent["type"]>(type: T): Extract<PeerEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<PeerEvent, { type: T }> =>
      event.type === type
    );
  }
}

/** The network and its clock. */
export class Network {
  now = 1000;
  latency = 1;
  /** Whether an internal error is an event like any other, and not the end of the test. */
  bearsErrors = false;
  /** How many datagrams an endpoint is given at once; 0: one by one, each with `receive`. */
  together = 0;
  readonly hosts: Host[] = [];
  readonly flights: Flight[] = [];
  /** Everything that was sent. */
  readonly log: Flight[] = [];
  /** What becomes of a datagram: the flights that replace it. */
  rule: (flight: Flight) => Flight[] = (flight) => [flight];

  constructor(readonly seed: string) {}

  host(name: string, address: Address, options: Partial<EndpointOptions> = {}): Host {
    const host = new Host(this, address, name, options);
    this.hosts.push(host);
    return host;
  }

  send(from: Address, to: Address, datagram: Uint8Array): void {
    const flight = { from, to, datagram, at: this.now + this.latency };
    this.log.push({ ...flight, at: this.now });
    this.flights.push(...this.rule(flight));
  }

  #deliver(): boolean {
    const due = this.flights.filter((flight) => flight.at <= this.now);
    if (due.length === 0) return false;
    due.sort((a, b) => a.at - b.at);
    for (const flight of due) this.flights.splice(this.flights.indexOf(flight), 1);
    if (this.together) {
      for (const host of this.hosts) {
        const arrivals = due.filter((flight) => sameAddress(host.address, flight.to))
          .map(({ datagram, from }) => ({ datagram: datagram.slice(), from }));
        for (let i = 0; i < arrivals.length; i += this.together) {
          host.endpoint.receiveMany(arrivals.slice(i, i + this.together), this.now);
        }
        host.pump();
      }
      return true;
    }
    for (const flight of due) {
      for (const host of this.hosts) {
        if (!sameAddress(host.address, flight.to)) continue;
        host.endpoint.receive(flight.datagram, flight.from, this.now);
        host.pump();
      }
    }
    return true;
  }

  /** Runs until `done` or until `until` (fake milliseconds from now); whether `done` came true. */
  run(until: number, done: () => boolean = () => false): boolean {
    const end = this.now + until;
    for (;;) {
      for (const host of this.hosts) host.pump();
      while (this.#deliver());
      if (done()) return true;
      let next = Infinity;
      for (const flight of this.flights) next = Math.min(next, flight.at);
      for (const host of this.hosts) {
        next = Math.min(next, host.endpoint.nextTimeout() ?? Infinity);
      }
      if (next > end) {
        this.now = end;
        return done();
      }
      this.now = Math.max(this.now, next);
      for (const host of this.hosts) {
        if ((host.endpoint.nextTimeout() ?? Infinity) <= this.now) {
          host.endpoint.timeout(this.now);
          host.pump();
        }
      }
    }
  }
}

/** Two hosts at two addresses. */
export function pair(
  seed: string,
  options: { a?: Partial<EndpointOptions>; b?: Partial<EndpointOptions> } = {},
): { network: Network; a: Host; b: Host } {
  const network = new Network(seed);
  const a = network.host("alice", { hostname: "10.0.0.1", port: 9999 }, options.a);
  const b = network.host("bob", { hostname: "10.0.0.2", port: 9999 }, options.b);
  return { network, a, b };
}

/** Limits that never get in the way of a test about something else. */
export const OPEN: Partial<EndpointConfig> = {
  openRate: { burst: 1e9, perSecond: 1e9 },
  openRatePerSource: { burst: 1e9, perSecond: 1e9 },
};

/** Writes all of `data` on a new stream of `connection` and finishes it; runs the network until the peer has read it. */
export function transfer(
  network: Network,
  sender: Host,
  receiver: Host,
  data: Uint8Array,
  limitMs = 60_000,
): Bytes {
  const connection = [...sender.endpoint.connections].at(-1)!;
  const stream = connection.openStream();
  const received: Bytes[] = [];
  let sent = 0;
  let finished = false;
  let done = false;
  let seen = receiver.events.length;
  const buffer = new Uint8Array(65536);
  network.run(limitMs, () => {
    if (!finished && connection.state !== "closed") {
      sent += connection.write(stream, data.subarray(sent));
      if (sent === data.length) {
        connection.finish(stream);
        finished = true;
      }
      sender.pump();
    }
    for (; seen < receiver.events.length; seen++) {
      const event = receiver.events[seen]!;
      if (event.type !== "stream" || !("stream" in event.event)) continue;
      const id = event.event.stream;
      for (;;) {
        const length = event.connection.read(id, buffer);
        if (length === 0) break;
        received.push(buffer.slice(0, length));
      }
      if (event.connection.readFinished(id)) done = true;
    }
    receiver.pump();
    return done;
  });
  return concat(...received);
}
