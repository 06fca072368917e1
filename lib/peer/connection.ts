/**
 * One connection to one peer: its session (link), its streams (transport), its address (path). Made by an endpoint,
 * which also drives it; the application uses the part above the line.
 */
import type { Role } from "../wire/role.ts";
import type { Bytes } from "../bytes.ts";
import { LocalProtocolError, P2PError, reasonOf, RemoteProtocolError } from "../errors.ts";
import type { SessionSecrets } from "../session/handshake.ts";
import type { ReceivedHello } from "../session/hello.ts";
import { type ConnectionState, type ConnectionTrigger, nextState } from "../session/states.ts";
import { PACKET_OVERHEAD_BYTES, type SealedHeader } from "../wire/packet-sealed.ts";
import { Transport } from "../transport/transport.ts";
import type { TransportEvent } from "../transport/types.ts";
import type { Address } from "./address.ts";
import type { Doing, FailureReason } from "./events.ts";
import type { Arrival, ConnectionHost, Established, Slot } from "./connection-types.ts";
import { ConnectionStreams } from "./connection-streams.ts";
import { olderStands } from "./simultaneous-open.ts";
import { Link } from "./link.ts";
import { Egress } from "./egress.ts";
import { Ingress, type PacketTaker } from "./ingress.ts";
import { Path } from "./path.ts";
import type { Timed } from "./timers.ts";

/** How long a connection has to show that its peer lives, once another program of the peer's has come, in milliseconds. */
const DOUBT_MS = 3_000;

/** A connection. */
export class Connection extends ConnectionStreams implements Timed, PacketTaker {
  /** Names the connection within its endpoint. */
  readonly id: number;
  /** Whether the peer began it. */
  readonly incoming: boolean;
  heapIndex = -1;
  heapDeadline = 0;
  readonly #host: ConnectionHost<Connection>;
  #state: ConnectionState;
  #session: Established | undefined;
  #establishedAt = 0;
  #link: Link | undefined;
  #transport: Transport | undefined;
  #path: Path;
  #presentedKey: Bytes | undefined;
  #ingress: Ingress | undefined;
  #egress: Egress | undefined;
  /** While confirming: when to give up. */
  #confirmUntil = Infinity;
  /** While doubted: when it is over unless the peer has been heard. */
  #doubtUntil = Infinity;

  constructor(host: ConnectionHost<Connection>, id: number, address: Address, incoming: boolean) {
    super();
    this.#host = host;
    this.id = id;
    this.incoming = incoming;
    this.#state = incoming ? "established" : "initiating";
    if (!incoming) this.keep();
    this.#path = new Path(address, host.random);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Where the peer is. */
  get address(): Address {
    return this.#path.address;
  }

  /** The peer's static key, once authenticated. */
  get remoteKey(): Bytes | undefined {
    return this.#session?.secrets.remoteKey;
  }

  /** After "failed: key-changed": the key that the peer proved instead of the one expected. */
  get presentedKey(): Bytes | undefined {
    return this.#presentedKey;
  }

  /** What the peer says of itself. */
  get hello(): ReceivedHello | undefined {
    return this.#session?.secrets.hello;
  }

  /** How the keys were agreed. */
  get handshakeKind(): SessionSecrets["kind"] | undefined {
    return this.#session?.secrets.kind;
  }

  /** A value that both sides share and nobody else knows to be this connection's (channel binding, Noise §11.2). */
  get handshakeHash(): Bytes | undefined {
    return this.#session?.secrets.handshakeHash;
  }

  /** Key updates so far. */
  get keyUpdates(): number {
    return this.#link?.keyUpdates ?? 0;
  }

  /** The transport, for what its own type offers beyond the calls on streams (statistics). */
  override get transport(): Transport {
    if (this.#transport === undefined) {
      throw new LocalProtocolError("peer.not-connected", {});
    }
    return this.#transport;
  }

  protected override touched(): void {
    this.#host.touch(this);
  }

  /** Tells the peer goodbye; before the handshake is complete, gives it up. */
  close(code: number, reason: string): void {
    if (this.#state === "initiating") return this.fail("closed");
    if (this.#state !== "confirming" && this.#state !== "established") return;
    this.#transport?.close(code, reason);
    this.#host.touch(this);
  }

  /** Whether it is over, or about to be. */
  get over(): boolean {
    return this.#state === "closing" || this.#state === "closed" || this.#state === "failed" ||
      this.leaving;
  }

  /** Whether a goodbye of ours waits for the peer's. */
  get leaving(): boolean {
    return this.#transport?.state === "closing";
  }

  // ---------------------------------------------------------------- for the endpoint

  /** Our session index. */
  get localIndex(): number | undefined {
    return this.#session?.localIndex;
  }

  get role(): Role | undefined {
    return this.#session?.role;
  }

  /** Whether this connection stands against a newer session with the same peer at the same address: not once it is over. */
  standsAgainst(newer: Established, now: number): boolean {
    return this.#session !== undefined && !this.over &&
      olderStands(this.#session, this.#establishedAt, newer, now);
  }

  /**
   * Another program with the peer's key has connected from the same address: whether this one's still lives, it must show
   * within `DOUBT_MS`.
   */
  doubt(now: number): void {
    if (this.#link === undefined || this.over) return;
    this.#doubtUntil = Math.min(this.#doubtUntil, now + DOUBT_MS);
    this.#transport?.ping();
    this.#host.touch(this);
  }

  #move(trigger: ConnectionTrigger): void {
    this.#state = nextState(this.#state, trigger);
  }

  /** The handshake succeeded. */
  establish(session: Established, now: number): void {
    const { config } = this.#host;
    this.#session = session;
    this.#establishedAt = now;
    this.activeAt = now;
    this.#link = session.link ??
      new Link(session.secrets, session.remoteIndex, config, now);
    this.#transport = new Transport({
      role: session.role,
      now,
      overhead: PACKET_OVERHEAD_BYTES,
      maxMtu: config.maxDatagram(session.address),
      farMtu: config.farDatagram(session.address),
      peerBuffer: session.secrets.hello.receiveBuffer,
      limits: config.transportLimits,
      credit: this.#host.credit,
      random: this.#host.random,
    });
    this.#path = new Path(session.address, this.#host.random);
    if (session.heard) this.#path.received(session.heard.from, session.heard.bytes, true, now);
    this.#ingress = new Ingress(this.#link);
    this.#egress = new Egress(
      config,
      this.#transport,
      this.#link,
      this.#path,
      session.final,
      now,
    );
    if (session.role === "initiator") {
      this.#move("response");
      this.#confirmUntil = now + config.pendingTimeoutMs;
    } else if (this.#state === "initiating") this.#move("yielded");
    this.#transport.ping();
    this.#host.emit({ type: "connected", connection: this, incoming: this.incoming });
    this.#host.touch(this);
  }

  /** The handshake failed. */
  fail(
    reason: FailureReason,
    detail: { presentedKey?: Bytes; versions?: readonly number[] } = {},
  ): void {
    this.#presentedKey = detail.presentedKey;
    if (reason === "key-changed") this.#move("key-changed");
    else if (reason === "version") this.#move("incompatible");
    else this.#move("gave-up");
    const { versions } = detail;
    this.#host.emit({
      type: "failed",
      connection: this,
      reason,
      ...(versions === undefined ? {} : { versions }),
    });
    this.#host.forget(this);
  }

  /** A sealed packet for our index. `scratch` takes the payload. */
  receive(header: SealedHeader, arrival: Arrival, scratch: Uint8Array, now: number): void {
    try {
      this.#ingress?.open(header, arrival, scratch, this, now);
    } catch (error) {
      this.#giveUp(error, "receive");
    }
  }

  /** See `Ingress.stage`. */
  stage(header: SealedHeader, arrival: Arrival): boolean {
    return this.#ingress?.stage(header, arrival) ?? false;
  }

  /** Opens what was staged; what is authentic goes to the transport. */
  receiveStaged(now: number): void {
    try {
      this.#ingress?.openStaged(this, now);
    } catch (error) {
      this.#giveUp(error, "receive");
    }
  }

  /** An opened packet goes to the transport. */
  delivered(
    packetNumber: number,
    payload: Uint8Array,
    datagramBytes: number,
    from: Address,
    now: number,
  ): void {
    try {
      this.#deliver(packetNumber, payload, datagramBytes, from, now);
    } catch (error) {
      this.#giveUp(error, "receive");
    }
  }

  #deliver(
    packetNumber: number,
    payload: Uint8Array,
    datagramBytes: number,
    from: Address,
    now: number,
  ): void {
    if (this.#state === "confirming") {
      this.#move("sealed-packet");
      this.#egress?.confirmed();
      this.#confirmUntil = Infinity;
    }
    this.#doubtUntil = Infinity;
    this.#path.received(from, datagramBytes, this.#link?.newest ?? false, now);
    try {
      this.transport.receive(packetNumber, payload, now);
    } catch (error) {
      if (!(error instanceof RemoteProtocolError)) throw error; // its "closed" event says what it was
    }
    this.#drainEvents(now, from, datagramBytes);
    this.#host.touch(this);
  }

  #drainEvents(now: number, from?: Address, bytes = 0): void {
    const transport = this.transport;
    for (let event = transport.event(); event !== undefined; event = transport.event()) {
      if (event.type !== "path-challenged") this.#onEvent(event, now);
      else if (from !== undefined) this.#egress?.challenged(from, bytes);
    }
  }

  #onEvent(event: Exclude<TransportEvent, { type: "path-challenged" }>, now: number): void {
    switch (event.type) {
      case "path-response":
        if (this.#path.answered(event.data)) {
          this.transport.pathChanged(now);
          this.#host.emit({ type: "moved", connection: this });
        }
        return;
      case "closed":
        return this.#onClosed(event);
      case "silent":
      case "heard":
        return this.#host.emit({ type: "stream", connection: this, event });
      default:
        this.activeAt = now;
        this.#host.emit({ type: "stream", connection: this, event });
    }
  }

  #onClosed(event: Extract<TransportEvent, { type: "closed" }>): void {
    if (this.#state !== "confirming" && this.#state !== "established") return;
    const { by, code, reason } = event;
    const silent = by === "idle-timeout" || by === "lost";
    this.#egress?.confirmed();
    this.#host.emit({ type: "closed", connection: this, by, code, reason });
    if (silent) this.#end("lost");
    else this.#move("close");
  }

  /** Something of ours or of the peer's makes it impossible to go on; what nobody foresaw is told as such. */
  #giveUp(error: unknown, doing: Doing): void {
    if (!(error instanceof P2PError) || error instanceof LocalProtocolError) {
      this.#host.emit({ type: "internal-error", connection: this, doing, error });
    }
    this.drop("error", reasonOf(error));
  }

  /** Ends the connection without a word to the peer. */
  drop(by: "lost" | "error" | "replaced", reason: string): void {
    if (this.#state === "closed" || this.#state === "failed") return;
    if (this.#state !== "closing") {
      this.#host.emit({ type: "closed", connection: this, by, code: 0, reason });
    }
    this.#end("lost");
  }

  #end(trigger: "lost" | "drained"): void {
    this.#move(trigger);
    this.#host.credit.giveBack(this.#transport?.grownCredit ?? 0);
    this.#link?.wipe();
    this.#link = undefined;
    this.#ingress = undefined;
    this.#egress = undefined;
    this.#host.forget(this);
  }

  /** When `timeout` wants to be called. */
  deadline(): number | undefined {
    if (this.#link === undefined || this.#transport === undefined) return undefined;
    let earliest = this.#transport.nextTimeout() ?? Infinity;
    earliest = Math.min(earliest, this.#egress?.nextTimeout() ?? Infinity, this.#confirmUntil);
    earliest = Math.min(earliest, this.#path.nextTimeout() ?? Infinity, this.#doubtUntil);
    return earliest === Infinity ? undefined : earliest;
  }

  timeout(now: number): void {
    if (this.#link === undefined) return;
    if (this.#state === "confirming" && now >= this.#confirmUntil) {
      return this.drop("lost", "");
    }
    if (now >= this.#doubtUntil) return this.drop("replaced", "");
    try {
      this.transport.timeout(now);
      this.#drainEvents(now);
      if (this.#state === "closing" && this.transport.state === "closed") this.#end("drained");
    } catch (error) {
      this.#giveUp(error, "wait");
    }
  }

  /** Fills `slots` from `first` on with datagrams to send; how many. */
  transmit(now: number, slots: readonly Slot[], first: number): number {
    if (this.#egress === undefined) return 0;
    try {
      const filled = this.#egress.fill(now, slots, first);
      this.#drainEvents(now);
      return filled;
    } catch (error) {
      this.#giveUp(error, "send");
      return 0;
    }
  }
}
