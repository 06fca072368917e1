/** A fourth face, for a test: it writes down what it is told and answers every question, with yes unless told otherwise. Nothing but lib/talk. */
import type { Identity } from "../../lib/state/identity.ts";
import type { State } from "../../lib/state/state.ts";
import type { TalkEvent } from "../../lib/talk/events.ts";
import { Talk, type TalkOptions } from "../../lib/talk/talk.ts";

/** What has not come by then never comes: a test fails then, where it would hang. */
const NEVER_MS = 120_000;

type OfType<T extends TalkEvent["type"]> = Extract<TalkEvent, { readonly type: T }>;

/** The face, and the application behind it. */
export class ToyFace {
  readonly talk: Talk;
  /** What every question is answered with. */
  answers = true;
  readonly #told: TalkEvent[] = [];
  #wake = Promise.withResolvers<void>();

  constructor(
    identity: Identity,
    state: State,
    saveDir: string,
    options: Partial<TalkOptions> = {},
  ) {
    this.talk = new Talk({
      identity,
      state,
      program: "toy/1",
      hostname: "127.0.0.1",
      port: 0,
      calls: true,
      strict: false,
      keep: true,
      receive: { accept: "ask", saveDir, digests: true, play: false, look: false },
      show: (event) => this.#show(event),
      ...options,
    });
    this.talk.tellListening();
  }

  #show(event: TalkEvent): void {
    this.#told.push(event);
    if (event.type === "question") this.talk.questions.answer(event.id, this.answers);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** The first event of `type` that was not asked for yet; waits for it, and says what was told instead where it never comes. */
  async next<T extends TalkEvent["type"]>(type: T): Promise<OfType<T>> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#wake.resolve();
    }, NEVER_MS);
    try {
      for (;;) {
        const at = this.#told.findIndex((event) => event.type === type);
        if (at >= 0) return this.#told.splice(at, 1)[0] as OfType<T>;
        const told = this.#told.map(({ type }) => type).join(", ");
        if (late) throw new Error(`no ${type} in ${NEVER_MS / 1000} s, only: ${told}`);
        await this.#wake.promise;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether an event of `type` was told and not asked for yet. */
  has(type: TalkEvent["type"]): boolean {
    return this.#told.some((event) => event.type === type);
  }
}
