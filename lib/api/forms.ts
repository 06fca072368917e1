/** What is remembered, as programs and the page are told of it: contacts, messages, what waits. */
import { type Bytes, hex } from "../bytes.ts";
import { encodePublicKeyText, fingerprint } from "../crypto/keys/text.ts";
import { SM3_BYTES } from "../crypto/sm3.ts";
import { exists } from "../files/look.ts";
import type { Contact } from "../state/contacts.ts";
import type { StoredMessage } from "../state/message-rows.ts";
import type { OutboxEntry } from "../state/outbox.ts";
import type { State } from "../state/state.ts";
import { personJson, personOf } from "../talk/person.ts";
import type { ContactJson, HistoryJson, OutboxJson, PlaceJson } from "./event-types.ts";

/** A contact. */
export function contactJson(contact: Contact): ContactJson {
  const { key, name, address, verified, added, blocked } = contact;
  return {
    ...{ name, key: encodePublicKeyText(key), fingerprint: fingerprint(key), added },
    ...(address === undefined ? {} : { address }),
    ...(verified === undefined ? {} : { verified }),
    ...(blocked === undefined ? {} : { blocked }),
  };
}

/** With whom a conversation is: a person, or a group. */
export function talkJson(state: State, talk: Bytes): PlaceJson {
  if (talk.length !== SM3_BYTES) return { peer: personJson(personOf(state, talk)) };
  const id = hex(talk);
  const name = state.groups.byId(id)?.name;
  return { group: name === undefined ? { id } : { id, name } };
}

/** A message of the history. */
export function messageJson(state: State, message: StoredMessage): HistoryJson {
  const { id, given, talk, author, kind, text, path, bytes, seconds, written, stored, after } =
    message;
  return {
    id,
    ...(given === undefined ? {} : { given }),
    ...talkJson(state, talk),
    from: author === undefined ? "me" : encodePublicKeyText(author),
    kind,
    text,
    ...(path === undefined || isGone(state, path) ? {} : { path }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(seconds === undefined ? {} : { seconds }),
    written: new Date(written).toISOString(),
    stored: new Date(stored).toISOString(),
    after,
    state: message.state,
    cursor: String(message.seq),
  };
}

/** Whether what we sent was a copy of ours, which nothing needs any more. */
function isGone({ copies }: State, path: string): boolean {
  return copies.isCopy(path) && !exists(path);
}

/** Something in the outbox. */
export function outboxJson(state: State, entry: OutboxEntry): OutboxJson {
  const { to, talk, written, expires, ...rest } = entry;
  const { group } = talkJson(state, talk);
  return {
    ...rest,
    ...(group === undefined ? {} : { group }),
    peer: personJson(personOf(state, to)),
    written: new Date(written).toISOString(),
    expires: new Date(expires).toISOString(),
  };
}
