/** Slash commands by the words that people try for them: other programs', and everyday ones. Pure. */
import { isOneSlip } from "../shared/near-commands.ts";
import { SLASH_COMMANDS } from "./slash-commands.ts";

/** A slash command, and the words that are tried for it, between slashes. */
const WORDS: readonly (readonly [command: string, words: string])[] = [
  ["help", "h/?/commands/usage"],
  ["to", "group/msg/message/dm/query/switch/chat/talk/join/tell"],
  ["who", "list/names/online/users/peers/contacts/members/whois"],
  ["name", "nick/rename/contact/add/save"],
  ["verify", "fingerprint/trust/key"],
  ["invite", "qr/link/invitation"],
  ["file", "send/sendfile/send-file/attach/upload/share/files"],
  ["voice", "record/audio/mic/note"],
  ["hide", "stego/embed/conceal"],
  ["reveal", "unhide/extract"],
  ["history", "log/logs/messages/scrollback"],
  ["search", "find/grep"],
  ["outbox", "queue/pending/waiting"],
  ["cancel", "unsend/delete/remove/abort"],
  ["me", "action/emote"],
  ["clear", "cls/reset"],
  ["block", "ban/ignore/mute/kick"],
  ["quit", "close/bye/leave/part/logout/end"],
];

const COMMAND_OF: ReadonlyMap<string, string> = new Map(
  WORDS.flatMap(([command, words]) => words.split("/").map((word) => [word, command])),
);

/** The slash commands that are meant by `verb`, as they are typed; none where there is no guess. */
export function nearSlash(verb: string): readonly string[] {
  const given = verb.toLowerCase();
  const names = [...SLASH_COMMANDS.keys()];
  const named = names.includes(given) ? given : COMMAND_OF.get(given);
  const meant = named === undefined ? names.filter((name) => isOneSlip(given, name)) : [named];
  return meant.map((name) => `/${name}`);
}
