/**
 * Packet protection of one session: seals and opens packets in place, keeps the replay windows, and renews the keys
 * (after RFC 9001 §6: the key phase bit, next keys tried when it flips, old keys kept for a while for stragglers).
 */
import { AuthenticationError, FailureError } from "../errors.ts";
import { GCM_NONCE_BYTES, GCM_TAG_BYTES } from "../crypto/gcm.ts";
import { ReplayWindow } from "./replay.ts";
import { PacketBatch } from "./packet-batch.ts";
import { type AeadMaker, TrafficKeys } from "./traffic-keys.ts";

/** When keys are renewed and when they must no longer be used. */
export interface KeyLimits {
  /** Renew after this many packets sealed in one key phase. */
  readonly updateAfterPackets: number;
  /** Renew after this many milliseconds in one key phase. */
  readonly updateAfterMs: number;
  /** Never seal more packets than this in one key phase. */
  readonly maxPackets: number;
  /** Give the session up after this many packets that did not authenticate. */
  readonly maxForged: number;
  /** How long the keys of the last phase can still open packets that were under way. */
  readonly retainMs: number;
}

/**
 * RFC 9001 §6.6 and appendix B: AES-128-GCM, whose block size SM4 shares, allows 2^23 packets of any UDP size and 2^52
 * forgeries. We renew well before: 2^20 packets (60 GB at most), or two minutes as in WireGuard (§6.1).
 */
export const KEY_LIMITS: KeyLimits = {
  updateAfterPackets: 2 ** 20,
  updateAfterMs: 120_000,
  maxPackets: 2 ** 23,
  maxForged: 2 ** 52,
  retainMs: 3_000,
};

/** The secrets that a handshake gave. */
export interface TrafficSecrets {
  readonly sendSecret: Uint8Array;
  readonly receiveSecret: Uint8Array;
}

/** Seals and opens the packets of one session. */
export class PacketProtection {
  readonly #limits: KeyLimits;
  readonly #window = new ReplayWindow();
  readonly #nonce = new Uint8Array(GCM_NONCE_BYTES);
  /** Packets to be sealed together, and packets to be opened together with their numbers. */
  readonly #toSeal = new PacketBatch();
  readonly #toOpen = new PacketBatch();
  readonly #numbers: number[] = [];
  #send: TrafficKeys;
  #receive: TrafficKeys;
  #next: TrafficKeys | undefined;
  #previous: TrafficKeys | undefined;
  #phase: 0 | 1 = 0;
  #phaseSince: number;
  #sealed = 0;
  #forged = 0;
  #updates = 0;
  /** Whether the peer has used the current phase, so that it surely has these keys (RFC 9001 §6.1). */
  #phaseConfirmed = false;
  /** The smallest packet number seen in the current phase. */
  #firstInPhase = Infinity;

  constructor(secrets: TrafficSecrets, makeAead: AeadMaker, limits: KeyLimits, now: number) {
    this.#limits = limits;
    this.#send = new TrafficKeys(secrets.sendSecret, makeAead);
    this.#receive = new TrafficKeys(secrets.receiveSecret, makeAead);
    this.#phaseSince = now;
  }

  /** The key phase bit for the next packet. */
  get phase(): 0 | 1 {
    return this.#phase;
  }

  /** Key updates so far. */
  get updates(): number {
    return this.#updates;
  }

  /** The largest packet number authenticated, −1 for none. */
  get largest(): number {
    return this.#window.largest;
  }

  /** Renews the keys when it is time and the peer has the current ones. Call before writing a header. */
  beforeSeal(now: number): void {
    if (!this.#phaseConfirmed) return;
    const due = this.#sealed >= this.#limits.updateAfterPackets ||
      now - this.#phaseSince >= this.#limits.updateAfterMs;
    if (due) this.#turn(now);
  }

  #turn(now: number): void {
    const next = this.#next ?? this.#receive.next();
    const send = this.#send.next();
    this.#send.wipe();
    this.#send = send;
    this.#previous?.wipe();
    this.#previous = this.#receive;
    this.#receive = next;
    this.#next = undefined;
    this.#phase = this.#phase === 0 ? 1 : 0;
    this.#phaseSince = now;
    this.#sealed = 0;
    this.#updates++;
    this.#phaseConfirmed = false;
    this.#firstInPhase = Infinity;
  }

  /**
   * Takes the payload at `datagram[headerBytes, headerBytes + payloadBytes)`, with the header before it as associated
   * data, to be sealed in place by `sealStaged`; the datagram's length with the tag.
   */
  stage(
    packetNumber: number,
    datagram: Uint8Array,
    headerBytes: number,
    payloadBytes: number,
  ): number {
    if (this.#sealed >= this.#limits.maxPackets) {
      throw new FailureError("session.key-worn-out", {});
    }
    this.#sealed++;
    const end = headerBytes + payloadBytes;
    const nonce = this.#toSeal.add(datagram, headerBytes, end, end + GCM_TAG_BYTES);
    this.#send.nonce(packetNumber, nonce);
    return end + GCM_TAG_BYTES;
  }

  /** Seals what was staged, together where the cipher can. */
  sealStaged(): void {
    this.#toSeal.seal(this.#send.aead);
  }

  /**
   * Takes a packet to be opened in place by `openStaged`. False when it has the other key phase and has to be opened by
   * itself, after those that were taken before.
   */
  stageOpen(
    phase: 0 | 1,
    packetNumber: number,
    datagram: Uint8Array,
    headerBytes: number,
  ): boolean {
    if (phase !== this.#phase) return false;
    const end = datagram.length;
    const nonce = this.#toOpen.add(datagram, headerBytes, end, end - GCM_TAG_BYTES);
    this.#receive.nonce(packetNumber, nonce);
    this.#numbers.push(packetNumber);
    return true;
  }

  /**
   * Opens what was staged, together where the cipher can. `take` is called for each in turn with its place among them
   * and its number when it is authentic and not a replay; `largest` is what it was before that packet.
   */
  openStaged(take: (index: number, packetNumber: number, largest: number) => void): void {
    const authentic = this.#toOpen.open(this.#receive.aead);
    const numbers = this.#numbers.splice(0);
    for (const [i, packetNumber] of numbers.entries()) {
      if (!authentic[i]) {
        this.#countForged();
        continue;
      }
      const { largest } = this.#window;
      // Of two copies in one batch the second is a replay.
      if (!this.#window.accept(packetNumber)) continue;
      this.#accepted(packetNumber);
      take(i, packetNumber, largest);
    }
  }

  /** Whether `packetNumber` is neither a replay nor too old to tell. */
  fresh(packetNumber: number): boolean {
    return this.#window.fresh(packetNumber);
  }

  /**
   * Opens a packet into `out`: the payload's length, or −1 when it is a replay or not authentic. Nothing changes unless
   * it is authentic.
   */
  open(
    phase: 0 | 1,
    packetNumber: number,
    datagram: Uint8Array,
    headerBytes: number,
    out: Uint8Array,
    now: number,
  ): number {
    if (!this.#window.fresh(packetNumber)) return -1;
    const length = phase === this.#phase
      ? this.#openCurrent(packetNumber, datagram, headerBytes, out)
      : this.#openOther(packetNumber, datagram, headerBytes, out, now);
    if (length >= 0) this.#window.accept(packetNumber);
    return length;
  }

  #openCurrent(
    packetNumber: number,
    datagram: Uint8Array,
    headerBytes: number,
    out: Uint8Array,
  ): number {
    const length = this.#try(this.#receive, packetNumber, datagram, headerBytes, out);
    if (length < 0) {
      this.#countForged();
      return -1;
    }
    this.#accepted(packetNumber);
    return length;
  }

  /** A packet of the current key phase was authentic. */
  #accepted(packetNumber: number): void {
    if (packetNumber < this.#firstInPhase) this.#firstInPhase = packetNumber;
    this.#phaseConfirmed = true;
  }

  /** A packet with the other key phase bit: from before the last update, or the peer has begun the next one. */
  #openOther(
    packetNumber: number,
    datagram: Uint8Array,
    headerBytes: number,
    out: Uint8Array,
    now: number,
  ): number {
    const previous = this.#previous;
    if (previous !== undefined && now - this.#phaseSince < this.#limits.retainMs) {
      if (packetNumber < this.#firstInPhase) {
        const length = this.#try(previous, packetNumber, datagram, headerBytes, out);
        if (length >= 0) return length;
      }
    } else if (previous !== undefined) {
      previous.wipe();
      this.#previous = undefined;
    }
    this.#next ??= this.#receive.next();
    const length = this.#try(this.#next, packetNumber, datagram, headerBytes, out);
    if (length >= 0) {
      this.#turn(now);
      this.#firstInPhase = packetNumber;
      this.#phaseConfirmed = true;
      return length;
    }
    this.#countForged();
    return -1;
  }

  #try(
    keys: TrafficKeys,
    packetNumber: number,
    datagram: Uint8Array,
    headerBytes: number,
    out: Uint8Array,
  ): number {
    keys.nonce(packetNumber, this.#nonce);
    try {
      return keys.aead.openInto(
        this.#nonce,
        datagram.subarray(0, headerBytes),
        datagram.subarray(headerBytes),
        out,
      );
    } catch (error) {
      if (error instanceof AuthenticationError) return -1;
      throw error;
    }
  }

  #countForged(): void {
    if (++this.#forged >= this.#limits.maxForged) {
      throw new FailureError("session.too-many-forged", {});
    }
  }

  wipe(): void {
    for (const keys of [this.#send, this.#receive, this.#next, this.#previous]) keys?.wipe();
  }
}
