/** The events of conversations in words for a person: what the terminal and the plain face have in common. */
import type { GroupName, Person } from "../../lib/talk/person.ts";
import type { P2PError } from "../../lib/errors.ts";
import { type Address, DEFAULT_PORT, formatAddress } from "../../lib/net/address.ts";
import { bareReason, closePhrase } from "../../lib/net/close.ts";
import type { ProgressEvent, Question, TalkEvent } from "../../lib/talk/events.ts";
import { cutMiddle } from "../../lib/terminal/wrap.ts";
import { say, speaker } from "../shared/speech.ts";

/** Of the addresses of this machine, those that are told. */
const MOST_ADDRESSES = 2;

/** An address as it is typed after `p2p chat`: the usual port goes without saying. */
function shortAddress(address: Address): string {
  return address.port === DEFAULT_PORT ? address.hostname : formatAddress(address);
}

/** Columns of a file's name in a question. */
const NAME_COLUMNS = 28;

/** An error that does not end the command, as the program would print it. */
export function problemLines(error: P2PError): string[] {
  const hint = error.hint === undefined ? [] : [`     ${speaker.text(error.hint)}`];
  return [`p2p: ${speaker.text(error)}`, ...hint];
}

/** "listening on ADDR:PORT", which scripts read too: the same in every language where no person looks. */
export function listeningLines(event: Extract<TalkEvent, { type: "listening" }>): string[] {
  const { address, dual, fingerprint } = event;
  const lines = [say("talk.listening", {
    where: formatAddress(address),
    person: Deno.stderr.isTerminal(),
  })];
  if (dual) {
    lines.push(say("talk.listening-also", {
      where: formatAddress({ ...address, hostname: "::" }),
    }));
  }
  lines.push(say("talk.own-fingerprint", { fingerprint }));
  if (!Deno.stderr.isTerminal()) return lines;
  // What a person tells the other: the line to type there.
  const reached = event.reachedAt.slice(0, MOST_ADDRESSES).map((address) =>
    `p2p chat ${shortAddress(address)}`
  );
  if (reached.length > 0) lines.push(say("screen.reach-us", { lines: reached }));
  lines.push(say("screen.own-key", { key: event.key }));
  return lines;
}

/** The warning about a changed key. */
export function keyChangedLines(event: Extract<TalkEvent, { type: "key-changed" }>): string[] {
  const { where, name, known, presented } = event;
  const who = name === undefined ? where : `${name} (${where})`;
  return [
    `p2p: ${say("talk.warning")}${say("talk.key-changed.warning", { who })}`,
    ...(known === undefined ? [] : [`  ${say("talk.key-changed.known", { known })}`]),
    ...(presented === undefined ? [] : [`  ${say("talk.key-changed.presented", { presented })}`]),
    `  ${say("talk.key-changed.explained")}`,
    `  ${say("talk.key-changed.ask")}`,
  ];
}

/** "sending photo.jpg" */
export function progressLabel({ direction, what, name }: ProgressEvent): string {
  if (what === "voice") {
    return direction === "in" ? say("talk.receiving-voice") : say("talk.sending-voice");
  }
  return direction === "in" ? say("talk.receiving", { name }) : say("talk.sending", { name });
}

/** The question whole, the sender before the name that the sender chose. */
export function questionLines(question: Question): { who: string; ask: string } {
  const { peer, what, files, folders, bytes, seconds } = question;
  const name = cutMiddle(question.name, NAME_COLUMNS);
  const { label } = peer;
  if (what === "group") {
    return { who: say("group.invites", { label }), ask: say("group.question", { label, name }) };
  }
  const who = say("talk.offers", { label });
  const ask = what === "voice"
    ? say("talk.take-voice-question", { label, seconds, bytes })
    : say("talk.take-files-question", { label, name, files, folders, bytes });
  return { who, ask };
}

/** Lines about an event for a person; empty where a person need not be told. */
export function eventLines(event: TalkEvent): string[] {
  switch (event.type) {
    case "first-contact": {
      const { where, met, peer: { fingerprint } } = event;
      return [
        say("talk.first-contact", { where, met }),
        `  ${say("talk.fingerprint", { fingerprint })}`,
      ];
    }
    case "connected": {
      // Several programs of one person are one person.
      if (event.beside) return [];
      const { peer: { label, verified }, address } = event;
      return [say("talk.connected", { label, where: address, verified })];
    }
    case "delivered": {
      const { what, peer, group, stored, name = "", bytes = 0 } = event;
      const label = placedLabel(peer, group);
      if (what === "message") return stored ? [] : [say("talk.shown-only", { label })];
      return what === "voice"
        ? [say("talk.sent-voice", { label, bytes })]
        : [say("talk.sent-files", { label, name, bytes })];
    }
    case "waiting": {
      const { peer: { label }, text, error } = event;
      return [say("talk.waiting", { label, text: oneLine(text), reason: bareReason(error) })];
    }
    case "failed": {
      const { peer: { label }, what, text, error } = event;
      if (what !== "message") return problemLines(error);
      return [say("talk.not-delivered", { label, text: oneLine(text), reason: bareReason(error) })];
    }
    case "received": {
      const { peer, group, path, folder, files, bytes } = event;
      const label = placedLabel(peer, group);
      return [say("talk.received", { label, path, folder, files, bytes })];
    }
    case "voice": {
      const { peer, group, path, seconds, waveform = "" } = event;
      const label = placedLabel(peer, group);
      return [say("talk.voice-note", { label, path, seconds, waveform })];
    }
    case "membership":
      return [membershipLine(event)];
    case "silent":
      return [say("talk.silent", { label: event.peer.label })];
    case "answering":
      return [say("talk.answering", { label: event.peer.label })];
    case "notice":
      return [speaker.text(event.text)];
    case "disconnected": {
      const { peer: { label }, info } = event;
      if (info.by === "local" || event.beside) return [];
      return [say("talk.gone", { label, reason: closePhrase(info) })];
    }
    // Those that each face shows in its own way, and those that only programs are told.
    case "listening":
    case "key-changed":
    case "message":
    case "sent":
    case "question":
    case "question-over":
    case "progress":
    case "progress-over":
    case "addressee":
    case "error":
    case "file":
    case "present":
    case "absent":
      return [];
  }
}

function membershipLine(event: Extract<TalkEvent, { type: "membership" }>): string {
  const { change, self, mine, peer: { label }, by: author } = event;
  const group = groupLabel(event.group);
  const by = author?.label ?? "";
  if (change === "left") {
    return self ? say("group.left", { group }) : say("group.member-left", { label, group });
  }
  if (mine) return say(change === "added" ? "group.invited" : "group.removed", { label, group });
  if (self) return say(change === "added" ? "group.joined" : "group.was-removed", { group, by });
  return say(change === "added" ? "group.member-added" : "group.member-removed", {
    ...{ label, group, by },
  });
}

/** How a group is called: "@friends". */
export function groupLabel({ name }: GroupName): string {
  return `@${name}`;
}

/** Who says something, and where: "alice", "alice @friends". */
export function speakerLabel({ peer, group }: Extract<TalkEvent, { type: "message" }>): string {
  return placedLabel(peer, group);
}

function placedLabel({ label }: Person, group: GroupName | undefined): string {
  return group === undefined ? label : say("group.in", { label, group: groupLabel(group) });
}

/** What is said: a text, or which files are on their way. */
export function spoken({ what, text: name }: Extract<TalkEvent, { type: "message" }>): string {
  if (what === "files") return say("history.file", { name });
  return what === "voice" ? say("group.voice-follows") : name;
}

/** `text` without line breaks. */
export function oneLine(text: string): string {
  return text.replaceAll("\n", " ");
}
