/** English: general reasons, and what the system's own errors mean. */
import type { Text, Wording } from "../text.ts";

export const errors = {
  "legacy.sentence": ({ sentence }: { sentence: string }) => sentence,
  "internal": ({ doing, reason }: { doing: Text; reason: Text }, { text }: Wording) =>
    `${text(doing)}: internal error: ${text(reason)}`,
  "system.address-in-use": "the address is already in use",
  "system.address-not-here": "this machine has no such address",
  "system.exists": "already exists",
  "system.file-too-large": "too large for the file system",
  "system.host-unreachable": "the host cannot be reached",
  "system.io": "the device reports an error",
  "system.is-folder": "is a folder",
  "system.links": "too many levels of symbolic links",
  "system.message-size": "larger than the network takes",
  "system.name-too-long": "the name is too long",
  "system.network-unreachable": "the network cannot be reached",
  "system.no-space": "no space left on the device",
  "system.not-empty": "the folder is not empty",
  "system.not-folder": "not a folder",
  "system.not-found": "no such file or folder",
  "system.open-files": "too many open files",
  "system.other": ({ message }: { message: string }) => message,
  "system.out-of-reach": "files below /dev, /proc and /sys are out of this program's reach",
  "system.permission": "permission denied",
  "system.pipe": "the reader is gone",
  "system.quota": "the disk quota is used up",
  "system.read-only": "the file system is read-only",
  "system.refused": "nobody listens there",
} as const;
