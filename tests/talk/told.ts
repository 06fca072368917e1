/** What a face of a test was told, for the test to wait for. */
import type { TalkEvent } from "../../lib/talk/events.ts";

/** What has not come by then never comes: a test fails then, where it would hang. */
const NEVER_MS = 120_000;

type OfType<T extends TalkEvent["type"]> = Extract<TalkEvent, { readonly type: T }>;

/** Events in their order, until they are asked for. */
export class Told {
  readonly #events: TalkEvent[] = [];
  #wake = Promise.withResolvers<void>();

  protected add(event: TalkEvent): void {
    this.#events.push(event);
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
        const at = this.#events.findIndex((event) => event.type === type);
        if (at >= 0) return this.#events.splice(at, 1)[0] as OfType<T>;
        const told = this.#events.map(({ type }) => type).join(", ");
        if (late) throw new Error(`no ${type} in ${NEVER_MS / 1000} s, only: ${told}`);
        await this.#wake.promise;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether an event of `type` was told and not asked for yet. */
  has(type: TalkEvent["type"]): boolean {
    return this.#events.some((event) => event.type === type);
  }
}
