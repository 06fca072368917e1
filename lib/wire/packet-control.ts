/**
 * The payloads of control packets: what the session says to itself, apart from the frames of the transport. Control
 * packets have packet numbers of their own, are not acknowledged and not retransmitted by themselves.
 */
import { type Bytes, concat } from "../bytes.ts";
import { FormatError } from "../errors.ts";

/** Byte 0 of a control payload. */
export const ControlType = { ping: 0x01, pong: 0x02, challenge: 0x03, response: 0x04 } as const;

/** Bytes of the token in a path challenge and its response (RFC 9000 §19.17). */
export const PATH_TOKEN_BYTES = 8;

/** A control message. */
export type Control =
  | { readonly type: "ping" | "pong" }
  | { readonly type: "challenge" | "response"; readonly token: Uint8Array };

/** The payload of a control packet, padded with zeros to `length` when that is longer. */
export function encodeControl(control: Control, length = 0): Bytes {
  const token = "token" in control ? control.token : new Uint8Array(0);
  const payload = concat(Uint8Array.of(ControlType[control.type]), token);
  if (payload.length >= length) return payload;
  const padded = new Uint8Array(length);
  padded.set(payload);
  return padded;
}

/** Parses an authenticated control payload; bytes after the message are padding. */
export function decodeControl(payload: Uint8Array): Control {
  switch (payload[0]) {
    case ControlType.ping:
      return { type: "ping" };
    case ControlType.pong:
      return { type: "pong" };
    case ControlType.challenge:
      return { type: "challenge", token: tokenOf(payload) };
    case ControlType.response:
      return { type: "response", token: tokenOf(payload) };
    default:
      throw new FormatError("read control packet: unknown type");
  }
}

function tokenOf(payload: Uint8Array): Uint8Array {
  if (payload.length < 1 + PATH_TOKEN_BYTES) throw new FormatError("read control packet: truncated");
  return payload.slice(1, 1 + PATH_TOKEN_BYTES);
}
