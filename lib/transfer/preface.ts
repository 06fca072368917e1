/**
 * The two bytes every stream begins with: what it is for, and in which version (docs/protocol.md, "Streams").
 */
import type { Bytes } from "../bytes.ts";
import { RemoteProtocolError } from "../errors.ts";
import { type ByteStream, UnsupportedError } from "./stream.ts";

/** What a stream is for. */
export const StreamKind = {
  conversation: 1,
  transfer: 2,
  group: 3,
  pairing: 4,
  certificate: 5,
  enrolment: 6,
} as const;
export type StreamKind = typeof StreamKind[keyof typeof StreamKind];

/** Version of the application protocol written here. */
const APPLICATION_VERSION = 1;

const PREFACE_BYTES = 2;

export function encodePreface(kind: StreamKind): Bytes {
  return Uint8Array.of(kind, APPLICATION_VERSION);
}

/** The kind of the stream that begins with `bytes`; an UnsupportedError when it is none of ours. */
export function decodePreface(bytes: Uint8Array): StreamKind {
  const [kind, version] = bytes;
  if (bytes.length !== PREFACE_BYTES || kind === undefined) {
    throw new RemoteProtocolError("transfer.broken", { rule: "preface-length" });
  }
  if (!isKind(kind)) throw new UnsupportedError("transfer.unknown-stream", { kind });
  if (version !== APPLICATION_VERSION) {
    throw new UnsupportedError("transfer.other-version", {
      theirs: version ?? 0,
      ours: APPLICATION_VERSION,
    });
  }
  return kind;
}

function isKind(kind: number): kind is StreamKind {
  return (Object.values(StreamKind) as readonly number[]).includes(kind);
}

/** Reads what a stream of the peer's is for. */
export async function readPreface(stream: ByteStream): Promise<StreamKind> {
  const preface = new Uint8Array(PREFACE_BYTES);
  let length = 0;
  while (length < PREFACE_BYTES) {
    const count = await stream.read(preface.subarray(length));
    if (count === 0) break;
    length += count;
  }
  return decodePreface(preface.subarray(0, length));
}
