/**
 * CPace (draft-irtf-cfrg-cpace), a balanced PAKE: two parties that share a few words end with a strong key, and
 * whoever does not know them gets one guess a run. Initiator and responder setting (transcript_ir), with the explicit
 * key confirmation of §"Key confirmation". Pure: generic over the group and hash, as the draft's suites are.
 */
import { type Bytes, concat, equalConstantTime, utf8, wipe } from "../bytes.ts";
import { AuthenticationError, RemoteProtocolError } from "../errors.ts";
import type { RandomSource } from "../crypto/random.ts";

/** A cipher suite of the draft: a prime-order curve with its encode_to_curve, and a hash. */
export interface CpaceSuite {
  /** Name of the encode_to_curve suite (RFC 9380 §8.10): "P256_XMD:SHA-256_SSWU_NU_". */
  readonly name: string;
  /** s_in_bytes of the hash. */
  readonly hashBlockBytes: number;
  hash(...parts: readonly Uint8Array[]): Bytes;
  mac(key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes;
  /** A point, 04 ‖ x ‖ y. */
  encodeToCurve(message: Uint8Array, dst: Uint8Array): Bytes;
  /** A scalar of 1…n−1. */
  sampleScalar(random: RandomSource): Bytes;
  /** scalar_mult: 04 ‖ x ‖ y. */
  multiply(scalar: Uint8Array, point: Uint8Array): Bytes;
  /** scalar_mult_vfy: x of the product; undefined for whatever is no point of the curve, and for infinity. */
  multiplyVerified(scalar: Uint8Array, point: Uint8Array): Bytes | undefined;
}

/** What both sides put in. All of it must be the same on both, or the keys differ. */
export interface CpaceInput {
  /** PRS: the shared words. */
  readonly password: Uint8Array;
  /** CI: who talks to whom, over what. */
  readonly channel: Uint8Array;
  /** sid: unique to the run. */
  readonly session: Uint8Array;
}

/** One side's message: its share and what it says beside it. */
export interface CpaceMessage {
  /** 04 ‖ x ‖ y. */
  readonly share: Uint8Array;
  /** AD. */
  readonly associated: Uint8Array;
}

/** Integer as unsigned LEB128, in front of the bytes it counts (prepend_len). */
function prependLength(bytes: Uint8Array): Bytes {
  const prefix: number[] = [];
  let rest = bytes.length;
  do {
    prefix.push(rest & 0x7f | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return concat(Uint8Array.from(prefix), bytes);
}

/** lv_cat: each part with its length in front. */
function lengthValueConcat(...parts: readonly Uint8Array[]): Bytes {
  return concat(...parts.map(prependLength));
}

/** generator_string: the inputs, with the first block of the hash filled so that no input straddles it. */
export function generatorString(suite: CpaceSuite, input: CpaceInput): Bytes {
  const dsi = utf8(`CPace${suite.name}`);
  const used = prependLength(input.password).length + prependLength(dsi).length;
  const padding = new Uint8Array(Math.max(0, suite.hashBlockBytes - 1 - used));
  return lengthValueConcat(dsi, input.password, padding, input.channel, input.session);
}

/** One side of one run. */
export class Cpace {
  readonly #suite: CpaceSuite;
  readonly #session: Uint8Array;
  readonly #initiator: boolean;
  readonly #secret: Bytes;
  readonly #own: CpaceMessage;
  #peer: CpaceMessage | undefined;
  #key: Bytes | undefined;

  /**
   * Begins a run.
   *
   * @param associated what this side says beside its share; the other side's key depends on it
   */
  constructor(
    suite: CpaceSuite,
    input: CpaceInput,
    side: {
      readonly initiator: boolean;
      readonly associated: Uint8Array;
      readonly random: RandomSource;
    },
  ) {
    this.#suite = suite;
    this.#session = input.session;
    this.#initiator = side.initiator;
    this.#secret = suite.sampleScalar(side.random);
    const generator = suite.encodeToCurve(
      generatorString(suite, input),
      utf8(`CPace${suite.name}_DST`),
    );
    const share = suite.multiply(this.#secret, generator);
    this.#own = { share, associated: side.associated };
  }

  /** What goes to the other side. */
  get message(): CpaceMessage {
    return this.#own;
  }

  /**
   * Takes the other side's message, once, and answers ISK, the shared key.
   *
   * @throws RemoteProtocolError for a share that is no point, the neutral element, or our own sent back
   */
  receive(peer: CpaceMessage): Bytes {
    if (this.#peer !== undefined) throw new RemoteProtocolError("pair.second-message", {});
    this.#peer = peer;
    const reflected = equalConstantTime(peer.share, this.#own.share);
    const shared = reflected ? undefined : this.#suite.multiplyVerified(this.#secret, peer.share);
    wipe(this.#secret);
    if (shared === undefined) throw new RemoteProtocolError("pair.invalid-share", {});
    const [first, second] = this.#initiator ? [this.#own, peer] : [peer, this.#own];
    this.#key = this.#suite.hash(
      lengthValueConcat(utf8(`CPace${this.#suite.name}_ISK`), this.#session, shared),
      lengthValueConcat(first.share, first.associated),
      lengthValueConcat(second.share, second.associated),
    );
    wipe(shared);
    return this.#key;
  }

  /** This side's proof that it has the key; the other side checks it with `confirm`. */
  get confirmation(): Bytes {
    return this.#tag(this.#own);
  }

  /**
   * Checks the other side's proof.
   *
   * @throws AuthenticationError when the words differ, or somebody is in between
   */
  confirm(tag: Uint8Array): void {
    if (this.#peer === undefined || !equalConstantTime(tag, this.#tag(this.#peer))) {
      throw new AuthenticationError("pair.other-code", {});
    }
  }

  #tag({ share, associated }: CpaceMessage): Bytes {
    if (this.#key === undefined) throw new RemoteProtocolError("pair.no-message", {});
    const key = this.#suite.hash(utf8("CPaceMac"), this.#session, this.#key);
    const tag = this.#suite.mac(key, lengthValueConcat(share, associated));
    wipe(key);
    return tag;
  }
}
