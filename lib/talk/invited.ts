/** Contacts by an invitation: what they are called, and what is kept of them. */
import { FailureError, UsageError } from "../errors.ts";
import { equalConstantTime } from "../bytes.ts";
import { formatAddress } from "../net/address.ts";
import { contactName } from "../state/contact-name.ts";
import type { Contact, Contacts } from "../state/contacts.ts";
import type { State } from "../state/state.ts";
import type { Invitation } from "./invitation.ts";

/** A suggestion as a name that could be taken; "" where it could not. */
export function usableSuggestion(suggested: string, contacts: Contacts): string {
  try {
    const name = contactName(suggested);
    return contacts.alike(name) === undefined ? name : "";
  } catch (error) {
    if (error instanceof UsageError) return "";
    throw error;
  }
}

/** Refuses one's own invitation. */
export function refuseOwn({ key }: Invitation, own: Uint8Array): void {
  if (equalConstantTime(key, own)) throw new FailureError("invitation.own", {});
}

/** Makes a contact of whoever sent the invitation, or brings the one that there is up to date. */
export function saveInvited(
  { contacts, knownKeys }: State,
  { key, addresses: [first] }: Invitation,
  name: string,
): Contact {
  const known = contacts.byKey(key);
  return contacts.save({
    added: new Date().toISOString(),
    verified: knownKeys.get(key)?.verified,
    ...known,
    key,
    name,
    address: first === undefined ? known?.address : formatAddress(first),
  });
}
