/** What the program tells, taken into what the page knows. */
import type { Told } from "./api.ts";
import type { Message } from "./model.ts";
import { lookAgain } from "./changes.ts";
import { refreshOutbox, refreshPeople } from "./refresh.ts";
import {
  changed,
  complain,
  markSeen,
  nameOf,
  placeOf,
  say,
  store,
  takeMessages,
  talkOf,
} from "./store.ts";
import { loadMessage, loadMessages, moveOn, newId, ownText, setState, unkept } from "./talks.ts";
import { t } from "./words.ts";

/** How far the history has been told. */
let at: string | undefined;

/** How far the history has been told; undefined before anything was. */
export function toldUntil(): string | undefined {
  return at;
}

/** Something has come in a conversation. */
function heard(id: string, message: Message): void {
  takeMessages(id, [message]);
  if (store.open === id && document.visibilityState === "visible") markSeen(id);
  else talkOf(id).unread++;
}

/** Files or a note have come that no history has. */
function cameUnkept(place: string, event: Told): void {
  const { type, peer, name, path, bytes, seconds } = event;
  const kind = type === "voice" ? "voice" : "file";
  const told = { from: peer.key, kind, text: name ?? path, bytes, seconds } as const;
  heard(place, unkept({ id: newId(), ...told, state: "received" }));
  changed();
}

let outboxSoon: ReturnType<typeof setTimeout> | undefined;

function outboxChanged(): void {
  outboxSoon ??= setTimeout(() => {
    outboxSoon = undefined;
    refreshOutbox().catch(() => undefined);
  }, 300);
}

/** A message of a conversation, or else its latest, is looked at: the history has all of it. */
function look(id: string, cursor?: string): void {
  (cursor === undefined ? loadMessages(id) : loadMessage(id, cursor)).catch(complain);
}

/** A message of a conversation, by its id or by the one that its command gave it. */
function messageIn(place: string, id: string, given?: unknown): Message | undefined {
  return store.loaded.get(place)?.messages.find((each) => each.id === id || each.id === given);
}

/** Takes an event of the program. */
export function told(event: Told): void {
  switch (event.type) {
    case "message": {
      const { peer, id, text, what, own, cursor } = event;
      at = cursor ?? at;
      const place = placeOf(event as never);
      if (what === "files" || what === "voice") {
        // Where nothing is kept, what they announce is shown when it has come.
        if (store.keeps) look(place, cursor);
        return;
      }
      const time = cursor === undefined ? Date.now() : event["time"];
      if (own) {
        const { given } = event;
        const known = messageIn(place, id, given);
        // Of what was written in another window or program, or did not seem to come, the history knows how far it is.
        if (known === undefined || known.state === "failed") return look(place, cursor);
        takeMessages(place, [{ ...known, id, given, cursor }]);
      } else {
        heard(place, {
          id,
          from: peer.key,
          kind: "text",
          text,
          time,
          state: "received",
          stored: false,
          cursor,
        });
      }
      break;
    }
    case "sent": {
      const { id, what, time, text, ref } = event;
      const place = placeOf(event as never);
      const known = messageIn(place, id, ref);
      if (known !== undefined && known.id !== id) {
        takeMessages(place, [{ ...known, id, given: known.id }]);
      } else if (known === undefined && what === "message") {
        takeMessages(place, [ownText(id, text, time, "sent")]);
      } else if (known === undefined && !store.keeps) {
        const kind = what === "voice" ? "voice" : "file";
        takeMessages(place, [unkept({ id, from: "me", kind, text, state: "sent" })]);
      } else if (known === undefined) look(place);
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
      // In a group it may have failed for one of many: the history says what it comes to.
      if (event["group"] === undefined) setState(event["id"], "failed");
      else look(placeOf(event as never), messageIn(placeOf(event as never), event["id"])?.cursor);
      outboxChanged();
      break;
    case "received": {
      at = event["cursor"] ?? at;
      const place = placeOf(event as never);
      if (!store.keeps) return cameUnkept(place, event);
      look(place, event["cursor"]);
      if (store.open !== place && !event["own"]) talkOf(place).unread++;
      break;
    }
    case "voice":
      if (!store.keeps) return cameUnkept(placeOf(event as never), event);
      look(placeOf(event as never));
      break;
    case "code":
      showCode?.({ code: event["code"], port: event["port"] });
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
    case "changed":
      lookAgain();
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

/** A code to be said, and where who was told it is waited for. */
export interface PairingCode {
  readonly code: string;
  readonly port: number;
}

let showCode: ((code: PairingCode) => void) | undefined;

/** Says who shows the code of a pairing that waits. */
export function codeShown(by: ((code: PairingCode) => void) | undefined): void {
  showCode = by;
}
