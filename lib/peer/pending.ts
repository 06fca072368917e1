/**
 * Responses that wait for completion: all that an unauthenticated source can make us keep, bounded in number for all,
 * for one source, and for one address and port; the oldest gives way, and each is forgotten after a while.
 */
import { type Bytes, hex } from "../bytes.ts";
import type { Responder } from "../session/handshake.ts";
import { type Address, addressKey, sourceKey } from "./address.ts";
import type { EndpointConfig } from "./config.ts";
import type { Link } from "./link.ts";

/** One response that waits. */
export interface PendingResponse {
  readonly localIndex: number;
  readonly remoteIndex: number;
  readonly from: Address;
  readonly responder: Responder;
  /** The response datagram, for initiations that arrive again. */
  readonly response: Bytes;
  /** `pendingName` of the initiation. */
  readonly name: string;
  readonly expiresAt: number;
  /** Made when the first sealed packet is tried. */
  link: Link | undefined;
}

/** Names an initiation by its mac1 and its source: a copy sent from elsewhere does not touch the original's. */
export function pendingName(mac1: Uint8Array, from: Address): string {
  return `${hex(mac1)} ${addressKey(from)}`;
}

/** The responses that wait. */
export class PendingTable {
  readonly #config: EndpointConfig;
  /** In order of age, which is also the order of expiry. */
  readonly #byName = new Map<string, PendingResponse>();
  readonly #byIndex = new Map<number, PendingResponse>();
  readonly #perSource = new Map<string, number>();

  constructor(config: EndpointConfig) {
    this.#config = config;
  }

  get size(): number {
    return this.#byIndex.size;
  }

  /** The pending response to the same initiation from the same place. */
  answered(mac1: Uint8Array, from: Address): PendingResponse | undefined {
    return this.#byName.get(pendingName(mac1, from));
  }

  /** Whether a response to somebody at this address waits. */
  waitsFor(address: Address): boolean {
    return this.#count(addressKey(address)) > 0;
  }

  byIndex(index: number): PendingResponse | undefined {
    return this.#byIndex.get(index);
  }

  add(pending: PendingResponse): void {
    const { maxPending, maxPendingPerSource, maxPendingPerAddress } = this.#config;
    const address = addressKey(pending.from);
    const source = sourceKey(pending.from);
    if (this.#count(address) >= maxPendingPerAddress) {
      this.#dropOldest((other) => addressKey(other.from) === address);
    }
    if (this.#count(source) >= maxPendingPerSource) {
      this.#dropOldest((other) => sourceKey(other.from) === source);
    }
    if (this.#byIndex.size >= maxPending) this.#dropOldest(() => true);
    this.#byName.set(pending.name, pending);
    this.#byIndex.set(pending.localIndex, pending);
    this.#add(address, 1);
    this.#add(source, 1);
  }

  #count(key: string): number {
    return this.#perSource.get(key) ?? 0;
  }

  #add(key: string, change: number): void {
    const count = this.#count(key) + change;
    if (count === 0) this.#perSource.delete(key);
    else this.#perSource.set(key, count);
  }

  #dropOldest(matches: (pending: PendingResponse) => boolean): void {
    for (const pending of this.#byName.values()) {
      if (matches(pending)) return this.#drop(pending);
    }
  }

  /** Takes `pending` out, whole. */
  remove(pending: PendingResponse): void {
    if (!this.#byIndex.delete(pending.localIndex)) return;
    this.#byName.delete(pending.name);
    this.#add(addressKey(pending.from), -1);
    this.#add(sourceKey(pending.from), -1);
  }

  /** When the oldest expires. */
  nextTimeout(): number | undefined {
    for (const pending of this.#byName.values()) return pending.expiresAt;
    return undefined;
  }

  /** Forgets what has expired. */
  expire(now: number): void {
    for (const pending of this.#byName.values()) {
      if (pending.expiresAt > now) return;
      this.#drop(pending);
    }
  }

  #drop(pending: PendingResponse): void {
    this.remove(pending);
    pending.responder.wipe();
    pending.link?.wipe();
  }
}
