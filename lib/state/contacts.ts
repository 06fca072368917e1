/** Contacts: names for keys. A contact's key never changes by itself, and a verified mark belongs to one key alone. */
import { type Bytes, equalConstantTime, utf8 } from "../bytes.ts";
import { decodePublicKeyText, encodePublicKeyText } from "../crypto/keys/text.ts";
import { randomBytes } from "../crypto/random.ts";
import { FailureError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { comparableName, contactName, skeleton } from "./contact-name.ts";
import { bodyOf, DamagedRow, type Fields, fieldsOf, type Rows, textOf } from "./rows.ts";
import type { Row } from "./sqlite.ts";

/** Somebody the user knows by a name. */
export interface Contact {
  readonly name: string;
  /** 33 bytes, the compressed point. */
  readonly key: Bytes;
  /** Where to reach them, as typed after `p2p chat`. */
  readonly address?: string | undefined;
  /** When the safety number was compared (ISO 8601); absent while it was not. */
  readonly verified?: string | undefined;
  /** When the contact was made (ISO 8601). */
  readonly added: string;
  /** Whether nothing of them is wanted. */
  readonly blocked?: boolean | undefined;
  /** Another key that answered in their place, and when: what `acceptKey` would take. */
  readonly offered?: { readonly key: Bytes; readonly at: string } | undefined;
}

const ID_BYTES = 16;

/** The contacts of one owner. */
export class Contacts {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** All contacts, by name. */
  list(): Contact[] {
    return this.#all().map((row) => this.#read(row)).filter((contact) => contact !== undefined)
      .sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /** The names of all contacts, sorted: without their keys, whose decoding is most of what `list` costs. */
  names(): string[] {
    return this.#all().flatMap((row) => {
      const body = this.#body(row);
      const name = body === undefined ? undefined : textOf(body, "name");
      return name === undefined ? [] : [name];
    }).sort();
  }

  /** How many there are, damaged ones included. */
  count(): number {
    const { database, owner } = this.#rows;
    return Number(database.get("SELECT count(*) AS n FROM contact WHERE owner = ?", owner)!["n"]);
  }

  /** The contact of exactly that name. */
  find(name: string): Contact | undefined {
    const wanted = comparableName(name);
    const found = this.#alike(wanted)?.contact;
    return found?.name === wanted ? found : undefined;
  }

  /** The contact whose name `name` is, or can be taken for. */
  alike(name: string): Contact | undefined {
    return this.#alike(comparableName(name))?.contact;
  }

  /** The contact with that key. */
  byKey(key: Uint8Array): Contact | undefined {
    const { database, owner } = this.#rows;
    const row = database.get(
      "SELECT id, body FROM contact WHERE owner = ? AND key = ? LIMIT 1",
      owner,
      this.#keyTag(key),
    );
    return row === undefined ? undefined : this.#read(row);
  }

  /**
   * Adds a contact, or changes what is known of one. Another key under a known name is refused, and so is a name that
   * can be taken for another contact's.
   */
  save(contact: Contact): Contact {
    const name = contactName(contact.name);
    return this.#change(() => {
      const alike = this.#alike(name);
      if (alike !== undefined && alike.contact.name !== name) {
        throw new FailureError("contact.confusable", { name, other: alike.contact.name });
      }
      if (alike !== undefined && !equalConstantTime(alike.contact.key, contact.key)) {
        throw new FailureError("contact.other-key", { name }, {
          hint: text("contact.other-key.hint", { name }),
        });
      }
      return this.#write(alike?.id, { ...contact, name });
    });
  }

  /**
   * Takes a contact of an older state over, whatever today's rules for names say; answers the name it has now, which
   * is another one where two could be taken for each other.
   */
  adopt(contact: Contact): string {
    return this.#change(() => {
      let name = contact.name;
      for (let n = 2; this.#alike(name) !== undefined; n++) name = `${contact.name} ${n}`;
      return this.#write(undefined, { ...contact, name }).name;
    });
  }

  /** Calls a contact by another name. */
  rename(from: string, to: string): Contact {
    const name = contactName(to);
    return this.#change(() => {
      const { id, contact } = this.#needed(from);
      const alike = this.#alike(name);
      if (alike !== undefined && !equalConstantTime(alike.id, id)) {
        throw new FailureError("contact.confusable", { name, other: alike.contact.name });
      }
      return this.#write(id, { ...contact, name });
    });
  }

  /** Forgets a contact; false when there was none of that name. */
  remove(name: string): boolean {
    return this.#change(() => {
      const found = this.#alike(comparableName(name));
      if (found === undefined || found.contact.name !== comparableName(name)) return false;
      return this.#rows.database.run("DELETE FROM contact WHERE id = ?", found.id) > 0;
    });
  }

  /** Notes that the safety number was compared, or (undefined) that it no longer counts. */
  setVerified(name: string, when: Date | undefined): Contact {
    return this.#update(name, (contact) => ({ ...contact, verified: when?.toISOString() }));
  }

  /** Notes whether anything of them is wanted. */
  setBlocked(name: string, blocked: boolean): Contact {
    return this.#update(name, (contact) => ({ ...contact, blocked: blocked || undefined }));
  }

  /** Notes another key that answered in a contact's place. It counts for nothing until `acceptKey`. */
  offer(name: string, key: Uint8Array): void {
    const at = new Date(this.#rows.now()).toISOString();
    this.#update(name, (contact) => ({ ...contact, offered: { key: key.slice(), at } }));
  }

  /** Takes `key` as the contact's from now on. The verified mark was of the old one: it is gone. */
  acceptKey(name: string, key: Uint8Array): Contact {
    return this.#update(name, ({ verified: _, offered: __, ...contact }) => ({
      ...contact,
      key: key.slice(),
    }));
  }

  #update(name: string, change: (contact: Contact) => Contact): Contact {
    return this.#change(() => {
      const { id, contact } = this.#needed(name);
      return this.#write(id, change(contact));
    });
  }

  #change<T>(work: () => T): T {
    return this.#rows.database.write(work, { durable: true });
  }

  #needed(name: string): { id: Uint8Array; contact: Contact } {
    const found = this.#alike(comparableName(name));
    if (found !== undefined && found.contact.name === comparableName(name)) return found;
    throw new FailureError("contact.none", { name }, { hint: text("contact.none.hint") });
  }

  /** The contact whose name is `name`, or can be taken for it. */
  #alike(name: string): { id: Uint8Array; contact: Contact } | undefined {
    const { database, owner } = this.#rows;
    const row = database.get(
      "SELECT id, body FROM contact WHERE owner = ? AND name = ?",
      owner,
      this.#nameTag(name),
    );
    const contact = row === undefined ? undefined : this.#read(row);
    return contact === undefined ? undefined : { id: row!["id"] as Uint8Array, contact };
  }

  #nameTag(name: string): Bytes {
    return this.#rows.vault.tag("contact name", utf8(skeleton(name)));
  }

  #keyTag(key: Uint8Array): Bytes {
    return this.#rows.vault.tag("key", key);
  }

  #write(known: Uint8Array | undefined, contact: Contact): Contact {
    const { database, owner, vault } = this.#rows;
    const id = known ?? randomBytes(ID_BYTES);
    const { key, offered, ...rest } = contact;
    const body = vault.seal("contact", id, {
      ...rest,
      key: encodePublicKeyText(key),
      ...(offered === undefined
        ? {}
        : { offered: { key: encodePublicKeyText(offered.key), at: offered.at } }),
    });
    database.run(
      `INSERT INTO contact (id, owner, name, key, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, key = excluded.key, body = excluded.body`,
      id,
      owner,
      this.#nameTag(contact.name),
      this.#keyTag(key),
      body,
    );
    return contact;
  }

  #all(): Row[] {
    const { database, owner } = this.#rows;
    return database.all("SELECT id, body FROM contact WHERE owner = ?", owner);
  }

  #body(row: Row): Fields | undefined {
    return bodyOf(this.#rows, "contact", row["id"] as Uint8Array, row["body"]);
  }

  #read(row: Row): Contact | undefined {
    const from = this.#body(row);
    if (from === undefined) return undefined;
    const [name, key, added] = [textOf(from, "name"), textOf(from, "key"), textOf(from, "added")];
    if (name === undefined || key === undefined || added === undefined) {
      this.#rows.trouble(new DamagedRow("contact"));
      return undefined;
    }
    const offered = fieldsOf(from["offered"]);
    const offeredKey = offered === undefined ? undefined : textOf(offered, "key");
    return {
      name,
      key: decodePublicKeyText(key),
      address: textOf(from, "address"),
      verified: textOf(from, "verified"),
      added,
      blocked: from["blocked"] === true || undefined,
      offered: offeredKey === undefined
        ? undefined
        : { key: decodePublicKeyText(offeredKey), at: textOf(offered!, "at") ?? added },
    };
  }
}
