/**
 * The keys of one identity's rows. A random data key, sealed to the identity, is the root; three keys come from it:
 * one seals bodies, one makes the tags that rows are looked up by, one the tokens of the search index
 * (docs/formats.md, "The database of what is remembered").
 *
 * Nonces are 96 random bits for each sealing, never counted: a restored copy of the database, or two processes, go on
 * with the same key and draw others. At 2^32 sealings under one data key two nonces agree with a chance of 2^-33
 * (SP 800-38D §8.3 bounds them at that number).
 */
import { type Bytes, concat, getU32, utf8, utf8Text, wipe } from "../bytes.ts";
import { GCM_NONCE_BYTES, GCM_TAG_BYTES, Sm4Gcm } from "../crypto/gcm.ts";
import { hkdfExpand, hkdfSm3 } from "../crypto/hkdf.ts";
import { hmacSm3 } from "../crypto/hmac.ts";
import { randomBytes, type RandomSource } from "../crypto/random.ts";
import { AuthenticationError } from "../errors.ts";
import { type Database, StateError } from "./sqlite.ts";

const EMPTY: Bytes = new Uint8Array(0);
const OWNER_LABEL = utf8("p2p state 1 owner");
const WRAP_LABEL = utf8("p2p state 1 data key");
const BODY_LABEL = utf8("p2p state 1 body");
const TAG_LABEL = utf8("p2p state 1 tag");
const WORD_LABEL = utf8("p2p state 1 word");

const DATA_KEY_BYTES = 32;
const SALT_BYTES = 16;
/** Tags that rows are looked up by: 128 bits do not meet by chance. */
const ROW_TAG_BYTES = 16;

/** Tokens of the search index that are kept in memory. */
const MAX_WORDS = 1 << 16;

/** Seals and opens the bodies of one owner's rows, and makes their tags. */
export class Vault {
  readonly #bodies: Sm4Gcm;
  readonly #tagKey: Bytes;
  readonly #wordKey: Bytes;
  /** Tokens made before: a language has few pairs of characters that matter, and an HMAC costs more than all the rest. */
  readonly #words = new Map<string, number>();

  readonly #random: RandomSource;

  /**
   * @param dataKey 32 bytes; wiped by the caller
   * @param random nonces are drawn from it
   */
  constructor(dataKey: Uint8Array, random: RandomSource = randomBytes) {
    this.#random = random;
    const bodyKey = hkdfExpand(dataKey, BODY_LABEL, 16);
    this.#bodies = new Sm4Gcm(bodyKey);
    wipe(bodyKey);
    this.#tagKey = hkdfExpand(dataKey, TAG_LABEL, 32);
    this.#wordKey = hkdfExpand(dataKey, WORD_LABEL, 32);
  }

  /** Seals `value` (JSON) for the body of a row: table and row are associated data, so that rows cannot be swapped. */
  seal(table: string, row: Uint8Array | number | string, value: unknown): Bytes {
    const nonce = this.#random(GCM_NONCE_BYTES);
    const plain = utf8(JSON.stringify(value));
    const sealed = concat(nonce, this.#bodies.seal(nonce, plain, place(table, row)));
    wipe(plain);
    return sealed;
  }

  /** What was sealed for that place; undefined where it is damaged, or another row's. */
  open(table: string, row: Uint8Array | number | string, sealed: unknown): unknown {
    if (!(sealed instanceof Uint8Array) || sealed.length < GCM_NONCE_BYTES + GCM_TAG_BYTES) {
      return undefined;
    }
    try {
      const nonce = sealed.subarray(0, GCM_NONCE_BYTES);
      const plain = this.#bodies.open(nonce, sealed.subarray(GCM_NONCE_BYTES), place(table, row));
      const value: unknown = JSON.parse(utf8Text(plain));
      wipe(plain);
      return value;
    } catch (error) {
      if (error instanceof AuthenticationError) return undefined;
      throw error;
    }
  }

  /** The tag that a row is found by: says nothing of `parts` without the key. */
  tag(kind: string, ...parts: readonly Uint8Array[]): Bytes {
    return hmacSm3(this.#tagKey, utf8(`${kind}\0`), ...parts).slice(0, ROW_TAG_BYTES);
  }

  /** The token of a word of the search index: 32 bits. */
  word(word: string): number {
    let token = this.#words.get(word);
    if (token === undefined) {
      token = getU32(hmacSm3(this.#wordKey, utf8(word)), 0);
      if (this.#words.size >= MAX_WORDS) this.#words.clear();
      this.#words.set(word, token);
    }
    return token;
  }

  /** Overwrites the keys. */
  wipe(): void {
    this.#bodies.wipe();
    wipe(this.#tagKey, this.#wordKey);
    this.#words.clear();
  }
}

function place(table: string, row: Uint8Array | number | string): Bytes {
  const key = row instanceof Uint8Array ? row : utf8(String(row));
  return concat(utf8(`${table}\0body\0`), key);
}

/** Whose rows: the number of the owner, and the keys. */
export interface Owner {
  readonly id: number;
  readonly vault: Vault;
}

/**
 * Finds the rows of the identity, or begins them.
 *
 * @param begun runs once for a new owner, in the transaction that makes it
 */
export function openOwner(
  database: Database,
  secretKey: Uint8Array,
  begun: (owner: Owner) => void,
): Owner {
  const tag = hkdfSm3(secretKey, EMPTY, OWNER_LABEL, ROW_TAG_BYTES);
  const find = () => database.get("SELECT id, salt, sealed FROM owner WHERE tag = ?", tag);
  const row = find();
  if (row !== undefined) return unlock(database, secretKey, tag, row);
  return database.write(() => {
    const other = find();
    if (other !== undefined) return unlock(database, secretKey, tag, other);
    const owner = begin(database, secretKey, tag);
    begun(owner);
    return owner;
  }, { durable: true });
}

function begin(database: Database, secretKey: Uint8Array, tag: Bytes): Owner {
  const [dataKey, salt] = [randomBytes(DATA_KEY_BYTES), randomBytes(SALT_BYTES)];
  const wrapKey = hkdfSm3(secretKey, salt, WRAP_LABEL, 16);
  const gcm = new Sm4Gcm(wrapKey);
  const nonce = randomBytes(GCM_NONCE_BYTES);
  const sealed = concat(nonce, gcm.seal(nonce, dataKey, tag));
  gcm.wipe();
  wipe(wrapKey);
  database.run("INSERT INTO owner (tag, salt, sealed) VALUES (?, ?, ?)", tag, salt, sealed);
  const id = Number(database.get("SELECT id FROM owner WHERE tag = ?", tag)!["id"]);
  const vault = new Vault(dataKey);
  wipe(dataKey);
  return { id, vault };
}

function unlock(
  database: Database,
  secretKey: Uint8Array,
  tag: Bytes,
  row: Record<string, unknown>,
): Owner {
  const [salt, sealed] = [row["salt"] as Uint8Array, row["sealed"] as Uint8Array];
  const wrapKey = hkdfSm3(secretKey, salt, WRAP_LABEL, 16);
  const gcm = new Sm4Gcm(wrapKey);
  try {
    const nonce = sealed.subarray(0, GCM_NONCE_BYTES);
    const dataKey = gcm.open(nonce, sealed.subarray(GCM_NONCE_BYTES), tag);
    const vault = new Vault(dataKey);
    wipe(dataKey);
    return { id: Number(row["id"]), vault };
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    throw new StateError("state.open", "damaged", database.path, error);
  } finally {
    gcm.wipe();
    wipe(wrapKey);
  }
}
