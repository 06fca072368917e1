/** Commands about people: contacts, who is who, invitations, pairing. */
import { decodePublicKeyText, fingerprint } from "../crypto/keys/text.ts";
import { randomBytes } from "../crypto/random.ts";
import { FailureError, UsageError } from "../errors.ts";
import { formatAddress, parseAddress } from "../net/address.ts";
import { newPairCode, parsePairCode } from "../session/pair-code.ts";
import { formatSafetyNumber, safetyNumber } from "../session/safety-number.ts";
import { contactName } from "../state/contact-name.ts";
import type { State } from "../state/state.ts";
import { decodeInvitation } from "../talk/invitation.ts";
import { refuseOwn, saveInvited, usableSuggestion } from "../talk/invited.ts";
import { meant } from "../talk/meant.ts";
import { invitationLine } from "../talk/own-invitation.ts";
import { savePaired } from "../talk/pair.ts";
import { awaitPair, joinPair } from "../talk/pairing-run.ts";
import { type Person, personJson, personOf } from "../talk/person.ts";
import { intendedPeer } from "../talk/reach.ts";
import type { Talk } from "../talk/talk.ts";
import { markBlocked, markVerified, nameKey } from "../talk/verify.ts";
import { text } from "../text/catalogue.ts";
import { refJson } from "./event-json.ts";
import { contactJson } from "./forms.ts";
import type { Handlers } from "./handlers.ts";

type People =
  | "contacts"
  | "contact"
  | "rename"
  | "forget"
  | "verify"
  | "block"
  | "invite"
  | "accept-invitation"
  | "pair";

/** The handlers. */
export const peopleCommands: Handlers<People> = {
  contacts: (_, { talk: { state } }) => ({ contacts: state.contacts.list().map(contactJson) }),

  contact: (command, { talk }) => {
    const { state } = talk;
    const name = contactName(command.name);
    const where = command.address === undefined
      ? undefined
      : formatAddress(parseAddress(command.address));
    const before = state.contacts.find(name);
    const key = command.key !== undefined
      ? decodePublicKeyText(command.key)
      : before?.key ?? (where === undefined ? undefined : state.knownKeys.pin(where)?.key);
    if (key === undefined) throw new UsageError("contact.which-key", { name });
    const contact = state.contacts.save({
      ...before,
      ...{ name, key, address: where ?? before?.address },
      verified: before?.verified ?? state.knownKeys.get(key)?.verified,
      added: before?.added ?? new Date().toISOString(),
    });
    changed(talk, key);
    return { contact: contactJson(contact) };
  },

  rename: ({ name, to }, { talk }) => {
    const { key, address } = someone(talk, name);
    nameKey(talk.state, key, to, address);
    changed(talk, key);
    return { contact: contactJson(talk.state.contacts.byKey(key)!) };
  },

  forget: async ({ name }, { talk }) => {
    const { state } = talk;
    const key = state.contacts.find(name)?.key;
    if (key === undefined || !state.contacts.remove(name)) {
      throw new FailureError("contact.none", { name }, { hint: text("contact.none.hint") });
    }
    await state.erase();
    changed(talk, key);
    return { name };
  },

  verify: ({ peer: who, verified }, { talk }) => {
    const { key } = someone(talk, who);
    if (verified !== undefined) {
      markVerified(talk.state, key, verified);
      changed(talk, key);
    }
    const person = personOf(talk.state, key);
    const number = safetyNumber(talk.identity.publicKey, key);
    return {
      peer: personJson(person),
      safetyNumber: formatSafetyNumber(number),
      verified: person.verified,
    };
  },

  block: ({ peer: who, blocked = true }, { talk }) => {
    const { key } = someone(talk, who);
    markBlocked(talk.state, key, blocked);
    const peer = changed(talk, key);
    return { peer: personJson(peer), blocked };
  },

  invite: ({ name, addresses }, { talk: { identity, state, address } }) => ({
    line: invitationLine(state, identity.publicKey, address.port, {
      ...(name === undefined ? {} : { name }),
      ...(addresses === undefined ? {} : { address: addresses }),
    }),
  }),

  "accept-invitation": ({ line, name }, { talk }) => {
    const { state, identity } = talk;
    const invitation = decodeInvitation(line.trim());
    refuseOwn(invitation, identity.publicKey);
    const called = nameToTake(state, invitation, name) ??
      failNameless(fingerprint(invitation.key));
    const contact = saveInvited(state, invitation, called);
    changed(talk, contact.key);
    return { contact: contactJson(contact) };
  },

  pair: async (command, { talk, stream }) => {
    const { state, identity, options } = talk;
    const { code, peer, name } = command;
    const joins = code !== undefined || peer !== undefined;
    if (joins && code === undefined) throw new UsageError("pair.no-code", {});
    const where = peer === undefined ? undefined : intendedPeer(state, peer).address;
    const own = {
      ...{ identity, state, program: options.program, hostname: options.hostname },
      // The usual port is this program's.
      ...{ port: 0, name: state.settings.get("name") ?? "" },
    };
    const paired = joins
      ? await joinPair({ ...own, code: parsePairCode(code!) }, where)
      : await (() => {
        const fresh = newPairCode(randomBytes);
        return awaitPair({ ...own, code: fresh }, ({ hostname: address, port }) =>
          stream.write({ type: "code", code: fresh.text, address, port, ...refJson(command) }));
      })();
    const { key, suggested } = paired;
    savePaired(state, key, nameToTake(state, { key, name: suggested }, name), where);
    const person = changed(talk, key);
    return { peer: personJson(person), verified: person.verified };
  },
};

/** Somebody who is there, or whom the state knows. */
function someone(talk: Talk, who: string) {
  const there = talk.find(who);
  if (there !== undefined && there.group === undefined) {
    return { key: there.key, address: undefined };
  }
  return meant(talk.state, who);
}

/** What is known of somebody has changed: those who talk to them follow. */
function changed(talk: Talk, key: Person["key"]): Person {
  const person = personOf(talk.state, key);
  talk.recipients.changed(talk.state, person);
  return person;
}

/** What somebody is called: as before, as the caller says, or as they suggest; undefined where there is no name. */
function nameToTake(
  { contacts }: State,
  { key, name: suggested }: { readonly key: Person["key"]; readonly name: string },
  given: string | undefined,
): string | undefined {
  const known = contacts.byKey(key)?.name;
  if (known !== undefined) return known;
  if (given !== undefined) return contactName(given);
  const usable = usableSuggestion(suggested, contacts);
  return usable === "" ? undefined : usable;
}

function failNameless(print: string): never {
  throw new UsageError("invitation.which-name", { fingerprint: print }, {
    hint: text("invitation.which-name.hint"),
  });
}
