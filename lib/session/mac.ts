/**
 * The MACs at the end of handshake datagrams, mac1 and mac2, and the cookies that a busy responder asks for.
 *
 * mac1 is WireGuard's (whitepaper §5.4.4) with one difference: its key is a constant of the protocol, not the responder's public
 * key. First contact (XX) is open to everyone anyway, so a key that only acquaintances have would hide nothing, and it
 * would let an observer test whom an IK initiation is for. What it does is cheap: whatever is random, cut or flipped is
 * dropped at the price of one HMAC.
 *
 * mac2 is keyed by a cookie (§5.4.7): HMAC-SM3 of the source address under a secret that changes every
 * two minutes, so the responder keeps nothing and does no SM2 operation before the source has proved itself.
 */
import { type Bytes, equalConstantTime, utf8, wipe } from "../bytes.ts";
import { hmacSm3 } from "../crypto/hmac.ts";
import { sm3 } from "../crypto/sm3.ts";
import { MAC_BYTES } from "../wire/packet.ts";
import type { Random } from "./noise/suite.ts";

/** A cookie secret serves this long, and one period more as the previous one (WireGuard §6.6: 120 s). */
const COOKIE_SECRET_MS = 120_000;

const MAC1_KEY = sm3(utf8("p2p datagram check"));

/** mac1 over `covered`. */
export function mac1Of(covered: Uint8Array): Bytes {
  return hmacSm3(MAC1_KEY, covered).slice(0, MAC_BYTES);
}

/** Whether `mac1` is that of `covered`. */
export function isMac1(covered: Uint8Array, mac1: Uint8Array): boolean {
  return equalConstantTime(mac1Of(covered), mac1);
}

/** mac2 of an initiation: over everything before it, mac1 included, keyed by the cookie. */
export function mac2Of(cookie: Uint8Array, covered: Uint8Array): Bytes {
  return hmacSm3(cookie, covered).slice(0, MAC_BYTES);
}

/** Makes and recognises cookies without remembering any. */
export class CookieChecker {
  readonly #random: Random;
  #secret: Bytes | undefined;
  #previous: Bytes | undefined;
  #madeAt = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  #turn(now: number): Bytes {
    const age = now - this.#madeAt;
    if (this.#secret !== undefined && age < COOKIE_SECRET_MS) return this.#secret;
    wipe(this.#previous);
    this.#previous = age < 2 * COOKIE_SECRET_MS ? this.#secret : undefined;
    this.#secret = this.#random(32);
    this.#madeAt = now;
    return this.#secret;
  }

  /** The cookie of a source ("host port"). */
  cookie(source: string, now: number): Bytes {
    return hmacSm3(this.#turn(now), utf8(source)).slice(0, MAC_BYTES);
  }

  /** Whether `mac2` was made over `covered` with a cookie that `source` was given lately. */
  recognises(source: string, covered: Uint8Array, mac2: Uint8Array, now: number): boolean {
    const current = this.#turn(now);
    for (const secret of [current, this.#previous]) {
      if (secret === undefined) continue;
      const cookie = hmacSm3(secret, utf8(source)).slice(0, MAC_BYTES);
      if (equalConstantTime(mac2Of(cookie, covered), mac2)) return true;
    }
    return false;
  }
}
