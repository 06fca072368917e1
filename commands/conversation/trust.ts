/**
 * Trust on first use. A key is pinned to the address where it first answered, or to the contact it belongs to;
 * another key in its place is refused, loudly, whatever the flags.
 */
import { equalConstantTime } from "../../lib/bytes.ts";
import { fingerprint } from "../../lib/crypto/keys/text.ts";
import { AuthenticationError } from "../../lib/errors.ts";
import { type Address, formatAddress } from "../../lib/net/address.ts";
import type { State } from "../../lib/state/state.ts";
import { notice, warning } from "../../lib/terminal/notice.ts";
import { safeText } from "../../lib/text/safe.ts";
import { StateError } from "../../lib/state/sqlite.ts";
import { speaker } from "../shared/speech.ts";
import { type Person, personOf } from "./person.ts";

/** How strict to be, and how loud. */
export interface TrustFlags {
  readonly strict?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** Says a line to a person. Above a prompt, where there is one. */
export type Say = (text: string) => void;

/** Whom we mean to reach. */
export interface Intended {
  readonly address: Address;
  /** The contact's name, when a contact was named. */
  readonly name?: string | undefined;
  /** The only key that will do: the contact's, or the one pinned to the address. */
  readonly key?: Uint8Array | undefined;
}

/** The key that must answer at `address`, if one did before. */
export function expectedKey({ knownKeys }: State, address: Address): Uint8Array | undefined {
  return knownKeys.pin(formatAddress(address))?.key;
}

/** Judges the key that answered; an AuthenticationError when it may not be this one. Notes it otherwise. */
export function judgePeer(
  state: State,
  intended: Intended,
  key: Uint8Array,
  flags: TrustFlags,
  say: Say = (text) => notice(text, flags),
): Person {
  if (intended.key !== undefined && !equalConstantTime(intended.key, key)) {
    throw keyChanged(state, intended, key);
  }
  const where = formatAddress(intended.address);
  const person = personOf(state, key);
  const first = intended.key === undefined && person.name === undefined && !person.verified;
  if (first && flags.strict) {
    throw new AuthenticationError(`connect to ${where}: unknown key ${person.fingerprint}`, {
      hint: "--strict takes known keys only: leave it out once to record this one",
    });
  }
  // A contact is known by name wherever it is; only nameless peers are known by their address.
  const place = intended.name === undefined ? where : undefined;
  const before = state.knownKeys.note(key, new Date(), place);
  if (first) sayFirstContact(where, person, before.known !== undefined, say);
  return person;
}

function sayFirstContact(where: string, person: Person, met: boolean, say: Say): void {
  const how = met ? "its key was met before, elsewhere" : "its key is recorded";
  say(`first contact with ${where}: ${how}`);
  say(`  fingerprint: ${person.fingerprint}`);
}

/** Notes a peer that connected to us, and says so at the first time. */
export function judgeCaller(
  state: State,
  from: Address,
  key: Uint8Array,
  flags: TrustFlags,
  say: Say,
): Person {
  const known = state.knownKeys.get(key);
  const person = personOf(state, key);
  refuseBlocked(state, person);
  if (flags.strict && person.name === undefined && known === undefined) {
    throw new AuthenticationError(`take call: unknown key ${person.fingerprint}`);
  }
  state.knownKeys.note(key, new Date());
  if (known === undefined && person.name === undefined) {
    sayFirstContact(formatAddress(from), person, false, say);
  }
  return person;
}

/** The refusal of a changed key, after a loud explanation. */
export function keyChanged(
  state: State,
  intended: Intended,
  presented: Uint8Array | undefined,
): AuthenticationError {
  const where = formatAddress(intended.address);
  const who = intended.name === undefined ? where : `${intended.name} (${where})`;
  warning(`THE KEY OF ${safeText(who)} HAS CHANGED`);
  if (presented !== undefined) rememberOffer(state, intended, presented);
  if (intended.key !== undefined) notice(`  known until now: ${fingerprint(intended.key)}`);
  if (presented !== undefined) notice(`  answering now:   ${fingerprint(presented)}`);
  notice("  Somebody may be posing as your peer. Or they have a new device or a new identity:");
  notice("  ask them for their fingerprint by another way, a call for instance.");
  const accept = `p2p contact accept-key ${
    intended.name === undefined ? where : `"${intended.name}"`
  }`;
  return new AuthenticationError(`connect to ${safeText(who)}: the peer's key has changed`, {
    hint: `only if they confirm the new one: ${accept}`,
  });
}

/** Keeps the key that `contact accept-key` may take. Where it cannot be kept, that command asks for it. */
function rememberOffer(state: State, intended: Intended, key: Uint8Array): void {
  try {
    if (intended.name !== undefined) state.contacts.offer(intended.name, key);
    else state.knownKeys.offer(formatAddress(intended.address), key);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    warning(speaker.text(error));
  }
}

/** Nothing of a blocked key is wanted. */
function refuseBlocked({ contacts, knownKeys }: State, { key, fingerprint }: Person): void {
  if (!knownKeys.get(key)?.blocked && !contacts.byKey(key)?.blocked) return;
  throw new AuthenticationError("contact.blocked", { fingerprint });
}
