/**
 * What of conversations outlives the program: what was received is stored before its receipt is given, what was
 * written is stored before it is sent and waits in the outbox until the peer has it.
 */
import type { Bytes } from "../bytes.ts";
import type { DeliveryState } from "../state/delivery.ts";
import type { OutboxEntry } from "../state/outbox.ts";
import { StateError } from "../state/sqlite.ts";
import type { State } from "../state/state.ts";
import { nextTurn } from "../transfer/turn.ts";
import type { Tell } from "./events.ts";

/** How long a text waits for its peer: 30 days, in milliseconds. */
const EXPIRY_MS = 30 * 24 * 3_600_000;

/** A text of ours or of a peer's. */
export interface StoredText {
  readonly id: string;
  readonly time: number;
  readonly text: string;
}

interface Arrived {
  readonly author: Bytes;
  readonly message: StoredText;
}

/** The archive of one application. A disk that does not serve is told once and holds up nothing that it need not. */
export class Archive {
  readonly #state: State;
  readonly #tell: Tell;
  #trouble = false;
  readonly #arrived: Arrived[] = [];
  #storing: Promise<void> | undefined;

  constructor(state: State, tell: Tell) {
    this.#state = state;
    this.#tell = tell;
  }

  /** Whether the message was taken before: its receipt got lost. */
  has(author: Uint8Array, id: string): boolean {
    return this.#state.seen.has(author, id);
  }

  /**
   * Stores a message of the peer's, whose receipt follows. What comes from several peers at once is written at once: the
   * disk is waited for once, and nobody's flood holds up the others.
   */
  received(author: Bytes, message: StoredText): Promise<void> {
    this.#arrived.push({ author, message });
    this.#storing ??= this.#store();
    return this.#storing;
  }

  async #store(): Promise<void> {
    await nextTurn();
    this.#storing = undefined;
    const all = this.#arrived.splice(0);
    if (!this.#lasts) return all.forEach((each) => this.#see(each));
    this.#try(
      () => this.#state.transaction(() => all.forEach((each) => this.#add(each))),
      undefined,
    );
  }

  #see({ author, message }: Arrived): void {
    this.#state.seen.add(author, message.id);
  }

  #add({ author, message: { id, time, text } }: Arrived): void {
    this.#state.seen.add(author, id);
    this.#state.history.add({
      ...{ id, talk: author, author, kind: "text", text, written: time, after: [] },
      stored: Date.now(),
      state: "received",
    });
  }

  /** Stores a text of ours that is about to be sent, or that waits for its peer. */
  written(to: Bytes, { id, time, text }: StoredText): void {
    if (!this.#lasts) return;
    this.#try(() =>
      this.#state.transaction(() => {
        const common = { id, talk: to, kind: "text", text, written: time, after: [] } as const;
        const now = Date.now();
        this.#state.history.add({ ...common, stored: now, state: "waiting" });
        this.#state.outbox.add({ ...common, to, paths: [], expires: now + EXPIRY_MS });
      }), undefined);
  }

  /** Whether what is stored is there for the next program too. */
  get #lasts(): boolean {
    return this.#state.kind === "disk";
  }

  /** What became of a text of ours; false where the outbox does not hold it. */
  advance(id: string, to: Bytes, state: DeliveryState): boolean {
    return this.#try(() => this.#state.outbox.advance(id, to, state), false);
  }

  /** Whether a text waits in the outbox, on a disk that will have it after this program. */
  waits(id: string, to: Bytes): boolean {
    return this.#lasts &&
      this.#try(() => this.#state.outbox.get(id, to) !== undefined, false);
  }

  /** Texts that wait for the peer, in order. */
  pending(to: Bytes): readonly OutboxEntry[] {
    const all = this.#try(() => this.#state.outbox.pending(to), []);
    return all.filter(({ kind }) => kind === "text");
  }

  #try<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      if (!this.#trouble) this.#tell({ type: "error", error });
      this.#trouble = true;
      return otherwise;
    }
  }
}
