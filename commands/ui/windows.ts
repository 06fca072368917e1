/** The windows of the page: each WebSocket a caller of the interface for programs (lib/api/), with one rule of its own. */
import {
  type CommandType,
  parseCommand,
  readCommandLine,
  refIn,
} from "../../lib/api/command-types.ts";
import { Api } from "../../lib/api/api.ts";
import { UsageError } from "../../lib/errors.ts";
import type { Uploads } from "../../lib/files/uploads.ts";
import { problemOf } from "../../lib/talk/events.ts";
import type { Archive } from "../../lib/talk/archive.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { PageFace } from "../faces/page.ts";

/** Commands of one window that are carried out at once; more are refused. */
const MOST_AT_ONCE = 512;
/** The longest command, in characters. */
const MOST_CHARACTERS = 256 * 1024;

/** Commands that change what other windows show. What is sent is told by events of its own. */
const CHANGING: ReadonlySet<string> = new Set<CommandType>([
  ...["contact", "rename", "forget", "verify", "block", "accept-invitation", "pair"] as const,
  ...["group-create", "group-invite", "group-remove", "group-leave", "group-rename"] as const,
  ...["set", "delete-history", "cancel", "resend"] as const,
]);

/** What windows work on. */
export interface WindowsOptions {
  readonly talk: Talk;
  readonly face: PageFace;
  readonly uploads: Uploads;
}

/** Takes a window in. */
export function openWindow(socket: WebSocket, options: WindowsOptions): void {
  const { talk, face } = options;
  const { stream, leave } = face.join(socket);
  const api = new Api({ talk, stream });
  let running = 0;
  const take = async (line: string): Promise<void> => {
    let value: unknown;
    let path: string | undefined;
    try {
      value = readCommandLine(line);
      path = takeUpload(value, options.uploads);
      const command = parseCommand(path === undefined ? value : { ...fieldsOf(value), path });
      if (command.type === "quit") throw new UsageError("api.unknown", { name: command.type });
      await api.run(command);
      const looks = command.type === "verify" && command.verified === undefined;
      if (CHANGING.has(command.type) && !looks) await face.changed();
    } catch (error) {
      await api.refuse(problemOf(text("talk.read-command"), error), refIn(value));
    } finally {
      if (path !== undefined) dropUpload(path, fieldsOf(value)["type"], talk.archive);
    }
  };
  socket.addEventListener("message", ({ data }) => {
    if (typeof data !== "string" || data.length > MOST_CHARACTERS || running >= MOST_AT_ONCE) {
      return socket.close(1009);
    }
    running++;
    take(data).catch(() => socket.close(1011)).finally(() => running--);
  });
  socket.addEventListener("close", () => {
    leave();
    stream.over();
  });
  face.tellStanding(stream).catch(() => socket.close(1011));
}

/** The file of a command's upload. A page names no paths: whatever runs in it can send nothing else. */
function takeUpload(value: unknown, uploads: Uploads): string | undefined {
  const fields = fieldsOf(value);
  if ("path" in fields || "paths" in fields) throw new UsageError("page.no-path", {});
  const { upload } = fields;
  return typeof upload === "string" ? uploads.take(upload) : undefined;
}

/** The command is over: an upload that no message owns goes. */
function dropUpload(path: string, type: unknown, archive: Archive): void {
  // What goes out of these is another file.
  if (type === "hide" || type === "reveal") archive.forget([path]);
  else archive.unsent([path]);
}

/** The fields of what may be a command; what is none has none, and is refused as such. */
function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}
