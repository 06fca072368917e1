/**
 * Pairing: two people who say a short code to each other end as verified contacts. One side makes the code and waits, the
 * other calls it, by address or by looking on the LAN. Nobody is trusted, and nothing is remembered, before the proof.
 */
import type { Bytes } from "../bytes.ts";
import { fingerprint } from "../crypto/keys/text.ts";
import { AuthenticationError, FailureError, P2PError, UnreachableError } from "../errors.ts";
import { type Address, formatAddress } from "../net/address.ts";
import { Capability } from "../net/capabilities.ts";
import { BusyError, CloseCode } from "../net/close.ts";
import type { Conversation } from "../net/conversation.ts";
import type { Node, Standing } from "../net/node.ts";
import type { PairCode } from "../session/pair-code.ts";
import type { PairSession } from "../session/pairing.ts";
import type { Identity } from "../state/identity.ts";
import type { State } from "../state/state.ts";
import { text } from "../text/catalogue.ts";
import { encodePreface, StreamKind } from "../transfer/preface.ts";
import { answerPairing, initiatePairing, type PairRun } from "./pair-stream.ts";
import { bindNode, bindPreferred } from "./reach.ts";
import { markVerified } from "./verify.ts";

/** Runs that break off before anything was proven: so many may be strangers' or accidents; then the code is dead. */
const MAX_BROKEN_RUNS = 20;
/** How long a conversation with a stranger may stay without a run, in milliseconds. */
const IDLE_MS = 10_000;
/** How long the other side's goodbye is waited for. */
const GOODBYE_MS = 2000;

/** What pairing is made from. */
export interface PairOptions {
  readonly identity: Identity;
  readonly state: State;
  /** "p2p/0.1.0" */
  readonly program: string;
  readonly hostname?: string | undefined;
  /** The UDP port; undefined for the usual one if it is free. */
  readonly port: number | undefined;
  readonly code: PairCode;
  /** What we suggest to be called; "" for nothing. */
  readonly name: string;
}

/** Whom the code was proven with. */
export interface Paired {
  readonly key: Bytes;
  /** What they call themselves: a suggestion, not safe to print. */
  readonly suggested: string;
}

function sessionOf(conversation: Conversation, own: Bytes): PairSession {
  const { incoming, key, connection } = conversation;
  const handshakeHash = connection.handshakeHash!;
  return incoming
    ? { initiatorKey: key, responderKey: own, handshakeHash }
    : { initiatorKey: own, responderKey: key, handshakeHash };
}

/** Whoever knows the code is welcome, but for those of whom nothing is wanted. */
function admit({ state }: PairOptions, { key }: Conversation): Promise<Standing> {
  const { knownKeys, contacts } = state;
  if (!knownKeys.get(key)?.blocked && !contacts.byKey(key)?.blocked) {
    return Promise.resolve("stranger");
  }
  return Promise.reject(
    new AuthenticationError("contact.blocked", { fingerprint: fingerprint(key) }),
  );
}

/** A socket for pairing. A ticket of an earlier session would tell nothing new, and is not used up. */
function bind(options: PairOptions, incoming?: (conversation: Conversation) => void): Node {
  const { identity, state, program, hostname } = options;
  return bindPreferred(options.port, (port) =>
    bindNode(identity, state, {
      ...{ program, hostname, port },
      capabilities: Capability.takesNoMessages | Capability.pairs,
      config: incoming === undefined ? { accept: false } : {},
      tickets: { latest: () => undefined, save: () => undefined, remove: () => undefined },
      admit: (conversation) => admit(options, conversation),
      ...(incoming === undefined ? {} : { incoming }),
    }));
}

/** The side that made the code. */
export class PairWaiter {
  readonly #options: PairOptions;
  readonly #node: Node;
  readonly #result = Promise.withResolvers<Paired>();
  #running = false;
  #broken = 0;
  #over = false;

  constructor(options: PairOptions) {
    this.#options = options;
    this.#result.promise.catch(() => undefined);
    this.#node = bind(options, (conversation) => this.#serve(conversation));
  }

  /** Where the other side can call. */
  get address(): Address {
    return this.#node.address;
  }

  /** Whom the code was proven with; rejects when a wrong one was tried, and the code is dead. */
  get paired(): Promise<Paired> {
    return this.#result.promise;
  }

  /** Lets go of the socket. */
  async close(): Promise<void> {
    this.#over = true;
    await this.#node.close();
  }

  #serve(conversation: Conversation): void {
    const idle = setTimeout(() => conversation.close(CloseCode.busy), IDLE_MS);
    conversation.handlers = {
      stream: async (kind, stream) => {
        if (kind !== StreamKind.pairing || this.#running || this.#over) {
          throw new BusyError("pair.busy", {});
        }
        clearTimeout(idle);
        this.#running = true;
        try {
          const { code, name, identity } = this.#options;
          const session = sessionOf(conversation, identity.publicKey);
          const suggested = await answerPairing({ stream, session, code, name });
          this.#over = true;
          this.#result.resolve({ key: conversation.key, suggested });
        } catch (error) {
          this.#failed(error);
          throw error;
        } finally {
          this.#running = false;
        }
      },
    };
    conversation.closed.then(() => clearTimeout(idle), () => undefined);
  }

  /** One guess: after a wrong one the code is dead. A run that breaks off before the proof has told nothing. */
  #failed(error: unknown): void {
    if (!(error instanceof AuthenticationError) && ++this.#broken < MAX_BROKEN_RUNS) return;
    this.#over = true;
    this.#result.reject(
      error instanceof AuthenticationError
        ? new AuthenticationError("pair.wrong-guess", {}, { hint: text("pair.again.hint") })
        : new FailureError("pair.many-broken", {}, { hint: text("pair.again.hint") }),
    );
  }
}

/** The side that was told the code: calls the one that made it. */
export async function pairWith(options: PairOptions, where: Address): Promise<Paired> {
  const node = bind(options);
  try {
    const conversation = await node.connect(where, {
      admit: (called) => admit(options, called),
    });
    if (((conversation.hello?.capabilities ?? 0) & Capability.pairs) === 0) {
      throw new FailureError("pair.not-pairing", { where: formatAddress(where) }, {
        hint: text("pair.not-pairing.hint"),
      });
    }
    const stream = conversation.openStream(0);
    const { code, name, identity } = options;
    const session = sessionOf(conversation, identity.publicKey);
    const run: PairRun = { stream, session, code, name };
    const suggested = await begin(run);
    // The other side leaves when it has our last word.
    await Promise.race([
      conversation.closed,
      new Promise((resolve) => setTimeout(resolve, GOODBYE_MS)),
    ]);
    return { key: conversation.key, suggested };
  } finally {
    await node.close();
  }
}

async function begin(run: PairRun): Promise<string> {
  try {
    await run.stream.write(encodePreface(StreamKind.pairing));
    return await initiatePairing(run);
  } catch (error) {
    if (error instanceof AuthenticationError) {
      throw new AuthenticationError("pair.other-code", {}, { hint: text("pair.again.hint") });
    }
    if (error instanceof UnreachableError || !(error instanceof P2PError)) throw error;
    throw new FailureError("pair.failed", { reason: error }, { cause: error });
  }
}

/**
 * Makes a verified contact of somebody the code was proven with; without a name the key alone counts as verified.
 * Answers what the contact is called.
 */
export function savePaired(
  state: State,
  key: Bytes,
  name: string | undefined,
  address: Address | undefined,
): string | undefined {
  const { contacts, knownKeys } = state;
  const now = new Date();
  return state.transaction(() => {
    const known = contacts.byKey(key);
    knownKeys.note(key, now);
    const called = known?.name ?? name;
    if (called !== undefined) {
      contacts.save({
        added: now.toISOString(),
        ...known,
        ...{ key, name: called },
        address: address === undefined ? known?.address : formatAddress(address),
      });
    }
    markVerified(state, key, true);
    return called;
  });
}
