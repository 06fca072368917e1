/**
 * Trust on first use. A key is pinned to the address where it first answered, or to the contact it belongs to;
 * another key in its place is refused, loudly, whatever the flags.
 */
import { equalConstantTime } from "../../lib/bytes.ts";
import { fingerprint } from "../../lib/crypto/keys/text.ts";
import { AuthenticationError } from "../../lib/errors.ts";
import { type Address, formatAddress } from "../../lib/net/address.ts";
import { knownKey, notePeer, pinnedKey } from "../../lib/state/known-peers.ts";
import { notice, warning } from "../../lib/terminal/notice.ts";
import { safeText } from "../../lib/text/safe.ts";
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
export async function expectedKey(address: Address): Promise<Uint8Array | undefined> {
  return (await pinnedKey(formatAddress(address)))?.key;
}

/** Judges the key that answered; an AuthenticationError when it may not be this one. Notes it otherwise. */
export async function judgePeer(
  intended: Intended,
  key: Uint8Array,
  flags: TrustFlags,
  say: Say = (text) => notice(text, flags),
): Promise<Person> {
  if (intended.key !== undefined && !equalConstantTime(intended.key, key)) {
    throw keyChanged(intended, key);
  }
  const where = formatAddress(intended.address);
  const person = await personOf(key);
  const first = intended.key === undefined && person.name === undefined && !person.verified;
  if (first && flags.strict) {
    throw new AuthenticationError(`connect to ${where}: unknown key ${person.fingerprint}`, {
      hint: "--strict takes known keys only: leave it out once to record this one",
    });
  }
  // A contact is known by name wherever it is; only nameless peers are known by their address.
  const place = intended.name === undefined ? where : undefined;
  const before = await notePeer(key, new Date(), place);
  if (first) sayFirstContact(where, person, before.known !== undefined, say);
  return person;
}

function sayFirstContact(where: string, person: Person, met: boolean, say: Say): void {
  const how = met ? "its key was met before, elsewhere" : "its key is recorded";
  say(`first contact with ${where}: ${how}`);
  say(`  fingerprint: ${person.fingerprint}`);
}

/** Notes a peer that connected to us, and says so at the first time. */
export async function judgeCaller(
  from: Address,
  key: Uint8Array,
  flags: TrustFlags,
  say: Say,
): Promise<Person> {
  const known = await knownKey(key);
  const person = await personOf(key);
  if (flags.strict && person.name === undefined && known === undefined) {
    throw new AuthenticationError(`take call: unknown key ${person.fingerprint}`);
  }
  await notePeer(key, new Date());
  if (known === undefined && person.name === undefined) {
    sayFirstContact(formatAddress(from), person, false, say);
  }
  return person;
}

/** The refusal of a changed key, after a loud explanation. */
export function keyChanged(
  intended: Intended,
  presented: Uint8Array | undefined,
): AuthenticationError {
  const where = formatAddress(intended.address);
  const who = intended.name === undefined ? where : `${intended.name} (${where})`;
  warning(`THE KEY OF ${safeText(who)} HAS CHANGED`);
  if (intended.key !== undefined) notice(`  known until now: ${fingerprint(intended.key)}`);
  if (presented !== undefined) notice(`  answering now:   ${fingerprint(presented)}`);
  notice("  Somebody may be posing as your peer. Or they have a new device or a new identity:");
  notice("  ask them for their fingerprint by another way, a call for instance.");
  const forget = intended.name === undefined
    ? `p2p contact forget ${where}`
    : `p2p contact remove "${intended.name}"`;
  return new AuthenticationError(`connect to ${safeText(who)}: the peer's key has changed`, {
    hint: `only if they confirm the new one: ${forget}`,
  });
}
