/** Which copies of what we send stay with their messages. */
import type { MessageKind } from "../state/message-rows.ts";

/** Whether the file at a path is shown again after it was sent. */
export type ShowsOwn = (path: string) => boolean;

/** Whether a copy of ours that is sent stays with its message: a note, where any do, and what is shown again. */
export function staysHere(kind: MessageKind, path: string, shows: ShowsOwn | undefined): boolean {
  return shows !== undefined && (kind === "voice" || shows(path));
}
