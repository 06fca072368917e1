/** What the program is asked again when something of it has changed: contacts, groups, the outbox, settings. */
import type { ContactJson, GroupDetailJson, SettingJson } from "../lib/api/event-types.ts";
import { command } from "./api.ts";
import { changed, isVerified, settingOf, store, talkOf } from "./store.ts";
import { wear } from "./theme.ts";

/** Loads contacts and groups again. */
export async function refreshPeople(): Promise<void> {
  const [contacts, groups] = await Promise.all([command("contacts"), command("groups")]);
  takePeople(contacts["contacts"], groups["groups"]);
  changed();
}

/** Takes contacts and groups in; each has a conversation. */
export function takePeople(
  contacts: readonly ContactJson[],
  groups: readonly GroupDetailJson[],
): void {
  Object.assign(store, { contacts, groups });
  for (const { key } of contacts) talkOf(key);
  for (const { id, name, state } of groups) {
    const talk = store.talks.find((each) => each.id === `@${id}`) ??
      (state === "member" ? talkOf(`@${id}`) : undefined);
    if (talk !== undefined) talk.group = name;
  }
}

/** Loads what waits. */
export async function refreshOutbox(): Promise<void> {
  store.outbox = (await command("outbox"))["items"];
  changed();
}

/** Takes the settings in; the page has their colours at once. */
export function takeSettings(settings: readonly SettingJson[]): void {
  store.settings = settings;
  wear(settingOf("theme"));
}

/** Loads the settings. */
export async function refreshSettings(): Promise<void> {
  takeSettings((await command("config"))["settings"]);
  changed();
}

/** Compares, or no longer counts, a safety number. */
export async function setVerified(key: string, verified: boolean): Promise<void> {
  await command("verify", { peer: key, verified });
  store.verified.set(key, verified);
  await refreshPeople();
  if (verified !== isVerified(key)) store.verified.set(key, verified);
}
