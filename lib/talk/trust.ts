/**
 * Trust on first use. A key is pinned to the address where it first answered, or to the contact it belongs to;
 * another key in its place is refused, loudly, whatever the flags.
 */
import { type Bytes, equalConstantTime } from "../bytes.ts";
import { fingerprint } from "../crypto/keys/text.ts";
import { AuthenticationError } from "../errors.ts";
import { type Address, formatAddress } from "../net/address.ts";
import { StateError } from "../state/sqlite.ts";
import type { State } from "../state/state.ts";
import { text } from "../text/catalogue.ts";
import type { Tell } from "./events.ts";
import { certifiedPerson, type Credentials } from "./credentials.ts";
import { type CertifiedName, type Person, personOf } from "./person.ts";

/** Whom we mean to reach. */
export interface Intended {
  /** Undefined for somebody of whom no address is known: discovery may find one. */
  readonly address: Address | undefined;
  /** The contact's name, when a contact was named. */
  readonly name?: string | undefined;
  /** The only key that will do: the contact's, or the one pinned to the address. */
  readonly key?: Bytes | undefined;
}

/** The same, at a place where they are tried. */
export interface Placed extends Intended {
  readonly address: Address;
}

/** How strict to be, what is known, and who is told. */
export interface TrustOptions {
  readonly strict: boolean;
  readonly state: State;
  readonly tell: Tell;
  /** Trust by certificate, where it is wanted. */
  readonly credentials?: Credentials | undefined;
}

/** The key that must answer at `address`, if one did before. */
export function expectedKey({ knownKeys }: State, address: Address): Bytes | undefined {
  return knownKeys.pin(formatAddress(address))?.key;
}

/**
 * Judges the key that answered; an AuthenticationError when it may not be this one. Notes it otherwise.
 *
 * @param found whether discovery named the address: no key is pinned to that
 */
export function judgePeer(
  intended: Placed,
  key: Bytes,
  options: TrustOptions,
  found = false,
  certified?: CertifiedName,
): Person {
  const { strict, state, tell } = options;
  if (intended.key !== undefined && !equalConstantTime(intended.key, key)) {
    throw keyChanged(intended, key, options);
  }
  const where = formatAddress(intended.address);
  const person = certifiedPerson(state, personOf(state, key), certified);
  const first = intended.key === undefined && person.name === undefined && !person.verified;
  if (first && strict) {
    throw new AuthenticationError("talk.unknown-key", {
      where,
      fingerprint: person.fingerprint,
    }, { hint: text("talk.unknown-key.hint") });
  }
  // A contact is known by name wherever it is; only nameless peers are known by their address.
  const place = intended.name === undefined && !found ? where : undefined;
  const { known } = state.knownKeys.note(key, new Date(), place);
  if (first) tell({ type: "first-contact", peer: person, where, met: known !== undefined });
  return person;
}

/** Notes a peer that connected to us, and tells it at the first time. */
export function judgeCaller(
  from: Address,
  key: Bytes,
  { strict, state, tell }: TrustOptions,
  certified?: CertifiedName,
): Person {
  const known = state.knownKeys.get(key);
  const person = certifiedPerson(state, personOf(state, key), certified);
  if (strict && person.name === undefined && known === undefined) {
    throw new AuthenticationError("talk.unknown-caller", { fingerprint: person.fingerprint });
  }
  state.knownKeys.note(key, new Date());
  if (known === undefined && person.name === undefined) {
    tell({ type: "first-contact", peer: person, where: formatAddress(from), met: false });
  }
  return person;
}

/** The refusal of a changed key, after a loud explanation. */
export function keyChanged(
  intended: Placed,
  presented: Bytes | undefined,
  options: Omit<TrustOptions, "strict">,
): AuthenticationError {
  const where = formatAddress(intended.address);
  const { name } = intended;
  if (presented !== undefined) rememberOffer(intended, presented, options);
  options.tell({
    type: "key-changed",
    where,
    name,
    known: intended.key === undefined ? undefined : fingerprint(intended.key),
    presented: presented === undefined ? undefined : fingerprint(presented),
  });
  const who = name === undefined ? where : `"${name}"`;
  return new AuthenticationError("talk.key-changed", { where, name }, {
    hint: text("talk.key-changed.hint", { who }),
  });
}

/** Keeps the key that `contact accept-key` may take. Where it cannot be kept, that command asks for it. */
function rememberOffer(
  { name, address }: Placed,
  key: Bytes,
  { state, tell }: Omit<TrustOptions, "strict">,
): void {
  try {
    if (name !== undefined) state.contacts.offer(name, key);
    else state.knownKeys.offer(formatAddress(address), key);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    tell({ type: "error", error });
  }
}

/** Nothing of a blocked key is wanted. */
export function refuseBlocked({ contacts, knownKeys }: State, key: Bytes): void {
  if (!knownKeys.get(key)?.blocked && !contacts.byKey(key)?.blocked) return;
  throw new AuthenticationError("contact.blocked", { fingerprint: fingerprint(key) });
}
