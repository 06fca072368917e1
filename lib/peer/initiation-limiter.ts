/**
 * Who may make us do SM2 operations. In peace, every initiation with a good mac1, within a rate; beyond that rate only
 * those that bring a cookie, which proves that their source address is theirs, within another rate.
 */
import { CookieChecker } from "../session/mac.ts";
import type { Random } from "../session/noise/suite.ts";
import { SourceRates, TokenBucket } from "../session/rate.ts";
import { type Initiation, MAC_BYTES } from "../wire/packet.ts";
import { type Address, addressKey, sourceKey } from "./address.ts";
import type { EndpointConfig } from "./config.ts";

/** What to do with an initiation. */
export type Admission =
  | { readonly type: "admit" }
  | { readonly type: "ask"; readonly cookie: Uint8Array }
  | { readonly type: "drop" };

const ADMIT: Admission = { type: "admit" };
const DROP: Admission = { type: "drop" };

/** Rates and cookies of one endpoint. */
export class InitiationLimiter {
  readonly #config: EndpointConfig;
  readonly #cookies: CookieChecker;
  readonly #open: TokenBucket;
  readonly #openPerSource: SourceRates;
  readonly #withCookie: TokenBucket;
  readonly #withCookiePerSource: SourceRates;

  constructor(config: EndpointConfig, random: Random, now: number) {
    this.#config = config;
    this.#cookies = new CookieChecker(random);
    this.#open = new TokenBucket(config.openRate, now);
    this.#openPerSource = new SourceRates(config.openRatePerSource, config.maxRatedSources, now);
    this.#withCookie = new TokenBucket(config.cookieRate, now);
    this.#withCookiePerSource = new SourceRates(
      config.cookieRatePerSource,
      config.maxRatedSources,
      now,
    );
  }

  /** Judges an initiation whose mac1 is good. */
  judge(initiation: Initiation, datagram: Uint8Array, from: Address, now: number): Admission {
    const source = sourceKey(from);
    const address = addressKey(from);
    if (initiation.mac2.some((byte) => byte !== 0)) {
      const covered = datagram.subarray(0, datagram.length - MAC_BYTES);
      // A cookie that is not ours means a flipped bit or a guess: silence. The honest come back without it.
      if (!this.#cookies.recognises(address, covered, initiation.mac2, now)) return DROP;
      const admitted = this.#withCookiePerSource.take(source, now) && this.#withCookie.take(now);
      return admitted ? ADMIT : DROP;
    }
    const open = !this.#config.alwaysCookie && this.#openPerSource.take(source, now) &&
      this.#open.take(now);
    if (open) return ADMIT;
    return { type: "ask", cookie: this.#cookies.cookie(address, now) };
  }
}
