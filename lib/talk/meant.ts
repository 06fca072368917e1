/** Who is meant by what a person or a program calls them: a contact's name, a key, an address, a group. */
import { type Bytes, fromHex } from "../bytes.ts";
import {
  decodePublicKeyText,
  encodePublicKeyText,
  PUBLIC_KEY_TEXT_PREFIX,
} from "../crypto/keys/text.ts";
import { FailureError } from "../errors.ts";
import { formatAddress, parseAddress } from "../net/address.ts";
import type { Contact } from "../state/contacts.ts";
import { GROUP_MARK } from "../state/groups.ts";
import type { State } from "../state/state.ts";
import { text as words } from "../text/catalogue.ts";

/** Somebody named by a person or a program: a contact, or the key pinned to an address. */
export interface Meant {
  readonly key: Bytes;
  readonly contact: Contact | undefined;
  /** "HOST:PORT", where no contact is meant. */
  readonly address: string | undefined;
  readonly label: string;
  /** Another key that answered there. */
  readonly offered: Bytes | undefined;
}

/** Who is meant by `who`; a FailureError where nobody is. */
export function meant({ contacts, knownKeys }: State, who: string): Meant {
  const contact = contacts.find(who);
  if (contact !== undefined) {
    const { key, name, offered } = contact;
    return { key, contact, address: undefined, label: name, offered: offered?.key };
  }
  if (who.startsWith(PUBLIC_KEY_TEXT_PREFIX)) {
    const key = decodePublicKeyText(who);
    const named = contacts.byKey(key);
    return {
      key,
      contact: named,
      address: undefined,
      label: named?.name ?? shortKey(key),
      offered: undefined,
    };
  }
  const address = formatAddress(parseAddress(who));
  const pin = knownKeys.pin(address);
  if (pin === undefined) {
    throw new FailureError("contact.unknown", { who }, { hint: words("contact.none.hint") });
  }
  return { key: pin.key, contact: undefined, address, label: address, offered: pin.offered };
}

/** A conversation named by a person or a program: with somebody, or of a group. */
export function meantTalk(
  state: State,
  who: string,
): { readonly key: Bytes; readonly label: string } {
  if (!who.startsWith(GROUP_MARK)) return meant(state, who);
  const { id, name } = state.groups.needed(who);
  return { key: fromHex(id), label: `${GROUP_MARK}${name}` };
}

/** How a key without a name is called: its first and last characters. */
export function shortKey(key: Uint8Array): string {
  const text = encodePublicKeyText(key);
  return `${text.slice(0, 10)}…${text.slice(-4)}`;
}
