/** Messages of enrolment on a stream. */
import {
  decodeEnrolmentHead,
  ENROLMENT_HEAD_BYTES,
  type EnrolmentSession,
} from "../authority/enrolment.ts";
import { UnreachableError } from "../errors.ts";
import type { Conversation } from "../net/conversation.ts";
import { type ByteStream, StreamCode } from "../transfer/stream.ts";

/** What the proofs are bound to. */
export function enrolmentSession({ connection }: Conversation): EnrolmentSession {
  return { handshakeHash: connection.handshakeHash! };
}

/** The other side broke off in the middle: it may be tried again. */
class BrokenEnrolment extends UnreachableError {}

async function readAllOf(stream: ByteStream, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await stream.read(bytes.subarray(at));
    if (count === 0) throw new BrokenEnrolment("enrol.broken", {});
    at += count;
  }
  return bytes;
}

/** The next message; gives the stream up when it takes longer than `milliseconds`. */
export async function readEnrolment(
  stream: ByteStream,
  milliseconds: number,
): Promise<{ readonly type: number; readonly body: Uint8Array }> {
  const timer = setTimeout(() => stream.abort(StreamCode.cancelled), milliseconds);
  try {
    const { type, length } = decodeEnrolmentHead(await readAllOf(stream, ENROLMENT_HEAD_BYTES));
    return { type, body: await readAllOf(stream, length) };
  } finally {
    clearTimeout(timer);
  }
}
