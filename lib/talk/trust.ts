/**
 * Trust on first use. A key is pinned to the address where it first answered, or to the contact it belongs to;
 * another key in its place is refused, loudly, whatever the flags.
 */
import { equalConstantTime } from "../bytes.ts";
import { fingerprint } from "../crypto/keys/text.ts";
import { AuthenticationError } from "../errors.ts";
import { type Address, formatAddress } from "../net/address.ts";
import { knownKey, notePeer, pinnedKey } from "../state/known-peers.ts";
import { text } from "../text/catalogue.ts";
import { problemOf, type Tell } from "./events.ts";
import { type Person, personOf, strangerOf } from "./person.ts";

/** Whom we mean to reach. */
export interface Intended {
  readonly address: Address;
  /** The contact's name, when a contact was named. */
  readonly name?: string | undefined;
  /** The only key that will do: the contact's, or the one pinned to the address. */
  readonly key?: Uint8Array | undefined;
}

/** How strict to be, and who is told. */
export interface TrustOptions {
  readonly strict: boolean;
  readonly tell: Tell;
}

/** The key that must answer at `address`, if one did before. */
export async function expectedKey(address: Address): Promise<Uint8Array | undefined> {
  return (await pinnedKey(formatAddress(address)))?.key;
}

/** Judges the key that answered; an AuthenticationError when it may not be this one. Notes it otherwise. */
export async function judgePeer(
  intended: Intended,
  key: Uint8Array,
  { strict, tell }: TrustOptions,
): Promise<Person> {
  if (intended.key !== undefined && !equalConstantTime(intended.key, key)) {
    throw keyChanged(intended, key, tell);
  }
  const where = formatAddress(intended.address);
  const person = await personOf(key);
  const first = intended.key === undefined && person.name === undefined && !person.verified;
  if (first && strict) {
    throw new AuthenticationError("talk.unknown-key", {
      where,
      fingerprint: person.fingerprint,
    }, { hint: text("talk.unknown-key.hint") });
  }
  // A contact is known by name wherever it is; only nameless peers are known by their address.
  const place = intended.name === undefined ? where : undefined;
  const { known } = await notePeer(key, new Date(), place);
  if (first) void tell({ type: "first-contact", peer: person, where, met: known !== undefined });
  return person;
}

/**
 * Judges a peer that connected to us and notes it. State that cannot be read or written is told to the owner; the
 * peer is served all the same, as a stranger, unless only known ones are welcome.
 */
export async function judgeCaller(
  from: Address,
  key: Uint8Array,
  { strict, tell }: TrustOptions,
): Promise<Person> {
  const { person, known } = await lookUp(key, tell);
  if (strict && person.name === undefined && !known) {
    throw new AuthenticationError("talk.unknown-caller", { fingerprint: person.fingerprint });
  }
  try {
    await notePeer(key, new Date());
  } catch (error) {
    void tell({ type: "error", error: problemOf(text("talk.use-state"), error), peer: person });
  }
  if (!known && person.name === undefined) {
    void tell({ type: "first-contact", peer: person, where: formatAddress(from), met: false });
  }
  return person;
}

async function lookUp(
  key: Uint8Array,
  tell: Tell,
): Promise<{ person: Person; known: boolean }> {
  try {
    return { person: await personOf(key), known: await knownKey(key) !== undefined };
  } catch (error) {
    const person = strangerOf(key);
    void tell({ type: "error", error: problemOf(text("talk.use-state"), error), peer: person });
    return { person, known: false };
  }
}

/** The refusal of a changed key, after a loud explanation. */
export function keyChanged(
  intended: Intended,
  presented: Uint8Array | undefined,
  tell: Tell,
): AuthenticationError {
  const where = formatAddress(intended.address);
  const { name } = intended;
  void tell({
    type: "key-changed",
    where,
    name,
    known: intended.key === undefined ? undefined : fingerprint(intended.key),
    presented: presented === undefined ? undefined : fingerprint(presented),
  });
  const hint = name === undefined
    ? text("talk.key-changed.forget", { where })
    : text("talk.key-changed.remove", { name });
  return new AuthenticationError("talk.key-changed", { where, name }, { hint });
}
