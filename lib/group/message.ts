/**
 * A message to a group: signed by its author over the group, a random nonce, the entries of the membership log and the
 * messages that its author had seen last, and what it says. So any member can pass it on, and nobody can say it in
 * another's name, for another group, or at another place of the conversation. docs/protocol.md, "Groups".
 */
import { MAX_TIME } from "../transfer/messages.ts";
import { ByteReader, type Bytes, ByteWriter, hex, utf8, utf8Text } from "../bytes.ts";
import { SM3_BYTES } from "../crypto/sm3.ts";
import { FormatError, LimitError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { MAX_VOICE_MS } from "../transfer/offers.ts";
import { MAX_PARENTS } from "./entry.ts";
import { readIds, readMemberKey, SignedKind, type Signer, writeIds } from "./signed.ts";

const MESSAGES = new SignedKind("p2p-group-message-1\0", "group.message-signature");
/** Most messages that one names as seen before it. */
export const MAX_LINKS = 32;
/** Longest text, in bytes of UTF-8: as between two (lib/transfer/records.ts). */
const MAX_GROUP_TEXT_BYTES = 256 * 1024;
/** Longest name of files that are sent to a group, in bytes of UTF-8. */
const MAX_FILE_NAME_BYTES = 1024;
const NONCE_BYTES = 16;

/** Kinds of messages. */
export const ContentKind = { text: 1, files: 2, voice: 3 } as const;

/** What is announced of files and voice notes, which follow beside the message. */
export interface AnnouncedCargo {
  readonly name: string;
  readonly bytes: number;
  /** 64 hex digits: what they are, by names and contents (lib/files/digest.ts). Whoever passes them on is held to it. */
  readonly digest: string;
}

/** What a message says. */
export type GroupContent =
  | { readonly kind: typeof ContentKind.text; readonly text: string }
  | { readonly kind: typeof ContentKind.files } & AnnouncedCargo
  | { readonly kind: typeof ContentKind.voice; readonly milliseconds: number } & AnnouncedCargo;

/** A message that was made or checked. */
export interface GroupMessage {
  /** 64 hex digits: SM3 of what is signed. */
  readonly id: string;
  readonly group: string;
  /** Public key in hex. */
  readonly author: string;
  /** Milliseconds since 1970 by the author's clock. */
  readonly time: number;
  /** Heads of the membership log that its author had. */
  readonly heads: readonly string[];
  /** Ids of the messages that its author had seen last. */
  readonly after: readonly string[];
  readonly content: GroupContent;
  /** What is stored and sent. */
  readonly bytes: Bytes;
}

/** What a message is made of. */
export interface MessageDraft {
  readonly group: string;
  /** 16 random bytes. */
  readonly nonce: Uint8Array;
  readonly time: number;
  readonly heads: readonly string[];
  readonly after: readonly string[];
  readonly content: GroupContent;
}

/** Makes and signs a message. */
export function signMessage(draft: MessageDraft, signer: Signer): GroupMessage {
  const { group, nonce, time, heads, after, content } = draft;
  const writer = new ByteWriter().u8(content.kind).bytes(signer.publicKey)
    .bytes(Uint8Array.fromHex(group)).bytes(nonce).u64(time);
  writeIds(writeIds(writer, heads), after);
  if (content.kind !== ContentKind.text) {
    writer.u64(content.bytes).bytes(Uint8Array.fromHex(content.digest));
  }
  if (content.kind === ContentKind.voice) writer.u32(content.milliseconds);
  const words = utf8(content.kind === ContentKind.text ? content.text : content.name);
  const most = limitOf(content.kind);
  if (words.length > most) {
    throw new LimitError("transfer.text-length", { bytes: words.length, most }, {
      hint: text("transfer.text-length.hint"),
    });
  }
  return decodeGroupMessage(MESSAGES.sign(writer.bytes(words).finish(), signer));
}

function limitOf(kind: number): number {
  return kind === ContentKind.text ? MAX_GROUP_TEXT_BYTES : MAX_FILE_NAME_BYTES;
}

function isKind(kind: number): kind is GroupContent["kind"] {
  return Object.values<number>(ContentKind).includes(kind);
}

function contentOf(
  kind: GroupContent["kind"],
  words: string,
  milliseconds: number,
  cargo: Omit<AnnouncedCargo, "name"> | undefined,
): GroupContent {
  if (kind === ContentKind.text || cargo === undefined) {
    return { kind: ContentKind.text, text: words };
  }
  const about = { ...cargo, name: words };
  return kind === ContentKind.files ? { kind, ...about } : { kind, milliseconds, ...about };
}

/** The id of what may be a message, before anything of it is verified. */
export function groupMessageId(bytes: Uint8Array): string {
  return MESSAGES.open(bytes).id;
}

/**
 * Reads and verifies a message.
 *
 * @param trusted it was verified before it was stored
 * @throws FormatError for whatever is none: structure, key, order of ids, signature
 */
export function decodeGroupMessage(bytes: Uint8Array, trusted = false): GroupMessage {
  const parts = MESSAGES.open(bytes);
  const { id } = parts;
  const reader = new ByteReader(parts.body);
  const kind = reader.u8();
  if (!isKind(kind)) throw new FormatError("group.message", {});
  const author = readMemberKey(reader, "group.message");
  const group = hex(reader.bytes(SM3_BYTES));
  reader.bytes(NONCE_BYTES);
  const time = reader.u64();
  const heads = readIds(reader, MAX_PARENTS, "group.message");
  const after = readIds(reader, MAX_LINKS, "group.message");
  if (time > MAX_TIME || heads.length === 0) throw new FormatError("group.message", {});
  const cargo = kind === ContentKind.text
    ? undefined
    : { bytes: reader.u64(), digest: hex(reader.bytes(SM3_BYTES)) };
  const milliseconds = kind === ContentKind.voice ? reader.u32() : 0;
  if (milliseconds > MAX_VOICE_MS) throw new FormatError("group.message", {});
  if (reader.remaining > limitOf(kind)) throw new FormatError("group.message", {});
  const words = utf8Text(reader.rest());
  if (!trusted) MESSAGES.requireSigned(parts, author);
  const content = contentOf(kind, words, milliseconds, cargo);
  return {
    id,
    group,
    author: hex(author),
    time,
    heads,
    after,
    content,
    bytes: bytes.slice() as Bytes,
  };
}
