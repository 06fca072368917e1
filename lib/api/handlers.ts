/** What the commands for programs and the page have in common: what they work on, and what comes of them. */
import { FailureError, type P2PError, UsageError } from "../errors.ts";
import type { Talk } from "../talk/talk.ts";
import { text } from "../text/catalogue.ts";
import type { CommandOf } from "./command-types.ts";
import type { EventStream } from "./event-stream.ts";
import type { Results } from "./event-types.ts";
import type { Feed } from "./feed.ts";

/** What commands work on. */
export interface ApiHost {
  readonly talk: Talk;
  /** Where this caller's events go. */
  readonly stream: EventStream;
  /** Notes that everything up to a cursor was dealt with; undefined where nobody keeps it. */
  readonly acknowledge?: ((cursor: string) => void) | undefined;
  /** What is told from a cursor on, where the caller asked for it. */
  feed: Feed | undefined;
}

/** An error that has been told by events of its own. */
export interface ToldFailure {
  readonly told: P2PError;
}

/** What comes of a command: fields of its result, nothing (its events say it), or an error. */
export type CommandOutcome<T extends keyof Results> = Results[T] | ToldFailure | undefined;

/** Carries one command out. What it throws is told. */
export type Handler<T extends keyof Results> = (
  command: CommandOf<T>,
  host: ApiHost,
) => CommandOutcome<T> | Promise<CommandOutcome<T>>;

/** Handlers of some commands. */
export type Handlers<T extends keyof Results> = { readonly [C in T]: Handler<C> };

/** Notes how far the caller is. */
export function acknowledge(host: ApiHost, cursor: string): void {
  if (host.acknowledge === undefined) {
    throw new UsageError("api.no-cursor-file", {}, { hint: text("api.no-cursor-file.hint") });
  }
  if (Number(cursor) > host.talk.state.history.latest()) {
    throw new FailureError("api.cursor-ahead", { cursor });
  }
  host.acknowledge(cursor);
}
