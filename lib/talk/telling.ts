/** Events on their way to the face. */
import type { Show, TalkEvent, Tell } from "./events.ts";

/** Events that a face has not taken yet: beyond this many no new peer is let in. */
const MAX_UNTOLD = 4096;

/** Tells a face what happens, and notices when it can show nothing more. */
export class Telling {
  /** Rejects when the face can show nothing more. */
  readonly broken: Promise<never>;
  readonly #show: Show;
  readonly #break: (error: unknown) => void;
  #untold = 0;

  constructor(show: Show) {
    this.#show = show;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => undefined);
    this.broken = promise;
    this.#break = reject;
  }

  /** Whether the face is so far behind that no new peer is let in. */
  readonly overfull = (): boolean => this.#untold > MAX_UNTOLD;

  /** Shows an event. Rejects where the face cannot: nothing goes on then. */
  readonly show = async (event: TalkEvent): Promise<void> => {
    this.#untold++;
    try {
      await this.#show(event);
    } catch (error) {
      this.#break(error);
      throw error;
    } finally {
      this.#untold--;
    }
  };

  /** Tells an event, without waiting until it is shown. */
  readonly tell: Tell = (event) => {
    // Whoever acknowledges what is shown waits for it; that nothing can be shown any more, `broken` tells the others.
    this.show(event).catch(() => undefined);
  };
}
