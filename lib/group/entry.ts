/**
 * An entry of a group's membership log: who did what, after which entries, signed. An entry's id is the SM3 of what is
 * signed, so signing it anew (SM2 signatures are not unique) makes no other entry of it; the group's id is that of its
 * first entry. docs/protocol.md, "Groups".
 */
import { ByteReader, type Bytes, ByteWriter, hex, utf8, utf8Text } from "../bytes.ts";
import type { RandomSource } from "../crypto/random.ts";
import { parsePublicKey, SM2_PUBLIC_KEY_BYTES, Sm2Signer, Sm2Verifier } from "../crypto/sm2.ts";
import { sm3, SM3_BYTES } from "../crypto/sm3.ts";
import { FormatError, InvalidKeyError } from "../errors.ts";

/** Signed in front of every entry, so that no other signature of a member's can be one. */
const DOMAIN = utf8("p2p-group-entry-1\0");
/** Longest name of a group, in bytes of UTF-8. */
export const MAX_GROUP_NAME_BYTES = 64;
/** Most entries that one can stand upon: whoever sees more heads joins the rest next time. */
export const MAX_PARENTS = 16;
/** Largest DER signature, SEQUENCE of two INTEGERs of 33 bytes. */
const MAX_SIGNATURE_BYTES = 72;
const NONCE_BYTES = 16;

/** Kinds of entries. */
export const EntryKind = { create: 1, add: 2, remove: 3, rename: 4 } as const;
export type EntryKind = typeof EntryKind[keyof typeof EntryKind];

/** What an entry does. */
export type EntryAction =
  | { readonly kind: typeof EntryKind.create; readonly name: string; readonly nonce: Uint8Array }
  /** `subject` becomes a member. */
  | { readonly kind: typeof EntryKind.add; readonly subject: Uint8Array }
  /** `subject` is no member any more; the author's own key: it leaves. */
  | { readonly kind: typeof EntryKind.remove; readonly subject: Uint8Array }
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

/** The author of entries. */
export interface EntrySigner {
  readonly secretKey: Uint8Array;
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly random: RandomSource;
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
  signer: EntrySigner,
): Entry {
  const writer = new ByteWriter().u8(action.kind).bytes(signer.publicKey);
  if (action.kind !== EntryKind.create) writer.bytes(Uint8Array.fromHex(group));
  writer.u8(parents.length);
  for (const parent of [...parents].sort()) writer.bytes(Uint8Array.fromHex(parent));
  switch (action.kind) {
    case EntryKind.create:
      writer.bytes(action.nonce);
      writeName(writer, action.name);
      break;
    case EntryKind.rename:
      writeName(writer, action.name);
      break;
    default:
      writer.bytes(action.subject);
  }
  const body = writer.finish();
  const signature = new Sm2Signer(signer.secretKey, undefined, signer.publicKey)
    .update(DOMAIN).update(body).sign(signer.random);
  return decodeEntry(new ByteWriter().u16(body.length).bytes(body).bytes(signature).finish());
}

function writeName(writer: ByteWriter, name: string): void {
  const bytes = utf8(name);
  writer.u8(bytes.length).bytes(bytes);
}

/**
 * Reads and verifies an entry.
 *
 * @throws FormatError for whatever is none: structure, keys, order of parents, signature
 */
export function decodeEntry(bytes: Uint8Array): Entry {
  const outer = new ByteReader(bytes);
  const body = outer.bytes(outer.u16());
  const signature = outer.rest();
  const reader = new ByteReader(body);
  const kind = reader.u8();
  const author = readKey(reader);
  const id = hex(sm3(DOMAIN, body));
  const group = kind === EntryKind.create ? id : hex(reader.bytes(SM3_BYTES));
  const parents = readParents(reader, kind);
  const action = readAction(reader, kind);
  reader.end();
  if (signature.length > MAX_SIGNATURE_BYTES) throw new FormatError("group.entry", {});
  if (!new Sm2Verifier(author).update(DOMAIN).update(body).verify(signature)) {
    throw new FormatError("group.signature", {});
  }
  return { id, group, author: hex(author), parents, action, bytes: bytes.slice() as Bytes };
}

/** A compressed point of the curve, in that one encoding. */
function readKey(reader: ByteReader): Bytes {
  try {
    return parsePublicKey(reader.bytes(SM2_PUBLIC_KEY_BYTES));
  } catch (error) {
    if (error instanceof InvalidKeyError) {
      throw new FormatError("group.entry", {}, { cause: error });
    }
    throw error;
  }
}

/** Strictly ascending, so that the same entry has one encoding; none for the first entry alone. */
function readParents(reader: ByteReader, kind: number): string[] {
  const count = reader.u8();
  if (count > MAX_PARENTS || (count === 0) !== (kind === EntryKind.create)) {
    throw new FormatError("group.entry", {});
  }
  const parents = Array.from({ length: count }, () => hex(reader.bytes(SM3_BYTES)));
  if (parents.some((parent, i) => i > 0 && parents[i - 1]! >= parent)) {
    throw new FormatError("group.entry", {});
  }
  return parents;
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
    case EntryKind.remove:
      return { kind, subject: readKey(reader) };
    default:
      throw new FormatError("group.entry", {});
  }
}

function readName(reader: ByteReader): string {
  const name = utf8Text(reader.bytes(reader.u8()));
  if (!isGroupName(name)) throw new FormatError("group.entry", {});
  return name;
}
