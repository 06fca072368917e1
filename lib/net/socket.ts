/**
 * One UDP socket. Receives into one reused buffer and sends datagrams in batches that are awaited together, which
 * is several times faster here than one by one (docs: ARCHITECTURE.md, "The UDP loop").
 */
import { FailureError } from "../errors.ts";
import { type Address, plainAddress } from "./address.ts";

/** The largest UDP payload over IPv4 (65,535 − 20 − 8), and a byte to notice anything larger. */
const RECEIVE_BYTES = 65_508;

/** Spellings kept of addresses written to; more peers than this simply convert again. */
const MAX_SPELLINGS = 1024;

/** A bound UDP socket that speaks IPv4 and, where the machine can, IPv6. */
export class UdpSocket {
  readonly #socket: Deno.DatagramConn;
  /** Bound to [::]: IPv4 addresses are written as mapped ones. */
  readonly #dual: boolean;
  readonly #spellings = new Map<string, Deno.NetAddr>();
  #closed = false;
  /** The latest reason why the system refused to send, for a message; undefined after a success. */
  sendProblem: string | undefined;

  private constructor(socket: Deno.DatagramConn, dual: boolean) {
    this.#socket = socket;
    this.#dual = dual;
  }

  /**
   * Binds `port` (0: a free one) on `hostname`, or on all addresses when undefined.
   *
   * @throws FailureError when it is taken or not ours
   */
  static bind(hostname: string | undefined, port: number): UdpSocket {
    if (hostname !== undefined) return UdpSocket.#bind(hostname, port);
    try {
      return UdpSocket.#bind("::", port);
    } catch (error) {
      // No IPv6 on this machine; a port that is taken fails the same way again.
      if (error instanceof FailureError && error.cause instanceof Deno.errors.AddrInUse) {
        throw error;
      }
      return UdpSocket.#bind("0.0.0.0", port);
    }
  }

  static #bind(hostname: string, port: number): UdpSocket {
    try {
      const socket = Deno.listenDatagram({ hostname, port, transport: "udp" });
      return new UdpSocket(socket, hostname === "::");
    } catch (cause) {
      throw bindError(hostname, port, cause);
    }
  }

  /** The bound address; all addresses are "0.0.0.0" whether or not IPv6 is among them. */
  get address(): Address {
    const { hostname, port } = this.#socket.addr as Deno.NetAddr;
    return { hostname: this.#dual ? "0.0.0.0" : hostname, port };
  }

  /** Whether IPv6 peers are reached too. */
  get dual(): boolean {
    return this.#dual;
  }

  /** Hands every datagram to `take` until the socket is closed. The datagram is valid during the call only. */
  async receiveAll(take: (datagram: Uint8Array, from: Address) => void): Promise<void> {
    const buffer = new Uint8Array(RECEIVE_BYTES);
    let spelling = "";
    let hostname = "";
    while (!this.#closed) {
      try {
        const [datagram, from] = await this.#socket.receive(buffer);
        if (from.transport !== "udp" || datagram.length === RECEIVE_BYTES) continue;
        if (from.hostname !== spelling) {
          spelling = from.hostname;
          hostname = plainAddress(spelling);
        }
        take(datagram, { hostname, port: from.port });
      } catch (error) {
        if (this.#closed || error instanceof Deno.errors.BadResource) return;
        // Windows reports here that an earlier datagram could not be delivered: nothing to do with this socket.
        if (!isNetworkReport(error)) throw error;
      }
    }
  }

  /**
   * Sends one datagram, which must stay unchanged until the promise resolves. Never rejects: a datagram that the
   * system does not take is a lost datagram.
   */
  async send(datagram: Uint8Array, to: Address): Promise<void> {
    try {
      await this.#socket.send(datagram, this.#spelling(to));
      this.sendProblem = undefined;
    } catch (error) {
      if (this.#closed) return;
      if (!(error instanceof Error)) throw error;
      this.sendProblem = error.message.replace(/ \(os error \d+\)$/, "").toLowerCase();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #spelling({ hostname, port }: Address): Deno.NetAddr {
    const key = `${hostname} ${port}`;
    const known = this.#spellings.get(key);
    if (known !== undefined) return known;
    const mapped = this.#dual && !hostname.includes(":") ? `::ffff:${hostname}` : hostname;
    const address = { transport: "udp" as const, hostname: mapped, port };
    if (this.#spellings.size >= MAX_SPELLINGS) this.#spellings.clear();
    this.#spellings.set(key, address);
    return address;
  }
}

function isNetworkReport(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionRefused ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted || error instanceof Deno.errors.Interrupted;
}

function bindError(hostname: string, port: number, cause: unknown): FailureError {
  if (cause instanceof Deno.errors.AddrInUse) {
    return new FailureError(`bind UDP port ${port}: another program has it`, {
      cause,
      hint: "choose another with --port, or --port 0 for any free one",
    });
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return new FailureError(`bind UDP port ${port}: permission denied`, {
      cause,
      hint: "ports below 1024 belong to the system",
    });
  }
  const reason = cause instanceof Error ? cause.message.replace(/ \(os error \d+\)$/, "") : "";
  return new FailureError(`bind ${hostname} port ${port}: ${reason.toLowerCase()}`, { cause });
}
