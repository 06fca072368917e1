/**
 * Enrolment, the messages (docs/protocol.md, "Enrolling"): a request, and what the authority answers. As EST (RFC 7030) over
 * TLS, over the encrypted session: a code proves both sides to each other, bound to the handshake and to what is said.
 */
import { type Bytes, concat, equalConstantTime, getU32, utf8 } from "../bytes.ts";
import { hmacSm3 } from "../crypto/hmac.ts";
import { sm3 } from "../crypto/sm3.ts";
import { RemoteProtocolError } from "../errors.ts";

/** Types of messages. */
export const EnrolmentType = { request: 1, pending: 2, issued: 3, refused: 4 } as const;

/** Why an authority refuses. */
export const EnrolmentRefusal = { declined: 1, code: 2, request: 3, failed: 4 } as const;

/** A type byte and the length of the body in four. */
export const ENROLMENT_HEAD_BYTES = 5;
/** The longest bodies: requests are small, revocation lists may be long. */
const MAX_REQUEST_BYTES = 64 * 1024;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

const PROOF_BYTES = 32;
const NO_PROOF = new Uint8Array(PROOF_BYTES);
const REQUEST_LABEL = utf8("p2p-enrol-request-1");
const ISSUED_LABEL = utf8("p2p-enrol-issued-1");

/** What the codes of both directions are bound to. */
export interface EnrolmentSession {
  readonly handshakeHash: Uint8Array;
}

function proof(
  label: Uint8Array,
  { handshakeHash }: EnrolmentSession,
  code: string | undefined,
  body: Uint8Array,
): Bytes {
  if (code === undefined) return NO_PROOF.slice();
  return hmacSm3(utf8(code), concat(label, handshakeHash, sm3(body)));
}

/** One message. */
export function encodeEnrolment(type: number, body: Uint8Array = new Uint8Array(0)): Bytes {
  const head = new Uint8Array(ENROLMENT_HEAD_BYTES);
  head[0] = type;
  new DataView(head.buffer).setUint32(1, body.length);
  return concat(head, body);
}

/** Type and length of the message that begins so. */
export function decodeEnrolmentHead(
  head: Uint8Array,
): { readonly type: number; readonly length: number } {
  const type = head[0]!, length = getU32(head, 1);
  const most = type === EnrolmentType.request
    ? MAX_REQUEST_BYTES
    : type === EnrolmentType.issued
    ? MAX_ANSWER_BYTES
    : 1;
  if (type < 1 || type > 4 || length > most) {
    throw new RemoteProtocolError("transfer.broken", { rule: "enrolment" });
  }
  return { type, length };
}

/** The body of a request: a proof, or zeros where there is no code, and requests in DER one after the other. */
export function encodeRequestBody(
  session: EnrolmentSession,
  code: string | undefined,
  requests: readonly Uint8Array[],
): Bytes {
  const all = concat(...requests);
  return concat(proof(REQUEST_LABEL, session, code, all), all);
}

/** A request as it came. */
export interface EnrolmentRequest {
  /** Whether a code is claimed. */
  readonly hasCode: boolean;
  /** Whether `code` is the one. */
  readonly fits: (code: string) => boolean;
  /** The requests in DER. */
  readonly requests: Bytes;
}

export function decodeRequestBody(session: EnrolmentSession, body: Uint8Array): EnrolmentRequest {
  if (body.length <= PROOF_BYTES) {
    throw new RemoteProtocolError("transfer.broken", { rule: "enrolment" });
  }
  const claimed = body.subarray(0, PROOF_BYTES);
  const requests = body.slice(PROOF_BYTES);
  return {
    hasCode: claimed.some((byte) => byte !== 0),
    fits: (code) => equalConstantTime(claimed, proof(REQUEST_LABEL, session, code, requests)),
    requests,
  };
}

/** What an authority issues: the certificates of the requests, others up to the roots, the roots, revocation lists. */
export interface EnrolmentAnswer {
  readonly chain: Bytes;
  readonly lists: Bytes;
}

/** The body of an answer: a proof, the length of the certificates, certificates and lists in DER. */
export function encodeAnswerBody(
  session: EnrolmentSession,
  code: string | undefined,
  { chain, lists }: EnrolmentAnswer,
): Bytes {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, chain.length);
  const rest = concat(length, chain, lists);
  return concat(proof(ISSUED_LABEL, session, code, rest), rest);
}

/** Reads an answer. `proven`: it comes from somebody who knows the code. */
export function decodeAnswerBody(
  session: EnrolmentSession,
  code: string | undefined,
  body: Uint8Array,
): EnrolmentAnswer & { readonly proven: boolean } {
  const broken = () => new RemoteProtocolError("transfer.broken", { rule: "enrolment" });
  if (body.length < PROOF_BYTES + 4) throw broken();
  const rest = body.subarray(PROOF_BYTES);
  const length = getU32(rest, 0);
  if (length > rest.length - 4) throw broken();
  const right = proof(ISSUED_LABEL, session, code, rest);
  return {
    chain: rest.slice(4, 4 + length),
    lists: rest.slice(4 + length),
    proven: code !== undefined && equalConstantTime(body.subarray(0, PROOF_BYTES), right),
  };
}
