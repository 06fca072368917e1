/** Contacts: names for keys, kept in `$P2P_HOME/contacts.json`. A contact's key never changes by itself. */
import { type Bytes, equalConstantTime } from "../bytes.ts";
import { decodePublicKeyText, encodePublicKeyText } from "../crypto/keys/text.ts";
import { FailureError, UsageError } from "../errors.ts";
import { type Fields, fields, optionalText, StateFile, textField } from "./state-file.ts";

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
}

/** Letters and digits of any script, then also marks, blanks and . _ - ' within. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._'-]{0,63}$/u;

const file = new StateFile<Contact[]>("contacts.json", parse, () => []);

function parse(value: Fields, what: string): Contact[] {
  const contacts = fields(value["contacts"], what);
  return Object.entries(contacts).map(([name, entry]) => {
    const from = fields(entry, `${what}: ${name}`);
    return {
      name,
      key: decodePublicKeyText(textField(from, "key", what)),
      address: optionalText(from, "address", what),
      verified: optionalText(from, "verified", what),
      added: textField(from, "added", what),
    };
  });
}

function content(contacts: readonly Contact[]): Fields {
  const entries = contacts.map(({ name, key, ...rest }) =>
    [name, { key: encodePublicKeyText(key), ...rest }] as const
  );
  return { version: 1, contacts: Object.fromEntries(entries) };
}

/** The name as it is kept: NFC, no blanks around; a UsageError when it cannot be a contact's name. */
export function contactName(text: string): string {
  const name = text.normalize("NFC").trim();
  if (!NAME.test(name) || name.startsWith("p2p1") || name === "__proto__") {
    throw new UsageError("name contact: not a usable name", {
      hint: "letters, digits, blanks and . _ - ' are fine, up to 64",
    });
  }
  return name;
}

/** All contacts, by name. */
export async function contacts(): Promise<Contact[]> {
  return (await file.read()).sort((a, b) => a.name < b.name ? -1 : 1);
}

/** The contact of that name, if there is one. */
export async function findContact(name: string): Promise<Contact | undefined> {
  const wanted = name.normalize("NFC").trim();
  return (await file.read()).find((contact) => contact.name === wanted);
}

/** The contact with that key, if there is one. */
export async function contactByKey(key: Uint8Array): Promise<Contact | undefined> {
  return (await file.read()).find((contact) => equalConstantTime(contact.key, key));
}

/** The key of the contact named `name`; undefined when there is no such contact. */
export async function contactKey(name: string): Promise<Bytes | undefined> {
  return (await findContact(name))?.key;
}

/**
 * Adds a contact, or changes the address or verification of one. Another key under a known name is refused: remove
 * the contact first.
 */
export async function saveContact(contact: Contact): Promise<void> {
  const name = contactName(contact.name);
  await file.update((all) => {
    const before = all.find((other) => other.name === name);
    if (before !== undefined && !equalConstantTime(before.key, contact.key)) {
      throw new FailureError("save contact: the name stands for another key", {
        hint: `to replace it: p2p contact remove "${name}"`,
      });
    }
    return content([...all.filter((other) => other !== before), { ...contact, name }]);
  });
}

/** Forgets a contact; false when there was none. */
export async function removeContact(name: string): Promise<boolean> {
  const wanted = contactName(name);
  let found = false;
  await file.update((all) => {
    const left = all.filter((contact) => contact.name !== wanted);
    found = left.length !== all.length;
    return found ? content(left) : undefined;
  });
  return found;
}
