/** What is said of something that goes out: what may wait, how it is called, where it lies meanwhile. */
import { utf8 } from "../bytes.ts";
import { FailureError, LimitError, type P2PError, UnreachableError } from "../errors.ts";
import type { OutboxEntry } from "../state/outbox.ts";
import { text } from "../text/catalogue.ts";
import { MAX_TEXT_BYTES } from "../transfer/records.ts";
import type { Cargo } from "./events.ts";
import type { HeldItem } from "./held.ts";
import type { Person } from "./person.ts";

/** A message longer than this is shown cut where it is named in an error, in characters. */
const EXCERPT = 200;

/** Where recorded notes lie while they wait. */
export interface CargoStore {
  /** Puts a note away; answers where it lies. */
  keep(path: string, id: string): Promise<string>;
  /** Gives `use` a note as it was, called `name`: one that was put away, or one that was received. */
  open<T>(path: string, name: string, use: (path: string) => Promise<T>): Promise<T>;
  /** Removes what was put away for the item. */
  forget(paths: readonly string[]): void;
}

/** Whether the item may be delivered another time: the peer is merely away, or its program takes none now. */
export function canWait(item: HeldItem, error: P2PError): boolean {
  return error instanceof UnreachableError ||
    (item.kind === "text" && !(error instanceof LimitError));
}

/** What is wrong with a text that does not fit into one message; undefined where it does. */
export function textTooLong(words: string): LimitError | undefined {
  const bytes = utf8(words).length;
  if (bytes <= MAX_TEXT_BYTES) return undefined;
  return new LimitError("transfer.text-length", { bytes, most: MAX_TEXT_BYTES }, {
    hint: text("transfer.text-length.hint"),
  });
}

/** What it is besides a message. */
export function cargoOf({ kind }: Pick<OutboxEntry, "kind">): Cargo {
  return kind === "voice" ? "voice" : "files";
}

/** The caller's reference, where there is one. */
export function refOf(ref: unknown): { readonly ref?: unknown } {
  return ref === undefined ? {} : { ref };
}

/** A text, cut where it is long. */
export function excerpt(words: string): string {
  return words.length > EXCERPT ? `${words.slice(0, EXCERPT)}…` : words;
}

/** Nothing is kept here. */
export function notKept(): FailureError {
  return new FailureError("talk.not-kept", {}, { hint: text("talk.not-kept.hint") });
}

/** The peer is not there. */
export function notConnected({ label }: Person): UnreachableError {
  return new UnreachableError("talk.not-connected", { label });
}
