/**
 * The state for a command: what it has to say at its opening, and what goes wrong later, are lines for the owner.
 * Names of contacts are looked up here too, for commands that take a key of somebody.
 */
import type { Bytes } from "../../lib/bytes.ts";
import { couldBeContact } from "../../lib/state/contact-name.ts";
import type { Contact } from "../../lib/state/contacts.ts";
import { type Identity, identityPath, readKeyFile } from "../../lib/state/identity.ts";
import { openState, type State, type StateOptions } from "../../lib/state/state.ts";
import { stateWritten } from "../../lib/state/written.ts";
import { exists } from "../../lib/files/look.ts";
import { type Loudness, notice, warning } from "../../lib/terminal/notice.ts";
import { canAsk } from "../../lib/terminal/prompt.ts";
import type { Text } from "../../lib/text/text.ts";
import { loadIdentity } from "./load-identity.ts";
import { say, speaker } from "./speech.ts";

/** What a command asks of its state. */
export interface OwnStateOptions extends Pick<StateOptions, "without">, Loudness {
  /** Says what goes wrong later; a warning on stderr when absent. */
  readonly trouble?: (problem: Text) => void;
}

/** Opens the state of `identity`. The caller closes it. */
export async function openOwnState(
  identity: Identity,
  { without, quiet, trouble = (what) => warning(say("terminal.warning", { what })) }:
    OwnStateOptions = {},
): Promise<State> {
  const state = await openState({
    identity,
    now: Date.now,
    ...(without === undefined ? {} : { without }),
    trouble,
  });
  const lasting = state.kind === "disk";
  for (const text of state.notices) {
    if (lasting) notice(speaker.text(text), { quiet });
    else warning(say("terminal.warning", { what: text }));
  }
  return state;
}

/** What of the contacts can be read without a passphrase, or after asking for it. */
export type ReadableContacts = "none" | "locked" | State;

/**
 * Opens the contacts of the default identity where there may be any.
 *
 * @param ask whether a passphrase may be asked for
 */
async function openContacts(ask: boolean): Promise<ReadableContacts> {
  if (!stateWritten() || !exists(identityPath())) return "none";
  const { isEncryptedPrivateKey } = await import("../../lib/crypto/keys/decode.ts");
  const encrypted = isEncryptedPrivateKey(await readKeyFile(identityPath()));
  if (encrypted && !(ask && canAsk())) return "locked";
  return await openOwnState(await loadIdentity(undefined), { without: "known" });
}

/**
 * The contact of that name; "locked" where the identity has a passphrase that cannot be asked for. What no contact
 * may be called is none, without a look.
 */
export async function contactNamed(name: string): Promise<Contact | "locked" | undefined> {
  if (!couldBeContact(name)) return undefined;
  return await withContacts(true, (state) => state.contacts.find(name));
}

/** The names of contacts and of groups, where these can be told without asking for a passphrase; else none. */
export async function knownNames(): Promise<{ contacts: string[]; groups: string[] }> {
  const found = await withContacts(false, ({ contacts, groups }) => ({
    contacts: contacts.names(),
    groups: groups.list().map(({ name }) => name),
  }));
  return found === "locked" || found === undefined ? { contacts: [], groups: [] } : found;
}

/** The contact with that key, where this can be told without asking for a passphrase. */
export async function contactWithKey(key: Bytes): Promise<Contact | undefined> {
  const found = await withContacts(false, (state) => state.contacts.byKey(key));
  return found === "locked" ? undefined : found;
}

async function withContacts<T>(
  ask: boolean,
  use: (state: State) => T,
): Promise<T | "locked" | undefined> {
  const state = await openContacts(ask);
  if (state === "locked") return state;
  if (state === "none") return undefined;
  try {
    return use(state);
  } finally {
    state.close();
  }
}
