/** Pairing over a stream of an encrypted conversation: the frames of `lib/session/pairing.ts`, one side each. */
import { randomBytes } from "../crypto/random.ts";
import { AuthenticationError, P2PError, RemoteProtocolError, UnreachableError } from "../errors.ts";
import {
  decodePairHead,
  encodePairFrame,
  PAIR_HEAD_BYTES,
  PairFrame,
  Pairing,
  type PairSession,
} from "../session/pairing.ts";
import type { PairCode } from "../session/pair-code.ts";
import type { ByteStream } from "../transfer/stream.ts";
import { StreamCode } from "../transfer/stream.ts";

/** How long one side waits for the other's next frame, in milliseconds. */
const FRAME_MS = 20_000;

/** How long the last word of a refusal is waited for. */
const GOODBYE_MS = 1000;

/** A run that ended without a word about the code: the connection broke, or the other side fell silent. */
class BrokenRun extends UnreachableError {}

/** One side of a run, as the stream has it. */
export interface PairRun {
  readonly stream: ByteStream;
  readonly session: PairSession;
  readonly code: PairCode;
  /** What this side suggests to be called. */
  readonly name: string;
}

async function readExactly(stream: ByteStream, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await stream.read(bytes.subarray(at));
    if (count === 0) throw new BrokenRun("pair.broken", {});
    at += count;
  }
  return bytes;
}

/** The body of the next frame, which must be of `type`. */
async function readFrame(stream: ByteStream, type: number): Promise<Uint8Array> {
  const timer = setTimeout(() => stream.abort(StreamCode.cancelled), FRAME_MS);
  try {
    const head = decodePairHead(await readExactly(stream, PAIR_HEAD_BYTES));
    const body = await readExactly(stream, head.length);
    if (head.type === PairFrame.refused) throw new AuthenticationError("pair.other-code", {});
    if (head.type !== type) throw new RemoteProtocolError("pair.frame", {});
    return body;
  } finally {
    clearTimeout(timer);
  }
}

/** Waits a moment until the other side has read what it was told, and left. */
async function untilOver(stream: ByteStream): Promise<void> {
  const timer = setTimeout(() => stream.abort(StreamCode.cancelled), GOODBYE_MS);
  const rest = new Uint8Array(64);
  try {
    while (await stream.read(rest) > 0);
  } catch (error) {
    if (!(error instanceof P2PError)) throw error; // that it is over is what was waited for
  } finally {
    clearTimeout(timer);
  }
}

/** The side that opened the stream; answers the name that the other side suggests. */
export async function initiatePairing({ stream, session, code, name }: PairRun): Promise<string> {
  const pairing = new Pairing(code, session, { initiator: true, name, random: randomBytes });
  await stream.write(pairing.share());
  const suggested = pairing.receive(await readFrame(stream, PairFrame.share));
  await stream.write(pairing.confirm());
  pairing.check(await readFrame(stream, PairFrame.confirm));
  await stream.write(encodePairFrame(PairFrame.done));
  stream.finish();
  return suggested;
}

/**
 * The side that made the code; answers the name that the other side suggests.
 *
 * @throws AuthenticationError for a wrong guess: the code must not be used again
 */
export async function answerPairing({ stream, session, code, name }: PairRun): Promise<string> {
  const pairing = new Pairing(code, session, { initiator: false, name, random: randomBytes });
  const suggested = pairing.receive(await readFrame(stream, PairFrame.share));
  await stream.write(pairing.share());
  const proof = await readFrame(stream, PairFrame.confirm);
  try {
    pairing.check(proof);
  } catch (error) {
    await stream.write(encodePairFrame(PairFrame.refused));
    stream.finish();
    await untilOver(stream);
    throw error;
  }
  await stream.write(pairing.confirm());
  await readFrame(stream, PairFrame.done);
  stream.finish();
  return suggested;
}
