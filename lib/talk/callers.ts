/** Who calls: each is judged before anything that it sends is read. */
import { AuthenticationError } from "../errors.ts";
import { BusyError } from "../net/close.ts";
import type { Conversation } from "../net/conversation.ts";
import type { Standing } from "../net/node.ts";
import { text } from "../text/catalogue.ts";
import { problemOf } from "./events.ts";
import { type Person, standingOf, strangerOf } from "./person.ts";
import { judgeCaller, type TrustOptions } from "./trust.ts";

/** What judging needs of the application. */
export interface CallersOptions extends TrustOptions {
  /** Whether the face is so far behind that no new peer is let in. */
  overfull(): boolean;
}

/** The callers of one application. */
export class Callers {
  readonly #options: CallersOptions;
  readonly #admitted = new WeakMap<Conversation, Person>();

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
  admit(conversation: Conversation): Promise<Standing> {
    if (this.#options.overfull()) return Promise.reject(new BusyError("talk.busy", {}));
    const { strict, tell } = this.#options;
    const { address, key } = conversation;
    try {
      const person = judgeCaller(address, key, this.#options);
      this.#admitted.set(conversation, person);
      return Promise.resolve(standingOf(person));
    } catch (error) {
      if (error instanceof AuthenticationError) return Promise.reject(error);
      const peer = strangerOf(key);
      const problem = problemOf(text("talk.use-state"), error);
      tell({ type: "error", error: problem, peer });
      if (strict) return Promise.reject(problem);
      this.#admitted.set(conversation, peer);
    }
    return Promise.resolve("stranger");
  }
}
