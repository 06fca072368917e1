/**
 * Contacts on the LAN: says to them that we are here, finds them, and tells who is there. The secrets shared with them
 * are kept in memory alone, and computed with turns for other work between two.
 *
 * A found address is a place to try, never trust: whoever answers there must prove the contact's key.
 */
import type { Bytes } from "../bytes.ts";
import { encodePublicKeyText } from "../crypto/keys/text.ts";
import { randomBytes } from "../crypto/random.ts";
import { discoveryKey } from "../discovery/beacon.ts";
import type { DiscoveryEvent } from "../discovery/discovery.ts";
import { InternalError, type P2PError } from "../errors.ts";
import { settle } from "../system/settle.ts";
import { type Address, formatAddress } from "../net/address.ts";
import { Lan } from "../net/lan.ts";
import { parseLanScope } from "../net/lan-group.ts";
import type { Identity } from "../state/identity.ts";
import type { State } from "../state/state.ts";
import { text } from "../text/catalogue.ts";
import { nextTurn } from "../transfer/turn.ts";
import type { Tell } from "./events.ts";
import type { TalkOptions } from "./options.ts";
import { personOf } from "./person.ts";

/** The contacts are looked at again this often where the state has changed, in milliseconds. */
const REFRESH_MS = 2000;

/** What is told. */
export interface PresenceHandlers {
  /** A contact was heard at an address that is new, or was sought there. */
  readonly present?: (key: Bytes, address: Address) => void;
  readonly absent?: (key: Bytes) => void;
  /** Somebody shows a name to everybody: a claim, not safe to print. */
  readonly announced?: (key: Bytes, name: string, address: Address) => void;
  readonly failed: (error: P2PError) => void;
}

/** What it is made from. */
export interface PresenceOptions extends PresenceHandlers {
  readonly identity: Identity;
  readonly state: State;
  /** Where contacts reach this program; 0 for one that only looks. */
  readonly port: number;
  /** The local address that the program is bound to; all of them when undefined. */
  readonly bound?: string | undefined;
  /** Whether all contacts are told that we are here, or only those who are sought. */
  readonly everybody: boolean;
  /** A name to show to everybody. */
  readonly announce?: string | undefined;
}

type Found = (address: Address) => void;

/** Whether discovery is switched off for this run (`P2P_LAN=off`). */
export function lanIsOff(): boolean {
  return parseLanScope(Deno.env.get("P2P_LAN")) === "off";
}

/** The presence of one program. */
export class Presence {
  readonly #options: PresenceOptions;
  #port: number;
  /** By the key's text: whose beacons are understood. */
  readonly #people = new Map<string, Bytes>();
  readonly #followers = new Map<string, Set<Found>>();
  #lan: Promise<Lan> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #revision = "";
  #refreshing = false;
  #closed = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  /** Contacts reach this program at another port from now on; 0: it only looks. */
  moveTo(port: number): void {
    if (port === this.#port || this.#closed) return;
    this.#port = port;
    const begun = this.#lan;
    if (begun !== undefined) this.#background(begun.then((lan) => lan.moveTo(port)));
  }

  /** Begins to say that we are here, and to hear others. */
  start(): void {
    if (this.#options.everybody) this.#refresh();
    else this.#background(this.#begin());
  }

  /** Where a contact is, as far as it was heard: the latest first. */
  async addressesOf(key: Bytes): Promise<readonly Address[]> {
    return (await this.#lan)?.discovery.addressesOf(key) ?? [];
  }

  /**
   * Looks for somebody and calls `found` with each address at which they are heard, until the answer is called.
   */
  follow(key: Bytes, found: Found): () => void {
    const id = encodePublicKeyText(key);
    const followers = this.#followers.get(id) ?? new Set();
    this.#followers.set(id, followers.add(found));
    this.#background(this.#seek(key));
    return () => {
      followers.delete(found);
      if (followers.size > 0) return;
      this.#followers.delete(id);
      const begun = this.#lan;
      if (begun !== undefined) {
        this.#background(begun.then(({ discovery }) => discovery.stopSeeking(key)));
      }
    };
  }

  /** Looks for all contacts. */
  async seekAll(): Promise<void> {
    const lan = await this.#begin();
    await this.#adopt(lan);
    for (const key of this.#people.values()) lan.seek(key);
    lan.look();
  }

  /** Says goodbye to contacts and lets go of the sockets. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    const lan = await this.#lan?.catch(() => undefined);
    await lan?.close();
  }

  #begin(): Promise<Lan> {
    const { identity, bound, announce } = this.#options;
    return this.#lan ??= Lan.start({
      key: identity.publicKey,
      port: this.#port,
      announce,
      contacts: [],
      random: randomBytes,
      scope: parseLanScope(Deno.env.get("P2P_LAN")),
      bound,
      event: (event) => this.#take(event),
      failed: (error) => this.#failed(error),
    });
  }

  async #seek(key: Bytes): Promise<void> {
    const lan = await this.#begin();
    await this.#add(lan, key);
    for (const address of lan.discovery.addressesOf(key)) this.#found(key, address);
    if (this.#followers.has(encodePublicKeyText(key))) lan.seek(key);
  }

  /** Takes one contact in. */
  async #add(lan: Lan, key: Bytes): Promise<void> {
    const id = encodePublicKeyText(key);
    if (this.#people.has(id)) return;
    this.#people.set(id, key);
    lan.discovery.add({ key, secret: discoveryKey(this.#options.identity.secretKey, key) });
    await nextTurn();
  }

  /** Takes the contacts of the state in, and drops those that are blocked or removed. */
  async #adopt(lan: Lan): Promise<void> {
    const { contacts, knownKeys } = this.#options.state;
    const wanted = new Map(
      contacts.list().filter(({ key, blocked }) => !blocked && !knownKeys.get(key)?.blocked)
        .map(({ key }) => [encodePublicKeyText(key), key]),
    );
    for (const [id, key] of this.#people) {
      if (wanted.has(id) || this.#followers.has(id)) continue;
      this.#people.delete(id);
      lan.discovery.remove(key);
    }
    const before = this.#people.size;
    for (const key of wanted.values()) {
      if (this.#closed) return;
      await this.#add(lan, key);
    }
    // Who is new is told at once, and asked.
    if (this.#people.size > before) lan.restart();
  }

  #refresh(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#refresh(), REFRESH_MS);
    const { revision } = this.#options.state;
    if (this.#refreshing || revision === this.#revision) return;
    this.#revision = revision;
    this.#refreshing = true;
    this.#background(
      this.#begin().then((lan) => this.#adopt(lan)).finally(() => this.#refreshing = false),
    );
  }

  #take(event: DiscoveryEvent): void {
    const key = event.key as Bytes;
    switch (event.type) {
      case "present":
        this.#found(key, event.address);
        return this.#options.present?.(key, event.address);
      case "absent":
        return this.#options.absent?.(key);
      case "announced":
        return this.#options.announced?.(key, event.name, event.address);
    }
  }

  #found(key: Bytes, address: Address): void {
    for (const found of this.#followers.get(encodePublicKeyText(key)) ?? []) found(address);
  }

  #background(work: Promise<unknown>): void {
    settle(work, (error) => this.#failed(error));
  }

  /** Discovery ends with a bug of its own; the program goes on without. */
  #failed(error: unknown): void {
    if (this.#closed) return;
    this.#options.failed(new InternalError(text("talk.doing-discovery"), error));
  }
}

/** The presence of an application of conversations; undefined where discovery is switched off. */
export function presenceOf(
  { identity, state, hostname, calls, announce }: TalkOptions,
  port: number,
  tell: Tell,
  present: (key: Bytes) => void,
): Presence | undefined {
  if (lanIsOff()) return undefined;
  const presence = new Presence({
    ...{ identity, state, bound: hostname, announce, everybody: calls },
    port,
    present: (key, address) => {
      tell({ type: "present", peer: personOf(state, key), address: formatAddress(address) });
      present(key);
    },
    absent: (key) => tell({ type: "absent", peer: personOf(state, key) }),
    failed: (error) => tell({ type: "error", error }),
  });
  if (calls) presence.start();
  return presence;
}
