/** Messages of the history and items of the outbox as lines for a person. */
import { hex } from "../../lib/bytes.ts";
import { SM3_BYTES } from "../../lib/crypto/sm3.ts";
import { GROUP_MARK, type StoredGroup } from "../../lib/state/groups.ts";
import type { HistoryMessage } from "../../lib/state/message-rows.ts";
import type { OutboxEntry } from "../../lib/state/outbox.ts";
import type { State } from "../../lib/state/state.ts";
import { text as words } from "../../lib/text/catalogue.ts";
import { shortKey } from "./people.ts";
import { say } from "./speech.ts";
import { formatTime } from "./times.ts";

/** Digits of an id that are shown, and enough to name it. */
const SHORT_ID = 8;

/** An id as it is shown. */
export function shownId(id: string): string {
  return id.slice(0, SHORT_ID);
}

/** How somebody is called. */
export function nameOf({ contacts, groups }: State, key: Uint8Array): string {
  const group = groupOf(groups, key);
  if (group !== undefined) return `${GROUP_MARK}${group.name}`;
  return contacts.byKey(key)?.name ?? shortKey(key);
}

/** The group that a conversation is of; undefined where it is with one person. */
export function groupOf(groups: State["groups"], talk: Uint8Array): StoredGroup | undefined {
  return talk.length === SM3_BYTES ? groups.byId(hex(talk)) : undefined;
}

/** What was sent: a text, or the name of a file or note, marked as such. */
function contentOf(kind: HistoryMessage["kind"], name: string): string {
  if (kind === "text") return name;
  return kind === "file" ? say("history.file", { name }) : say("history.voice", { name });
}

/** A message of the history. */
export function messageLine(state: State, message: HistoryMessage): string {
  const { talk, author, kind, text, stored, state: delivery } = message;
  const place = nameOf(state, talk);
  const peer = talk.length === SM3_BYTES && author !== undefined
    ? say("group.in", { label: nameOf(state, author), group: place })
    : place;
  const time = formatTime(stored);
  const name = contentOf(kind, text);
  return author === undefined
    ? say("history.own-line", { time, peer, text: name, state: words(`delivery.${delivery}`) })
    : say("history.line", { time, peer, text: name });
}

/** An item of the outbox. */
export function outboxLine(state: State, entry: OutboxEntry): string {
  const { id, to, kind, text, written } = entry;
  return say("outbox.line", {
    id: shownId(id),
    state: words(`delivery.${entry.state}`),
    time: formatTime(written),
    peer: nameOf(state, to),
    text: contentOf(kind, text),
  });
}

/** That an item was taken back, which was in the state that `entry` says. */
export function cancelledLine(state: State, { id, to, state: before }: OutboxEntry): string {
  return say("outbox.cancelled", {
    id: shownId(id),
    peer: nameOf(state, to),
    sent: before === "sent",
  });
}
