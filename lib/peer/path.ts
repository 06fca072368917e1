/**
 * Roaming: a connection follows its peer to a new address only after that address has answered a challenge, and sends
 * it at most three times what came from there meanwhile (RFC 9000 §8.2, §9.3).
 */
import { type Address, sameAddress } from "./address.ts";
import { INITIATION_BYTES } from "../wire/packet.ts";
import { PACKET_OVERHEAD_BYTES } from "../wire/packet-sealed.ts";
import type { Random } from "../session/noise/suite.ts";
import { sameKey } from "../session/handshake.ts";

/** RFC 9000 §19.17. */
const PATH_TOKEN_BYTES = 8;
/** RFC 9000 §8: an unvalidated address gets at most three times what it sent. */
export const AMPLIFICATION = 3;
/** A challenge is sent this often, each time after twice the wait. */
const MAX_CHALLENGES = 4;
const FIRST_WAIT_MS = 500;
/** A challenge is padded to the size that every path must carry (RFC 9000 §8.2.1), if the limit lets it. */
const CHALLENGE_BYTES = INITIATION_BYTES;
/** A challenge without padding: header, frame type, token, tag. */
const SHORT_CHALLENGE_BYTES = PACKET_OVERHEAD_BYTES + 1 + PATH_TOKEN_BYTES;

/** An address on trial. */
interface Candidate {
  readonly address: Address;
  readonly token: Uint8Array;
  received: number;
  sent: number;
  challenges: number;
  nextAt: number;
}

/** A challenge to be sent. */
export interface Challenge {
  readonly to: Address;
  readonly token: Uint8Array;
  /** Length of the whole datagram. */
  readonly length: number;
}

/** The address of one connection, and the one it may move to. */
export class Path {
  readonly #random: Random;
  #address: Address;
  #candidate: Candidate | undefined;

  constructor(address: Address, random: Random) {
    this.#address = address;
    this.#random = random;
  }

  /** Where data goes. */
  get address(): Address {
    return this.#address;
  }

  /** Notes where an authentic packet came from. */
  received(from: Address, bytes: number, newest: boolean, now: number): void {
    if (sameAddress(from, this.#address)) return;
    const candidate = this.#candidate;
    if (candidate !== undefined && sameAddress(candidate.address, from)) {
      candidate.received += bytes;
      return;
    }
    if (!newest) return;
    this.#candidate = {
      address: from,
      token: this.#random(PATH_TOKEN_BYTES),
      received: bytes,
      sent: 0,
      challenges: 0,
      nextAt: now,
    };
  }

  /** When the next challenge is due. */
  nextTimeout(): number | undefined {
    return this.#candidate?.nextAt;
  }

  /** The challenge to send now, if one is due. */
  challenge(now: number): Challenge | undefined {
    const candidate = this.#candidate;
    if (candidate === undefined || candidate.nextAt > now) return undefined;
    if (candidate.challenges === MAX_CHALLENGES) {
      this.#candidate = undefined;
      return undefined;
    }
    candidate.nextAt = now + FIRST_WAIT_MS * 2 ** candidate.challenges;
    candidate.challenges++;
    const budget = AMPLIFICATION * candidate.received - candidate.sent;
    const length = Math.min(CHALLENGE_BYTES, budget);
    if (length < SHORT_CHALLENGE_BYTES) return undefined;
    candidate.sent += length;
    return { to: candidate.address, token: candidate.token, length };
  }

  /** Whether a path response moves the connection to the address on trial. */
  answered(token: Uint8Array): boolean {
    const candidate = this.#candidate;
    if (candidate === undefined || !sameKey(token, candidate.token)) return false;
    this.#address = candidate.address;
    this.#candidate = undefined;
    return true;
  }
}
