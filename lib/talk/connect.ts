/**
 * Connecting to whom a person named: at the address that is known and wherever discovery hears them, all at once. The
 * first place where the right key is proven wins; what others answer elsewhere counts for nothing.
 */
import type { Bytes } from "../bytes.ts";
import { FailureError, UnreachableError } from "../errors.ts";
import { type Address, formatAddress } from "../net/address.ts";
import type { Conversation } from "../net/conversation.ts";
import { KeyChangedError } from "../net/connect-error.ts";
import type { Node } from "../net/node.ts";
import { text } from "../text/catalogue.ts";
import type { CertifiedName, Person } from "./person.ts";
import { intendedPeer } from "./reach.ts";
import { type Intended, judgePeer, keyChanged, type TrustOptions } from "./trust.ts";

/** How long discovery may take where there is nothing else, in milliseconds: several seeks may be lost. */
const SEEK_MS = 3000;
/** How long it may take after the known address has failed. */
const SEEK_BESIDE_MS = 1000;
/** Places that are tried for one peer. */
const MAX_PLACES = 6;

/** Looks for a key on the LAN: calls `found` for each address, until the answer is called. */
export type Seek = (key: Bytes, found: (address: Address) => void) => () => void;

/** Connects on a node that is there. `prepare` sets the handlers before anything is read. */
export async function connectTo(
  node: Node,
  peer: string,
  trust: TrustOptions,
  prepare: (conversation: Conversation, person: Person) => void,
  seek?: Seek,
): Promise<void> {
  const intended = intendedPeer(trust.state, peer, seek !== undefined);
  await new Attempts(node, intended, trust, prepare).run(peer, seek);
}

/** All attempts to reach one peer. */
class Attempts {
  readonly #node: Node;
  readonly #intended: Intended;
  readonly #trust: TrustOptions;
  readonly #prepare: (conversation: Conversation, person: Person) => void;
  readonly #tried = new Map<string, Promise<unknown>>();
  readonly #over = new AbortController();
  readonly #won = Promise.withResolvers<void>();
  #person: Person | undefined;

  constructor(
    node: Node,
    intended: Intended,
    trust: TrustOptions,
    prepare: (conversation: Conversation, person: Person) => void,
  ) {
    this.#node = node;
    this.#intended = intended;
    this.#trust = trust;
    this.#prepare = prepare;
  }

  async run(peer: string, seek: Seek | undefined): Promise<void> {
    const { address, key, name } = this.#intended;
    // Who names an address means that one and no other.
    const sought = name !== undefined || address === undefined;
    const stored = address === undefined ? undefined : this.#try(address, false);
    const stop = key === undefined || seek === undefined || !sought
      ? undefined
      : seek(key, (found) => this.#tryFound(found));
    try {
      const failed = this.#failure(peer, stored, stop !== undefined);
      const error = await Promise.race([this.#won.promise, failed]);
      if (error instanceof KeyChangedError) {
        const where = { ...this.#intended, address: address! };
        throw keyChanged(where, error.presented?.slice(), this.#trust);
      }
      if (error !== undefined) throw error;
    } finally {
      stop?.();
      this.#over.abort();
    }
  }

  /** Why nobody was reached, when that is certain. */
  async #failure(
    peer: string,
    stored: Promise<unknown> | undefined,
    seeking: boolean,
  ): Promise<unknown> {
    const sought = new Promise<void>((resolve) => {
      if (!seeking) return resolve();
      const wait = setTimeout(resolve, stored === undefined ? SEEK_MS : SEEK_BESIDE_MS);
      this.#over.signal.addEventListener("abort", () => {
        clearTimeout(wait);
        resolve();
      });
    });
    const error = await stored;
    await sought;
    const found = await Promise.all(this.#tried.values());
    if (this.#person !== undefined) return await new Promise(() => undefined);
    return error ?? found.find((each) => each !== undefined) ??
      new UnreachableError("talk.not-found", { peer }, {
        hint: text("talk.not-found.hint", { peer }),
      });
  }

  #tryFound(address: Address): void {
    const { address: known } = this.#intended;
    const where = formatAddress(address);
    const same = known !== undefined && formatAddress(known) === where;
    if (same || this.#tried.has(where) || this.#tried.size >= MAX_PLACES) return;
    this.#tried.set(where, this.#try(address, true));
  }

  /** Shows our certificate and judges the peer's: whoever calls shows first. */
  async #certified(conversation: Conversation): Promise<CertifiedName | undefined> {
    const { credentials } = this.#trust;
    credentials?.show(conversation);
    return await credentials?.judge(conversation);
  }

  /** Tries one place; why it failed. Never rejects. */
  async #try(address: Address, found: boolean): Promise<unknown> {
    const intended = { ...this.#intended, address };
    let proven = false;
    try {
      await this.#node.connect(address, {
        remoteKey: intended.key,
        signal: this.#over.signal,
        admit: async (conversation) => {
          const certified = await this.#certified(conversation);
          // Answers of two places may come together.
          if (this.#person !== undefined) throw new FailureError("talk.reached-elsewhere", {});
          this.#person = judgePeer(intended, conversation.key, this.#trust, found, certified);
          proven = true;
        },
        prepare: (conversation) => this.#prepare(conversation, this.#person!),
      });
      this.#won.resolve();
      return undefined;
    } catch (error) {
      // The peer was reached, and what failed then fails everywhere.
      if (proven) this.#won.reject(error);
      if (error instanceof KeyChangedError && found) {
        // Somebody else is where discovery heard the peer: made up, or theirs by now. It says nothing about the peer.
        return new UnreachableError("talk.not-there", { where: formatAddress(address) });
      }
      return error;
    }
  }
}
