/** To whom a line goes: for a person at the keyboard, for lines of a pipe, and for commands of a program. */
import { FailureError, UsageError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { Signal } from "../transfer/signal.ts";
import { Addressee } from "./addressee.ts";
import type { State } from "../state/state.ts";
import type { Tell } from "./events.ts";
import type { Partner, Partners } from "./partners.ts";
import type { Person } from "./person.ts";

/** The recipients of one application. */
export class Recipients {
  readonly #partners: Partners;
  readonly #tell: Tell;
  readonly #addressee = new Addressee();
  readonly #changed = new Signal();
  #told: string | undefined;
  #anybodyHeard = false;

  constructor(partners: Partners, tell: Tell) {
    this.#partners = partners;
    this.#tell = tell;
  }

  /** A peer has connected, or was reached. */
  joined({ person, conversation }: Partner, called: boolean): void {
    if (conversation.takesMessages) {
      this.#addressee.joined(person.keyText, { called, contact: person.name !== undefined });
      this.#tellAddressee();
    }
    this.#changed.notify();
  }

  /** A message or file of the peer's has come. */
  heard({ person, conversation }: Partner): void {
    if (!conversation.takesMessages) return;
    this.#anybodyHeard = true;
    this.#addressee.heard(person.keyText);
    this.#tellAddressee();
    this.#changed.notify();
  }

  /** Something has come in a group: lines go to all of it, as they go to a peer. */
  heardIn(group: Person): void {
    this.#partners.remember(group);
    this.#anybodyHeard = true;
    this.#addressee.heard(group.keyText);
    this.#tellAddressee();
    this.#changed.notify();
  }

  /** A line is begun at the keyboard, or empty again. */
  draft(begun: boolean): void {
    this.#addressee.draft(begun);
    this.#tellAddressee();
  }

  /** The person chose whom lines go to. */
  choose(person: Person): void {
    this.#partners.remember(person);
    this.#addressee.choose(person.keyText);
    this.#tellAddressee();
  }

  /** A line has gone to the addressee. */
  spoken(): void {
    this.#addressee.spoken();
  }

  /** All who are there and take messages, each once, the one heard last at the end. */
  get present(): readonly Person[] {
    return this.#partners.present;
  }

  /** Somebody who is or was there, by the key's text. */
  known(keyText: string): Person | undefined {
    return this.#partners.known(keyText);
  }

  /** To whom a typed line goes; not necessarily there. */
  get addressee(): Person | undefined {
    const { current } = this.#addressee;
    return current === undefined ? undefined : this.#partners.known(current);
  }

  /** The addressee; an error where there is none. */
  needAddressee(): Person {
    const { addressee, present } = this;
    if (addressee !== undefined) return addressee;
    if (present.length === 0) throw new FailureError("talk.nobody", {});
    const labels = present.map(({ label }) => label);
    throw new UsageError("talk.nobody-chosen", { labels }, {
      hint: text("talk.nobody-chosen.hint"),
    });
  }

  /**
   * For lines of a pipe: whoever was heard last, there or not; before anybody was heard, the only one who is there.
   * Waits for one.
   */
  async lastHeard(): Promise<Person> {
    for (;;) {
      const { addressee, present } = this;
      if (addressee !== undefined) return addressee;
      if (!this.#anybodyHeard && present.length === 1) return present[0]!;
      await this.#changed.wait();
    }
  }

  /** For programs that name nobody: the only one who is there; waits for one. An error where there are several. */
  async onlyOne(): Promise<Person> {
    for (;;) {
      const { present } = this;
      if (present.length === 1) return present[0]!;
      if (present.length > 1) {
        const labels = present.map(({ label }) => label);
        throw new UsageError("talk.ambiguous", { labels }, { hint: text("talk.ambiguous.hint") });
      }
      await this.#changed.wait();
    }
  }

  /** The owner has named, verified or blocked somebody: who is blocked is sent away. */
  changed(state: State, peer: Person): void {
    this.#partners.changed(state, peer);
    if (this.#told !== peer.keyText) return;
    this.#told = undefined;
    this.#tellAddressee();
  }

  #tellAddressee(): void {
    const { current } = this.#addressee;
    if (current === this.#told) return;
    this.#told = current;
    this.#tell({ type: "addressee", peer: this.addressee });
  }
}
