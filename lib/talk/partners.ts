/** Who is there: the conversations that are not over, in the order in which their peers were heard. */
import { formatAddress } from "../net/address.ts";
import type { Conversation } from "../net/conversation.ts";
import { CloseCode } from "../net/close.ts";
import type { State } from "../state/state.ts";
import { type Person, refreshPerson } from "./person.ts";

/** One end of a conversation, and whose. One person may have several. */
export interface Partner {
  readonly conversation: Conversation;
  readonly person: Person;
  /** "10.0.0.2:9999", where it is now. */
  readonly address: string;
  /** What has to be told before the conversation's end is. */
  work: Promise<void>;
}

/** Persons remembered after they left, for the addressee's sake. */
const MAX_KNOWN = 1024;

/** All of them. */
export class Partners {
  readonly #partners: Partner[] = [];
  /** Those who do not answer now. */
  readonly #silent = new Set<Partner>();
  readonly #known = new Map<string, Person>();

  add(conversation: Conversation, person: Person): Partner {
    const partner = {
      conversation,
      person,
      get address() {
        return formatAddress(conversation.address);
      },
      work: Promise.resolve(),
    };
    this.#partners.push(partner);
    this.remember(person);
    return partner;
  }

  /** Somebody, or a group, may be named by its key from now on. */
  remember(person: Person): void {
    this.#known.delete(person.keyText);
    this.#known.set(person.keyText, person);
    for (const key of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break;
      this.#known.delete(key);
    }
  }

  remove(partner: Partner): void {
    const at = this.#partners.indexOf(partner);
    if (at >= 0) this.#partners.splice(at, 1);
    this.#silent.delete(partner);
  }

  /** The partner was heard: it comes last. */
  heard(partner: Partner): void {
    const at = this.#partners.indexOf(partner);
    if (at < 0 || at === this.#partners.length - 1) return;
    this.#partners.splice(at, 1);
    this.#partners.push(partner);
  }

  /** The partner does not answer, or answers again: others of the same person's are asked before one that is silent. */
  silent(partner: Partner, silent: boolean): void {
    if (silent && this.#partners.includes(partner)) this.#silent.add(partner);
    else this.#silent.delete(partner);
  }

  /** Whether a conversation is there and answers, as far as is known. */
  isAnswering(partner: Partner): boolean {
    return this.#partners.includes(partner) && !this.#silent.has(partner);
  }

  /** Whether somebody is there by a conversation that answers, as far as is known. */
  answers(key: string): boolean {
    return this.#partners.some((each) => each.person.keyText === key && !this.#silent.has(each));
  }

  /** Somebody who is or was there, by the key's text. */
  known(key: string): Person | undefined {
    return this.#known.get(key);
  }

  /** The owner has named, verified or blocked somebody: who is held here follows, and who is blocked is sent away. */
  changed(state: State, { key, keyText }: Person): void {
    const known = this.#known.get(keyText);
    if (known !== undefined) refreshPerson(state, known);
    const blocked = state.knownKeys.get(key)?.blocked;
    for (const { person, conversation } of [...this.#partners]) {
      if (person.keyText !== keyText) continue;
      refreshPerson(state, person);
      if (blocked) conversation.close(CloseCode.untrusted);
    }
  }

  /** All conversations that are not over. */
  get all(): readonly Partner[] {
    return [...this.#partners];
  }

  /** Those who take messages, each once, the one heard last at the end. */
  get present(): readonly Person[] {
    const byKey = new Map<string, Person>();
    for (const { person, conversation } of this.#partners) {
      if (!conversation.takesMessages) continue;
      byKey.delete(person.keyText);
      byKey.set(person.keyText, person);
    }
    return [...byKey.values()];
  }

  /** The conversation on which a text reaches the person: the one heard last of those that take messages and answer. */
  route(key: string): Partner | undefined {
    return this.#last(({ person, conversation }) =>
      person.keyText === key && conversation.takesMessages
    );
  }

  /** Any conversation with the person, one that answers if there is one. */
  anyOf(key: string): Partner | undefined {
    return this.#last(({ person }) => person.keyText === key);
  }

  #last(fits: (partner: Partner) => boolean): Partner | undefined {
    return this.#partners.findLast((each) => !this.#silent.has(each) && fits(each)) ??
      this.#partners.findLast(fits);
  }

  /** The partner that `to` names: a contact's name, p2p1… text, a fingerprint, or an address. */
  find(to: string): Partner | undefined {
    return this.#partners.findLast(({ person, address }) =>
      [person.name, person.keyText, person.fingerprint, person.label, address].includes(to)
    );
  }
}
