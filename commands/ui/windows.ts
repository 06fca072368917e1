/** The windows of the page: each WebSocket a caller of the interface for programs (lib/api/), with one rule of its own. */
import { parseCommand, readCommandLine, refIn } from "../../lib/api/command-types.ts";
import { Api } from "../../lib/api/api.ts";
import { UsageError } from "../../lib/errors.ts";
import type { Uploads } from "../../lib/files/uploads.ts";
import { problemOf } from "../../lib/talk/events.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { PageFace } from "../faces/page.ts";

/** Commands of one window that are carried out at once; more are refused. */
const MOST_AT_ONCE = 512;
/** The longest command, in characters. */
const MOST_CHARACTERS = 256 * 1024;

/** What windows work on. */
export interface WindowsOptions {
  readonly talk: Talk;
  readonly face: PageFace;
  readonly uploads: Uploads;
  readonly active: () => void;
}

/** Takes a window in. */
export function openWindow(socket: WebSocket, options: WindowsOptions): void {
  const { talk, face, active } = options;
  const { stream, leave } = face.join(socket);
  const api = new Api({ talk, stream });
  let running = 0;
  const take = async (line: string): Promise<void> => {
    let value: unknown;
    try {
      value = readCommandLine(line);
      const command = parseCommand(withPath(value, options.uploads));
      if (command.type === "quit") throw new UsageError("api.unknown", {});
      await api.run(command);
      // What goes out is a copy with the text in it.
      if (command.type === "hide" || command.type === "reveal") {
        if (command.path !== undefined) options.uploads.forget(command.path);
      }
    } catch (error) {
      await api.refuse(problemOf(text("talk.read-command"), error), refIn(value));
    }
  };
  socket.addEventListener("message", ({ data }) => {
    if (typeof data !== "string" || data.length > MOST_CHARACTERS || running >= MOST_AT_ONCE) {
      return socket.close(1009);
    }
    active();
    running++;
    take(data).catch(() => socket.close(1011)).finally(() => running--);
  });
  socket.addEventListener("close", () => {
    leave();
    stream.over();
  });
  face.tellStanding(stream).catch(() => socket.close(1011));
}

/** The command with the file of its upload. A page names no paths: whatever runs in it can send nothing else. */
function withPath(value: unknown, uploads: Uploads): unknown {
  const fields = fieldsOf(value);
  if ("path" in fields || "paths" in fields) throw new UsageError("page.no-path", {});
  const { upload, type, id } = fields;
  if (typeof upload !== "string") return value;
  const path = uploads.take(upload);
  if (type === "voice" && typeof id === "string") uploads.keepNote(path, id);
  return { ...fields, path };
}

/** The fields of what may be a command; what is none has none, and is refused as such. */
function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}
