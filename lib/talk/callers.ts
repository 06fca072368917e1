/** Who calls: each is judged before anything that it sends is read. */
import { AuthenticationError, UnreachableError } from "../errors.ts";
import { BusyError } from "../net/close.ts";
import type { Conversation } from "../net/conversation.ts";
import type { Standing } from "../net/node.ts";
import { text } from "../text/catalogue.ts";
import { problemOf } from "./events.ts";
import { type CertifiedName, type Person, standingOf, strangerOf } from "./person.ts";
import { judgeCaller, refuseBlocked, type TrustOptions } from "./trust.ts";

/** What judging needs of the application. */
export interface CallersOptions extends TrustOptions {
  /** Whether the face is so far behind that no new peer is let in. */
  overfull(): boolean;
}

/** Refusals that are told in one minute. */
const MAX_TOLD_A_MINUTE = 20;

/** The callers of one application. */
export class Callers {
  readonly #options: CallersOptions;
  readonly #admitted = new WeakMap<Conversation, Person>();
  #toldSince = -Infinity;
  #told = 0;

  constructor(options: CallersOptions) {
    this.#options = options;
  }

  /** Who a caller is that was let in. */
  personOf(conversation: Conversation): Person {
    return this.#admitted.get(conversation)!;
  }

  /**
   * Judges a caller. Never throws what is not a refusal: state that cannot be read or written is told to the owner, and
   * the peer is served as the stranger that it then is, unless only known ones are welcome.
   */
  async admit(conversation: Conversation): Promise<Standing> {
    if (this.#options.overfull()) throw new BusyError("talk.busy", {});
    const { strict, tell, state, credentials } = this.#options;
    const { address, key } = conversation;
    try {
      refuseBlocked(state, key);
      const certified = await this.#certified(conversation);
      const person = judgeCaller(address, key, this.#options, certified);
      this.#admitted.set(conversation, person);
      credentials?.show(conversation);
      return standingOf(person);
    } catch (error) {
      if (error instanceof AuthenticationError || error instanceof UnreachableError) throw error;
      const peer = strangerOf(key);
      const problem = problemOf(text("talk.use-state"), error);
      tell({ type: "error", error: problem, peer });
      if (strict) throw problem;
      this.#admitted.set(conversation, peer);
    }
    return "stranger";
  }

  /** Who a caller is by certificate. Why it is refused is told to the user, who may know it; the caller hears nothing. */
  async #certified(conversation: Conversation): Promise<CertifiedName | undefined> {
    const { credentials, tell } = this.#options;
    try {
      return await credentials?.judge(conversation);
    } catch (error) {
      if (error instanceof AuthenticationError && this.#mayTell()) {
        tell({ type: "error", error, peer: strangerOf(conversation.key) });
      }
      throw error;
    }
  }

  /** Strangers can call as often as they like: so many refusals are told in a minute. */
  #mayTell(): boolean {
    const now = performance.now();
    if (now - this.#toldSince > 60_000) [this.#toldSince, this.#told] = [now, 0];
    return ++this.#told <= MAX_TOLD_A_MINUTE;
  }
}
