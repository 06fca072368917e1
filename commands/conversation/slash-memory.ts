/** Slash commands about what is remembered: the outbox and the history. */
import { UsageError } from "../../lib/errors.ts";
import { isFinal } from "../../lib/state/delivery.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { cancelWaiting } from "../../lib/talk/cancel.ts";
import { cancelledLine, messageLine, outboxLine } from "../shared/history-lines.ts";
import { say } from "../shared/speech.ts";

/** Messages that are shown unless told otherwise, and at most. */
const SHOWN = 20;
const MOST = 1000;

/** Shows lines of the program's own. */
type ShowLines = (lines: readonly string[]) => void;

/** Carries out one of them. */
export function runMemory(
  verb: "outbox" | "cancel" | "history" | "search",
  rest: string,
  talk: Talk,
  show: ShowLines,
): void {
  switch (verb) {
    case "outbox":
      return tellOutbox(talk, show);
    case "cancel":
      return cancel(rest, talk, show);
    case "history":
      return tellHistory(rest, talk, show);
    case "search":
      return search(rest, talk, show);
  }
}

/** `/outbox`: what waits for others. */
function tellOutbox({ state }: Talk, show: ShowLines): void {
  const waiting = state.outbox.list().filter((entry) => !isFinal(entry.state));
  show(
    waiting.length === 0 ? [say("outbox.empty")] : waiting.map((each) => outboxLine(state, each)),
  );
}

/** `/cancel ID`. */
function cancel(rest: string, { state }: Talk, show: ShowLines): void {
  const id = rest.trim();
  if (id === "") throw new UsageError("talk.no-own-history", {});
  show(cancelWaiting(state, id).map((entry) => cancelledLine(state, entry)));
}

/** `/history [N]`: the latest messages with the addressee. */
function tellHistory(rest: string, talk: Talk, show: ShowLines): void {
  const limit = rest.trim() === "" ? SHOWN : Number(rest);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MOST)) {
    throw new UsageError("talk.history-count", { most: MOST });
  }
  find(talk, { limit }, show);
}

/** `/search TEXT`: messages with the addressee that hold it. */
function search(rest: string, talk: Talk, show: ShowLines): void {
  const wanted = rest.trim();
  if (wanted === "") throw new UsageError("talk.search-what", {});
  find(talk, { limit: SHOWN, search: wanted }, show);
}

function find(
  { state, recipients }: Talk,
  query: { readonly limit: number; readonly search?: string },
  show: ShowLines,
): void {
  const { key } = recipients.needAddressee();
  const found = state.history.find({ talk: key, ...query });
  show(
    found.length === 0 ? [say("history.none")] : found.map((each) => messageLine(state, each)),
  );
}
