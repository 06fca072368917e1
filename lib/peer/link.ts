/**
 * The sealed packets of one session: headers, packet numbers and protection together. The numbers come from the
 * transport.
 */
import { expandPacketNumber } from "../wire/packet-number.ts";
import {
  encodeSealedHeader,
  SEALED_HEADER_BYTES,
  type SealedHeader,
} from "../wire/packet-sealed.ts";
import { type KeyLimits, PacketProtection, type TrafficSecrets } from "../session/protection.ts";
import type { AeadMaker } from "../session/traffic-keys.ts";

/** One session's packets. */
export class Link {
  readonly remoteIndex: number;
  readonly #protection: PacketProtection;
  #stagedOpen = 0;
  /** Of the packet last opened. */
  packetNumber = -1;
  /** Whether the packet last opened had the largest number so far. */
  newest = false;

  constructor(
    secrets: TrafficSecrets,
    remoteIndex: number,
    config: { readonly makeAead: AeadMaker; readonly keyLimits: KeyLimits },
    now: number,
  ) {
    this.remoteIndex = remoteIndex;
    this.#protection = new PacketProtection(secrets, config.makeAead, config.keyLimits, now);
  }

  /** Key updates so far. */
  get keyUpdates(): number {
    return this.#protection.updates;
  }

  /** Renews the keys when that is due. Before each packet to send. */
  beforeSeal(now: number): void {
    this.#protection.beforeSeal(now);
  }

  /**
   * Puts the header before a payload that stands at byte 8 of `out` and takes it for `sealStaged`; the length that the
   * datagram will have.
   */
  stage(packetNumber: number, out: Uint8Array, payloadBytes: number): number {
    const protection = this.#protection;
    encodeSealedHeader(out, protection.phase, this.remoteIndex, packetNumber);
    return protection.stage(packetNumber, out, SEALED_HEADER_BYTES, payloadBytes);
  }

  /** Seals all that was staged. */
  sealStaged(): void {
    this.#protection.sealStaged();
  }

  /**
   * Takes `datagram` to be opened in place by `openStaged`; the place it has there, −1 when it is a replay or too old,
   * undefined when it cannot be opened together with those taken before.
   */
  stageOpen(header: SealedHeader, datagram: Uint8Array): number | undefined {
    const protection = this.#protection;
    const packetNumber = expandPacketNumber(
      protection.largest,
      header.truncated,
      header.numberBytes,
    );
    if (!protection.fresh(packetNumber)) return -1;
    const staged = protection.stageOpen(header.phase, packetNumber, datagram, header.headerBytes);
    return staged ? this.#stagedOpen++ : undefined;
  }

  /** Opens what was staged; `take` is called for each that is authentic, with its place. */
  openStaged(take: (place: number) => void): void {
    this.#stagedOpen = 0;
    this.#protection.openStaged((place, packetNumber, largest) => {
      this.packetNumber = packetNumber;
      this.newest = packetNumber > largest;
      take(place);
    });
  }

  /** Opens `datagram` into `out`: the payload's length, −1 when it is not for us. */
  open(header: SealedHeader, datagram: Uint8Array, out: Uint8Array, now: number): number {
    const largest = this.#protection.largest;
    const packetNumber = expandPacketNumber(largest, header.truncated, header.numberBytes);
    const length = this.#protection.open(
      header.phase,
      packetNumber,
      datagram,
      header.headerBytes,
      out,
      now,
    );
    if (length >= 0) {
      this.packetNumber = packetNumber;
      this.newest = packetNumber > largest;
    }
    return length;
  }

  wipe(): void {
    this.#protection.wipe();
  }
}
