/**
 * The hello: what each side says of itself in the encrypted payload of its handshake message. A list of fields, each a
 * type byte, a length byte and the value; fields a reader does not know are skipped, type 0 is one byte of padding.
 */
import { ByteReader, type Bytes, ByteWriter, utf8, utf8Text } from "../bytes.ts";
import { LocalProtocolError, RemoteProtocolError } from "../errors.ts";

const Field = {
  padding: 0,
  timestamp: 1,
  capabilities: 2,
  program: 3,
  platform: 4,
  receiveBuffer: 5,
  index: 6,
  instance: 7,
} as const;

/** Bytes that name one running program. */
export const INSTANCE_BYTES = 8;

/** The longest program or platform text, in UTF-8 bytes. */
const MAX_HELLO_TEXT_BYTES = 64;

/** A hello is padded to a multiple of this, so that its length says little about the program. */
const HELLO_PADDING_BYTES = 128;

/** The longest hello that is read. */
const MAX_HELLO_BYTES = 512;

/** What a program says of itself. */
export interface Hello {
  /** Name and version, "p2p/0.1.0". */
  readonly program: string;
  /** "linux-x86_64". */
  readonly platform: string;
  /** A bit for each optional feature; bits that a reader does not know mean nothing to it. */
  readonly capabilities: number;
  /** Bytes that the receive buffer of its socket holds, by the count of Linux; unknown when undefined. */
  readonly receiveBuffer?: number | undefined;
  /** In a response: the sender's session index once more, where nobody can change it. */
  readonly index?: number | undefined;
  /**
   * Names the running program, `INSTANCE_BYTES` random bytes: several of one key may share an address. Undefined from programs
   * of version 0.1.
   */
  readonly instance?: Bytes | undefined;
}

/** A hello as it came, with the sender's clock. */
export interface ReceivedHello extends Hello {
  /** Milliseconds since 1970 by the sender's clock. */
  readonly timestamp: number;
}

/** The payload for `hello`, sent at `timestamp` (milliseconds since 1970). */
export function encodeHello(hello: Hello, timestamp: number): Bytes {
  const program = utf8(hello.program);
  const platform = utf8(hello.platform);
  if (program.length > MAX_HELLO_TEXT_BYTES || platform.length > MAX_HELLO_TEXT_BYTES) {
    throw new LocalProtocolError("session.own-hello-too-long", {});
  }
  const writer = new ByteWriter()
    .u8(Field.timestamp).u8(8).u64(Math.max(0, Math.floor(timestamp)))
    .u8(Field.capabilities).u8(4).u32(hello.capabilities)
    .u8(Field.program).u8(program.length).bytes(program)
    .u8(Field.platform).u8(platform.length).bytes(platform);
  if (hello.receiveBuffer !== undefined) {
    writer.u8(Field.receiveBuffer).u8(4).u32(hello.receiveBuffer);
  }
  if (hello.index !== undefined) writer.u8(Field.index).u8(4).u32(hello.index);
  if (hello.instance !== undefined) {
    writer.u8(Field.instance).u8(INSTANCE_BYTES).bytes(hello.instance);
  }
  const fields = writer.finish();
  const padded = Math.ceil(fields.length / HELLO_PADDING_BYTES) * HELLO_PADDING_BYTES;
  const payload = new Uint8Array(padded);
  payload.set(fields);
  return payload;
}

/** Parses an authenticated hello; a RemoteProtocolError when it is malformed. */
export function decodeHello(payload: Uint8Array): ReceivedHello {
  if (payload.length > MAX_HELLO_BYTES) throw new RemoteProtocolError("session.hello-too-long", {});
  let timestamp: number | undefined;
  let capabilities = 0;
  let program = "";
  let platform = "";
  let receiveBuffer: number | undefined;
  let index: number | undefined;
  let instance: Bytes | undefined;
  try {
    const reader = new ByteReader(payload, "reading.hello");
    while (reader.remaining > 0) {
      const type = reader.u8();
      if (type === Field.padding) continue;
      const value = new ByteReader(reader.bytes(reader.u8()), "reading.hello");
      if (type === Field.timestamp) timestamp = value.u64();
      else if (type === Field.capabilities) capabilities = value.u32();
      else if (type === Field.program) program = shortText(value.rest());
      else if (type === Field.platform) platform = shortText(value.rest());
      else if (type === Field.receiveBuffer) receiveBuffer = value.u32();
      else if (type === Field.index) index = value.u32();
      else if (type === Field.instance) instance = value.bytes(INSTANCE_BYTES).slice() as Bytes;
      else value.rest();
      value.end();
    }
  } catch (cause) {
    throw new RemoteProtocolError("session.hello-malformed", {}, { cause });
  }
  if (timestamp === undefined) throw new RemoteProtocolError("session.hello-no-timestamp", {});
  const hello = { timestamp, capabilities, program, platform };
  return {
    ...hello,
    ...(receiveBuffer === undefined ? {} : { receiveBuffer }),
    ...(index === undefined ? {} : { index }),
    ...(instance === undefined ? {} : { instance }),
  };
}

/**
 * Whether two hellos of one key are certainly those of two programs, or of two runs of one: neither replaces the other's
 * connections. False where either does not say.
 */
export function otherProgram(a: Hello, b: Hello): boolean {
  if (a.instance === undefined || b.instance === undefined) return false;
  return a.instance.some((byte, i) => byte !== b.instance![i]);
}

function shortText(bytes: Uint8Array): string {
  if (bytes.length > MAX_HELLO_TEXT_BYTES) {
    throw new RemoteProtocolError("session.hello-too-long", {});
  }
  return utf8Text(bytes, "reading.hello");
}
