/**
 * Pairing by a short code (docs/protocol.md, "Pairing"): CPace over SM2 inside an encrypted session, bound to both static
 * keys and to this very handshake, so that whoever stands in between ends with another key on each side. Pure.
 *
 * The initiator proves first. So the responder knows of a wrong guess before it has said anything that a guess could
 * be tried on; and a run that breaks off before the proof has told nobody anything.
 */
import { ByteReader, type Bytes, ByteWriter, concat, utf8, utf8Text } from "../bytes.ts";
import type { RandomSource } from "../crypto/random.ts";
import { FormatError, RemoteProtocolError } from "../errors.ts";
import { Cpace, type CpaceMessage } from "./cpace.ts";
import { CPACE_SHARE_BYTES, CPACE_SM2 } from "./cpace-sm2.ts";
import type { PairCode } from "./pair-code.ts";

/** Frames of a pairing stream: type (1) ‖ length (2) ‖ body. */
export const PairFrame = {
  /** Share and suggested name. */
  share: 1,
  /** The proof. */
  confirm: 2,
  /** The initiator has the responder's proof. */
  done: 3,
  /** The initiator's proof is wrong. */
  refused: 4,
} as const;

/** Head of a frame. */
export const PAIR_HEAD_BYTES = 3;
/** Longest name that one side suggests, in bytes of UTF-8. */
export const MAX_PAIR_NAME_BYTES = 64;
const CONFIRM_BYTES = 32;
/** No frame is longer. */
export const MAX_PAIR_BODY_BYTES = CPACE_SHARE_BYTES + 1 + MAX_PAIR_NAME_BYTES;

/** The session that the exchange runs in. */
export interface PairSession {
  readonly initiatorKey: Uint8Array;
  readonly responderKey: Uint8Array;
  /** What the handshake ended with. */
  readonly handshakeHash: Uint8Array;
}

/** A frame as bytes. */
export function encodePairFrame(type: number, body: Uint8Array = new Uint8Array(0)): Bytes {
  return new ByteWriter().u8(type).u16(body.length).bytes(body).finish();
}

/** The type and body length of a frame; a RemoteProtocolError where there is no such frame. */
export function decodePairHead(head: Uint8Array): { type: number; length: number } {
  const [type = 0, high = 0, low = 0] = head;
  const length = high << 8 | low;
  if (type < PairFrame.share || type > PairFrame.refused || length > MAX_PAIR_BODY_BYTES) {
    throw new RemoteProtocolError("pair.frame", {});
  }
  return { type, length };
}

/** Reads the body of a share frame. */
export function decodePairShare(body: Uint8Array): CpaceMessage & { readonly name: string } {
  try {
    const reader = new ByteReader(body);
    const share = reader.bytes(CPACE_SHARE_BYTES);
    const length = reader.u8();
    if (length > MAX_PAIR_NAME_BYTES) throw new RemoteProtocolError("pair.frame", {});
    const associated = reader.bytes(length);
    reader.end();
    return { share, associated, name: utf8Text(associated) };
  } catch (error) {
    if (error instanceof FormatError) throw new RemoteProtocolError("pair.frame", {});
    throw error;
  }
}

/** One side of one run. */
export class Pairing {
  readonly #cpace: Cpace;

  /**
   * Begins a run.
   *
   * @param name what this side suggests to be called
   */
  constructor(
    code: PairCode,
    session: PairSession,
    side: { readonly initiator: boolean; readonly name: string; readonly random: RandomSource },
  ) {
    this.#cpace = new Cpace(CPACE_SM2, {
      password: utf8(code.digits),
      channel: concat(utf8("p2p pair 1"), session.initiatorKey, session.responderKey),
      session: session.handshakeHash,
    }, { initiator: side.initiator, associated: utf8(side.name), random: side.random });
  }

  /** The share frame of this side. */
  share(): Bytes {
    const { share, associated } = this.#cpace.message;
    const body = new ByteWriter().bytes(share).u8(associated.length).bytes(associated).finish();
    return encodePairFrame(PairFrame.share, body);
  }

  /** Takes the other side's share; answers the name that it suggests, which is proven only with `check`. */
  receive(body: Uint8Array): string {
    const { name, ...message } = decodePairShare(body);
    this.#cpace.receive(message);
    return name;
  }

  /** The proof of this side. */
  confirm(): Bytes {
    return encodePairFrame(PairFrame.confirm, this.#cpace.confirmation.subarray(0, CONFIRM_BYTES));
  }

  /** Checks the other side's proof; an AuthenticationError where the codes differ or somebody is in between. */
  check(body: Uint8Array): void {
    this.#cpace.confirm(body);
  }
}
