/** What the page knows, and what changes it: events of the program, and what it answered. */
import type {
  ContactJson,
  ConversationJson,
  GroupDetailJson,
  HistoryJson,
  OutboxJson,
  PeerJson,
  SettingJson,
} from "../lib/api/event-types.ts";
import { forgetUnsent } from "./unsent.ts";
import type {
  Asked,
  Dialog,
  Loaded,
  Message,
  Notice,
  Stage,
  Talk,
  Transfer,
  Upload,
} from "./model.ts";

/** All of it. */
export const store = {
  stage: "start" as Stage,
  /** How the locked session can be opened again. */
  passphrase: false,
  idleMinutes: 15,
  online: false,
  /** Whether what is said is in the history; else it is shown as long as the page is there. */
  keeps: true,
  self: undefined as { key: string; fingerprint: string; program?: string } | undefined,
  contacts: [] as readonly ContactJson[],
  groups: [] as readonly GroupDetailJson[],
  talks: [] as Talk[],
  open: undefined as string | undefined,
  loaded: new Map<string, Loaded>(),
  /** States that were told before their messages were loaded. */
  ahead: new Map<string, string>(),
  /** Keys of who is heard on the LAN, and of who is connected. */
  present: new Set<string>(),
  connected: new Set<string>(),
  verified: new Map<string, boolean>(),
  silent: new Set<string>(),
  transfers: new Map<string, Transfer>(),
  uploads: [] as Upload[],
  unfinished: [] as { id: string; name: string; size: number; modified: number; offset: number }[],
  questions: [] as Asked[],
  notices: [] as Notice[],
  outbox: [] as readonly OutboxJson[],
  settings: [] as readonly SettingJson[],
  dialog: undefined as Dialog | undefined,
  search: "",
  found: undefined as readonly Message[] | undefined,
};

let paint: () => void = () => undefined;
let soon = false;

/** Says who paints. */
export function painted(by: () => void): void {
  paint = by;
}

/** Something has changed. */
export function changed(): void {
  if (soon) return;
  soon = true;
  queueMicrotask(() => {
    soon = false;
    paint();
  });
}

let notices = 0;

/** Shows a line for a while. */
export function say(words: string, level: Notice["level"] = "info"): void {
  if (words === "") return;
  const notice = { id: notices++, level, words };
  store.notices = [...store.notices.slice(-3), notice];
  changed();
  setTimeout(() => {
    store.notices = store.notices.filter((each) => each !== notice);
    changed();
  }, level === "info" ? 6000 : 12_000);
}

/** Opens or closes a dialog. */
export function showDialog(dialog: Dialog | undefined): void {
  store.dialog = dialog;
  changed();
}

/** Shows what went wrong. */
export function complain(error: unknown): void {
  say(error instanceof Error ? error.message : String(error), "error");
}

/** The contact with that key. */
export function contactOf(key: string): ContactJson | undefined {
  return store.contacts.find((each) => each.key === key);
}

/** What somebody is called. */
export function nameOf(key: string): string {
  return contactOf(key)?.name ?? `${key.slice(0, 10)}…${key.slice(-4)}`;
}

/** Whether somebody's safety number was compared. */
export function isVerified(key: string): boolean {
  return contactOf(key)?.verified !== undefined || store.verified.get(key) === true;
}

/** What a conversation is called. */
export function talkName({ id, peer, group }: Pick<Talk, "id" | "peer" | "group">): string {
  return group ?? nameOf(peer?.key ?? id);
}

function groupName(id: string): string {
  return store.groups.find((each) => each.id === id)?.name ?? id.slice(0, 8);
}

/** The conversation of that id; made where it is new. */
export function talkOf(id: string): Talk {
  let talk = store.talks.find((each) => each.id === id);
  if (talk === undefined) {
    const group = id.startsWith("@") ? groupName(id.slice(1)) : undefined;
    talk = { id, group, peer: undefined, latest: 0, unread: 0 };
    store.talks.push(talk);
  }
  return talk;
}

/** The id of the conversation that something belongs to. */
export function placeOf(
  { peer, group }: {
    peer?: PeerJson | undefined;
    group?: { id: string; name?: string | undefined } | undefined;
  },
): string {
  if (group === undefined) return peer!.key;
  return `@${group.id}`;
}

/** A message of the history as the page shows it. */
export function messageOf(from: HistoryJson): Message {
  return {
    ...{
      id: from.id,
      given: from.given,
      from: from.from,
      kind: from.kind,
      text: from.text,
      bytes: from.bytes,
    },
    ...{ seconds: from.seconds, time: Date.parse(from.stored), state: from.state },
    ...{ cursor: from.cursor, stored: from.path !== undefined },
  };
}

/** Puts conversations of the program in the list. */
export function takeTalks(all: readonly ConversationJson[]): void {
  for (const each of all) {
    const talk = talkOf(placeOf(each));
    talk.latest = Date.parse(each.latest);
    if (each.last !== undefined) talk.last = messageOf(each.last);
    const seen = Number(localStorage.getItem(`seen ${talk.id}`) ?? 0);
    if (talk.latest > seen && talk.last?.from !== "me" && talk.unread === 0) talk.unread = 1;
  }
  const told = new Set(all.map(placeOf));
  for (const talk of store.talks) {
    if (told.has(talk.id) || talk.last?.cursor === undefined) continue;
    Object.assign(talk, { last: undefined, latest: 0, unread: 0 });
  }
  store.talks = store.talks.filter((talk) => told.has(talk.id) || isWanted(talk));
}

/** Whether a conversation of which the history has nothing is shown. */
function isWanted({ id, last }: Talk): boolean {
  return contactOf(id) !== undefined || store.connected.has(id) || store.open === id ||
    last !== undefined ||
    store.groups.some((group) => `@${group.id}` === id && group.state === "member");
}

/** How far a message is, in order. */
const FURTHER = ["waiting", "sent", "delivered"];

/** What a message's state is that was told to be in both: answers may be older than what was told meanwhile. */
export function furtherState(known: string, told: string): string {
  const [before, now] = [FURTHER.indexOf(known), FURTHER.indexOf(told)];
  return now >= 0 && before > now ? known : told;
}

/** What is loaded of a conversation; nothing yet where it is new. */
export function loadedOf(id: string): Loaded {
  let loaded = store.loaded.get(id);
  if (loaded === undefined) {
    loaded = { messages: [], begun: false, loading: false, stale: false };
    store.loaded.set(id, loaded);
  }
  return loaded;
}

/** Where a message stands in the history; behind everything as long as that is not known. */
function rankOf({ cursor }: Message): number {
  return cursor === undefined ? Infinity : Number(cursor);
}

/** A message that was told, with what is known of it already: a state stays where it is further. */
function joined(known: Message | undefined, message: Message): Message {
  const before = known?.state ?? store.ahead.get(message.id) ?? message.state;
  store.ahead.delete(message.id);
  const cursor = message.cursor ?? known?.cursor;
  return { ...known, ...message, cursor, state: furtherState(before, message.state) };
}

/** Puts messages that follow each other in, each once, where the history has them, whatever came first. */
export function takeMessages(id: string, messages: readonly Message[]): void {
  const loaded = loadedOf(id);
  const known = new Map(loaded.messages.map((each) => [each.id, each]));
  const taken = messages.map((each) =>
    joined(known.get(each.id) ?? known.get(each.given ?? ""), each)
  );
  for (const { id, given, cursor } of taken) {
    known.delete(id);
    known.delete(given ?? "");
    if (cursor !== undefined) forgetUnsent(given ?? id);
  }
  const end = Math.max(...taken.map(rankOf));
  const rest = [...known.values()];
  loaded.messages = [
    ...rest.filter((each) => rankOf(each) <= end),
    ...taken,
    ...rest.filter((each) => rankOf(each) > end),
  ];
  const last = loaded.messages.at(-1);
  if (last === undefined) return;
  const talk = talkOf(id);
  if (last.time >= talk.latest) {
    talk.last = last;
    talk.latest = last.time;
  }
}

/** A message is not there any more. */
export function dropMessage(id: string, message: string): void {
  const loaded = loadedOf(id);
  loaded.messages = loaded.messages.filter((each) => each.id !== message);
  const talk = talkOf(id);
  if (talk.last?.id === message) talk.last = loaded.messages.at(-1);
}

/** A conversation was read in another window. */
export function watchSeen(): void {
  addEventListener("storage", ({ key, newValue }) => {
    const talk = store.talks.find(({ id }) => key === `seen ${id}`);
    if (talk === undefined || Number(newValue) < talk.latest) return;
    talk.unread = 0;
    changed();
  });
}

/** The conversation that is looked at has been read. */
export function markSeen(id: string): void {
  const talk = talkOf(id);
  talk.unread = 0;
  localStorage.setItem(`seen ${id}`, String(Math.max(Date.now(), talk.latest)));
}

/** A setting's value. */
export function settingOf(name: string): string {
  return store.settings.find((each) => each.name === name)?.value ?? "";
}
