/** What one connection gets: sealed packets opened one by one, or several at once in place. */
import { SEALED_TAG_BYTES, type SealedHeader } from "../wire/packet-sealed.ts";
import type { Address } from "./address.ts";
import type { Arrival } from "./connection-types.ts";
import type { Link } from "./link.ts";

/** Takes opened packets. */
export interface PacketTaker {
  delivered(
    packetNumber: number,
    payload: Uint8Array,
    datagramBytes: number,
    from: Address,
    now: number,
  ): void;
}

/** Opens packets of one connection. */
export class Ingress {
  readonly #link: Link;
  /** Packets to be opened together, and how long their headers are. */
  readonly #staged: Arrival[] = [];
  readonly #headers: number[] = [];

  constructor(link: Link) {
    this.#link = link;
  }

  /** Opens a packet into `scratch`; `taker` gets it when it is authentic. */
  open(
    header: SealedHeader,
    { datagram, from }: Arrival,
    scratch: Uint8Array,
    taker: PacketTaker,
    now: number,
  ): void {
    const length = this.#link.open(header, datagram, scratch, now);
    if (length < 0) return;
    const payload = scratch.subarray(0, length);
    taker.delivered(this.#link.packetNumber, payload, datagram.length, from, now);
  }

  /**
   * Takes a packet to be opened in place, together with others, by `openStaged`. False when it has to be opened by
   * itself after those.
   */
  stage(header: SealedHeader, arrival: Arrival): boolean {
    const place = this.#link.stageOpen(header, arrival.datagram);
    if (place === undefined) return false;
    if (place >= 0) {
      this.#staged[place] = arrival;
      this.#headers[place] = header.headerBytes;
    }
    return true;
  }

  /** Opens what was staged; `taker` gets what is authentic. */
  openStaged(taker: PacketTaker, now: number): void {
    this.#link.openStaged((place) => {
      const { datagram, from } = this.#staged[place]!;
      const payload = datagram.subarray(this.#headers[place]!, datagram.length - SEALED_TAG_BYTES);
      taker.delivered(this.#link.packetNumber, payload, datagram.length, from, now);
    });
    this.#staged.length = 0;
  }
}
