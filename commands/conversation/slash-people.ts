/** /who, /name, /verify, /block and /invite: whom one talks to, and what is decided about them. */
import { FailureError, UsageError } from "../../lib/errors.ts";
import { formatSafetyNumber, safetyNumber } from "../../lib/session/safety-number.ts";
import { markBlocked, markVerified, nameKey } from "../../lib/talk/verify.ts";
import { writeStderr } from "../../lib/terminal/stderr.ts";
import { invitationLine } from "../../lib/talk/own-invitation.ts";
import { say } from "../shared/speech.ts";
import type { SlashContext } from "./slash-context.ts";

/** Shows the conversations there are, with their numbers, and who is there. */
export function tellWho({ talk, face }: SlashContext): void {
  const { addressee } = talk.recipients;
  const talks = face.talks.flatMap(({ keyText, number }) => {
    const person = talk.recipients.known(keyText);
    return person === undefined ? [] : [{ person, number }];
  });
  if (talks.length === 0) throw new FailureError("talk.nobody", {});
  for (const { person, number } of talks) {
    const { label, verified, keyText, group } = person;
    const fingerprint = group === undefined ? person.fingerprint : "";
    face.say(say("screen.who", {
      ...{ number, label, verified, fingerprint },
      here: face.isThere(keyText) || group !== undefined,
      current: addressee?.keyText === keyText,
    }));
  }
}

/** Gives the addressee a name. */
export function nameAddressee(rest: string, { talk, face }: SlashContext): void {
  const peer = talk.recipients.needAddressee();
  const given = rest.trim();
  if (given === "") throw new UsageError("talk.name-whom", { label: peer.label });
  const from = peer.label;
  const name = nameKey(talk.state, peer.key, given, undefined);
  talk.recipients.changed(talk.state, peer);
  face.say(say("contact.renamed", { from, to: name }));
}

/** Shows the safety number with the addressee; with "ok" or "no" notes whether it is the same there. */
export function verifyAddressee(rest: string, { talk, face }: SlashContext): void {
  const peer = talk.recipients.needAddressee();
  const word = rest.trim().toLowerCase();
  const { label } = peer;
  if (word === "ok" || word === "no") {
    markVerified(talk.state, peer.key, word === "ok");
    talk.recipients.changed(talk.state, peer);
    return face.say(say("talk.verified", { label, verified: word === "ok" }));
  }
  const number = formatSafetyNumber(safetyNumber(talk.identity.publicKey, peer.key));
  const rows = number.match(/(?:\d{5} ?){4}/g) ?? [number];
  face.say(say("talk.safety-number", { label }));
  for (const row of rows) face.say(`  ${row.trim()}`);
  face.say(say("talk.safety-compare"));
}

/** Sends the addressee away, and takes nothing of them any more; asks for the word first. */
export function blockAddressee(rest: string, { talk, face }: SlashContext): void {
  const peer = talk.recipients.needAddressee();
  const { label } = peer;
  if (rest.trim().toLowerCase() !== "yes") return face.say(say("talk.block-sure", { label }));
  markBlocked(talk.state, peer.key, true);
  face.say(say("contact.blocked-now", { name: label }));
  talk.recipients.changed(talk.state, peer);
}

/** Shows the own invitation: the line, and its code, last: so a window of 24 rows has all of it. */
export async function showInvitation(rest: string, { talk, face }: SlashContext): Promise<void> {
  const name = rest.trim();
  const { state, identity, address } = talk;
  const flags = name === "" ? {} : { name };
  const line = invitationLine(state, identity.publicKey, address.port, flags);
  const { qrCode, qrLines } = await import("../../lib/qr/code.ts");
  const code = qrLines(qrCode(line.toUpperCase()), !Deno.noColor);
  const write = (text: string) =>
    face.lend(() => {
      writeStderr(`${text}\n`);
      return Promise.resolve();
    });
  await write(line);
  face.say(say("invitation.show"));
  await write(code.join("\n"));
}
