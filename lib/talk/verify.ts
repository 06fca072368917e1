/** What the owner decides about a key: its name, whether its safety number was compared, whether it is wanted. */
import type { Bytes } from "../bytes.ts";
import type { State } from "../state/state.ts";

/** Records that the safety number was compared (or no longer counts), for the key and for its contact. */
export function markVerified(state: State, key: Uint8Array, verified: boolean): void {
  const when = verified ? new Date() : undefined;
  state.transaction(() => {
    state.knownKeys.setVerified(key, when);
    const contact = state.contacts.byKey(key);
    if (contact !== undefined) state.contacts.setVerified(contact.name, when);
  });
}

/** Records whether anything of a key is wanted, for the key and for its contact. */
export function markBlocked(state: State, key: Uint8Array, blocked: boolean): void {
  state.transaction(() => {
    state.knownKeys.setBlocked(key, blocked);
    const contact = state.contacts.byKey(key);
    if (contact !== undefined) state.contacts.setBlocked(contact.name, blocked);
  });
}

/** Names a key that was met: a new contact, or another name for the one it is. Answers the name. */
export function nameKey(
  { contacts, knownKeys }: State,
  key: Bytes,
  name: string,
  address: string | undefined,
): string {
  const known = contacts.byKey(key);
  if (known !== undefined) return contacts.rename(known.name, name).name;
  const verified = knownKeys.get(key)?.verified;
  return contacts.save({ name, key, address, verified, added: new Date().toISOString() }).name;
}
