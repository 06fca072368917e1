/**
 * What one connection sends: its last handshake message until the peer has shown its keys, packets for an address on
 * trial, and the transport's packets, several of which are sealed at once.
 */
import type { Transport } from "../transport/transport.ts";
import type { PacketOut } from "../transport/types.ts";
import { PACKET_OVERHEAD_BYTES } from "../wire/packet-sealed.ts";
import { type Address, sameAddress } from "./address.ts";
import { type EndpointConfig, nextWait } from "./config.ts";
import type { Slot } from "./connection-types.ts";
import type { Link } from "./link.ts";
import { AMPLIFICATION, type Path } from "./path.ts";

/** A connection fills slots up to this many bytes before another has its turn. */
const TURN_BYTES = 24 * 1024;

/** A handshake message that is sent until the peer has answered with a sealed packet. */
export interface LastMessage {
  readonly datagram: Uint8Array;
  at: number;
  wait: number;
}

/** Fills slots with datagrams of one connection. */
export class Egress {
  readonly #config: EndpointConfig;
  readonly #transport: Transport;
  readonly #link: Link;
  readonly #path: Path;
  #last: LastMessage | undefined;
  /** Where to send a path response, and how long it may be. */
  #challenged: { readonly from: Address; readonly limit: number } | undefined;

  constructor(
    config: EndpointConfig,
    transport: Transport,
    link: Link,
    path: Path,
    last: Uint8Array | undefined,
    now: number,
  ) {
    this.#config = config;
    this.#transport = transport;
    this.#link = link;
    this.#path = path;
    if (last !== undefined) {
      this.#last = { datagram: last, at: now, wait: config.handshakeRetryMs };
    }
  }

  /** When the last handshake message is due again. */
  nextTimeout(): number | undefined {
    return this.#last?.at;
  }

  /** The peer has shown that it has the keys. */
  confirmed(): void {
    this.#last = undefined;
  }

  /** Answers go to where the challenge came from; to a new address no more than it may be sent (RFC 9000 §8.2.2). */
  challenged(from: Address, bytes: number): void {
    const limit = sameAddress(from, this.#path.address) ? Infinity : AMPLIFICATION * bytes;
    this.#challenged = { from, limit };
  }

  /** Fills `slots` from `first` on; how many. */
  fill(now: number, slots: readonly Slot[], first: number): number {
    if (this.#lastMessage(now, slots[first]!)) return 1;
    this.#link.beforeSeal(now);
    let filled = 0;
    let bytes = 0;
    while (first + filled < slots.length && bytes < TURN_BYTES) {
      const slot = slots[first + filled]!;
      const { buffer, payload: out } = slot;
      slot.to = this.#path.address;
      const packet = this.#pathPacket(now, out, slot) ?? this.#transport.transmit(now, out);
      if (packet === undefined) break;
      slot.alone = this.#transport.apart;
      slot.length = this.#link.stage(packet.packetNumber, buffer, packet.length);
      bytes += slot.length;
      filled++;
    }
    this.#link.sealStaged();
    return filled;
  }

  #lastMessage(now: number, slot: Slot): boolean {
    const last = this.#last;
    if (last === undefined || last.at > now) return false;
    last.at = now + last.wait;
    last.wait = nextWait(last.wait, this.#config);
    slot.buffer.set(last.datagram);
    slot.length = last.datagram.length;
    slot.alone = true;
    slot.to = this.#path.address;
    return true;
  }

  /** A packet that goes to one particular address. */
  #pathPacket(now: number, out: Uint8Array, slot: Slot): PacketOut | undefined {
    const challenge = this.#path.challenge(now);
    if (challenge !== undefined) {
      slot.to = challenge.to;
      const room = out.subarray(0, challenge.length - PACKET_OVERHEAD_BYTES);
      return this.#transport.transmitPath(now, room, challenge.token);
    }
    const challenged = this.#challenged;
    if (challenged === undefined) return undefined;
    this.#challenged = undefined;
    const limit = Math.min(out.length, challenged.limit - PACKET_OVERHEAD_BYTES);
    const packet = this.#transport.transmitPath(now, out.subarray(0, limit));
    if (packet !== undefined) slot.to = challenged.from;
    return packet;
  }
}
