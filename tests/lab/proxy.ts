/**
 * The network laboratory over real sockets: a datagram proxy between clients and one server, with a `Link` for each
 * direction of each client. Records what passes, and plays recordings back.
 */
import { type Conditions, Link } from "./link.ts";
import { SeededRandom } from "./random.ts";

export interface ProxyOptions {
  /** Where the server listens. */
  readonly target: { hostname: string; port: number };
  /** 0 or undefined: a free port. */
  readonly port?: number;
  readonly there?: Conditions;
  readonly back?: Conditions;
  readonly seed: number;
  /** Keep all datagrams that come in. */
  readonly record?: boolean;
}

/** One datagram as it came in at the proxy. */
export interface Recorded {
  /** Milliseconds since the proxy began. */
  readonly at: number;
  readonly direction: "there" | "back";
  readonly datagram: Uint8Array<ArrayBuffer>;
}

/** One client: the socket that stands for it at the server, and its two directions. */
interface Session {
  readonly client: Deno.NetAddr;
  upstream: Deno.DatagramConn;
  readonly there: Link;
  readonly back: Link;
}

const MAX_DATAGRAM = 65_536;

export class DatagramProxy {
  readonly #options: ProxyOptions;
  readonly #random: SeededRandom;
  readonly #socket: Deno.DatagramConn;
  readonly #sessions = new Map<string, Session>();
  readonly #loops: Promise<void>[] = [];
  readonly #start = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;
  #closed = false;
  there: Conditions;
  back: Conditions;
  readonly recording: Recorded[] = [];

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.there = options.there ?? {};
    this.back = options.back ?? {};
    this.#random = new SeededRandom(options.seed);
    this.#socket = listen(options.port ?? 0);
    this.#loops.push(this.#receive(this.#socket, (datagram, from) => {
      this.#take(this.#session(from), "there", datagram);
    }));
  }

  get port(): number {
    return (this.#socket.addr as Deno.NetAddr).port;
  }

  /** Milliseconds since the proxy began: the clock of `blackouts`. */
  get now(): number {
    return performance.now() - this.#start;
  }

  /** Datagrams that went in, and that came out or were lost so far, both directions together. */
  counts(): { sent: number; delivered: number; lost: number } {
    const sum = { sent: 0, delivered: 0, lost: 0 };
    for (const { there, back } of this.#sessions.values()) {
      for (const { counts } of [there, back]) {
        sum.sent += counts.sent;
        sum.delivered += counts.delivered;
        sum.lost += counts.lost;
      }
    }
    return sum;
  }

  /** From now on the clients reach the server from other ports, as behind a NAT that has forgotten them. */
  rebind(): void {
    for (const session of this.#sessions.values()) {
      const old = session.upstream;
      session.upstream = listen(0);
      this.#listenTo(session);
      old.close();
    }
  }

  /** Changes what the network does, for all clients. */
  setConditions(there: Conditions, back: Conditions = there): void {
    this.there = there;
    this.back = back;
    for (const session of this.#sessions.values()) {
      session.there.conditions = there;
      session.back.conditions = back;
    }
  }

  /** Sends the recorded datagrams of one direction again, to `to`, with the times between them divided by `speed`. */
  static async replay(
    recording: readonly Recorded[],
    direction: Recorded["direction"],
    to: { hostname: string; port: number },
    speed = Infinity,
  ): Promise<void> {
    const socket = listen(0);
    const start = performance.now();
    const first = recording[0]?.at ?? 0;
    for (const { at, datagram, direction: recorded } of recording) {
      if (recorded !== direction) continue;
      const wait = (at - first) / speed - (performance.now() - start);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      await socket.send(datagram, { transport: "udp", ...to });
    }
    socket.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.close();
    for (const { upstream } of this.#sessions.values()) upstream.close();
    await Promise.all(this.#loops);
  }

  #session(client: Deno.NetAddr): Session {
    const key = `${client.hostname} ${client.port}`;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const there = new Link(this.there, this.#random);
    const back = new Link(this.back, this.#random);
    const session = { client, there, back, upstream: listen(0) };
    this.#listenTo(session);
    this.#sessions.set(key, session);
    return session;
  }

  #listenTo(session: Session): void {
    const take = (datagram: Uint8Array<ArrayBuffer>) => this.#take(session, "back", datagram);
    this.#loops.push(this.#receive(session.upstream, take));
  }

  async #receive(
    socket: Deno.DatagramConn,
    take: (datagram: Uint8Array<ArrayBuffer>, from: Deno.NetAddr) => void,
  ): Promise<void> {
    const buffer = new Uint8Array(MAX_DATAGRAM);
    for (;;) {
      try {
        const [datagram, from] = await socket.receive(buffer);
        take(datagram as Uint8Array<ArrayBuffer>, from as Deno.NetAddr);
      } catch (error) {
        if (error instanceof Deno.errors.ConnectionRefused) continue;
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
          return;
        }
        throw error;
      }
    }
  }

  #take(session: Session, direction: Recorded["direction"], datagram: Uint8Array<ArrayBuffer>) {
    const { now } = this;
    if (this.#options.record) {
      this.recording.push({ at: now, direction, datagram: datagram.slice() });
    }
    session[direction].send(datagram, now);
    this.#deliver();
  }

  /** Lets out what is due, and wakes again for what is not. */
  #deliver(): void {
    if (this.#closed) return;
    let next = Infinity;
    for (const session of this.#sessions.values()) {
      for (const direction of ["there", "back"] as const) {
        const link = session[direction];
        for (let d = link.receive(this.now); d !== undefined; d = link.receive(this.now)) {
          void this.#send(session, direction, d as Uint8Array<ArrayBuffer>);
        }
        next = Math.min(next, link.nextTime() ?? Infinity);
      }
    }
    if (next === Infinity || next >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = next;
    this.#timer = setTimeout(() => {
      this.#timerAt = Infinity;
      this.#deliver();
    }, Math.max(0, next - this.now));
  }

  async #send(
    session: Session,
    direction: Recorded["direction"],
    datagram: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    try {
      if (direction === "back") await this.#socket.send(datagram, session.client);
      else {
        await session.upstream.send(datagram, { transport: "udp", ...this.#options.target });
      }
    } catch (error) {
      // A datagram that cannot be sent is a lost one, as in any network.
      if (!(error instanceof Error)) throw error;
    }
  }
}

function listen(port: number): Deno.DatagramConn {
  return Deno.listenDatagram({ hostname: "127.0.0.1", port, transport: "udp" });
}

/** As a program: `proxy.ts '{"target":{"hostname":"127.0.0.1","port":9999},"there":{"delay":20},"seed":1}'`. */
if (import.meta.main) {
  const proxy = new DatagramProxy(JSON.parse(Deno.args[0] ?? "{}"));
  console.log(proxy.port);
}
