/** English: the page of `p2p ui`, as far as the program says it. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

export const page = {
  "page.url": ({ url }: { url: string }) => `page: ${url}`,
  "page.opened": "opened in the browser; Enter shows a new link, Ctrl-C ends",
  "page.open-it": "open it in a browser on this machine; Enter shows a new link, Ctrl-C ends",
  "page.no-browser": "no browser could be started: open the link yourself",
  "page.locked": ({ minutes }: { minutes: number }) =>
    `locked: nobody was at the page for ${counted(minutes, "minute")}; a new link:`,
  "page.session": "a browser has opened the page",
  "page.port": ({ port, reason }: { port: number; reason: Text }, { text }: Wording) =>
    `open page on port ${port}: ${text(reason)}`,
  "page.port.hint": "leave out --port, and a free one is taken",
  "page.answer": "answer the page",
  "page.long-request": "answer the page: the request is too long",
  "page.bad-request": "answer the page: not a JSON object",
  "page.no-path": "answer the page: it names files by their uploads alone",
  "page.many-uploads": "take file: too many uploads are not finished",
  "page.large-uploads": ({ most }: { most: number }, { size }: Wording) =>
    `take file: uploads that are not finished would have more than ${size(most)}`,
  "page.upload-name": "take file: its name is too long",
  "page.upload-disk": ({ name, reason }: { name: string; reason: Text }, { text }: Wording) =>
    `take file ${name}: ${text(reason)}`,
  "page.upload-disk.hint": "nothing of it was kept; make room, then send it again",
  "page.upload-size": "take file: more came than was said",
  "page.upload-part": "take file: it is not here whole yet",
  "page.no-upload": "take file: no such upload",
  "page.file-gone": "read file: it is not where it was",
  "page.busy": "unlock identity: another attempt is being checked",
  "page.identity-there": "make identity: there is one already",
} as const;
