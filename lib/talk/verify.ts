/** Marks a key as verified: its safety number was compared. */
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
