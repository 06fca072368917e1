/** Conversations come, fall silent and end: what is on its way by one goes on by another, or whoever was lost is called. */
import { type CloseInfo, isToBeCalled } from "../net/close.ts";
import type { State } from "../state/state.ts";
import type { Archive } from "./archive.ts";
import type { ContactCalls } from "./calls.ts";
import type { Dispatch } from "./dispatch.ts";
import { OutboxWatch } from "./outbox-watch.ts";
import type { Partner, Partners } from "./partners.ts";
import { type Person, personOf } from "./person.ts";

/** What it needs of the application. */
export interface ChangeoverHost {
  readonly state: Pick<State, "contacts" | "knownKeys">;
  readonly archive: Archive;
  readonly partners: Partners;
  readonly outgoing: Dispatch;
  readonly calls: ContactCalls;
  /** What waits for somebody goes by a conversation that there is. */
  flush(person: Person): void;
}

/** Of one application. */
export class Changeover {
  readonly #host: ChangeoverHost;
  readonly #watch: OutboxWatch;
  #leaving = false;

  constructor(host: ChangeoverHost) {
    this.#host = host;
    const { archive, state } = host;
    this.#watch = new OutboxWatch({
      archive,
      waits: (key) => this.waits(personOf(state, key)),
    });
  }

  /** Looks from now on for what other programs of the identity leave in the outbox. */
  watch(): void {
    this.#watch.start();
  }

  /** A conversation has begun. */
  came({ conversation, person }: Partner): void {
    if (conversation.takesMessages) this.#host.outgoing.flush(person);
  }

  /** The peer does not answer, or answers again. */
  silence(partner: Partner, silent: boolean): void {
    this.#host.partners.silent(partner, silent);
    if (!silent) return;
    this.#goRound(partner);
    this.#host.calls.lost(partner.person);
  }

  /** A conversation is over. */
  left(partner: Partner, info: Pick<CloseInfo, "by" | "code">): void {
    const { partners, outgoing, calls } = this.#host;
    const { person } = partner;
    partners.remove(partner);
    this.#goRound(partner);
    if (this.#leaving || !outgoing.waitsFor(person.key)) return;
    // Whoever says goodbye is called less and less often, until they take something.
    if (isToBeCalled(info)) calls.lost(person);
    else calls.missed(person);
  }

  /** Something waits for somebody that this program did not send. */
  waits(person: Person): void {
    const { partners, calls, flush } = this.#host;
    if (partners.anyOf(person.keyText) !== undefined) flush(person);
    calls.missed(person);
  }

  /** The program leaves: nothing goes on. */
  leave(): void {
    this.#leaving = true;
    this.#watch.close();
    this.#host.calls.close();
  }

  /** What `partner` has not acknowledged goes by another conversation with the same person, if there is one. */
  #goRound(partner: Partner): void {
    const { partners, flush } = this.#host;
    const route = partners.route(partner.person.keyText);
    if (this.#leaving || route === undefined || route === partner) return;
    flush(partner.person);
  }
}
