/** The conversations of one terminal: their numbers, which of them lines go to, and what was not looked at. Pure. */
import { type GroupName, groupPerson, type Person } from "../../lib/talk/person.ts";

/** One of them. */
export interface OpenTalk {
  /** From 1; it stays. */
  readonly number: number;
  readonly keyText: string;
  label: string;
  /** Messages that came while lines went to somebody else. */
  unread: number;
}

/** Conversations that are followed; more are not numbered. */
const MOST_TALKS = 999;

/** See above. */
export class OpenTalks {
  readonly #talks = new Map<string, OpenTalk>();
  #current: string | undefined;

  /** Somebody is there, or was chosen. */
  add({ keyText, label }: Pick<Person, "keyText" | "label">): void {
    const known = this.#talks.get(keyText);
    if (known !== undefined) known.label = label;
    else if (this.#talks.size < MOST_TALKS) {
      this.#talks.set(keyText, { number: this.#talks.size + 1, keyText, label, unread: 0 });
    }
  }

  /** A message has come; answers whether it is of the current conversation. */
  heard(peer: Person, group: GroupName | undefined): boolean {
    const talk = group === undefined ? peer : groupPerson(group);
    this.add(talk);
    if (talk.keyText === this.#current) return true;
    const known = this.#talks.get(talk.keyText);
    if (known !== undefined) known.unread++;
    return false;
  }

  /** Lines go to this one now; what it wrote counts as seen. */
  choose(person: Person | undefined): void {
    this.#current = person?.keyText;
    if (person === undefined) return;
    this.add(person);
    const talk = this.#talks.get(person.keyText);
    if (talk !== undefined) talk.unread = 0;
  }

  /** The conversation of that number. */
  numbered(number: number): OpenTalk | undefined {
    return [...this.#talks.values()].find((talk) => talk.number === number);
  }

  /** All of them, by number. */
  get all(): readonly OpenTalk[] {
    return [...this.#talks.values()];
  }

  /** Those with something that was not looked at. */
  get unread(): readonly OpenTalk[] {
    return [...this.#talks.values()].filter(({ unread }) => unread > 0);
  }
}
