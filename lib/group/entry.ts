/**
 * An entry of a group's membership log: who did what, after which entries, signed. An entry's id is the SM3 of what is
 * signed, so signing it anew (SM2 signatures are not unique) makes no other entry of it; the group's id is that of its
 * first entry. docs/protocol.md, "Groups".
 */
import { ByteReader, type Bytes, ByteWriter, hex, utf8, utf8Text } from "../bytes.ts";
import { SM3_BYTES } from "../crypto/sm3.ts";
import { FormatError } from "../errors.ts";
import { readIds, readMemberKey, SignedKind, type Signer, writeIds } from "./signed.ts";

const ENTRIES = new SignedKind("p2p-group-entry-1\0", "group.signature");
/** Longest name of a group, in bytes of UTF-8. */
const MAX_GROUP_NAME_BYTES = 64;
/** Most entries that one can stand upon: whoever sees more heads joins the rest next time. */
export const MAX_PARENTS = 16;
/** Most messages that a removal names as seen. */
const MAX_SEEN = 32;
const NONCE_BYTES = 16;

/** Kinds of entries. */
export const EntryKind = { create: 1, add: 2, remove: 3, rename: 4 } as const;
export type EntryKind = typeof EntryKind[keyof typeof EntryKind];

/** What an entry does. */
export type EntryAction =
  | { readonly kind: typeof EntryKind.create; readonly name: string; readonly nonce: Uint8Array }
  /** `subject` becomes a member. */
  | { readonly kind: typeof EntryKind.add; readonly subject: Uint8Array }
  /**
   * `subject` is no member any more; the author's own key: it leaves. `seen` are the latest messages that the author
   * had: what the subject wrote counts as far as they stand upon it.
   */
  | {
    readonly kind: typeof EntryKind.remove;
    readonly subject: Uint8Array;
    readonly seen: readonly string[];
  }
  | { readonly kind: typeof EntryKind.rename; readonly name: string };

/** An entry that was made or checked. */
export interface Entry {
  /** 64 hex digits. */
  readonly id: string;
  /** Id of the group: that of its create entry. */
  readonly group: string;
  /** Public key in hex. */
  readonly author: string;
  /** Ids of the entries that its author had seen last. */
  readonly parents: readonly string[];
  readonly action: EntryAction;
  /** What is stored and sent. */
  readonly bytes: Bytes;
}

/** A group's name: 1 to 64 bytes of text. */
export function isGroupName(name: string): boolean {
  const { length } = utf8(name);
  return length > 0 && length <= MAX_GROUP_NAME_BYTES && name.isWellFormed();
}

/** Makes and signs an entry. `group` is empty for a create entry alone. */
export function signEntry(
  group: string,
  parents: readonly string[],
  action: EntryAction,
  signer: Signer,
): Entry {
  const writer = new ByteWriter().u8(action.kind).bytes(signer.publicKey);
  if (action.kind !== EntryKind.create) writer.bytes(Uint8Array.fromHex(group));
  writeIds(writer, parents);
  switch (action.kind) {
    case EntryKind.create:
      writer.bytes(action.nonce);
      writeName(writer, action.name);
      break;
    case EntryKind.rename:
      writeName(writer, action.name);
      break;
    case EntryKind.add:
      writer.bytes(action.subject);
      break;
    case EntryKind.remove:
      writer.bytes(action.subject);
      writeIds(writer, action.seen);
  }
  return decodeEntry(ENTRIES.sign(writer.finish(), signer));
}

function writeName(writer: ByteWriter, name: string): void {
  const bytes = utf8(name);
  writer.u8(bytes.length).bytes(bytes);
}

/** The id of what may be an entry, before anything of it is verified. */
export function entryId(bytes: Uint8Array): string {
  return ENTRIES.open(bytes).id;
}

/**
 * Reads and verifies an entry.
 *
 * @param trusted it was verified before it was stored
 * @throws FormatError for whatever is none: structure, keys, order of parents, signature
 */
export function decodeEntry(bytes: Uint8Array, trusted = false): Entry {
  const parts = ENTRIES.open(bytes);
  const { id } = parts;
  const reader = new ByteReader(parts.body);
  const kind = reader.u8();
  const author = readMemberKey(reader, "group.entry");
  const group = kind === EntryKind.create ? id : hex(reader.bytes(SM3_BYTES));
  const parents = readIds(reader, MAX_PARENTS, "group.entry");
  if ((parents.length === 0) !== (kind === EntryKind.create)) {
    throw new FormatError("group.entry", {});
  }
  const action = readAction(reader, kind);
  reader.end();
  if (!trusted) ENTRIES.requireSigned(parts, author);
  return { id, group, author: hex(author), parents, action, bytes: bytes.slice() as Bytes };
}

function readAction(reader: ByteReader, kind: number): EntryAction {
  switch (kind) {
    case EntryKind.create: {
      const nonce = reader.bytes(NONCE_BYTES).slice();
      return { kind, nonce, name: readName(reader) };
    }
    case EntryKind.rename:
      return { kind, name: readName(reader) };
    case EntryKind.add:
      return { kind, subject: readMemberKey(reader, "group.entry") };
    case EntryKind.remove: {
      const subject = readMemberKey(reader, "group.entry");
      return { kind, subject, seen: readIds(reader, MAX_SEEN, "group.entry") };
    }
    default:
      throw new FormatError("group.entry", {});
  }
}

function readName(reader: ByteReader): string {
  const name = utf8Text(reader.bytes(reader.u8()));
  if (!isGroupName(name)) throw new FormatError("group.entry", {});
  return name;
}
