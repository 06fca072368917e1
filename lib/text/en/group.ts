/** English: groups. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

export const group = {
  "group.entry": "read group entry: not an entry of a group",
  "group.signature": "read group entry: its signature is not its author's",
  "group.other-group": "read group entry: it belongs to another group",
  "group.name": "name group: 1 to 64 bytes of text",
  "group.too-many-entries": ({ most }: { most: number }) =>
    `change group: it has ${counted(most, "change")}, as many as one may have`,
  "group.message": "read group message: not a message to a group",
  "group.message-signature": "read group message: its signature is not its author's",
  "group.no-author": "read group message: its author was no member",
  "group.record": "read group record: malformed",
  "group.none": ({ name }: { name: string }) => `find group: none is called ${name}`,
  "group.none.hint": "p2p group list shows them",
  "group.confusable": ({ name, other }: { name: string; other: string }) =>
    `name group: ${name} can be taken for the group ${other}`,
  "group.use": "take part in groups",
  "group.broken": ({ reason }: { reason: Text }, { text }: Wording) =>
    `read group stream: ${text(reason)}`,
  "group.not-member": ({ name }: { name: string }) => `use group ${name}: you are not in it`,
  "group.old-program": ({ label }: { label: string }) =>
    `${label} has a program that knows no groups: what is said in them waits for a newer one`,
  "group.withdrawn": ({ label, group, text }: { label: string; group: string; text: string }) =>
    `taken back in ${group}: ${label} had been removed before writing: ${text}`,
  "group.refused-stranger": ({ label, name }: { label: string; name: string }) =>
    `refused an invitation to the group ${name} from ${label}, who is not a contact`,
  "group.created": ({ group }: { group: string }) => `made the group ${group}`,
  "group.invited": ({ label, group }: { label: string; group: string }) =>
    `invited ${label} to ${group}`,
  "group.removed": ({ label, group }: { label: string; group: string }) =>
    `removed ${label} from ${group}`,
  "group.left": ({ group }: { group: string }) =>
    `left ${group}; what was said in it stays: p2p history delete ${group}`,
  "group.later": ({ labels }: { labels: readonly string[] }) =>
    `hear of it when they are there: ${labels.join(", ")}`,
  "group.already-member": ({ label, group }: { label: string; group: string }) =>
    `invite to ${group}: ${label} is in it already`,
  "group.no-member": ({ label, group }: { label: string; group: string }) =>
    `remove from ${group}: ${label} is not in it`,
  "group.list-empty": "no groups yet: p2p group create NAME MEMBER…",
  "group.joined": ({ group, by }: { group: string; by: string }) =>
    `you are in ${group} now, added by ${by}`,
  "group.was-removed": ({ group, by }: { group: string; by: string }) =>
    `you are no longer in ${group}: removed by ${by}`,
  "group.member-added": ({ label, group, by }: { label: string; group: string; by: string }) =>
    `${label} is in ${group} now, added by ${by}`,
  "group.member-removed": ({ label, group, by }: { label: string; group: string; by: string }) =>
    `${label} is no longer in ${group}: removed by ${by}`,
  "group.member-left": ({ label, group }: { label: string; group: string }) =>
    `${label} left ${group}`,
  "group.question": ({ label, name }: { label: string; name: string }) =>
    `join the group ${name}, to which ${label} invites you?`,
  "group.invites": ({ label }: { label: string }) => `${label} invites you to a group`,
  "group.sent-to": ({ there, all, group }: { there: number; all: number; group: string }) =>
    `${there} of ${all} in ${group} ${there === 1 ? "has" : "have"} it`,
  "group.kept": ({ labels }: { labels: readonly string[] }) =>
    `kept: it goes out when they appear: ${labels.join(", ")}`,
  "group.voice-follows": "[voice note]",
  "group.files-differ": (
    { label, author, name }: { label: string; author: string; name: string },
  ) => `receive files in ${name}: what ${label} passed on is not what ${author} announced`,
  "group.renamed": ({ from, to }: { from: string; to: string }) => `${from} is called ${to} here`,
  "group.in": ({ label, group }: { label: string; group: string }) => `${label} ${group}`,
  "group.nobody-took": ({ group }: { group: string }) => `send to ${group}: nobody of it is there`,
} as const;
