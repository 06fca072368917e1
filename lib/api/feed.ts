/**
 * What is stored, told from a cursor on: messages, files, voice notes, of groups too, in the order of storing, each once,
 * whoever stored it. Whoever keeps the cursor misses nothing, however long they were away.
 */
import { P2PError } from "../errors.ts";
import { SM3_BYTES } from "../crypto/sm3.ts";
import { settle } from "../system/settle.ts";
import type { StoredMessage } from "../state/message-rows.ts";
import type { State } from "../state/state.ts";
import { personJson, personOf } from "../talk/person.ts";
import { Signal } from "../transfer/signal.ts";
import type { EventStream } from "./event-stream.ts";
import type { ApiEvent } from "./event-types.ts";
import { talkJson } from "./forms.ts";

/** Rows read at once. */
const BATCH = 64;
/** How often is looked for what other programs stored, in milliseconds. */
const LOOK_MS = 200;
/** How long the database is left alone when it could not be read. */
const TROUBLE_MS = 1000;

/** What a feed is made from. */
export interface FeedOptions {
  readonly state: State;
  /** The own key: whose messages those without an author are. */
  readonly self: Uint8Array<ArrayBuffer>;
  readonly stream: EventStream;
  /** Tell what comes after this row of the history. */
  readonly after: number;
  /** Whether what we wrote is told too. */
  readonly own: boolean;
}

/** One feed. */
export class Feed {
  /** Resolves with the cursor when everything that was there has been told. */
  readonly caughtUp: Promise<number>;
  readonly #options: FeedOptions;
  readonly #woken = new Signal();
  readonly #caughtUp = Promise.withResolvers<number>();
  #over = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.caughtUp = this.#caughtUp.promise;
    this.caughtUp.catch(() => undefined);
    // That nothing can be written any more ends the program by other ways.
    settle(this.#run(), (error) => this.#caughtUp.reject(error));
  }

  /** Something may have been stored. */
  wake(): void {
    this.#woken.notify();
  }

  /** Ends it. */
  close(): void {
    this.#over = true;
    this.#woken.notify();
  }

  async #run(): Promise<void> {
    let { after: at } = this.#options;
    while (!this.#over) {
      // Whatever is stored from here on wakes it.
      const woken = this.#woken.wait();
      const next = await this.#tellSome(at);
      if (next === undefined) await this.#pause(woken, TROUBLE_MS);
      else if (next === at) {
        this.#caughtUp.resolve(at);
        await this.#pause(woken, LOOK_MS);
      } else at = next;
    }
    this.#caughtUp.resolve(at);
  }

  /** Tells what comes after `at`; answers how far that went. Undefined where the history cannot be read. */
  async #tellSome(at: number): Promise<number | undefined> {
    const { state, stream, own } = this.#options;
    let batch: ReturnType<State["history"]["since"]>;
    try {
      batch = state.history.since(at, BATCH);
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
      await stream.refuse(error);
      return undefined;
    }
    const wanted = batch.messages.filter(({ author }) => own || author !== undefined);
    await stream.write(...wanted.map((message) => storedEvent(this.#options, message)));
    return batch.last;
  }

  async #pause(woken: Promise<void>, milliseconds: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([woken, new Promise((go) => timer = setTimeout(go, milliseconds))]);
    clearTimeout(timer);
  }
}

/** Where all lie that came together, where that is more than one. */
function pathsOf({ roots = [] }: StoredMessage): { readonly paths?: readonly string[] } {
  return roots.length > 1 ? { paths: roots.map(({ path }) => path) } : {};
}

/** A row of the history as an event. */
export function storedEvent(
  { state, self }: Pick<FeedOptions, "state" | "self">,
  message: StoredMessage,
): ApiEvent {
  const { seq, id, given, talk, author, kind, text, path, bytes, seconds, written: time } = message;
  const paths = pathsOf(message);
  const inGroup = talk.length === SM3_BYTES;
  const { group } = inGroup ? talkJson(state, talk) : {};
  const place = group === undefined ? {} : { group };
  const peer = personJson(personOf(state, author ?? (inGroup ? self : talk)));
  const cursor = String(seq);
  const own: { readonly own?: true } = author === undefined ? { own: true } : {};
  if (kind === "text" || inGroup || author === undefined) {
    const what = kind === "text" ? "message" : kind === "file" ? "files" : "voice";
    const here = path === undefined || own.own ? {} : { path, ...paths };
    const known = given === undefined ? {} : { given };
    const told = { type: "message", peer, id, ...known, time, text, ...place, what } as const;
    return { ...told, ...here, ...own, cursor };
  }
  return {
    ...{ type: "received", peer, what: kind === "voice" ? "voice" : "files", name: text, id, time },
    ...(path === undefined ? {} : { path, ...paths }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(seconds === undefined ? {} : { seconds }),
    cursor,
  };
}
