/** What the page does: loads, sends, and takes what the program tells. */
import type { HistoryJson } from "../lib/api/event-types.ts";
import { command, connect, Failure, post, request, type Told } from "./api.ts";
import {
  changed,
  complain,
  type Dialog,
  isVerified,
  markSeen,
  type Message,
  messageOf,
  nameOf,
  placeOf,
  say,
  type Stage,
  store,
  takeMessages,
  takeTalks,
  talkOf,
} from "./store.ts";
import { speak, t } from "./words.ts";

/** Messages of a page of the history. */
const PAGE = 50;

/** Asks the program how it stands, and goes to the screen for it. */
export async function lookAround(): Promise<void> {
  try {
    const state = await (await request("GET", "/state")).json();
    speak(state.language);
    store.self = state.self;
    store.passphrase = state.passphrase;
    store.idleMinutes = state.idleMinutes;
    goTo(state.stage);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    goTo("outside");
  }
}

/** Shows a screen. */
export function goTo(stage: Stage): void {
  store.stage = stage;
  changed();
  if (stage === "open") connect({ told, opened: () => void load(), closed });
}

function closed(over: boolean): void {
  store.online = false;
  changed();
  if (over) lookAround().catch(complain);
}

/** How far the history has been told. */
let at: string | undefined;

/** Loads what the page shows; what is there already stays. */
async function load(): Promise<void> {
  try {
    const [identity, contacts, groups, talks, config, who] = await Promise.all([
      command("identity"),
      command("contacts"),
      command("groups"),
      command("conversations"),
      command("config"),
      command("who"),
    ]);
    store.self = {
      key: identity["key"],
      fingerprint: identity["fingerprint"],
      program: identity["program"],
    };
    store.contacts = contacts["contacts"];
    store.groups = groups["groups"];
    store.settings = config["settings"];
    store.connected = new Set(who["peers"].map((each: { key: string }) => each.key));
    for (const { key, verified } of who["peers"]) {
      store.verified.set(key, verified);
      talkOf(key);
    }
    for (const { key } of store.contacts) talkOf(key);
    for (const { name, state } of store.groups) if (state === "member") talkOf(`@${name}`);
    takeTalks(talks["conversations"]);
    store.online = true;
    performance.mark("usable");
    changed();
    const { open } = store;
    if (open !== undefined) await loadMessages(open);
    // From here on, or from where the page stopped: nothing is told twice, and nothing is missed.
    const cursor = at ?? identity["cursor"];
    if (cursor !== undefined) await command("resume", { cursor, own: true });
    store.unfinished = (await (await request("GET", "/uploads")).json()).uploads;
    await refreshOutbox();
    changed();
  } catch (error) {
    complain(error);
  }
}

/** Loads contacts and groups again. */
export async function refreshPeople(): Promise<void> {
  const [contacts, groups] = await Promise.all([command("contacts"), command("groups")]);
  store.contacts = contacts["contacts"];
  store.groups = groups["groups"];
  for (const { key } of store.contacts) talkOf(key);
  for (const { name, state } of store.groups) if (state === "member") talkOf(`@${name}`);
  changed();
}

/** Loads what waits. */
export async function refreshOutbox(): Promise<void> {
  store.outbox = (await command("outbox"))["items"];
  changed();
}

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
  const loaded = store.loaded.get(id) ?? { messages: [], loading: false };
  store.loaded.set(id, loaded);
  if (loaded.loading || older && loaded.before === undefined) return;
  loaded.loading = true;
  const first = loaded.before === undefined && loaded.messages.length === 0;
  try {
    const before = older ? { before: loaded.before } : {};
    const answer = await command("history", { with: id, limit: PAGE, ...before });
    takeMessages(id, answer["messages"].map((each: HistoryJson) => messageOf(each)), older);
    if (older || first) loaded.before = answer["before"];
  } finally {
    loaded.loading = false;
    changed();
  }
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

function mine(id: string, text: string, time: number, state: string): Message {
  return { id, from: "me", kind: "text", text, time, state, stored: false };
}

/** 32 hexadecimal digits. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Sends a text. It stands there at once; what becomes of it is told. */
export function sendText(to: string, text: string): void {
  const group = to.startsWith("@");
  const id = newId();
  if (!group) {
    const mine = {
      id,
      from: "me",
      kind: "text",
      text,
      time: Date.now(),
      state: "waiting",
    } as const;
    takeMessages(to, [{ ...mine, stored: false }]);
    changed();
  }
  command("message", { to, text, ...(group ? {} : { id }) }).catch((error: unknown) => {
    // The program is away: whether it has the text, the history tells when it is back.
    if (error instanceof Failure && error.status === 0) {
      setState(id, "failed");
      return say(t("offline"), "warning");
    }
    complain(error);
  });
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

/** Opens or closes a dialog. */
export function showDialog(dialog: Dialog | undefined): void {
  store.dialog = dialog;
  changed();
}

function setState(id: string, state: string): Message | undefined {
  for (const { messages } of store.loaded.values()) {
    const at = messages.findIndex((each) => each.id === id);
    if (at >= 0) return messages[at] = { ...messages[at]!, state };
  }
  return undefined;
}

const FURTHER = ["waiting", "sent", "delivered"];

function moveOn(id: string, state: string): void {
  for (const { messages } of store.loaded.values()) {
    const found = messages.find((each) => each.id === id);
    if (found !== undefined && FURTHER.indexOf(found.state) > FURTHER.indexOf(state)) return;
  }
  setState(id, state);
}

/** Something has come in a conversation. */
function heard(id: string, message: Message): void {
  takeMessages(id, [message]);
  if (store.open === id && document.visibilityState === "visible") markSeen(id);
  else talkOf(id).unread++;
}

let outboxSoon: ReturnType<typeof setTimeout> | undefined;

function outboxChanged(): void {
  outboxSoon ??= setTimeout(() => {
    outboxSoon = undefined;
    refreshOutbox().catch(() => undefined);
  }, 300);
}

/** The latest of a conversation is looked at again: files have ids in the history alone. */
function look(id: string): void {
  loadMessages(id).catch(complain);
}

/** Takes an event of the program. */
function told(event: Told): void {
  switch (event.type) {
    case "message": {
      const { peer, id, text, what, own, cursor } = event;
      at = cursor ?? at;
      const place = placeOf(event as never);
      if (what === "files") return look(place);
      const time = cursor === undefined ? Date.now() : event["time"];
      if (own) {
        const known = store.loaded.get(place)?.messages.some((each) => each.id === id);
        if (!known) takeMessages(place, [mine(id, text, time, "sent")]);
      } else {
        heard(place, {
          id,
          from: peer.key,
          kind: "text",
          text,
          time,
          state: "received",
          stored: false,
        });
      }
      break;
    }
    case "sent": {
      const { id, what, time, text } = event;
      const place = placeOf(event as never);
      const known = store.loaded.get(place)?.messages.some((each) => each.id === id);
      if (what === "message" && !known) {
        takeMessages(place, [{
          id,
          from: "me",
          kind: "text",
          text,
          time,
          state: "sent",
          stored: false,
        }]);
      } else if (what !== "message" && !known) look(place);
      moveOn(id, "sent");
      outboxChanged();
      break;
    }
    case "delivered": {
      if (event["group"] === undefined) moveOn(event["id"], "delivered");
      else {
        const message = setState(event["id"], "sent");
        if (message !== undefined) message.delivered = (message.delivered ?? 0) + 1;
      }
      outboxChanged();
      break;
    }
    case "waiting":
      moveOn(event["id"], "waiting");
      outboxChanged();
      break;
    case "failed":
      setState(event["id"], "failed");
      outboxChanged();
      break;
    case "received": {
      at = event["cursor"] ?? at;
      const place = placeOf(event as never);
      look(place);
      if (store.open !== place && !event["own"]) talkOf(place).unread++;
      break;
    }
    case "voice":
      look(placeOf(event as never));
      break;
    case "code":
      pairCode(event["code"]);
      break;
    case "connected":
      store.connected.add(event["peer"].key);
      store.verified.set(event["peer"].key, event["verified"]);
      talkOf(event["peer"].key);
      break;
    case "disconnected":
      store.connected.delete(event["peer"].key);
      store.silent.delete(event["peer"].key);
      break;
    case "present":
      store.present.add(event["peer"].key);
      break;
    case "absent":
      store.present.delete(event["peer"].key);
      break;
    case "silent":
      store.silent.add(event["peer"].key);
      break;
    case "answering":
      store.silent.delete(event["peer"].key);
      break;
    case "progress":
      progress(event);
      break;
    case "progress-over":
      store.transfers.delete(event["id"]);
      break;
    case "question":
      store.questions = [...store.questions.filter(({ id }) => id !== event["id"]), event as never];
      break;
    case "question-over":
      store.questions = store.questions.filter(({ id }) => id !== event["id"]);
      break;
    case "group":
      refreshPeople().catch(complain);
      break;
    case "key-changed":
      say(t("keyChanged", event["name"] ?? event["where"]), "error");
      break;
    case "first-contact":
      say(t("firstContact", nameOf(event["peer"].key)));
      break;
    case "notice":
      say(event["words"] ?? event["message"], event["level"] === "warning" ? "warning" : "info");
      break;
    case "error":
      if (event.ref === undefined) say(event["words"] ?? event["message"], "error");
      break;
  }
  changed();
}

function progress({ id, direction, what, name, bytes, total, peer }: Told): void {
  const known = store.transfers.get(id);
  if (known === undefined) {
    store.transfers.set(id, {
      ...{ id, talk: peer.key, direction, what, name, bytes, total },
      ...{ began: performance.now(), from: bytes },
    });
  } else Object.assign(known, { bytes, total });
}

let showCode: ((code: string) => void) | undefined;

/** Says who shows the code of a pairing that waits. */
export function codeShown(by: ((code: string) => void) | undefined): void {
  showCode = by;
}

function pairCode(code: string): void {
  showCode?.(code);
}

/** Compares, or no longer counts, a safety number. */
export async function setVerified(key: string, verified: boolean): Promise<void> {
  await command("verify", { peer: key, verified });
  store.verified.set(key, verified);
  await refreshPeople();
  if (verified !== isVerified(key)) store.verified.set(key, verified);
}

/** Chooses the language. */
export async function chooseLanguage(language: "en" | "zh"): Promise<void> {
  speak(language);
  changed();
  await post("/language", { language });
}
