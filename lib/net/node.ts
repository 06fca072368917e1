/**
 * A node: one UDP socket, the endpoint behind it, and the conversations on it. This is the loop that feeds the
 * endpoint datagrams and the time, and sends what it has to say.
 */
import { hex } from "../bytes.ts";
import { randomBytes } from "../crypto/random.ts";
import { AuthenticationError, InternalError, P2PError, UnreachableError } from "../errors.ts";
import { settle } from "../system/settle.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import type { Connection } from "../peer/connection.ts";
import { Endpoint, type PeerEvent, slot } from "../peer/endpoint.ts";
import type { Doing } from "../peer/events.ts";
import type { EndpointConfig, TimestampMemory } from "../peer/config.ts";
import { INSTANCE_BYTES } from "../session/hello.ts";
import type { TicketStore } from "../session/ticket.ts";
import type { Identity } from "../state/identity.ts";
import { type Address, resolveAddress } from "./address.ts";
import { BusyError, CloseCode } from "./close.ts";
import { Budget, PROGRAM_MEMORY_BYTES } from "../transfer/budget.ts";
import { Conversation } from "./conversation.ts";
import type { ConversationHost } from "./conversation-handlers.ts";
import { connectError } from "./connect-error.ts";
import { Crowd } from "./crowd.ts";
import { giveMemoryBack } from "../system/memory.ts";
import type { DatagramSocket } from "./datagram-socket.ts";
import { UdpSocket } from "./socket.ts";

/** Bytes in one batch of datagrams: few, so that the first are on their way while the next are being sealed. */
const BATCH_BYTES = 24 * 1024;
/** Datagrams in one batch. */
const BATCH_DATAGRAMS = 16;

/** How long goodbyes may take to be answered, in milliseconds. */
const CLOSE_LIMIT_MS = 1000;

/** Whether the user knows a peer: those whom he does not make room for others when there are too many. */
export type Standing = "known" | "stranger";

/** Judges a peer; throws to refuse it. Without an answer it counts as a stranger. */
export type Admit = (conversation: Conversation) => Promise<Standing | void>;

/** What a node is made from. */
export interface NodeOptions {
  readonly identity: Identity;
  /** "p2p/0.1.0" */
  readonly program: string;
  /** `Capability` bits for the hello. */
  readonly capabilities?: number;
  /** Local address; all when undefined. */
  readonly hostname?: string | undefined;
  /** 0: a free one. */
  readonly port: number;
  /** What is bound already; hostname and port count for nothing then. */
  readonly socket?: DatagramSocket | undefined;
  /** Judges a peer that connects to us, before anything it sends is read; throws to refuse it. */
  readonly admit?: Admit;
  /** A peer that connected to us was admitted: set the handlers here. */
  readonly incoming?: (conversation: Conversation) => void;
  readonly config?: Partial<EndpointConfig>;
  readonly tickets?: TicketStore;
  readonly timestamps?: TimestampMemory;
  /**
   * Something went wrong that ends at most one conversation: a bug, state that cannot be read or written, an error while a peer
   * was admitted. Where nobody takes it, the first is thrown by `close`.
   */
  readonly failed?: (error: P2PError) => void;
  /** The last thing that `close` does. */
  readonly closed?: () => Promise<void>;
}

/** How to reach a peer. */
export interface ConnectOptions {
  /** The key that it must prove. */
  readonly remoteKey?: Uint8Array | undefined;
  /** Judges the peer before anything else happens; throws to refuse it. */
  readonly admit?: Admit;
  /** Gives up while nobody has answered. */
  readonly signal?: AbortSignal;
  /** Sets the handlers before the first byte is read. */
  readonly prepare?: (conversation: Conversation) => void;
}

interface Waiting {
  readonly resolve: (conversation: Conversation) => void;
  readonly reject: (error: P2PError) => void;
}

/** One socket and all conversations on it. */
export class Node implements ConversationHost {
  readonly memory = new Budget(PROGRAM_MEMORY_BYTES);
  readonly #socket: DatagramSocket;
  readonly #endpoint: Endpoint;
  readonly #options: NodeOptions;
  readonly #conversations = new Map<Connection, Conversation>();
  readonly #waiting = new Map<Connection, Waiting>();
  readonly #slots = Array.from({ length: BATCH_DATAGRAMS }, slot);
  readonly #receiving: Promise<void>;
  readonly #crowd = new Crowd(giveMemoryBack);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;
  #pumping = false;
  #again = false;
  #closed = false;
  /** The first failure that nobody took. */
  #untaken: P2PError | undefined;

  private constructor(socket: DatagramSocket, options: NodeOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#endpoint = new Endpoint({
      identity: options.identity,
      random: randomBytes,
      hello: {
        program: options.program,
        platform: `${Deno.build.os}-${Deno.build.arch}`,
        capabilities: options.capabilities ?? 0,
        receiveBuffer: socket.receiveBuffer,
        instance: randomBytes(INSTANCE_BYTES),
      },
      now: performance.now(),
      time: Date.now(),
      config: { shedCode: CloseCode.busy, ...options.config },
      tickets: options.tickets,
      timestamps: options.timestamps,
    });
    this.#socket.unsendable = (to) => this.#endpoint.unsendable(to);
    this.#socket.refused = (to, start) => {
      this.#endpoint.refused(to, start, performance.now());
      this.wake();
    };
    this.#socket.uses = (index) => this.#endpoint.uses(index);
    this.#receiving = this.#receive();
  }

  /** Tells what went wrong while `doing` something; an error of ours as it is, anything else as an internal error. */
  #tell(doing: Text, error: unknown): void {
    const told = error instanceof P2PError ? error : new InternalError(doing, error);
    if (this.#options.failed === undefined) this.#untaken ??= told;
    else this.#options.failed(told);
  }

  /** Does `work`; what it throws is told and ends no more than that. */
  #guarded(doing: Text, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#tell(doing, error);
    }
  }

  /** Binds the socket and begins. */
  static bind(options: NodeOptions): Node {
    const socket = options.socket ?? UdpSocket.bind(options.hostname, options.port);
    return new Node(socket, options);
  }

  /** Where the socket is bound. */
  get address(): Address {
    return this.#socket.address;
  }

  /** Whether IPv6 peers are reached too. */
  get dual(): boolean {
    return this.#socket.dual;
  }

  /** All conversations that are not over. */
  get conversations(): Conversation[] {
    return [...this.#conversations.values()];
  }

  /**
   * Reaches the peer at `to`, a host name or an IP address.
   *
   * @throws UnreachableError when nobody answers, AuthenticationError when somebody else does
   */
  async connect(to: Address, options: ConnectOptions = {}): Promise<Conversation> {
    const addresses = await resolveAddress(to);
    for (const [i, address] of addresses.entries()) {
      try {
        return await this.#connect(this.#socket.strip(address), options);
      } catch (error) {
        if (!(error instanceof UnreachableError) || i + 1 === addresses.length) throw error;
      }
    }
    throw new UnreachableError("net.no-host", { host: to.hostname });
  }

  async #connect(address: Address, options: ConnectOptions): Promise<Conversation> {
    const knowledge = options.remoteKey === undefined ? {} : { remoteKey: options.remoteKey };
    const connection = this.#endpoint.connect(address, performance.now(), knowledge);
    const { promise, resolve, reject } = Promise.withResolvers<Conversation>();
    this.#waiting.set(connection, { resolve, reject });
    options.signal?.addEventListener("abort", () => {
      if (!this.#waiting.has(connection)) return;
      connection.close(CloseCode.normal, "");
      this.wake();
    });
    this.wake();
    const conversation = await promise;
    await this.#admit(conversation, options.admit);
    options.prepare?.(conversation);
    conversation.start();
    return conversation;
  }

  /** Asks the application whether a peer is welcome. Whatever is thrown refuses this peer, with what the wire says for it. */
  async #admit(conversation: Conversation, admit: Admit | undefined): Promise<void> {
    try {
      if (await admit?.(conversation) === "known") conversation.connection.keep();
    } catch (error) {
      conversation.close(refusalCode(error));
      throw error;
    }
  }

  /** Says goodbye to all and lets go of the socket. */
  async close(): Promise<void> {
    if (this.#closed) return;
    const code = this.#socket.resign() ? CloseCode.handedOver : CloseCode.normal;
    for (const conversation of this.#conversations.values()) {
      conversation.close(conversation.knowsHandOver ? code : CloseCode.normal);
    }
    const until = performance.now() + CLOSE_LIMIT_MS;
    await this.#pump();
    while ((this.#pumping || this.#endpoint.leaving) && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#crowd.stop();
    this.#socket.close();
    await this.#receiving;
    if (this.#untaken !== undefined) throw this.#untaken;
    await this.#options.closed?.();
  }

  /** There may be something to send. */
  wake(): void {
    if (this.#pumping) this.#again = true;
    else {
      settle(this.#pump(), (error) => {
        this.#tell(text("net.doing.send"), error);
        this.#setTimer();
      });
    }
  }

  /** Milliseconds since 1970. */
  time(): number {
    return Date.now();
  }

  /** A fresh name for a transfer. */
  newId(): string {
    return hex(randomBytes(8));
  }

  async #receive(): Promise<void> {
    await this.#socket.receiveAll((arrivals) => {
      this.#guarded(
        text("net.doing.receive"),
        () => this.#endpoint.receiveMany(arrivals, performance.now()),
      );
      this.#drainEvents();
      this.wake();
    }, (error) => this.#tell(text("net.doing.receive"), error));
  }

  /** Sends until the endpoint has nothing more, batch by batch, then sets the timer. */
  async #pump(): Promise<void> {
    if (this.#pumping || this.#closed) return;
    this.#pumping = true;
    try {
      do {
        this.#again = false;
        await this.#sendAll();
        this.#drainEvents();
      } while (this.#again && !this.#closed);
    } finally {
      this.#pumping = false;
    }
    this.#setTimer();
  }

  async #sendAll(): Promise<void> {
    // Coalesces the calls of one turn: everything that reads or writes now is in the same packets.
    await Promise.resolve();
    for (;;) {
      const filled = this.#endpoint.transmitMany(performance.now(), this.#slots, BATCH_BYTES);
      if (filled === 0) return;
      await this.#socket.sendAll(this.#slots.slice(0, filled));
      if (this.#closed) return;
    }
  }

  #setTimer(): void {
    if (this.#closed) return;
    const at = this.#endpoint.nextTimeout() ?? Infinity;
    // One that fires early finds nothing due and costs less than taking it back for every packet.
    if (this.#timer !== undefined && this.#timerAt <= at) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = at;
    if (at === Infinity) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#timerAt = Infinity;
      this.#guarded(
        text("net.doing.wait"),
        () => this.#endpoint.timeout(performance.now()),
      );
      this.#drainEvents();
      this.wake();
    }, Math.max(0, at - performance.now()));
  }

  #drainEvents(): void {
    for (let event = this.#endpoint.event(); event !== undefined; event = this.#endpoint.event()) {
      const next = event;
      this.#guarded(text("net.doing.take"), () => this.#take(next));
    }
  }

  #take(event: PeerEvent): void {
    if (event.type === "internal-error") return this.#tell(DOING[event.doing], event.error);
    const { connection } = event;
    switch (event.type) {
      case "connected":
        return this.#connected(connection);
      case "failed":
        this.#waiting.get(connection)?.reject(
          connectError(connection, event, this.#socket.sendProblem),
        );
        this.#waiting.delete(connection);
        return;
      case "stream":
        return this.#conversations.get(connection)?.streamEvent(event.event);
      case "moved":
        return;
      case "closed":
        this.#conversations.get(connection)?.connectionClosed(event);
        this.#conversations.delete(connection);
        this.#crowd.now(this.#conversations.size);
        return;
    }
  }

  #connected(connection: Connection): void {
    const conversation = new Conversation(connection, this);
    this.#conversations.set(connection, conversation);
    this.#crowd.now(this.#conversations.size);
    const waiting = this.#waiting.get(connection);
    this.#waiting.delete(connection);
    if (waiting !== undefined) return waiting.resolve(conversation);
    settle(this.#welcome(conversation), (error) => {
      conversation.close(refusalCode(error));
      // A refusal is no failure: the peer is told, and whoever judged it knows.
      if (refusalCode(error) === CloseCode.failed) this.#tell(text("net.doing.admit"), error);
    });
  }

  /** A peer has connected to us. Refused ones are gone already when this returns. */
  async #welcome(conversation: Conversation): Promise<void> {
    await this.#admit(conversation, this.#options.admit);
    if (conversation.closeInfo !== undefined) return;
    this.#options.incoming?.(conversation);
    conversation.start();
  }
}

/** What an endpoint was doing, in words. */
const DOING: Readonly<Record<Doing, Text>> = {
  receive: text("net.doing.receive"),
  send: text("net.doing.send"),
  wait: text("net.doing.wait"),
  handshake: text("net.doing.handshake"),
  remember: text("net.doing.remember"),
};

/** What the wire says to a peer that is refused by `error`. */
function refusalCode(error: unknown): number {
  if (error instanceof BusyError) return CloseCode.busy;
  return error instanceof AuthenticationError ? CloseCode.untrusted : CloseCode.failed;
}
