/**
 * Who a peer is by certificate, as the application of conversations needs it: judged before anything else of the peer is
 * read, and again whenever what is trusted has changed. What does it is loaded where certificates are used alone.
 */
import type { AuthenticationError } from "../errors.ts";
import { CloseCode } from "../net/close.ts";
import type { Conversation } from "../net/conversation.ts";
import { comparableName, contactName, skeleton } from "../state/contact-name.ts";
import type { State } from "../state/state.ts";
import { UsageError } from "../errors.ts";
import type { Tell } from "./events.ts";
import type { Partners } from "./partners.ts";
import type { CertifiedName, Person } from "./person.ts";

/** See above. */
export interface Credentials {
  /** A bit for the hello where we have a certificate to show. */
  readonly capabilities: number;
  /**
   * Reads and judges the peer's certificate: an AuthenticationError where it does not hold, or there is none and one is
   * needed. Undefined where there is none, or none is judged here.
   */
  judge(conversation: Conversation): Promise<CertifiedName | undefined>;
  /** Shows ours. What goes wrong is the conversation's end, which others notice. */
  show(conversation: Conversation): void;
  /** Why a peer that was let in would not be any more; undefined where it would. */
  fault(conversation: Conversation): AuthenticationError | undefined;
  /** Calls `changed` whenever what is trusted has, and now and then as time goes by. Answers how to stop. */
  watch(changed: () => void, tell: Tell): () => void;
}

/** Ends conversations with those whose certificates do not hold any more. Answers how to stop. */
export function watchCredentials(
  credentials: Credentials | undefined,
  partners: Partners,
  tell: Tell,
): () => void {
  if (credentials === undefined) return () => undefined;
  return credentials.watch(() => {
    for (const { conversation, person: peer } of partners.all) {
      const error = credentials.fault(conversation);
      if (error === undefined) continue;
      tell({ type: "error", error, peer });
      conversation.close(CloseCode.untrusted);
    }
  }, tell);
}

/**
 * `person` under the name of its certificate, unless the user has given another one. A name that a contact with another
 * key has, or that looks like one, gets the key's first digits behind it.
 */
export function certifiedPerson(
  { contacts }: State,
  person: Person,
  certified: CertifiedName | undefined,
): Person {
  if (certified === undefined || person.name !== undefined) return person;
  const given = readable(certified.name);
  if (given === undefined) return { ...person, certified };
  const taken = contacts.names().some((other) =>
    skeleton(other) === skeleton(comparableName(given))
  );
  const name = taken ? `${given} ${person.fingerprint.slice(0, 4)}` : given;
  return { ...person, name, label: name, certified };
}

/** A name as a contact might have it; undefined where it cannot be shown as one. */
function readable(name: string): string | undefined {
  try {
    return contactName(name);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
