/** English: the interface for programs and the page. */
import { counted } from "./counted.ts";
export const api = {
  "api.not-json": "read command: not JSON",
  "api.not-object": "read command: not an object",
  "api.half": ({ name }: { name: string }) =>
    `read command: "${name}" holds half a character (a lone surrogate)`,
  "api.no-text": ({ name }: { name: string }) => `read command: no text in "${name}"`,
  "api.no-texts": ({ name, most }: { name: string; most: number }) =>
    `read command: no list of at most ${counted(most, "text")} in "${name}"`,
  "api.no-flag": ({ name }: { name: string }) =>
    `read command: neither true nor false in "${name}"`,
  "api.no-number": ({ name }: { name: string }) =>
    `read command: no whole number from 0 up in "${name}"`,
  "api.no-id": ({ name }: { name: string }) =>
    `read command: no 32 hexadecimal digits (lower case) in "${name}"`,
  "api.no-cursor": ({ name }: { name: string }) => `read command: no cursor in "${name}"`,
  "api.no-once": ({ name, most }: { name: string; most: number }) =>
    `read command: no text of 1 to ${counted(most, "character")} in "${name}"`,
  "api.unknown": ({ name }: { name: string }) =>
    name === "" ? "read command: it has no type" : `read command: unknown type "${name}"`,
  "api.unknown.hint": ({ types }: { types: string }) => `types: ${types}`,
  "api.no-path": "send files: no path is named",
  "api.hide-group": "hide message: a group cannot be its recipient",
  "api.no-picture": "reveal message: neither a path nor a message of a conversation is named",
  "api.file-gone": "reveal message: the file is not where it was",
  "api.id-taken": ({ id }: { id: string }) =>
    `send message: the id ${id} is that of a message of the peer's`,
  "api.no-history": "resume: nothing that is said is kept here",
  "api.no-history.hint": "leave out --no-history, and see: p2p config get history",
  "api.cursor-ahead": ({ cursor }: { cursor: string }) =>
    `resume: this history has not come to ${cursor}; the cursor is of another one`,
  "api.following": "resume: events are told from a cursor already",
  "api.no-cursor-file": "acknowledge: there is no file for the cursor",
  "api.no-cursor-file.hint": "start with: p2p listen --json --cursor-file FILE",
  "api.cursor-file": ({ path }: { path: string }) => `read cursor file ${path}: no cursor in it`,
  "api.cursor-file.hint": "delete it to begin with what comes from now on",
  "api.needs-json": ({ flag }: { flag: string }) =>
    `${flag}: only programs that read events have a use for it`,
  "api.needs-json.hint": "add --json",
  "api.two-starts": "--since and --cursor-file: both say where to begin",
  "api.bad-cursor": ({ given }: { given: string }) => `--since ${given}: not a cursor`,
} as const;
