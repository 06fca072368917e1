/** English: what p2p remembers. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

type Because = { path: string; reason: Text };

export const state = {
  "state.open": ({ path, reason }: Because, { text }: Wording) =>
    `open state ${path}: ${text(reason)}`,
  "state.read": ({ path, reason }: Because, { text }: Wording) =>
    `read state ${path}: ${text(reason)}`,
  "state.write": ({ path, reason }: Because, { text }: Wording) =>
    `write state ${path}: ${text(reason)}`,
  "state.reason-busy": "other programs keep it locked",
  "state.reason-full": "no space left on the device",
  "state.reason-read-only": "it may not be written to",
  "state.reason-damaged": "it is damaged, or no database of p2p",
  "state.reason-newer": "a newer p2p made it",
  "state.reason-cannot-open": "the file cannot be opened",
  "state.reason-foreign": "it is sealed to another identity",
  "state.damaged.hint":
    "put a backup of it in its place, or move it away to begin anew (contacts, known keys and history are in it)",
  "state.newer.hint": "bring this p2p up to date, or use another P2P_HOME",
  "state.full.hint": "make room there, or set P2P_HOME to a folder that has some",
  "state.damaged-row": ({ table }: { table: string }) =>
    `read state: a row of "${table}" is damaged and left out`,
  "state.in-memory": ({ path, reason }: Because, { text }: Wording) =>
    `nothing can be kept (${path}: ${
      text(reason)
    }): what is known counts, nothing new is remembered`,
  "state.nothing-known": ({ path, reason }: Because, { text }: Wording) =>
    `nothing is remembered (${path}: ${
      text(reason)
    }): everybody counts as a stranger, and nothing is kept`,
  "state.took-over": ({ path }: { path: string }) =>
    `the contacts and known keys of p2p 0.1 were taken over; ${path} is kept as ${path}.0.1`,
  "state.took-over-renamed": ({ name, kept }: { name: string; kept: string }) =>
    `the contact ${name} is called ${kept} now: the name could be taken for another contact's`,
  "state.old-damaged": ({ path }: { path: string }) =>
    `take over state of p2p 0.1: ${path} is damaged`,
  "state.old-damaged.hint": "repair it, or move it away to begin anew",
  "state.home-unset": "find state folder: no home folder is set",
  "state.home-unset.hint": "set P2P_HOME to a folder for p2p's keys and contacts",
  "identity.no-file": ({ path }: { path: string }) => `read key ${path}: no such file`,
  "identity.no-file.own": "make your identity with 'p2p keygen'",
  "identity.no-file.other": "check the name",
  "identity.permission": ({ path }: { path: string }) => `read key ${path}: permission denied`,
  "identity.too-large": ({ path }: { path: string }) => `read key ${path}: too large for a key`,
  "keygen.contradiction": "make key: --no-passphrase contradicts a given passphrase",
  "keygen.not-encrypted": "no terminal to ask for a passphrase: the key file is not encrypted",
  "keygen.ask-passphrase": "passphrase for the new key (Enter for none)",
  "keygen.public-key": ({ key }: { key: string }) => `public key: ${key}`,
  "keygen.fingerprint": ({ fingerprint }: { fingerprint: string }) => `fingerprint: ${fingerprint}`,
  "keygen.private-key": ({ path }: { path: string }) => `private key: ${path}`,
  "keygen.exists": ({ path }: { path: string }) =>
    `make key ${path}: the file already exists, encrypted or not a key`,
  "keygen.exists-key": ({ path, fingerprint }: { path: string; fingerprint: string }) =>
    `make key ${path}: there is a key already, ${fingerprint}`,
  "keygen.exists.hint":
    "name another file with -o, or use --force: the old key is then kept beside it, but contacts and history stay with it",
  "keygen.folder": ({ path }: { path: string }) => `make key ${path}: it is a folder`,
  "keygen.write": ({ path, reason }: Because, { text }: Wording) =>
    `make key ${path}: ${text(reason)}`,
  "keygen.backups": ({ path }: { path: string }) => `make key ${path}: there are too many old keys`,
  "keygen.kept-old": ({ backup }: { backup: string }) => `the old key is kept: ${backup}`,
  "keygen.lost": ({ backup }: { backup: string }) =>
    `contacts, history and verified marks belong to the old key (p2p … -i ${backup}); others see that yours has changed`,
  "delivery.waiting": "waiting",
  "delivery.sent": "sent",
  "delivery.delivered": "delivered",
  "delivery.failed": "failed",
  "delivery.cancelled": "cancelled",
  "delivery.received": "received",
  "history.line": ({ time, peer, text }: { time: string; peer: string; text: string }) =>
    `${time}  ${peer}: ${text}`,
  "history.own-line": (
    { time, peer, text, state }: { time: string; peer: string; text: string; state: Text },
    wording: Wording,
  ) => `${time}  me → ${peer}: ${text}  (${wording.text(state)})`,
  "history.none": "nothing found",
  "history.file": ({ name }: { name: string }) => `[file] ${name}`,
  "history.voice": ({ name }: { name: string }) => `[voice] ${name}`,
  "history.exported": ({ count, path }: { count: number; path: string }) =>
    `exported ${counted(count, "message")}, not encrypted: ${path}`,
  "history.delete-ask": ({ label }: { label: string }) =>
    `delete what was said with ${label} for good?`,
  "history.not-deleted": ({ label }: { label: string }) =>
    `delete history with ${label}: it was not confirmed`,
  "history.not-deleted.hint": "--yes confirms it",
  "history.deleted": ({ count, label }: { count: number; label: string }) =>
    `deleted ${counted(count, "message")} with ${label}`,
  "history.in-use": "another program is reading: what was deleted leaves the files when it is done",
  "outbox.line": (
    { id, state, time, peer, text }: {
      id: string;
      state: Text;
      time: string;
      peer: string;
      text: string;
    },
    wording: Wording,
  ) => `${id}  ${wording.text(state)}  ${time}  → ${peer}: ${text}`,
  "outbox.empty": "nothing waits",
  "outbox.ambiguous": ({ id }: { id: string }) => `cancel ${id}: several ids begin so`,
  "outbox.none": ({ id }: { id: string }) => `cancel ${id}: nothing of that id waits`,
  "outbox.not-failed": ({ id }: { id: string }) =>
    `send ${id} again: no text of ours has failed under that id`,
  "outbox.none.hint": "p2p outbox, in a conversation /outbox, shows the ids",
  "outbox.cancelled": ({ id, peer, sent }: { id: string; peer: string; sent: boolean }) =>
    `cancelled ${id} to ${peer}${sent ? "; it was on its way already, and may still arrive" : ""}`,
  "outbox.still-waiting": ({ peer, count }: { peer: string; count: number }) =>
    `send to ${peer}: still waiting: ${count}`,
  "outbox.flushed": ({ peer }: { peer: string }) => `${peer} has everything`,
  "outbox.not-all": ({ reason }: { reason: Text }, { text }: Wording) =>
    `flush outbox: ${text(reason)}`,
  "contact.bad-name": ({ name }: { name: string }) =>
    `use name "${name}": no contact or group can be called so`,
  "contact.like-address": ({ name }: { name: string }) =>
    `use name "${name}": it looks like an address or a key`,
  "contact.name.hint": "letters, digits, blanks and . _ - ' are fine, up to 64",
  "contact.confusable": ({ name, other }: { name: string; other: string }) =>
    `name contact ${name}: it can be taken for the contact ${other}`,
  "contact.other-key": ({ name }: { name: string }) =>
    `save contact ${name}: the name stands for another key`,
  "contact.other-key.hint": ({ name }: { name: string }) =>
    `to take the new one: p2p contact accept-key "${name}" NEW-KEY`,
  "contact.none": ({ name }: { name: string }) =>
    `find contact ${name}: there is none of that name`,
  "contact.none.hint": "p2p contact list shows them",
  "contact.no-key": ({ name }: { name: string }) =>
    `find public key ${name}: no contact or file of that name`,
  "contact.no-key.hint": "give p2p1… text, a contact's name, a PEM file, or 130 hex digits",
  "contact.locked.hint":
    "contacts are sealed to your identity, and there is no terminal to ask its passphrase: give the p2p1… text",
  "contact.blocked": ({ fingerprint }: { fingerprint: string }) =>
    `take call: the key ${fingerprint} is blocked`,
  "contact.which-key": ({ name }: { name: string }) => `add contact ${name}: which key?`,
  "contact.which-key.hint":
    "give p2p1… text or a key file, --address of a peer you have talked to, or the fingerprint of a key met lately",
  "contact.which-met": ({ keys }: { keys: readonly string[] }) =>
    `give p2p1… text, a key file, or the fingerprint of a key met lately: ${keys.join(", ")}`,
  "contact.met": (
    { number, fingerprint, day }: { number: number; fingerprint: string; day: string },
  ) => `  ${number}  ${fingerprint}  met last ${day}`,
  "contact.ask-met": ({ name }: { name: string }) =>
    `which of them is ${name}? (number, Enter for none)`,
  "contact.ambiguous": ({ given }: { given: string }) =>
    `find key ${given}: several keys met lately begin so`,
  "contact.saved": (
    { name, fingerprint, address }: { name: string; fingerprint: string; address: string },
  ) => `${name}: ${fingerprint}${address === "" ? "" : ` at ${address}`}`,
  "contact.renamed": ({ from, to }: { from: string; to: string }) => `${from} is called ${to} now`,
  "contact.removed": ({ name }: { name: string }) => `removed the contact ${name}`,
  "contact.list-empty": "no contacts yet: p2p contact add NAME makes one",
  "contact.unknown": ({ who }: { who: string }) =>
    `find ${who}: neither a contact nor an address met before`,
  "contact.verify-how": ({ label }: { label: string }) =>
    `compare it with what ${label} sees, by another way (a call, face to face)`,
  "contact.verify-then": ({ who }: { who: string }) =>
    `the same there? then: p2p contact verify "${who}" --yes`,
  "contact.verify-ask": "is it the same?",
  "contact.not-confirmed": ({ label }: { label: string }) =>
    `verify ${label}: the safety numbers were not confirmed`,
  "contact.verified": ({ label }: { label: string }) => `${label} counts as verified now`,
  "contact.forgotten": ({ address }: { address: string }) => `forgotten: the key of ${address}`,
  "contact.no-pin": ({ address }: { address: string }) =>
    `forget ${address}: no key is known there`,
  "contact.no-pin.hint": ({ addresses }: { addresses: readonly string[] }) =>
    `known: ${addresses.join(", ")}`,
  "contact.key-old": ({ fingerprint }: { fingerprint: string }) =>
    `known until now: ${fingerprint}`,
  "contact.key-new": ({ fingerprint }: { fingerprint: string }) =>
    `from now on:     ${fingerprint}`,
  "contact.accept-ask": ({ label }: { label: string }) =>
    `has ${label} confirmed the new key by another way?`,
  "contact.accept-refused": ({ label }: { label: string }) =>
    `accept key of ${label}: it was not confirmed`,
  "contact.accept-then": "confirmed by another way? then: p2p contact accept-key --yes",
  "contact.accept-none": ({ label }: { label: string }) =>
    `accept key of ${label}: no other key has answered there; name the new one`,
  "contact.accept-same": ({ label }: { label: string }) =>
    `accept key of ${label}: it is the one known already`,
  "contact.accepted": ({ label }: { label: string }) =>
    `the new key of ${label} counts now, and is not verified yet`,
  "contact.blocked-now": ({ name }: { name: string }) =>
    `${name} is blocked: calls and messages are refused`,
  "contact.unblocked-now": ({ name }: { name: string }) => `${name} is no longer blocked`,
} as const;
