/**
 * Keys met before: which key answered at which address (trust on first use), which were compared by safety number,
 * which are blocked. A pinned key is never replaced silently (threat 21). Each call costs the same however many
 * there are; strangers beyond a bound are forgotten, the longest unseen first.
 */
import { type Bytes, equalConstantTime, utf8 } from "../bytes.ts";
import { decodePublicKeyText, encodePublicKeyText } from "../crypto/keys/text.ts";
import { bodyOf, type Fields, fieldsOf, type Rows, textOf } from "./rows.ts";
import { type Row, StateError } from "./sqlite.ts";

/** The key that answered at an address. */
export interface Pin {
  readonly key: Bytes;
  /** First and latest time it did (ISO 8601). */
  readonly first: string;
  readonly last: string;
  /** Another key that answered there since; counts for nothing until it is accepted. */
  readonly offered?: Bytes | undefined;
}

/** What is known of a key, wherever it was met. */
export interface KnownKey {
  readonly first: string;
  readonly last: string;
  /** When its safety number was compared; absent while it was not. */
  readonly verified?: string | undefined;
  readonly blocked?: boolean | undefined;
}

/** What was known before a meeting. */
export interface Meeting {
  readonly known: KnownKey | undefined;
  readonly pin: Pin | undefined;
}

/** Keys that were met, but neither dialled, verified nor blocked, are forgotten beyond this many. */
export const MAX_STRANGERS = 10_000;
/** Addresses that were dialled. */
const MAX_PINS = 10_000;

/** The known keys of one owner. */
export class KnownKeys {
  readonly #rows: Rows;
  /** What the disk did not take: it counts as long as this program runs. */
  readonly #unwritten = new Map<string, Pin>();

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** What is known of a key; undefined when it was never met. */
  get(key: Uint8Array): KnownKey | undefined {
    const { database, owner } = this.#rows;
    const tag = this.#keyTag(key);
    const row = database.get("SELECT body FROM known_key WHERE owner = ? AND key = ?", owner, tag);
    return row === undefined ? undefined : this.#known(tag, row);
  }

  /** The key that answered at `address` ("HOST:PORT") before. */
  pin(address: string): Pin | undefined {
    const { database, owner } = this.#rows;
    const tag = this.#addressTag(address);
    const row = database.get("SELECT body FROM pin WHERE owner = ? AND address = ?", owner, tag);
    if (row === undefined) return this.#unwritten.get(address);
    return this.#pin(tag, row)?.pin;
  }

  /** All pins, the latest first. */
  pins(): Array<Pin & { readonly address: string }> {
    const { database, owner } = this.#rows;
    return database
      .all("SELECT address, body FROM pin WHERE owner = ? ORDER BY last DESC", owner)
      .map((row) => this.#pin(row["address"] as Uint8Array, row))
      .filter((found) => found !== undefined)
      .map(({ address, pin }) => ({ address, ...pin }));
  }

  /** Keys met lately, the latest first: for those who want to name one. */
  recent(limit: number): Array<KnownKey & { readonly key: Bytes }> {
    const { database, owner } = this.#rows;
    const rows = database.all(
      "SELECT key, body FROM known_key WHERE owner = ? ORDER BY last DESC LIMIT ?",
      owner,
      limit,
    );
    return rows.flatMap((row) => {
      const tag = row["key"] as Uint8Array;
      const body = bodyOf(this.#rows, "known_key", tag, row["body"]);
      const [known, key] = [body && knownOf(body), body && textOf(body, "key")];
      return known === undefined || key === undefined
        ? []
        : [{ key: decodePublicKeyText(key), ...known }];
    });
  }

  /**
   * Notes that `key` was met now, at `address` when it was dialled there (to the day: a key met again today costs no
   * write). An address that is pinned to another key stays as it is; the answer is what was known before. A disk
   * that takes nothing is told as trouble and does not end the meeting.
   */
  note(key: Uint8Array, now: Date, address?: string): Meeting {
    const before = {
      known: this.get(key),
      pin: address === undefined ? undefined : this.pin(address),
    };
    const { known, pin } = before;
    if (pin !== undefined && !equalConstantTime(pin.key, key)) return before;
    const time = now.toISOString();
    const fresh = (noted: { last: string }) => noted.last.slice(0, 10) === time.slice(0, 10);
    const pinned = address === undefined || (pin !== undefined && fresh(pin));
    if (known !== undefined && fresh(known) && pinned) return before;
    try {
      this.#rows.database.write(() => {
        this.#save(key, { ...known, first: known?.first ?? time, last: time });
        if (address !== undefined) this.#savePin(address, key, pin?.first ?? time, time);
      }, { durable: false });
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      this.#rows.trouble(error);
      if (address !== undefined) {
        this.#unwritten.set(address, { key: key.slice(), first: pin?.first ?? time, last: time });
      }
    }
    return before;
  }

  /** Notes that the safety number with `key` was compared (or, with undefined, that it no longer counts). */
  setVerified(key: Uint8Array, when: Date | undefined): void {
    this.#mark(key, (known) => ({ ...known, verified: when?.toISOString() }));
  }

  /** Notes whether anything of `key` is wanted. */
  setBlocked(key: Uint8Array, blocked: boolean): void {
    this.#mark(key, (known) => ({ ...known, blocked: blocked || undefined }));
  }

  /** Notes another key that answered at a pinned address. */
  offer(address: string, key: Uint8Array): void {
    this.#rows.database.write(() => {
      const pin = this.pin(address);
      if (pin !== undefined) this.#savePin(address, pin.key, pin.first, pin.last, key);
    }, { durable: false });
  }

  /** Takes `key` as the one of `address` from now on. */
  acceptKey(address: string, key: Uint8Array): void {
    const time = new Date(this.#rows.now()).toISOString();
    this.#rows.database.write(() => this.#savePin(address, key, time, time), { durable: true });
  }

  /** Forgets which key answered at `address`; false when none was known. */
  forgetAddress(address: string): boolean {
    const { database, owner } = this.#rows;
    const unwritten = this.#unwritten.delete(address);
    const written = database.write(
      () =>
        database.run(
          "DELETE FROM pin WHERE owner = ? AND address = ?",
          owner,
          this.#addressTag(address),
        ),
      { durable: true },
    );
    return unwritten || written > 0;
  }

  /** Takes what an older state knew of a key over. */
  adopt(key: Uint8Array, known: KnownKey): void {
    this.#rows.database.write(() => this.#save(key, known), { durable: true });
  }

  /** Takes a pin of an older state over. */
  adoptPin(address: string, { key, first, last }: Pin): void {
    this.#rows.database.write(() => this.#savePin(address, key, first, last), { durable: true });
  }

  #mark(key: Uint8Array, change: (known: KnownKey) => KnownKey): void {
    const time = new Date(this.#rows.now()).toISOString();
    this.#rows.database.write(
      () => this.#save(key, change(this.get(key) ?? { first: time, last: time })),
      { durable: true },
    );
  }

  #save(key: Uint8Array, known: KnownKey): void {
    const { database, owner, vault } = this.#rows;
    const tag = this.#keyTag(key);
    const kept = known.verified !== undefined || known.blocked ? 1 : 0;
    database.run(
      `INSERT INTO known_key (owner, key, last, kept, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (owner, key) DO UPDATE SET last = excluded.last, kept = excluded.kept, body = excluded.body`,
      owner,
      tag,
      timeOf(known.last),
      kept,
      vault.seal("known_key", tag, { key: encodePublicKeyText(key), ...known }),
    );
    if (kept === 0) this.#forget("known_key", "key", "AND kept = 0", MAX_STRANGERS);
  }

  #savePin(
    address: string,
    key: Uint8Array,
    first: string,
    last: string,
    offered?: Uint8Array,
  ): void {
    const { database, owner, vault } = this.#rows;
    const tag = this.#addressTag(address);
    database.run(
      `INSERT INTO pin (owner, address, last, body) VALUES (?, ?, ?, ?)
       ON CONFLICT (owner, address) DO UPDATE SET last = excluded.last, body = excluded.body`,
      owner,
      tag,
      timeOf(last),
      vault.seal("pin", tag, {
        address,
        key: encodePublicKeyText(key),
        first,
        last,
        ...(offered === undefined ? {} : { offered: encodePublicKeyText(offered) }),
      }),
    );
    this.#forget("pin", "address", "", MAX_PINS);
  }

  /** Deletes the longest unseen rows beyond `most`. */
  #forget(
    table: "known_key" | "pin",
    column: "key" | "address",
    which: string,
    most: number,
  ): void {
    const { database, owner } = this.#rows;
    const count = database.get(
      `SELECT count(*) AS n FROM ${table} WHERE owner = ? ${which}`,
      owner,
    );
    const beyond = Number(count!["n"]) - most;
    if (beyond <= 0) return;
    database.run(
      `DELETE FROM ${table} WHERE owner = ?1 AND ${column} IN (
         SELECT ${column} FROM ${table} WHERE owner = ?1 ${which} ORDER BY last LIMIT ?2
       )`,
      owner,
      beyond,
    );
  }

  #keyTag(key: Uint8Array): Bytes {
    return this.#rows.vault.tag("key", key);
  }

  #addressTag(address: string): Bytes {
    return this.#rows.vault.tag("address", utf8(address));
  }

  #known(tag: Uint8Array, row: Row): KnownKey | undefined {
    const body = bodyOf(this.#rows, "known_key", tag, row["body"]);
    return body === undefined ? undefined : knownOf(body);
  }

  #pin(tag: Uint8Array, row: Row): { address: string; pin: Pin } | undefined {
    const from = fieldsOf(bodyOf(this.#rows, "pin", tag, row["body"]));
    const [address, key] = [from && textOf(from, "address"), from && textOf(from, "key")];
    if (from === undefined || address === undefined || key === undefined) return undefined;
    const offered = textOf(from, "offered");
    const pin = {
      key: decodePublicKeyText(key),
      first: textOf(from, "first") ?? "",
      last: textOf(from, "last") ?? "",
      ...(offered === undefined ? {} : { offered: decodePublicKeyText(offered) }),
    };
    return { address, pin };
  }
}

function knownOf(from: Fields): KnownKey {
  return {
    first: textOf(from, "first") ?? "",
    last: textOf(from, "last") ?? "",
    verified: textOf(from, "verified"),
    ...(from["blocked"] === true ? { blocked: true } : {}),
  };
}

/** Milliseconds since 1970; what is no time counts as the longest ago. */
function timeOf(iso: string): number {
  return Date.parse(iso) || 0;
}
