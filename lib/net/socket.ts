/**
 * One UDP socket. Hands on what has come in batches, in buffers that are used again; sends several datagrams in one system
 * call where the system can do that, one after the other elsewhere (docs: ARCHITECTURE.md, "The UDP loop").
 */
import { gcmBuffer } from "../crypto/gcm.ts";
import { FailureError, reasonText, systemCode } from "../errors.ts";
import type { Arrival } from "../peer/connection-types.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { type Address, isLinkLocal, plainAddress } from "./address.ts";
import type { DatagramSocket } from "./datagram-socket.ts";
import { Zones } from "./zones.ts";
import { BatchSocket, type OutgoingDatagram } from "./batch-socket.ts";

/** The largest UDP payload over IPv4 (65,535 − 20 − 8), and a byte to notice anything larger. */
const RECEIVE_BYTES = 65_508;

/**
 * A batch that is handed on has so many datagrams or bytes, unless there are no more: enough to be worth the while, and
 * few enough that the sender's window is not empty before they are acknowledged.
 */
const BATCH_DATAGRAMS = 16;
const BATCH_BYTES = 32 * 1024;

/** Full batches that are taken in one turn of the event loop, at most. */
const TURN_BATCHES = 8;
/**
 * Turns of the microtask queue after which a receive that has not resolved is one that waits for the network. Three are
 * what the runtime takes when a datagram is there; a wrong number only makes batches smaller or later by less than 1 µs.
 */
const WAITING_TURNS = 8;

/** Errors that say that nothing can be sent to an address: no route, no such family of addresses, a local firewall. */
const UNSENDABLE: ReadonlySet<string> = new Set([
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EADDRNOTAVAIL",
  "EAFNOSUPPORT",
  "EACCES",
  "EPERM",
  "EINVAL",
]);
/** After an error that nobody foresaw a receive is tried again so many milliseconds later. */
const RETRY_MS = 100;

/** Spellings kept of addresses written to; more peers than this simply convert again. */
const MAX_SPELLINGS = 1024;

/** A bound UDP socket that speaks IPv4 and, where the machine can, IPv6. */
export class UdpSocket implements DatagramSocket {
  readonly #socket: Deno.DatagramConn;
  /** Bound to [::]: IPv4 addresses are written as mapped ones. */
  readonly #dual: boolean;
  /** Where datagrams are received. */
  readonly #buffers = Array.from({ length: BATCH_DATAGRAMS }, () => gcmBuffer(RECEIVE_BYTES));
  /** Several datagrams a call, where the system can do that. */
  readonly #batch: BatchSocket | undefined;
  /** Of link-local peers. */
  readonly zones = new Zones();
  readonly #spellings = new Map<string, readonly Deno.NetAddr[]>();
  #lastTo: Address | undefined;
  #lastSpelling: readonly Deno.NetAddr[] = [];
  /** The host that the last datagram of the runtime's came from, as the runtime spells it, and the address. */
  #lastFrom = "";
  #lastSource: Address = { hostname: "", port: 0 };
  #closed = false;
  uses: (index: number) => boolean = () => false;
  /** The latest reason why the system refused to send; undefined after a success. */
  sendProblem: Text | undefined;
  /** Called when the system says that nothing can be sent to an address as things are. */
  unsendable: (to: Address, problem: unknown) => void = () => undefined;
  /** Called when the network says that nothing listens at an address (ICMP "port unreachable"), where the system passes it on. */
  refused: (to: Address, start: Uint8Array) => void = () => undefined;

  private constructor(socket: Deno.DatagramConn, dual: boolean, batches: boolean) {
    this.#socket = socket;
    this.#dual = dual;
    const { hostname, port } = socket.addr as Deno.NetAddr;
    if (batches) this.#batch = BatchSocket.find({ hostname, port }, this.#buffers.slice(1));
  }

  /**
   * Binds `port` (0: a free one) on `hostname`, or on all addresses when undefined.
   *
   * @param batches several datagrams a system call, where the system can
   * @throws FailureError when it is taken or not ours
   */
  static bind(hostname: string | undefined, port: number, batches = true): UdpSocket {
    if (hostname !== undefined) return UdpSocket.#bind(hostname, port, batches);
    try {
      return UdpSocket.#bind("::", port, batches);
    } catch (error) {
      // No IPv6 on this machine; a port that is taken fails the same way again.
      if (error instanceof FailureError && error.cause instanceof Deno.errors.AddrInUse) {
        throw error;
      }
      return UdpSocket.#bind("0.0.0.0", port, batches);
    }
  }

  static #bind(hostname: string, port: number, batches: boolean): UdpSocket {
    try {
      const socket = Deno.listenDatagram({ hostname, port, transport: "udp" });
      return new UdpSocket(socket, hostname === "::", batches);
    } catch (cause) {
      throw bindError(port, cause);
    }
  }

  /** The bound address; all addresses are "0.0.0.0" whether or not IPv6 is among them. */
  get address(): Address {
    const { hostname, port } = this.#socket.addr as Deno.NetAddr;
    return { hostname: this.#dual ? "0.0.0.0" : hostname, port };
  }

  /** Bytes that the system keeps for us until they are received; undefined where it does not say. */
  get receiveBuffer(): number | undefined {
    return this.#batch?.receiveBuffer;
  }

  strip(address: Address): Address {
    return this.zones.strip(address);
  }

  /** Whether IPv6 peers are reached too. */
  get dual(): boolean {
    return this.#dual;
  }

  /**
   * Hands all datagrams to `take` until the socket is closed, several at a time where several have come. They are valid,
   * and `take`'s to change, during the call only. Whatever the system says, it goes on until the socket is closed.
   *
   * @param failed gets what nobody foresaw
   */
  async receiveAll(
    take: (arrivals: readonly Arrival[]) => void,
    failed: (error: unknown) => void,
  ): Promise<void> {
    if (this.#batch !== undefined) return await this.#receiveBatches(this.#batch, take, failed);
    const buffers = this.#buffers;
    const arrivals: Arrival[] = [];
    let bytes = 0;
    const handOn = () => {
      take(arrivals);
      arrivals.length = 0;
      bytes = 0;
    };
    let turns = 0;
    /** Hands on what there is when a receive has not resolved for so many turns. One such watch runs at a time. */
    const watch = () => {
      if (arrivals.length === 0) turns = 0;
      else if (--turns > 0) queueMicrotask(watch);
      else {
        // What comes next will be the first of its batch.
        const next = arrivals.length;
        [buffers[0], buffers[next]] = [buffers[next]!, buffers[0]!];
        handOn();
      }
    };
    while (!this.#closed) {
      try {
        const coming = this.#socket.receive(buffers[arrivals.length]!);
        if (arrivals.length > 0) {
          if (turns === 0) queueMicrotask(watch);
          turns = WAITING_TURNS;
        }
        const [datagram, from] = await coming;
        if (from.transport !== "udp" || datagram.length === RECEIVE_BYTES) continue;
        arrivals.push({ datagram, from: this.#source(from) });
        bytes += datagram.length;
        if (arrivals.length === BATCH_DATAGRAMS || bytes >= BATCH_BYTES) handOn();
      } catch (error) {
        if (await this.#ends(error, failed)) return;
      }
    }
  }

  /** Whether a receive that failed was the last: the socket is closed. What nobody expects is told, and waited out. */
  async #ends(error: unknown, failed: (error: unknown) => void): Promise<boolean> {
    if (this.#closed || error instanceof Deno.errors.BadResource) return true;
    // Windows reports here that an earlier datagram could not be delivered: nothing to do with this socket.
    if (isNetworkReport(error)) return false;
    failed(error);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    return this.#closed;
  }

  /** The runtime's socket waits for the first datagram of a batch, the system hands over those that have come after it. */
  async #receiveBatches(
    batch: BatchSocket,
    take: (arrivals: readonly Arrival[]) => void,
    failed: (error: unknown) => void,
  ): Promise<void> {
    const arrivals: Arrival[] = [];
    const first = this.#buffers[0]!;
    while (!this.#closed) {
      let received: [Uint8Array, Deno.NetAddr];
      try {
        received = await this.#socket.receive(first) as [Uint8Array, Deno.NetAddr];
      } catch (error) {
        if (await this.#ends(error, failed)) return;
        continue;
      }
      // The descriptor may be something else's by now.
      if (this.#closed) return;
      const [datagram, from] = received;
      if (datagram.length < RECEIVE_BYTES) arrivals.push({ datagram, from: this.#source(from) });
      const most = Math.min(Math.floor(BATCH_BYTES / datagram.length), BATCH_DATAGRAMS) - 1;
      // Where turns of the event loop are long, what comes in one would wait for many.
      for (let batches = 1;; batches++) {
        if (most > 0) batch.receive(arrivals, most);
        const full = most > 0 && arrivals.length >= most;
        if (arrivals.length > 0) take(arrivals);
        arrivals.length = 0;
        if (!full || batches >= TURN_BATCHES || this.#closed) break;
      }
    }
  }

  /**
   * Sends the datagram in each slot, which must stay unchanged until the promise resolves. Never rejects: a datagram
   * that the system does not take is a lost datagram.
   */
  async sendAll(slots: readonly OutgoingDatagram[]): Promise<void> {
    for (let next = 0; next < slots.length && !this.#closed;) {
      const sent = this.#batch?.send(slots, next) ?? 0;
      next += sent;
      if (sent > 0) {
        this.sendProblem = undefined;
        continue;
      }
      // What the network says of an earlier datagram makes one call fail.
      for (const { to, start } of this.#batch?.refused() ?? []) this.refused(to, start);
      const { buffer, length, to } = slots[next++]!;
      await this.#sendOne(buffer.subarray(0, length), to);
    }
  }

  /** Sends one datagram through the runtime, under each spelling of its address: one of them has to be taken. */
  async #sendOne(datagram: Uint8Array, to: Address): Promise<void> {
    let problem: unknown;
    let taken = false;
    for (const spelling of this.#spelling(to)) {
      try {
        await this.#socket.send(datagram, spelling);
        taken = true;
      } catch (error) {
        if (this.#closed) return;
        problem = error;
      }
    }
    this.sendProblem = taken ? undefined : reasonText(problem);
    if (!taken && UNSENDABLE.has(systemCode(problem) ?? "")) this.unsendable(to, problem);
  }

  /** There is one program alone. */
  resign(): boolean {
    return false;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  /** An address as the runtime tells of it, in its one spelling. */
  #source({ hostname, port }: Deno.NetAddr): Address {
    if (hostname !== this.#lastFrom || port !== this.#lastSource.port) {
      this.#lastFrom = hostname;
      this.#lastSource = { hostname: plainAddress(hostname), port };
    }
    return this.#lastSource;
  }

  /** How the runtime is told of an address. */
  #spelling(to: Address): readonly Deno.NetAddr[] {
    if (to === this.#lastTo) return this.#lastSpelling;
    this.#lastSpelling = this.#spell(to);
    this.#lastTo = to;
    return this.#lastSpelling;
  }

  #spell({ hostname, port }: Address): readonly Deno.NetAddr[] {
    const key = `${hostname} ${port}`;
    const known = this.#spellings.get(key);
    if (known !== undefined) return known;
    const mapped = this.#dual && !hostname.includes(":") ? `::ffff:${hostname}` : hostname;
    const spellings = this.zones.spellings(mapped)
      .map((hostname) => ({ transport: "udp" as const, hostname, port }));
    // Which zone a link-local address is of may be learnt later.
    if (isLinkLocal(hostname)) return spellings;
    if (this.#spellings.size >= MAX_SPELLINGS) this.#spellings.clear();
    this.#spellings.set(key, spellings);
    return spellings;
  }
}

/**
 * What systems tell at a receive of datagrams that were sent before: the codes into which Linux turns ICMP and ICMPv6
 * messages (net/ipv4/icmp.c, net/ipv6/icmp.c), which say nothing of this socket.
 */
const NETWORK_REPORTS: ReadonlySet<string> = new Set([
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ENETDOWN",
  "EHOSTDOWN",
  "ENONET",
  "ENOPROTOOPT",
  "EOPNOTSUPP",
  "EPROTO",
  "EACCES",
  "EMSGSIZE",
]);

/** Whether a receive failed for what became of a datagram sent before. */
export function isNetworkReport(error: unknown): boolean {
  return NETWORK_REPORTS.has(systemCode(error) ?? "") ||
    error instanceof Deno.errors.ConnectionRefused ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted || error instanceof Deno.errors.Interrupted;
}

function bindError(port: number, cause: unknown): FailureError {
  if (cause instanceof Deno.errors.AddrInUse) {
    const reason = text("net.bind.other-program");
    const hint = text("net.bind.other-program.hint");
    return new FailureError("net.bind", { port, reason }, { cause, hint });
  }
  const hint = cause instanceof Deno.errors.PermissionDenied
    ? text("net.bind.permission.hint")
    : undefined;
  return new FailureError("net.bind", { port, reason: reasonText(cause) }, { cause, hint });
}
