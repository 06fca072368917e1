/**
 * A link of the laboratory that looks into the packets: it drops those that carry one kind of frame, or keeps the peer
 * from acknowledging them, for ever or for a while. An honest network does the first, a peer may do all of it.
 */
import { FRAME_ACK, writeAck } from "../../lib/wire/frames.ts";
import { RangeSet } from "../../lib/transport/range-set.ts";
import { FrameReader } from "../../lib/wire/frame-reader.ts";
import { type Conditions, Link } from "./link.ts";
import { open, seal } from "./pair.ts";
import type { SeededRandom } from "./random.ts";

/** What happens to packets with frames of `type`, besides what the network does to all. */
export interface FrameFault {
  readonly type: number;
  /** Only STREAM frames that end their stream. */
  readonly fin?: boolean;
  /**
   * "drop": two of three vanish. Of the first few, the peer never says that they came ("unacknowledged"), or says so when
   * they have long been declared lost ("late"), or each time of some only ("selective").
   */
  readonly kind: "drop" | "unacknowledged" | "late" | "selective";
}

/** Ours: so many packets stay unacknowledged for good; what they carried goes again in others. */
const UNACKNOWLEDGED = 40;
const LATE_MS = 1500;
const MAX_RANGES = 256;

/** Both directions of a path with the same fault. */
export interface FaultyPath {
  readonly there: FrameLink;
  readonly back: FrameLink;
}

export class FrameLink extends Link {
  readonly #fault: FrameFault;
  readonly #reader = new FrameReader();
  readonly #random: SeededRandom;
  /** The packets sent this way that are concerned, and since when. */
  readonly #concerned = new Map<number, number>();
  /** The other direction, whose packets the ACKs of this one are about. */
  #other: FrameLink | undefined;
  /** How many packets carried the frame; how often the fault changed something. */
  carried = 0;
  changed = 0;

  constructor(conditions: Conditions, random: SeededRandom, fault: FrameFault) {
    super(conditions, random);
    this.#random = random;
    this.#fault = fault;
  }

  static path(conditions: Conditions, random: SeededRandom, fault: FrameFault): FaultyPath {
    const there = new FrameLink(conditions, random, fault);
    const back = new FrameLink(conditions, random, fault);
    there.#other = back;
    back.#other = there;
    return { there, back };
  }

  override send(datagram: Uint8Array, now: number): void {
    const packet = open(datagram);
    if (packet === undefined) return super.send(datagram, now);
    const { packetNumber, payload } = packet;
    if (this.#carries(payload)) {
      this.carried++;
      if (this.#fault.kind === "drop") {
        if (this.carried % 3 !== 0) {
          this.changed++;
          return;
        }
      } else if (this.carried <= UNACKNOWLEDGED) this.#concerned.set(packetNumber, now);
    }
    super.send(seal(packetNumber, this.#withoutAcks(payload, now)), now);
  }

  #carries(payload: Uint8Array): boolean {
    const { type, fin } = this.#fault;
    this.#reader.reset(payload);
    while (this.#reader.next()) {
      if (this.#reader.type === type && (!fin || this.#reader.fin)) return true;
    }
    return false;
  }

  /** The payload with its ACK frames cut down to what is owned up to. */
  #withoutAcks(payload: Uint8Array, now: number): Uint8Array {
    if (this.#fault.kind === "drop") return payload;
    const reader = this.#reader;
    const out = new Uint8Array(payload.length + 4096);
    let length = 0;
    reader.reset(payload);
    for (let from = 0; reader.next(); from = reader.at) {
      if (reader.type === FRAME_ACK) length = this.#writeOwned(out, length, now);
      else {
        out.set(payload.subarray(from, reader.at), length);
        length += reader.at - from;
      }
    }
    // A packet needs a frame: PADDING says nothing.
    return length === 0 ? Uint8Array.of(0) : out.subarray(0, length);
  }

  /** Takes out of `acked` which packets of this direction their receiver keeps quiet about now; how many. */
  #disown(acked: RangeSet, now: number): number {
    let changed = 0;
    for (const [number, since] of this.#concerned) {
      if (!acked.has(number)) continue;
      if (this.#fault.kind === "late" && now > since + LATE_MS) {
        this.#concerned.delete(number);
        continue;
      }
      if (this.#fault.kind === "selective" && this.#random.chance(0.3)) continue;
      acked.remove(number, number + 1);
      changed++;
    }
    return changed;
  }

  #writeOwned(out: Uint8Array, at: number, now: number): number {
    const { ranges, rangeCount, delay } = this.#reader;
    const owned = new RangeSet();
    for (let r = 0; r < rangeCount; r++) owned.add(ranges[2 * r]!, ranges[2 * r + 1]! + 1);
    this.changed += this.#other!.#disown(owned, now);
    return owned.count === 0 ? at : writeAck(out, at, out.length, owned, MAX_RANGES, delay);
  }
}
