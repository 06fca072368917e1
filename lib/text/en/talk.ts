/** English: conversations, whoever shows them. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

interface Named {
  readonly label: string;
}

/** "letter.txt" or "letters/ (12 files in all)". */
function offered(
  { name, files, folders }: { name: string; files: number; folders: number },
): string {
  return files + folders === 1
    ? name
    : `${name}${folders > 0 ? "/" : ""} (${counted(files, "file")} in all)`;
}

export const talk = {
  /** Scripts read it too: it is the same in every language where no person looks. */
  "talk.listening": ({ where }: { where: string; person: boolean }) => `listening on ${where}`,
  "talk.listening-also": ({ where }: { where: string }) => `and on ${where}`,
  "talk.shown-elsewhere":
    "another p2p of yours had the port first: what arrives is shown there, and here once that has ended",
  "talk.shown-here": "what arrives is shown here from now on",
  "talk.own-fingerprint": ({ fingerprint }: { fingerprint: string }) =>
    `your fingerprint: ${fingerprint}`,
  "talk.fingerprint": ({ fingerprint }: { fingerprint: string }) => `fingerprint: ${fingerprint}`,
  "talk.made-identity": ({ path }: { path: string }) =>
    `made your identity, without a passphrase: ${path}`,
  "talk.first-contact": ({ where, met }: { where: string; met: boolean }) =>
    `first contact with ${where}: ${
      met ? "its key was met before, elsewhere" : "its key is recorded"
    }`,
  "talk.warning": "warning: ",
  "talk.key-changed.warning": ({ who }: { who: string }) => `THE KEY OF ${who} HAS CHANGED`,
  "talk.key-changed.known": ({ known }: { known: string }) => `known until now: ${known}`,
  "talk.key-changed.presented": ({ presented }: { presented: string }) =>
    `answering now:   ${presented}`,
  "talk.key-changed.explained":
    "Somebody may be posing as your peer. Or they have a new device or a new identity:",
  "talk.key-changed.ask": "ask them for their fingerprint by another way, a call for instance",
  "talk.key-changed": ({ where, name }: { where: string; name: string | undefined }) =>
    `connect to ${name === undefined ? where : `${name} (${where})`}: the peer's key has changed`,
  "talk.key-changed.hint": ({ who }: { who: string }) =>
    `only if they confirm the new one: p2p contact accept-key ${who}`,
  "talk.unknown-key": ({ where, fingerprint }: { where: string; fingerprint: string }) =>
    `connect to ${where}: unknown key ${fingerprint}`,
  "talk.unknown-key.hint": "--strict takes known keys only: leave it out once to record this one",
  "talk.unknown-caller": ({ fingerprint }: { fingerprint: string }) =>
    `take call: unknown key ${fingerprint}`,
  "talk.busy": "take call: too much waits to be shown",
  "talk.no-address": ({ name }: { name: string }) => `reach ${name}: no address is known`,
  "talk.no-address.hint": ({ name }: { name: string }) =>
    `give one with: p2p contact add "${name}" --address IP[:PORT]`,
  "talk.key-alone": ({ peer }: { peer: string }) =>
    `reach ${peer}: no contact has that key, and a key alone is no address`,
  "talk.key-alone.hint": "name an IP address, a host or a contact",
  "talk.not-found": ({ peer }: { peer: string }) =>
    `reach ${peer}: no address is known, and nobody on the LAN answers to that key`,
  "talk.not-found.hint": ({ peer }: { peer: string }) =>
    `p2p peers shows who is there; an address is given with: p2p contact add "${peer}" --address IP[:PORT]`,
  "talk.not-there": ({ where }: { where: string }) => `connect to ${where}: somebody else answers`,
  "talk.reached-elsewhere": "connect: the peer was reached at another address",
  "talk.doing-discovery": "look for contacts on the LAN",

  "talk.connected": (
    { label, where, verified }: Named & { where: string; verified: boolean },
  ) => `connected to ${label} at ${where}${verified ? ", verified" : ""}`,
  "talk.gone": ({ label, reason }: Named & { reason: Text }, { text }: Wording) =>
    `${label}: ${text(reason)}`,
  "talk.silent": ({ label }: Named) => `${label} is not answering: still trying`,
  "talk.answering": ({ label }: Named) => `${label} answers again`,
  "talk.calling-again": (
    { peer, seconds }: { peer: string; seconds: number },
    { duration }: Wording,
  ) => `${peer} was lost: calling again for up to ${duration(seconds)}`,
  "talk.me": ({ label }: Named) => `me → ${label}`,
  "talk.delivered": "delivered",
  "talk.not-yet": ({ label, text }: Named & { text: string }) =>
    `not yet delivered to ${label}: ${text}`,
  "talk.not-delivered": (
    { label, text: words, reason }: Named & { text: string; reason: Text },
    { text }: Wording,
  ) => `NOT delivered to ${label}: ${words} (${text(reason)})`,
  "talk.nobody": "find addressee: nobody is connected yet",
  "talk.nobody-chosen": ({ labels }: { labels: readonly string[] }) =>
    `choose addressee: to whom? ${labels.join(", ")}`,
  "talk.nobody-chosen.hint": "choose with /to NAME: then the line is back",
  "talk.not-connected": ({ label }: Named) => `send message: ${label} is not connected`,
  "talk.ambiguous": ({ labels }: { labels: readonly string[] }) =>
    `choose addressee: several peers are connected: ${labels.join(", ")}`,
  "talk.ambiguous.hint": 'name one in "to"',

  "talk.received": (
    { label, path, folder, files, bytes }: Named & {
      path: string;
      folder: boolean;
      files: number;
      bytes: number;
    },
    { size }: Wording,
  ) =>
    `received from ${label}: ${path} (${size(bytes)}${
      folder ? `, ${counted(files, "file")}` : ""
    })`,
  "talk.voice-note": (
    { label, path, seconds, waveform }: Named & {
      path: string;
      seconds: number;
      waveform: string;
    },
    { duration }: Wording,
  ) =>
    `voice note from ${label}, ${duration(seconds)}${
      waveform === "" ? "" : ` ${waveform}`
    }: ${path}`,
  "talk.offers": ({ label }: Named) => `${label} wants to send something`,
  "talk.take-files-question": (
    { label, bytes, ...offer }: Named & {
      name: string;
      files: number;
      folders: number;
      bytes: number;
    },
    { size }: Wording,
  ) => `take from ${label}: ${offered(offer)} (${size(bytes)})?`,
  "talk.take-voice-question": (
    { label, seconds, bytes }: Named & { seconds: number; bytes: number },
    { size, duration }: Wording,
  ) => `take from ${label}: a voice note of ${duration(seconds)} (${size(bytes)})?`,
  "talk.refused-stranger": (
    { label, voice, bytes, ...offer }: Named & {
      name: string;
      files: number;
      folders: number;
      voice: boolean;
      bytes: number;
    },
    { size }: Wording,
  ) =>
    `refused ${voice ? "a voice note" : offered(offer)} (${
      size(bytes)
    }) from ${label}, who is not a contact`,
  "talk.refused-stranger.hint": "  to take files from everybody: --accept all",
  "talk.reveal-hint": "/reveal shows what is hidden in it, if anything",
  "talk.receiving": ({ name }: { name: string }) => `receiving ${name}`,
  "talk.receiving-voice": "receiving a voice note",
  "talk.receive-broken": ({ name, reason }: { name: string; reason: Text }, { text }: Wording) =>
    `receive ${name}: ${text(reason)}`,
  "talk.receive-broken.hint": "what came so far is kept: sending it again goes on from there",
  "talk.receive-failed": (
    { path, reason, more }: { path: string; reason: Text; more: number },
    { text }: Wording,
  ) => `receive ${path}: ${text(reason)}${more === 0 ? "" : `, and ${more} more`}`,

  "talk.sending": ({ name }: { name: string }) => `sending ${name}`,
  "talk.sending-voice": "sending the voice note",
  "talk.sent-files": (
    { label, name, bytes }: Named & { name: string; bytes: number },
    { size }: Wording,
  ) => `sent to ${label}: ${name} (${size(bytes)})`,
  "talk.sent-voice": ({ label, bytes }: Named & { bytes: number }, { size }: Wording) =>
    `voice note sent to ${label} (${size(bytes)})`,
  "talk.resumed": (
    { resumed, bytes }: { resumed: number; bytes: number },
    { size }: Wording,
  ) => `resumed: ${size(resumed)} of ${size(bytes)} were there already`,
  "talk.not-sent": ({ path, reason }: { path: string; reason: Text }, { text }: Wording) =>
    `not sent: ${path}: ${text(reason)}`,
  "talk.some-not-sent": ({ count }: { count: number }) =>
    `send files: ${count} of them could not be sent`,
  "talk.some-not-sent.hint": "symbolic links and special files are never sent; see the lines above",
  "talk.send-refused": (
    { name, declined, reason }: { name: string; declined: boolean; reason: Text },
    { text }: Wording,
  ) => {
    const words = text(reason);
    const refused = declined ? "the peer declined" : "the peer refused";
    return `send ${name}: ${refused}${words === "" ? "" : `: ${words}`}`;
  },
  "talk.send-failed": (
    { path, reason, more }: { path: string; reason: Text; more: number },
    { text }: Wording,
  ) => `send ${path}: ${text(reason)}${more === 0 ? "" : `, and ${more} more`}`,
  "talk.send-broken": ({ reason }: { reason: Text }, { text }: Wording) =>
    `send files: ${text(reason)}`,
  "talk.send-broken.hint": "what arrived is kept there: the same command goes on from there",

  "talk.problem": ({ doing, reason }: { doing: Text; reason: Text }, { text }: Wording) =>
    `${text(doing)}: ${text(reason)}`,
  "talk.use-state": "use what is known of peers",
  "talk.read-command": "read command",
  "talk.take-voice": ({ path }: { path: string }) => `take voice note ${path}`,
  "talk.ask-needs-terminal": "receive files: --accept ask needs a terminal",
  "talk.ask-needs-terminal.hint": "use --accept contacts or --accept all",
  "talk.input-not-utf8": ({ number }: { number: number }) =>
    `read stdin: line ${number} is not UTF-8 text`,
  "talk.input-not-utf8.hint": "convert it first, for instance: iconv -f GB18030 -t UTF-8",
  "talk.line-too-long": ({ most }: { most: number }) =>
    `read stdin: a line of more than ${counted(most, "byte")}`,
  "talk.no-question": ({ id }: { id: string }) => `answer question: there is none with id ${id}`,

  "talk.how": "type a message and Enter; /help lists more, /quit leaves",
  "talk.slash-help":
    `/to NAME|NUMBER       whom your lines go to; /who lists all with numbers, Alt-1 to Alt-9 switch
/file PATH…           send files and folders
/voice [SECONDS]      record and send a voice note (5 seconds unless given)
/hide IMG TEXT        hide TEXT in a copy of the picture IMG, for the peer only, and send that
/reveal [IMG]         show what is hidden in IMG, or in the file received last
/me DOES              say what you do
/history [N]          the latest N messages with the addressee; /search TEXT looks for words
/outbox               what waits for others; /cancel ID takes one back
/verify               the safety number of this conversation; /verify ok when it is the same there
/name NAME            call the one your lines go to so
/invite [NAME]        show your invitation: a line and a QR code; NAME is what you suggest to be called
/block                send away the one your lines go to, for good
/clear                empty the window, and what has scrolled out of it
/quit                 leave
//TEXT                send a text that begins with a slash
Tab completes commands, names and paths; Ctrl-R finds what you typed before; Alt-Enter breaks a line`,
  "talk.slash-unknown": (
    { verb, corrections }: { verb: string; corrections: readonly string[] },
  ) =>
    `read command: there is no /${verb}${
      corrections.length === 0 ? "" : `, did you mean ${corrections.join(" or ")}?`
    }`,
  "talk.no-number": ({ number }: { number: string }) =>
    `choose addressee: no conversation has the number ${number}`,
  "talk.no-number.hint": "/who lists them",
  "talk.slash-unknown.hint": "/help lists them",
  "talk.to-whom": "choose addressee: name one: /to NAME",
  "talk.name-whom": ({ label }: Named) => `name ${label}: how? /name NAME`,
  "talk.block-sure": ({ label }: Named) =>
    `${label} is sent away, and nothing of them is taken any more: /block yes`,
  "talk.me-what": "say what you do: how? /me waves",
  "talk.name-file": "send file: name it: /file PATH",
  "talk.name-picture": "hide: name the picture and the text: /hide IMG TEXT",
  "talk.voice-seconds": ({ most }: { most: number }) =>
    `record voice: give 1 to ${counted(most, "second")}: /voice 10`,
  "talk.verified": ({ label, verified }: Named & { verified: boolean }) =>
    `${label} ${verified ? "counts as verified now" : "no longer counts as verified"}`,
  "talk.safety-number": ({ label }: Named) => `safety number with ${label}:`,
  "talk.safety-compare":
    "compare it by another way (a call, face to face); the same there: /verify ok",

  "conversation.over": ({ doing, reason }: { doing: Text; reason: Text }, { text }: Wording) =>
    `${text(doing)}: ${text(reason)}`,
  "conversation.send-message": "send message",
  "conversation.send-files": "send files",
  "conversation.use": "use connection",
  "conversation.talk": "talk",
  "conversation.read-stream": "read what the peer began",
  "conversation.take-messages": "take messages",
  "conversation.take-files": "take files",
  "conversation.no-more-receipts": "send message: the peer stopped",
  "conversation.no-receipt": "send message: the peer sent something else than a receipt",
  "conversation.closed": "closed",
  "conversation.lost": "the connection was lost",
  "conversation.replaced": "the peer connected anew",
  "conversation.broken": ({ reason }: { reason: string }) => `protocol error: ${reason}`,
  "conversation.left": "the peer left",
  "conversation.handed-over": "their program has ended, another one of theirs goes on",
  "conversation.untrusted": "the peer refused: our key is not welcome there",
  "conversation.failed-there": "the peer refused: something failed there",
  "conversation.busy": "the peer refused: it is busy",
  "conversation.not-understood": "the peer refused: it did not understand this program",
  "conversation.refused": ({ code }: { code: number }) => `the peer refused (code ${code})`,
  "conversation.refused-saying": ({ words }: { words: string }) => `the peer refused: ${words}`,
} as const;
