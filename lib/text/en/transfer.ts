/** English: transfers. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

export const transfer = {
  "transfer.at-peer": ({ reason }: { reason: Text }, { text }: Wording) =>
    `at the peer: ${text(reason)}`,
  "transfer.broken": ({ rule }: { rule: string }) =>
    `read stream: the peer broke the protocol (${rule})`,
  "transfer.busy": "another transfer has it and goes on",
  "transfer.changed": "it changed while it was sent",
  "transfer.contacts-only": "files are taken from contacts only there",
  "transfer.declined": "declined",
  "transfer.limit": "more than the other side takes",
  "transfer.memory": "too much to remember for one peer",
  "transfer.name": ({ reason }: { reason: Text }, { text }: Wording) =>
    `read name: ${text(reason)}`,
  "transfer.name-absolute": "absolute path",
  "transfer.name-deep": "too many folders in folders",
  "transfer.name-dots": 'contains "." or ".."',
  "transfer.name-empty": "empty",
  "transfer.name-empty-part": "empty component",
  "transfer.name-nul": "contains NUL",
  "transfer.name-outside": "outside its folder",
  "transfer.nobody-to-ask": "there is nobody to ask there",
  "transfer.nothing-came": "it did not come",
  "transfer.already": "it is there already",
  "transfer.cancelled": "its sender took it back",
  "transfer.other-version": ({ theirs, ours }: { theirs: number; ours: number }) =>
    `open stream: the peer speaks version ${theirs} of the application protocol, this program ${ours}`,
  "transfer.peer-words": ({ words }: { words: string }) => words,
  "transfer.read": ({ path, reason }: { path: string; reason: Text }, { text }: Wording) =>
    `read ${path}: ${text(reason)}`,
  "transfer.receive": ({ path, reason }: { path: string; reason: Text }, { text }: Wording) =>
    `receive ${path}: ${text(reason)}`,
  "transfer.replaced": "something else was put in its place",
  "transfer.send": ({ path, reason }: { path: string; reason: Text }, { text }: Wording) =>
    `send ${path}: ${text(reason)}`,
  "transfer.special": "is neither a file nor a folder",
  "transfer.storage": "it could not be read or written",
  "transfer.takes-none": "that program takes no files",
  "transfer.target-gone": "the target folder is gone",
  "transfer.text-length": ({ bytes, most }: { bytes: number; most: number }) =>
    `send message: ${counted(bytes, "byte")}, at most ${most}`,
  "transfer.text-length.hint": "send longer texts as a file: p2p send-file",
  "transfer.unknown-code": ({ number }: { number: number }) =>
    `for a reason that this version does not know (code ${number})`,
  "transfer.unknown-record": ({ type }: { type: number }) =>
    `read stream: a record of type ${type} is not known here`,
  "transfer.unknown-stream": ({ kind }: { kind: number }) =>
    `open stream: none of kind ${kind} is known here`,
  "transfer.unsafe-name": "the name is unsafe",
} as const;
