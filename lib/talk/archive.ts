/**
 * What of conversations outlives the program: what was received is stored before its receipt is given, what was
 * written is stored before it is sent and waits in the outbox until the peer has it. Without a history (`--no-history`)
 * neither is; the ids of what was shown are kept all the same, so that each is shown once.
 */
import { base64, type Bytes, equalConstantTime } from "../bytes.ts";
import { settle } from "../system/settle.ts";
import { type CopyMove, movedPaths } from "../state/copies.ts";
import type { DeliveryState } from "../state/delivery.ts";
import type { HistoryMessage, StoredRoot } from "../state/message-rows.ts";
import type { OutboxEntry, OutboxItem } from "../state/outbox.ts";
import { StateError } from "../state/sqlite.ts";
import type { State } from "../state/state.ts";
import { type ShowsOwn, staysHere } from "./own-copies.ts";
import { shortId } from "../transfer/messages.ts";
import { MAX_TEXT_LINKS } from "../transfer/records.ts";
import { nextTurn } from "../transfer/turn.ts";
import type { Tell } from "./events.ts";

/** Something of a peer's that has come. */
export type IncomingItem = Pick<HistoryMessage, "id" | "kind" | "text" | "written" | "after"> & {
  readonly path?: string | undefined;
  readonly roots?: readonly StoredRoot[] | undefined;
  readonly bytes?: number | undefined;
  readonly seconds?: number | undefined;
};

/** Whether it is new, and whether it is stored: on the disk, for the next program too. */
export interface Taken {
  readonly fresh: boolean;
  readonly stored: boolean;
}

interface Arrived {
  readonly author: Bytes;
  readonly arrival: IncomingItem;
  readonly resolve: (taken: Taken) => void;
  readonly reject: (error: unknown) => void;
}

interface Move {
  readonly id: string;
  readonly to: Bytes;
  readonly state: DeliveryState;
  readonly reason: string | undefined;
}

/** States of delivery are written together this often, in milliseconds: what a kill forgets is sent again, and shown once. */
const MOVE_MS = 25;

/** What has come is stored for so long before everything else has a turn, in milliseconds. */
const STORE_MS = 8;

/** Ids remembered in memory where the disk does not serve. */
const MAX_REMEMBERED = 10_000;
/** Conversations whose latest messages are known without a look. */
const MAX_TALKS_FOLLOWED = 1024;

/** The archive of one application. A disk that does not serve is told once and holds up nothing that it need not. */
export class Archive {
  /** Items on their way into it, by recipient and id: a repetition meanwhile is one already. */
  readonly beginning = new Set<string>();
  readonly #state: State;
  readonly #tell: Tell;
  readonly #history: boolean;
  readonly #shows: ShowsOwn | undefined;
  #trouble = false;
  /** What has come of each peer and is not stored yet. */
  readonly #arrived = new Map<string, Arrived[]>();
  #storing = false;
  readonly #moves: Move[] = [];
  #moving: Promise<void> | undefined;
  readonly #remembered = new Set<string>();
  readonly #heads = new Map<string, readonly string[]>();

  /**
   * @param history whether what is said is kept
   * @param shows which files of ours are shown again
   */
  constructor(state: State, tell: Tell, history: boolean, shows?: ShowsOwn) {
    this.#shows = shows;
    this.#state = state;
    this.#tell = tell;
    this.#history = history;
  }

  /** Whether what is stored is there for the next program too. */
  get lasts(): boolean {
    return this.#history && this.#state.kind === "disk";
  }

  // ---------------------------------------------------------------- what others sent

  /**
   * Stores something of a peer's, before it is shown and its receipt given. What comes together is written together, so
   * that the disk is waited for once; the peers take turns, so that nobody's flood holds up the others.
   */
  received(author: Bytes, arrival: IncomingItem): Promise<Taken> {
    const { promise, resolve, reject } = Promise.withResolvers<Taken>();
    const key = base64(author);
    const queue = this.#arrived.get(key);
    const arrived = { author, arrival, resolve, reject };
    if (queue === undefined) this.#arrived.set(key, [arrived]);
    else queue.push(arrived);
    if (!this.#storing) {
      this.#storing = true;
      settle(this.#store(), reject);
    }
    return promise;
  }

  async #store(): Promise<void> {
    while (this.#arrived.size > 0) {
      await nextTurn();
      await this.#storeSome();
    }
    this.#storing = false;
  }

  /**
   * Stores as much of what has come as fits into one turn, and waits until the disk has it: keys are read meanwhile, and
   * what comes gathers for the next.
   */
  async #storeSome(): Promise<void> {
    const some: Arrived[] = [];
    const taken: Taken[] = [];
    const until = performance.now() + STORE_MS;
    const work = () => {
      do {
        const next = this.#next();
        some.push(next);
        taken.push(this.#add(next));
      } while (this.#arrived.size > 0 && performance.now() < until);
      return true;
    };
    const disk = this.#state.kind === "disk";
    try {
      const stored = this.#try(() => disk ? this.#state.change(work) : work(), false) &&
        (!disk || await this.#synced());
      if (some.length === 0) some.push(this.#next());
      for (const [i, each] of some.entries()) {
        each.resolve(
          stored ? taken[i]! : { fresh: this.#remember(each), stored: false },
        );
      }
    } catch (error) {
      for (const { reject } of [...some, ...[...this.#arrived.values()].flat()]) reject(error);
      this.#arrived.clear();
    }
  }

  /** Whether the disk has all that was stored. */
  async #synced(): Promise<boolean> {
    try {
      await this.#state.synced();
      return true;
    } catch (error) {
      return this.#fail(error, false);
    }
  }

  /** Takes the oldest of the peer whose turn it is. */
  #next(): Arrived {
    const [key, queue] = this.#arrived.entries().next().value!;
    this.#arrived.delete(key);
    const oldest = queue.shift()!;
    if (queue.length > 0) this.#arrived.set(key, queue);
    return oldest;
  }

  #add({ author, arrival }: Arrived): Taken {
    const { seen, history } = this.#state;
    const { id } = arrival;
    const stored = this.lasts;
    const before = shortId(id);
    if (before !== id && seen.has(author, before)) return { fresh: false, stored };
    if (!seen.add(author, id)) return { fresh: false, stored };
    if (stored) {
      const talk = author;
      history.add({ ...arrival, talk, author, stored: Date.now(), state: "received" });
    }
    this.#follow(author, arrival);
    return { fresh: true, stored };
  }

  #remember({ author, arrival: { id } }: Arrived): boolean {
    const key = `${base64(author)} ${id}`;
    if (this.#remembered.has(key)) return false;
    this.#remembered.add(key);
    for (const oldest of this.#remembered) {
      if (this.#remembered.size <= MAX_REMEMBERED) break;
      this.#remembered.delete(oldest);
    }
    return true;
  }

  /** Whether something of the peer's was taken before. */
  has(author: Bytes, id: string): boolean {
    return this.#try(() => this.#state.seen.has(author, id), false);
  }

  /** What was taken could not be shown: it counts as new when it comes again. */
  unseen(author: Bytes, id: string): void {
    this.#remembered.delete(`${base64(author)} ${id}`);
    this.#try(() => this.#state.seen.remove(author, id), undefined);
  }

  // ---------------------------------------------------------------- what we send

  /** The links of the next message to `to`. */
  links(to: Bytes): readonly string[] {
    const known = this.#heads.get(base64(to));
    if (known !== undefined) return known;
    const heads = this.lasts ? this.#try(() => this.#state.history.heads(to), []) : [];
    this.#setHeads(to, heads);
    return heads;
  }

  #follow(talk: Bytes, { id, after }: Pick<IncomingItem, "id" | "after">): void {
    const before = this.links(talk).filter((link) => link !== id && !after.includes(link));
    this.#setHeads(talk, [...before, id].slice(-MAX_TEXT_LINKS));
  }

  #setHeads(talk: Bytes, heads: readonly string[]): void {
    const key = base64(talk);
    this.#heads.delete(key);
    this.#heads.set(key, heads);
    for (const oldest of this.#heads.keys()) {
      if (this.#heads.size <= MAX_TALKS_FOLLOWED) break;
      this.#heads.delete(oldest);
    }
  }

  /** Where those of an item's paths go that are copies of ours, when it is written. */
  moves({ paths, id, kind }: Pick<OutboxItem, "paths" | "id" | "kind">): readonly CopyMove[] {
    if (!this.lasts) return [];
    return this.#state.copies.placed(paths, id, (path) => staysHere(kind, path, this.#shows));
  }

  /** Copies of ours that were not stored go; where nothing is, they stay to the end of the program: their peer may come back. */
  unsent(paths: readonly string[]): void {
    if (this.lasts) this.forget(paths);
  }

  /** Copies of ours that no row owns go. */
  forget(paths: readonly string[]): void {
    for (const path of paths) this.#state.copies.forget(path);
  }

  /** Stores something of ours that is about to be sent, or that waits for its peer; whether it is in the outbox. */
  written(item: Omit<OutboxItem, "talk">): boolean {
    const moves = this.moves(item);
    const stored = this.lasts &&
      this.#try(() =>
        this.#state.copies.moving(moves, () =>
          this.#state.transaction(() => {
            const { to, id, kind, text, seconds, after, written } = item;
            const paths = movedPaths(item.paths, moves);
            const common = { id, talk: to, kind, text, seconds, after, written, path: paths[0] };
            this.#state.history.add({ ...common, stored: Date.now(), state: "waiting" });
            this.#state.outbox.add({ ...item, paths, talk: to });
            return true;
          })), false);
    this.#follow(item.to, item);
    return stored;
  }

  /** Puts a text of ours that failed in the outbox once more; whether it is there. */
  again(item: Omit<OutboxItem, "talk">): boolean {
    this.settle();
    const whole = { ...item, talk: item.to };
    return this.lasts && this.#try(() => this.#state.outbox.again(whole, [whole]), false);
  }

  /** What has become of something of ours; written with what else has changed in this turn. */
  advance(id: string, to: Bytes, state: DeliveryState, reason?: string): void {
    if (!this.lasts) return;
    this.#moves.push({ id, to, state, reason });
    this.#moving ??= this.#move();
  }

  async #move(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, MOVE_MS));
    this.settle();
  }

  /** Writes what has changed so far. */
  settle(): void {
    this.#moving = undefined;
    const moves = this.#moves.splice(0);
    if (moves.length === 0) return;
    this.#try(() =>
      this.#state.transaction(() => {
        for (const { id, to, state, reason } of moves) {
          this.#state.outbox.advance(id, to, state, reason);
        }
      }), undefined);
  }

  /** What waits for the peer, in order. */
  pending(to: Bytes): readonly OutboxEntry[] {
    this.settle();
    const all = this.lasts ? this.#try(() => this.#state.outbox.pending(to), []) : [];
    // What was written to a group goes out as the group's (groups.ts).
    return all.filter(({ talk }) => equalConstantTime(talk, to));
  }

  /** Whether anything waits for the peer, written to it or to a group. */
  waitsFor(to: Bytes): boolean {
    this.settle();
    return this.lasts && this.#try(() => this.#state.outbox.pending(to).length > 0, false);
  }

  /** Another text whenever something may wait that did not. */
  get revision(): string {
    return this.#try(() => this.#state.revision, "");
  }

  /** The rows of the outbox that wait, whoever wrote them. */
  get waiting(): readonly number[] {
    return this.lasts ? this.#try(() => this.#state.outbox.waiting, []) : [];
  }

  /** For whom a row of the outbox waits. */
  recipientAt(row: number): Bytes | undefined {
    return this.#try(() => this.#state.outbox.at(row)?.to, undefined);
  }

  /** Whether it still waits: nobody cancelled it, and it has not expired. */
  waits(id: string, to: Bytes): boolean {
    const entry = this.#try(() => this.#state.outbox.get(id, to), undefined);
    return entry !== undefined && (entry.state === "waiting" || entry.state === "sent");
  }

  /** Whether its author took it back, by whatever program. */
  cancelled(id: string, to: Bytes): boolean {
    if (!this.lasts) return false;
    return this.#try(() => this.#state.outbox.get(id, to)?.state === "cancelled", false);
  }

  /** What has waited too long, given up now. */
  expire(): readonly OutboxEntry[] {
    return this.lasts ? this.#try(() => this.#state.outbox.expire(), []) : [];
  }

  #try<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      return this.#fail(error, otherwise);
    }
  }

  /** Tells of a disk that does not serve, once. */
  #fail<T>(error: unknown, otherwise: T): T {
    if (!(error instanceof StateError)) throw error;
    if (!this.#trouble) this.#tell({ type: "error", error });
    this.#trouble = true;
    return otherwise;
  }
}
