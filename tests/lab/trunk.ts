/** One line that several pairs share: the same rate, delay and queue for all of them together. */
import { type Conditions, Link } from "./link.ts";
import type { SeededRandom } from "./random.ts";

/** A line with lanes, of which each carries one pair's datagrams. */
export class Trunk {
  readonly #line: Link;
  readonly #random: SeededRandom;
  readonly #arrived: Uint8Array[][] = [];

  constructor(conditions: Conditions, random: SeededRandom) {
    this.#line = new Link(conditions, random);
    this.#random = random;
  }

  /** One more lane, to be used as a link. */
  lane(): Link {
    const lane = this.#arrived.push([]) - 1;
    return new Lane(this.#random, {
      send: (datagram, now) => {
        const tagged = new Uint8Array(1 + datagram.length);
        tagged[0] = lane;
        tagged.set(datagram, 1);
        this.#line.send(tagged, now);
      },
      receive: (now) => {
        for (let d = this.#line.receive(now); d !== undefined; d = this.#line.receive(now)) {
          this.#arrived[d[0]!]!.push(d.subarray(1));
        }
        return this.#arrived[lane]!.shift();
      },
      nextTime: () => this.#arrived[lane]!.length > 0 ? -Infinity : this.#line.nextTime(),
    });
  }
}

type Ways = Pick<Link, "send" | "receive" | "nextTime">;

class Lane extends Link {
  readonly #ways: Ways;

  constructor(random: SeededRandom, ways: Ways) {
    super({}, random);
    this.#ways = ways;
  }

  override send(datagram: Uint8Array, now: number): void {
    this.counts.sent++;
    this.counts.bytes += datagram.length;
    this.#ways.send(datagram, now);
  }

  override nextTime(): number | undefined {
    return this.#ways.nextTime();
  }

  override receive(now: number): Uint8Array | undefined {
    return this.#ways.receive(now);
  }
}
