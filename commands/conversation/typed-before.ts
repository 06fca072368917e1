/**
 * Lines typed in earlier runs, for the arrows and Ctrl-R: what was written to others, from the history, and slash
 * commands, which are kept sealed beside the settings. Without a history there are none, and none are kept. What
 * `/hide` hides is never kept.
 */
import type { State } from "../../lib/state/state.ts";
import { safeJson } from "../../lib/text/safe.ts";
import { StateError } from "../../lib/state/sqlite.ts";

/** The row beside the settings. */
const SETTING = "typed commands";
/** Messages that are looked at, of others' too. */
const MOST_MESSAGES = 400;
/** Commands that are kept, and characters of one. */
const MOST_COMMANDS = 100;
const MOST_CHARACTERS = 500;

/** Commands whose arguments are nobody's business afterwards. */
const UNKEPT = /^\/hide\b/;

interface TypedCommand {
  readonly at: number;
  readonly line: string;
}

function commandsOf({ settings }: State): TypedCommand[] {
  try {
    const kept: unknown = JSON.parse(settings.get(SETTING) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter(({ at, line }) => typeof at === "number" && typeof line === "string");
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return [];
    throw error;
  }
}

/** The lines, the oldest first. */
export function typedBefore(state: State): string[] {
  const messages = state.history.find({ limit: MOST_MESSAGES })
    .filter(({ author, kind }) => author === undefined && kind === "text")
    // A text that began with a slash was typed with two.
    .map(({ stored, text }) => ({ at: stored, line: text.startsWith("/") ? `/${text}` : text }));
  return [...messages, ...commandsOf(state)].sort((a, b) => a.at - b.at).map(({ line }) => line);
}

/** Keeps a slash command. A disk that does not serve keeps none. */
export function keepCommand(state: State, line: string, now: number): void {
  if (state.kind !== "disk" || UNKEPT.test(line) || line.length > MOST_CHARACTERS) return;
  try {
    const before = commandsOf(state).filter((each) => each.line !== line);
    const kept = [...before, { at: now, line }].slice(-MOST_COMMANDS);
    state.settings.set(SETTING, safeJson(kept));
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
  }
}
