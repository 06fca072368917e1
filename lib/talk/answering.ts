/**
 * Of the programs of one identity that wait for calls at one port, one answers them: whoever waits beside it says so, and
 * says when that is no longer so.
 */
import { text } from "../text/catalogue.ts";
import type { TalkEvent } from "./events.ts";
import type { TalkOptions } from "./options.ts";

/** Whether this program is the one. */
export class Answering {
  readonly #options: Pick<TalkOptions, "shared" | "calls" | "keep">;
  readonly #tell: (event: TalkEvent) => void;
  #here = true;

  constructor(
    options: Pick<TalkOptions, "shared" | "calls" | "keep">,
    tell: (event: TalkEvent) => void,
  ) {
    this.#options = options;
    this.#tell = tell;
  }

  /** Programs have come to the port or left it: tells where what arrives is shown, where that has changed. */
  look(): void {
    const { shared, calls, keep } = this.#options;
    const here = shared === undefined || shared.speaks;
    if (!calls || !keep || here === this.#here) return;
    this.#here = here;
    const what = text(here ? "talk.shown-here" : "talk.shown-elsewhere");
    this.#tell({ type: "notice", level: "info", text: what });
  }
}
