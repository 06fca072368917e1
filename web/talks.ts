/** Conversations: opened, read, searched, written to; and how far what one wrote is. */
import type { HistoryJson } from "../lib/api/event-types.ts";
import { command, Failure, TEXT_ENDS } from "./api.ts";
import type { Loaded, Message } from "./model.ts";
import { refreshOutbox } from "./refresh.ts";
import {
  changed,
  complain,
  dropMessage,
  furtherState,
  loadedOf,
  markSeen,
  messageOf,
  say,
  store,
  takeMessages,
} from "./store.ts";
import { forgetUnsent, keepUnsent, type Unsent, unsentText, unsentTexts } from "./unsent.ts";
import { t } from "./words.ts";

/** Messages of a page of the history. */
export const PAGE = 50;

/** Opens a conversation. */
export function openTalk(id: string | undefined): void {
  store.open = id;
  store.found = undefined;
  store.search = "";
  if (id !== undefined) {
    markSeen(id);
    loadMessages(id).catch(complain);
  }
  changed();
}

/** Loads the latest messages of a conversation, or the page before those that are there. */
export async function loadMessages(id: string, older = false): Promise<void> {
  const loaded = loadedOf(id);
  if (older && (loaded.loading || loaded.before === undefined)) return;
  // What is under way may not have what has just come.
  if (loaded.loading) return void (loaded.stale = true);
  loaded.loading = true;
  try {
    await loadPage(id, loaded, older);
    while (loaded.stale) await loadPage(id, loaded, false);
  } finally {
    loaded.loading = false;
    changed();
  }
}

async function loadPage(id: string, loaded: Loaded, older: boolean): Promise<void> {
  if (!older) loaded.stale = false;
  const before = older ? { before: loaded.before } : {};
  const answer = await command("history", { with: id, limit: PAGE, ...before });
  takeMessages(id, answer["messages"].map((each: HistoryJson) => messageOf(each)));
  if (older || !loaded.begun) loaded.before = answer["before"];
  loaded.begun = true;
}

/** Loads the one message that stands there in the history, however many came after it. */
export async function loadMessage(id: string, cursor: string): Promise<void> {
  const before = String(Number(cursor) + 1);
  const answer = await command("history", { with: id, limit: 1, before });
  takeMessages(id, answer["messages"].map((each: HistoryJson) => messageOf(each)));
  changed();
}

/** Looks for words in a conversation. */
export async function search(id: string, words: string): Promise<void> {
  store.search = words;
  store.found = undefined;
  changed();
  if (words.trim() === "") return;
  const answer = await command("history", { with: id, search: words.trim(), limit: 100 });
  if (store.search !== words) return;
  store.found = answer["messages"].map((each: HistoryJson) => messageOf(each));
  changed();
}

/** 32 hexadecimal digits. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** An own text. */
export function ownText(id: string, text: string, time: number, state: string): Message {
  return { id, from: "me", kind: "text", text, time, state, stored: false };
}

/** Files or a voice note that no history has: its bytes are where the program saved them. */
export function unkept(
  fields: Pick<Message, "id" | "from" | "kind" | "text" | "bytes" | "seconds" | "state">,
): Message {
  return { ...fields, time: Date.now(), stored: false };
}

/** Sends a text. It stands there at once; what becomes of it is told. */
export function sendText(to: string, text: string): void {
  give({ id: newId(), to, text, time: Date.now() });
}

/** Gives the program a text, under an id by which it takes it once; until it has it, it is kept here. */
function give(text: Unsent): void {
  const { id, to, time } = text;
  keepUnsent(text);
  takeMessages(to, [ownText(id, text.text, time, "waiting")]);
  changed();
  command("message", { to, text: text.text, id, ref: id }, TEXT_ENDS).then(
    async ({ type, repeated }) => {
      if (type !== "failed") forgetUnsent(id);
      if (repeated === true) await showStored(to, id);
    },
  ).catch((error: unknown) => {
    setState(id, "failed");
    changed();
    // Where the program is away, its history tells later whether it has it.
    if (error instanceof Failure && error.status === 0) return say(t("offline"), "warning");
    complain(error);
  });
}

/** The history has the text: what stands here of it, and is not among what is loaded, goes. */
async function showStored(to: string, id: string): Promise<void> {
  await loadMessages(to);
  const stands = loadedOf(to).messages.find((each) => each.id === id);
  if (stands !== undefined && stands.cursor === undefined) dropMessage(to, id);
  changed();
}

/** Sends a text that failed once more: it stands where it stood. */
export async function sendAgain(to: string, { id }: Message): Promise<void> {
  const unsent = unsentText(id);
  if (unsent !== undefined) return give(unsent);
  setState(id, "waiting");
  changed();
  try {
    await command("resend", { with: to, message: id }, TEXT_ENDS);
  } catch (error) {
    setState(id, "failed");
    changed();
    throw error;
  }
}

/** Nobody wants a text of this tab any more that the program does not have. */
export function discard(to: string, id: string): void {
  forgetUnsent(id);
  dropMessage(to, id);
  changed();
}

/** Shows what an earlier page of this tab could not give the program; the history may have it all the same. */
export async function showUnsent(): Promise<void> {
  const there = unsentTexts().filter(({ to }) => store.talks.some(({ id }) => id === to));
  for (const { id, to, text, time } of there) {
    const known = loadedOf(to).messages.some((each) => each.id === id);
    if (!known) takeMessages(to, [ownText(id, text, time, "failed")]);
  }
  for (const to of new Set(there.map((each) => each.to))) await loadMessages(to);
}

/** Takes what waits back. */
export async function cancel(id: string): Promise<void> {
  await command("cancel", { id });
  setState(id, "cancelled");
  await refreshOutbox();
}

/** Answers a question of the program's. */
export async function answer(id: string, yes: boolean): Promise<void> {
  store.questions = store.questions.filter((each) => each.id !== id);
  changed();
  await command("answer", { id, yes });
}

/** The message has come to that state; answers it where it is loaded. */
export function setState(id: string, state: string): Message | undefined {
  for (const { messages } of store.loaded.values()) {
    const at = messages.findIndex((each) => each.id === id);
    if (at >= 0) return messages[at] = { ...messages[at]!, state };
  }
  return undefined;
}

/** The message has come at least so far, whether it is loaded or on its way here. */
export function moveOn(id: string, state: string): void {
  for (const { messages } of store.loaded.values()) {
    const found = messages.find((each) => each.id === id);
    if (found !== undefined) return void setState(id, furtherState(found.state, state));
  }
  store.ahead.set(id, furtherState(store.ahead.get(id) ?? state, state));
}
