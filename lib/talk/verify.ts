/** Marks a key as verified: its safety number was compared. */
import { findContact, saveContact } from "../state/contacts.ts";
import { setVerified } from "../state/known-peers.ts";

/** Records that the safety number was compared (or no longer counts), for the key and for its contact. */
export async function markVerified(
  key: Uint8Array,
  name: string | undefined,
  verified: boolean,
): Promise<void> {
  const now = new Date();
  await setVerified(key, verified ? now : undefined);
  const contact = name === undefined ? undefined : await findContact(name);
  if (contact === undefined) return;
  await saveContact({ ...contact, verified: verified ? now.toISOString() : undefined });
}
