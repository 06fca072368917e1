/** The session with the program: how it stands, which screen that is, and what is loaded once it is open. */
import { command, connect, Failure, request } from "./api.ts";
import { askAll } from "./changes.ts";
import { told, toldUntil } from "./events.ts";
import type { Stage } from "./model.ts";
import { refreshOutbox } from "./refresh.ts";
import { changed, complain, store } from "./store.ts";
import { loadMessages, showUnsent } from "./talks.ts";
import { readUploads } from "./upload.ts";
import { speak } from "./words.ts";

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
  if (stage !== "open") store.dialog = undefined;
  changed();
  if (stage === "open") connect({ told, opened: () => void load(), closed });
}

function closed(over: boolean): void {
  store.online = false;
  changed();
  if (over) lookAround().catch(complain);
}

/** Loads what the page shows; what is there already stays. */
async function load(): Promise<void> {
  try {
    const identity = await command("identity");
    store.self = {
      key: identity["key"],
      fingerprint: identity["fingerprint"],
      program: identity["program"],
    };
    await askAll();
    store.keeps = identity["cursor"] !== undefined;
    store.online = true;
    performance.mark("usable");
    changed();
    const { open } = store;
    if (open !== undefined) await loadMessages(open);
    await showUnsent();
    // From here on, or from where the page stopped: nothing is told twice, and nothing is missed.
    const cursor = toldUntil() ?? identity["cursor"];
    if (cursor !== undefined) await command("resume", { cursor, own: true });
    store.unfinished = await readUploads();
    await refreshOutbox();
    changed();
  } catch (error) {
    complain(error);
  }
}
