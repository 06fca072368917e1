/**
 * Contacts outside the database (docs/formats.md, "Exported contacts"): one JSON object a line, and how they are taken
 * in: nothing that is there changes, and whatever stands against it is named.
 */
import { type Bytes, equalConstantTime, utf8Text } from "../bytes.ts";
import { decodePublicKeyText, encodePublicKeyText } from "../crypto/keys/text.ts";
import { FormatError, P2PError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { contactName } from "./contact-name.ts";
import type { Contact } from "./contacts.ts";
import type { State } from "./state.ts";

/** What of a contact is written; another key that was offered is not. */
export type Portable = Omit<Contact, "offered">;

const HEAD = { p2p: "contacts", version: 1 } as const;
/** Contacts in one file; ours. */
const MAX_CONTACTS = 100_000;

/** The text of a file. */
export function encodeContacts(contacts: readonly Portable[]): string {
  const lines = contacts.map(({ name, key, address, verified, added, blocked }) => ({
    name,
    key: encodePublicKeyText(key),
    address,
    verified,
    added,
    blocked,
  }));
  return [HEAD, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** The contacts of a file; undefined where it holds anything else. */
export function decodeContacts(bytes: Uint8Array): Portable[] | undefined {
  try {
    const [head, ...lines] = utf8Text(bytes).trimEnd().split("\n").map((line): unknown =>
      JSON.parse(line)
    );
    const { p2p, version } = head as Record<string, unknown>;
    if (p2p !== HEAD.p2p || version !== HEAD.version || lines.length > MAX_CONTACTS) {
      return undefined;
    }
    return lines.map(contactOf);
  } catch (error) {
    const malformed = error instanceof SyntaxError || error instanceof TypeError ||
      error instanceof FormatError;
    if (malformed || error instanceof P2PError) return undefined;
    throw error;
  }
}

function contactOf(line: unknown): Portable {
  const { name, key, address, verified, added, blocked } = line as Record<string, unknown>;
  const optional = (value: unknown) => value === undefined || typeof value === "string";
  const times = [verified, added].filter((time) => time !== undefined);
  const wellFormed = typeof name === "string" && typeof key === "string" && optional(address) &&
    typeof added === "string" && times.every((time) => !isNaN(Date.parse(String(time)))) &&
    (blocked === undefined || blocked === true);
  if (!wellFormed) throw new TypeError("not a contact");
  return {
    name,
    key: decodePublicKeyText(key),
    address: address as string | undefined,
    verified: verified as string | undefined,
    added,
    blocked,
  };
}

/**
 * Takes contacts in, all in one transaction.
 *
 * @param own whether they are the owner's own: those of others come without their marks
 */
export function importContacts(
  state: State,
  contacts: readonly Portable[],
  ownKey: Bytes,
  own: boolean,
): { readonly done: readonly Text[]; readonly conflicts: readonly Text[] } {
  const done: Text[] = [];
  const conflicts: Text[] = [];
  state.transaction(() => {
    for (const given of contacts) {
      if (equalConstantTime(given.key, ownKey)) continue;
      const marks = own ? {} : { verified: undefined, blocked: undefined };
      const contact = { ...given, ...marks };
      const conflict = conflictOf(state, contact);
      if (conflict !== undefined) conflicts.push(conflict);
      else done.push(takeIn(state, contact));
    }
  });
  return { done, conflicts };
}

/** What stands against a contact; undefined for nothing. */
function conflictOf({ contacts }: State, { name: given, key }: Portable): Text | undefined {
  let name: string;
  try {
    name = contactName(given);
  } catch (error) {
    if (!(error instanceof P2PError)) throw error;
    return text("people.conflict-bad-name", { name: given, reason: error });
  }
  const known = contacts.byKey(key);
  if (known !== undefined) {
    return known.name === name
      ? undefined
      : text("people.conflict-name", { name, other: known.name });
  }
  const alike = contacts.alike(name);
  if (alike === undefined) return undefined;
  return alike.name === name
    ? text("people.conflict-key", { name })
    : text("people.conflict-alike", { name, other: alike.name });
}

function takeIn({ contacts, knownKeys }: State, contact: Portable): Text {
  const { key, verified, blocked } = contact;
  const known = contacts.byKey(key);
  if (known !== undefined) return text("people.same", { name: known.name });
  const met = knownKeys.get(key);
  const { name } = contacts.save({
    ...contact,
    verified: verified ?? met?.verified,
    blocked: blocked ?? met?.blocked,
  });
  if (verified !== undefined) knownKeys.setVerified(key, new Date(verified));
  if (blocked) knownKeys.setBlocked(key, true);
  return text("people.added", { name });
}
