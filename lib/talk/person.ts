/** A peer as people and programs are told of it: a contact's name or a short form of the key. */
import { type Bytes, fromHex } from "../bytes.ts";
import { encodePublicKeyText, fingerprint } from "../crypto/keys/text.ts";
import { GROUP_MARK } from "../state/groups.ts";
import type { State } from "../state/state.ts";

/** What is said of a peer. Everything in it is safe to print. */
export interface Person {
  readonly key: Bytes;
  /** p2p1… text. */
  readonly keyText: string;
  readonly fingerprint: string;
  /** The contact's name; undefined for others. */
  readonly name: string | undefined;
  /** Whether the safety number was compared. */
  readonly verified: boolean;
  /** How to call it on a line of its own: the name, or the key's first and last characters. */
  readonly label: string;
  /** Set where the name is that of a certificate, and the user has given none. */
  readonly certified?: CertifiedName | undefined;
  /** Set where all members of a group are meant: `key` is the group's id then. */
  readonly group?: GroupName;
}

/** What a certificate that holds says of its holder; texts as they came. */
export interface CertifiedName {
  readonly name: string;
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** A group as people and programs are told of it. */
export interface GroupName {
  /** 64 hex digits. */
  readonly id: string;
  /** What it is called here, without the mark. */
  readonly name: string;
}

/** All members of a group, as somebody to whom a line may go. */
export function groupPerson({ id, name }: GroupName): Person {
  const label = `${GROUP_MARK}${name}`;
  const group = { id, name };
  return {
    ...{ key: fromHex(id), keyText: `${GROUP_MARK}${id}`, fingerprint: id, name: label },
    ...{ verified: false, label, group },
  };
}

/** Whether a peer makes room for others when there are too many: a contact, or one whose number was compared, does not. */
export function standingOf({ name, verified }: Person): "known" | "stranger" {
  return name !== undefined || verified ? "known" : "stranger";
}

/** Looks a key up among contacts and known peers. */
export function personOf(
  { contacts, knownKeys }: Pick<State, "contacts" | "knownKeys">,
  key: Bytes,
): Person {
  const contact = contacts.byKey(key);
  const known = knownKeys.get(key);
  const verified = (contact?.verified ?? known?.verified) !== undefined;
  const stranger = strangerOf(key);
  return contact === undefined
    ? { ...stranger, verified }
    : { ...stranger, name: contact.name, label: contact.name, verified };
}

/** Brings what is said of somebody up to date, wherever it is held: a person is the same as long as the program runs. */
export function refreshPerson(state: State, person: Person): void {
  const fresh = personOf(state, person.key);
  const { name, label, certified } = person;
  // A certificate's name stays until the user gives another one.
  const kept = certified === undefined || fresh.name !== undefined
    ? { certified: undefined }
    : { name, label, certified };
  Object.assign(person, fresh, kept);
}

/** One of whom nothing is known but the key. */
export function strangerOf(key: Bytes): Person {
  const keyText = encodePublicKeyText(key);
  const label = `${keyText.slice(0, 10)}…${keyText.slice(-4)}`;
  return { key, keyText, fingerprint: fingerprint(key), name: undefined, verified: false, label };
}

/** The `peer` of a JSON event. */
export function personJson(person: Person): { key: string; fingerprint: string; name?: string } {
  const { keyText: key, fingerprint, name } = person;
  return name === undefined ? { key, fingerprint } : { key, fingerprint, name };
}
