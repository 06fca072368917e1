/** What another window or program has changed: asked for again, all that the page shows, once for all that comes meanwhile. */
import type { HistoryJson } from "../lib/api/event-types.ts";
import { command } from "./api.ts";
import { askLanguage } from "./language.ts";
import { refreshOutbox, takePeople, takeSettings } from "./refresh.ts";
import {
  changed,
  complain,
  loadedOf,
  messageOf,
  store,
  takeMessages,
  takeTalks,
  talkOf,
} from "./store.ts";
import { PAGE } from "./talks.ts";

/** Changes that come within so long are asked for together, in milliseconds. */
const TOGETHER_MS = 150;
/** Messages that one question is answered with, at most. */
const MOST = 1000;

let soon: ReturnType<typeof setTimeout> | undefined;
let working: Promise<void> = Promise.resolve();

/** Something has changed. */
export function lookAgain(): void {
  soon ??= setTimeout(() => {
    soon = undefined;
    working = working.then(async () => {
      await askAll();
      await askLanguage();
      for (const id of [...store.loaded.keys()]) {
        if (id === store.open) await reload(id);
        else forgetLoaded(id);
      }
      await refreshOutbox();
      changed();
    }).catch(complain);
  }, TOGETHER_MS);
}

/** Asks for people, groups, settings and conversations. */
export async function askAll(): Promise<void> {
  const [contacts, groups, talks, config, who] = await Promise.all([
    command("contacts"),
    command("groups"),
    command("conversations"),
    command("config"),
    command("who"),
  ]);
  takePeople(contacts["contacts"], groups["groups"]);
  takeSettings(config["settings"]);
  store.connected = new Set(who["peers"].map((each: { key: string }) => each.key));
  store.verified = new Map();
  for (const { key, verified } of who["peers"]) {
    store.verified.set(key, verified);
    talkOf(key);
  }
  takeTalks(talks["conversations"]);
}

/** What of a conversation is not in the history any more goes; what is there is as it is told. */
async function reload(id: string): Promise<void> {
  const known = loadedOf(id).messages.filter(({ cursor }) => cursor !== undefined);
  const limit = Math.min(MOST, Math.max(PAGE, known.length));
  const answer = await command("history", { with: id, limit });
  const told: HistoryJson[] = answer["messages"];
  const there = new Set(told.map((each) => each.id));
  const from = answer["before"] === undefined ? 0 : Number(answer["before"]);
  const gone = new Set(
    known.filter((each) => Number(each.cursor) >= from && !there.has(each.id)),
  );
  const loaded = loadedOf(id);
  loaded.messages = loaded.messages.filter((each) => !gone.has(each));
  if (known.length <= limit) loaded.before = answer["before"];
  takeMessages(id, told.map((each) => messageOf(each)));
}

/** A conversation that is not open is loaded anew when it is; what the history does not have stays. */
function forgetLoaded(id: string): void {
  const loaded = loadedOf(id);
  loaded.messages = loaded.messages.filter(({ cursor }) => cursor === undefined);
  loaded.begun = false;
  loaded.before = undefined;
}
