/** What commands about people share (`contact`, `history`, `outbox`): the state they work on, and who is meant by a name. */
import { type Bytes, fromHex, wipe } from "../../lib/bytes.ts";
import {
  decodePublicKeyText,
  encodePublicKeyText,
  fingerprint,
  PUBLIC_KEY_TEXT_PREFIX,
} from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { FailureError } from "../../lib/errors.ts";
import { formatAddress, parseAddress } from "../../lib/net/address.ts";
import type { Contact } from "../../lib/state/contacts.ts";
import { exists } from "../../lib/files/look.ts";
import { homePath } from "../../lib/state/home.ts";
import { existingKey } from "../../lib/state/identity-file.ts";
import { type Identity, identityPath } from "../../lib/state/identity.ts";
import { GROUP_MARK } from "../../lib/state/groups.ts";
import { DATABASE_NAME, emptyState, type State } from "../../lib/state/state.ts";
import { text as words } from "../../lib/text/catalogue.ts";
import { conversationIdentity, type IdentityFlags } from "../conversation/own-identity.ts";
import { identityFlag, passphraseFlags, quietFlag } from "./flags.ts";
import { openOwnState } from "./own-state.ts";

/** Flags of every one of them: whose contacts. */
export const ownFlags = { identity: identityFlag, ...passphraseFlags, quiet: quietFlag } as const;

/** Their short forms. */
export const ownAliases = { i: "identity", q: "quiet" } as const;

/** An argument that is a text. */
export function argument(brief: string, placeholder: string) {
  return { parse: String, brief, placeholder } as const;
}

/** Runs `use` with the state of the identity that the flags name. What cannot be kept is an error here. */
export async function withState<T>(
  flags: IdentityFlags,
  use: (state: State, identity: Identity) => T | Promise<T>,
): Promise<T> {
  const identity = await conversationIdentity(flags);
  const state = await openOwnState(identity, flags);
  try {
    return await use(state, identity);
  } finally {
    state.close();
  }
}

/** Runs `use`, which only looks, like `withState`; where there is no identity yet, none is made for that. */
export async function lookIntoState<T>(
  flags: IdentityFlags,
  use: (state: State, identity: Identity) => T | Promise<T>,
): Promise<T> {
  const any = exists(homePath(DATABASE_NAME)) || await existingKey(identityPath()) !== undefined;
  if (any || flags.identity !== undefined) return await withState(flags, use);
  const identity = generateKeyPair();
  const state = await emptyState({ identity, now: Date.now, trouble: () => undefined });
  try {
    return await use(state, identity);
  } finally {
    state.close();
    wipe(identity.secretKey);
  }
}

/** Somebody named on the command line: a contact, or the key pinned to an address. */
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

/** A conversation named on the command line: with somebody, or of a group. */
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

/** A contact as programs are told of it (`--json`). */
export function contactJson({ key, offered: _, ...contact }: Contact): Record<string, unknown> {
  return { ...contact, key: encodePublicKeyText(key), fingerprint: fingerprint(key) };
}
