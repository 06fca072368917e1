/** The handshakes that we began: by index and by address, until they are answered, given up or too old. */
import type { Bytes } from "../bytes.ts";
import type { Hello } from "../session/hello.ts";
import { type Address, addressKey } from "./address.ts";
import type { Connection } from "./connection.ts";
import type { Transmit } from "./connection-types.ts";
import type { OutgoingHandshake } from "./outgoing-handshake.ts";
import { SIMULTANEOUS_MS } from "./simultaneous-open.ts";

/** A handshake of ours, and what it is for. */
export interface Begun {
  readonly handshake: OutgoingHandshake;
  readonly connection: Connection;
}

/** An initiation of ours that a peer has answered. */
export interface AnsweredInitiation {
  readonly mac1: Bytes;
  readonly until: number;
  /** Of the program that has. */
  readonly hello: Hello;
}

/** Handshakes that we began, and those that were answered lately. */
export class BegunTable {
  readonly #byIndex = new Map<number, Begun>();
  readonly #byAddress = new Map<string, Begun>();
  /** By address. */
  readonly #answered = new Map<string, AnsweredInitiation>();

  add(begun: Begun): void {
    this.#byIndex.set(begun.handshake.localIndex, begun);
    this.#byAddress.set(begun.handshake.addressKey, begun);
  }

  /** The one with a session index of ours. */
  byIndex(index: number): Begun | undefined {
    return this.#byIndex.get(index);
  }

  /** The one that goes to an address. */
  to(address: Address): Begun | undefined {
    return this.#byAddress.get(addressKey(address));
  }

  /** The initiation that the peer at `address` has just answered. */
  answeredAt(address: Address, now: number): AnsweredInitiation | undefined {
    const answered = this.#answered.get(addressKey(address));
    return answered === undefined || answered.until <= now ? undefined : answered;
  }

  /** Its peer has answered it, with `hello`. */
  answered(begun: Begun, hello: Hello, now: number): void {
    const { handshake } = begun;
    const mac1 = handshake.mac1.slice() as Bytes;
    this.#answered.set(handshake.addressKey, { mac1, until: now + SIMULTANEOUS_MS, hello });
    this.end(begun);
  }

  /** Forgets one. */
  end(begun: Begun): void {
    const { handshake } = begun;
    handshake.wipe();
    this.#byIndex.delete(handshake.localIndex);
    if (this.#byAddress.get(handshake.addressKey) === begun) {
      this.#byAddress.delete(handshake.addressKey);
    }
  }

  /** Forgets those for `connection`. */
  abandon(connection: Connection): void {
    for (const begun of this.#byIndex.values()) {
      if (begun.connection === connection) this.end(begun);
    }
  }

  /** The next datagram to send; `failed` is told of what nobody foresaw. */
  transmit(now: number, failed: (error: unknown) => void): Transmit | undefined {
    for (const begun of this.#byIndex.values()) {
      const { handshake } = begun;
      try {
        const datagram = handshake.transmit(now);
        if (datagram !== undefined) return { datagram, to: handshake.to };
      } catch (error) {
        failed(error);
        this.end(begun);
        begun.connection.fail("timeout");
      }
    }
    return undefined;
  }

  /** When one of them wants to be asked again; Infinity for never. */
  get deadline(): number {
    let earliest = Infinity;
    for (const { handshake } of this.#byIndex.values()) {
      earliest = Math.min(earliest, handshake.deadline);
    }
    return earliest;
  }

  /** Gives up those that have had their time. */
  expire(now: number): void {
    for (const begun of this.#byIndex.values()) {
      if (!begun.handshake.expired(now)) continue;
      this.end(begun);
      const { reason, ...detail } = begun.handshake.hint ?? { reason: "timeout" };
      begun.connection.fail(reason, detail);
    }
    for (const [key, { until }] of this.#answered) if (until <= now) this.#answered.delete(key);
  }
}
