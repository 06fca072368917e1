/** A fourth face, for a test: it writes down what it is told and answers every question, with yes unless told otherwise. Nothing but lib/talk. */
import type { Identity } from "../../lib/state/identity.ts";
import type { State } from "../../lib/state/state.ts";
import type { TalkEvent } from "../../lib/talk/events.ts";
import { Talk, type TalkOptions } from "../../lib/talk/talk.ts";
import { Told } from "./told.ts";

/** The face, and the application behind it. */
export class ToyFace extends Told {
  readonly talk: Talk;
  /** What every question is answered with. */
  answers = true;

  constructor(
    identity: Identity,
    state: State,
    saveDir: string,
    options: Partial<TalkOptions> = {},
  ) {
    super();
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
    this.add(event);
    if (event.type === "question") this.talk.questions.answer(event.id, this.answers);
  }
}
