/** Tab at the terminal: slash commands, names of people and groups, paths. */
import { isFolder } from "../../lib/files/look.ts";
import { join } from "../../lib/system/path.ts";
import { isFinal } from "../../lib/state/delivery.ts";
import { GROUP_MARK } from "../../lib/state/groups.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import {
  completed,
  type CompletionChoice,
  inColumns,
  lastWord,
  type LineCompletion,
} from "../../lib/terminal/completion.ts";
import { fitText } from "../../lib/terminal/line-editor.ts";
import { terminalColumns } from "../../lib/terminal/size.ts";
import { safeText } from "../../lib/text/safe.ts";
import type { TerminalFace } from "../faces/terminal.ts";
import { shownId } from "../shared/history-lines.ts";
import { say } from "../shared/speech.ts";
import { expandHome } from "./home-path.ts";
import { SLASH_COMMANDS, type SlashArgument } from "./slash-commands.ts";

/** Candidates that are listed. */
const MOST_LISTED = 60;
/** Entries of a folder that are looked at. */
const MOST_ENTRIES = 20_000;
/** Columns of a name in the list. */
const MOST_NAME_COLUMNS = 40;

/** Completes the line that is being typed, `before` the cursor, and lists what there is to choose from. */
export async function completeTyped(before: string, face: TerminalFace, talk: Talk): Promise<void> {
  const { line, choices } = await completeLine(before, talk);
  if (line !== before) return face.complete(before, line);
  if (choices.length === 0) return;
  const columns = terminalColumns();
  const names = choices.slice(0, MOST_LISTED).map(({ value, shown = value }) =>
    fitText(safeText(shown), Math.min(MOST_NAME_COLUMNS, columns - 1))
  );
  const more = choices.length - names.length;
  face.print([
    ...inColumns(names, columns),
    ...(more > 0 ? [say("screen.more", { more })] : []),
  ]);
}

/** What becomes of the line. */
async function completeLine(before: string, talk: Talk): Promise<LineCompletion> {
  if (!before.startsWith("/") || before.startsWith("//")) {
    return completeWord(before, 0, (value) => value === "" ? [] : named(value, talk));
  }
  const verb = /^\/(\S*)(\s)?/.exec(before)!;
  const given = verb[1]!;
  if (verb[2] === undefined) {
    const commands = [...SLASH_COMMANDS.keys()].filter((name) => name.startsWith(given)).sort();
    return completed(before, { from: 1, value: given, quote: "" }, commands.map(valueOf));
  }
  const takes = SLASH_COMMANDS.get(given);
  return await completeWord(before, verb[0].length, (value, index) => {
    const kind = takes?.[Math.min(index, takes.length - 1)];
    return kind === undefined || (index >= takes!.length && kind !== "paths")
      ? []
      : argument(kind, value, talk);
  });
}

async function completeWord(
  before: string,
  start: number,
  find: (
    value: string,
    index: number,
  ) => readonly CompletionChoice[] | Promise<readonly CompletionChoice[]>,
): Promise<LineCompletion> {
  const word = lastWord(before, start);
  let index = 0;
  for (let at = start; at < word.from;) {
    const next = lastWord(before.slice(0, wordEnd(before, at, word.from)), at);
    if (next.from >= word.from) break;
    index++;
    at = wordEnd(before, at, word.from);
  }
  return completed(before, word, await find(word.value, index));
}

/** Where the word that begins at or behind `at` ends. */
function wordEnd(line: string, at: number, limit: number): number {
  const match = /\s*(?:"(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)+)/suy;
  match.lastIndex = at;
  return match.exec(line) === null ? limit : Math.min(match.lastIndex, limit);
}

function argument(
  kind: SlashArgument,
  value: string,
  talk: Talk,
): readonly CompletionChoice[] | Promise<readonly CompletionChoice[]> {
  switch (kind) {
    case "name":
      return named(value, talk);
    case "path":
    case "paths":
      return pathsLike(value);
    case "waiting":
      return talk.state.outbox.list().filter((entry) => !isFinal(entry.state))
        .map(({ id }) => shownId(id)).filter((id) => id.startsWith(value)).map(valueOf);
    default:
      return kind.words.filter((word) => word.startsWith(value)).map(valueOf);
  }
}

function valueOf(value: string): CompletionChoice {
  return { value };
}

/** Contacts, groups and whoever is there, whose names begin so, whatever the case. */
function named(value: string, { state, recipients }: Talk): CompletionChoice[] {
  const folded = value.toLowerCase();
  const names = new Set([
    ...recipients.present.map(({ label }) => label),
    ...state.contacts.names(),
    ...state.groups.list().map(({ name }) => `${GROUP_MARK}${name}`),
  ]);
  return [...names].filter((name) => name.toLowerCase().startsWith(folded)).sort().map(valueOf);
}

/** Files and folders that begin so. Hidden ones only for who has typed the dot; names that hide something, never. */
export async function pathsLike(value: string): Promise<CompletionChoice[]> {
  const cut = value.lastIndexOf("/") + 1;
  const [folder, beginning] = [value.slice(0, cut), value.slice(cut)];
  if (value === "~") return [{ value: "~/", open: true }];
  const where = expandHome(folder === "" ? "." : folder);
  const found: CompletionChoice[] = [];
  try {
    let looked = 0;
    for await (const entry of Deno.readDir(where)) {
      const { name } = entry;
      if (++looked > MOST_ENTRIES) break;
      if (!name.startsWith(beginning) || safeText(name) !== name) continue;
      if (name.startsWith(".") && !beginning.startsWith(".")) continue;
      const open = entry.isDirectory || (entry.isSymlink && isFolder(join(where, name)));
      found.push({
        value: folder + name + (open ? "/" : ""),
        open,
        shown: name + (open ? "/" : ""),
      });
    }
  } catch (error) {
    // A folder that is not there, or not to be read, has nothing to offer.
    if (!(error instanceof Error)) throw error;
  }
  return found.sort((a, b) => a.value < b.value ? -1 : 1);
}
