/** English: files on disk. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

export const files = {
  "files.bad-name": ({ name }: { name: string }) => `name a file: ${name} is no file name`,
  "files.exists": ({ path }: { path: string }) => `write ${path}: the file already exists`,
  "files.exists.hint": "use --force to replace it, or another name",
  "files.given-up": "it was given up",
  "files.is-device": "is a device",
  "files.is-link": "is a symbolic link",
  "files.is-link.hint": "name what the link points to instead",
  "files.is-pipe": "is a named pipe",
  "files.is-socket": "is a socket",
  "files.folder.hint": ({ path }: { path: string }) => `name a file in it: ${path}/NAME`,
  "files.name-alone": "a name can be given to one path only",
  "files.no-folder": "the folder does not exist",
  "files.no-name": "the top of the file system has no name",
  "files.not-utf8": "its name is not UTF-8",
  "files.save-folder": ({ path, reason }: { path: string; reason: Text }, { text }: Wording) =>
    `save in ${path}: ${text(reason)}`,
  "files.send": ({ path, reason }: { path: string; reason: Text }, { text }: Wording) =>
    `send ${path}: ${text(reason)}`,
  "files.too-many": ({ most }: { most: number }) =>
    `send files: more than ${counted(most, "file")} and folders`,
  "files.too-many.hint": "send them in several goes, or as an archive",
  "files.write": ({ path, reason }: { path: string; reason: Text }, { text }: Wording) =>
    `write ${path}: ${text(reason)}`,
} as const;
