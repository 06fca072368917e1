/** Commands for programs: one JSON object a line on stdin (`--json`). */
import { FormatError, P2PError, UsageError } from "../../lib/errors.ts";
import { problemOf } from "../../lib/talk/events.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { text } from "../../lib/text/catalogue.ts";
import { stdinLines } from "./lines.ts";

/** A command as it came; `ref` comes back on whatever it causes. */
export type JsonCommand =
  & (
    | { readonly type: "message"; readonly to?: string; readonly text: string }
    | { readonly type: "file"; readonly to?: string; readonly path: string }
    | { readonly type: "answer"; readonly id: string; readonly yes: boolean }
    | { readonly type: "quit" }
  )
  & { readonly ref?: unknown };

/** Commands that are being carried out at once; the input is read no further meanwhile. */
const WINDOW = 256;

/** Parses one line; a FormatError says what is wrong with it. */
export function parseJsonCommand(line: string): JsonCommand {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new FormatError("talk.command-not-json", {}, { cause });
  }
  if (typeof value !== "object" || value === null) {
    throw new FormatError("talk.command-not-object", {});
  }
  const fields = value as Record<string, unknown>;
  const textOf = (name: string): string => {
    const field = fields[name];
    if (typeof field !== "string") throw new FormatError("talk.command-no-text", { name });
    // Half a surrogate pair has no form in UTF-8: another character would stand for it.
    if (!field.isWellFormed()) throw new FormatError("talk.command-half", { name });
    return field;
  };
  const to = fields["to"] === undefined || fields["to"] === null ? {} : { to: textOf("to") };
  const ref = fields["ref"] === undefined ? {} : { ref: fields["ref"] };
  switch (fields["type"]) {
    case "message":
      return { type: "message", ...to, text: textOf("text"), ...ref };
    case "file":
      return { type: "file", ...to, path: textOf("path"), ...ref };
    case "answer":
      return { type: "answer", id: textOf("id"), yes: fields["yes"] === true, ...ref };
    case "quit":
      return { type: "quit", ...ref };
    default:
      throw new UsageError("talk.command-unknown", {}, { hint: text("talk.command-unknown.hint") });
  }
}

/** Carries out commands from stdin until it ends or says "quit"; answers which. Every failure is an `error` event. */
export async function runJsonInput(talk: Talk): Promise<"quit" | "end"> {
  const working = new Set<Promise<void>>();
  const tell = (error: P2PError, ref?: unknown) =>
    talk.tell({ type: "error", error, ...(ref === undefined ? {} : { ref }) });
  for await (const line of stdinLines(undefined, tell)) {
    if (line.trim() === "") continue;
    let command: JsonCommand;
    try {
      command = parseJsonCommand(line);
    } catch (error) {
      tell(problemOf(text("talk.read-command"), error));
      continue;
    }
    if (command.type === "quit") {
      await Promise.all(working);
      return "quit";
    }
    const work = carryOut(talk, command)
      .catch((error) => tell(problemOf(text("talk.read-command"), error), command.ref))
      .finally(() => working.delete(work));
    working.add(work);
    if (working.size >= WINDOW) await Promise.race(working);
  }
  await Promise.all(working);
  return "end";
}

async function carryOut(
  talk: Talk,
  command: Exclude<JsonCommand, { type: "quit" }>,
): Promise<void> {
  if (command.type === "answer") {
    if (!talk.questions.answer(command.id, command.yes)) {
      throw new UsageError("talk.no-question", { id: command.id });
    }
    return;
  }
  const { ref } = command;
  const peer = command.to === undefined
    ? await talk.recipients.onlyOne()
    : talk.find(command.to) ?? await talk.person(command.to);
  if (command.type === "message") {
    // What becomes of it is told by its own events.
    await talk.sendText(peer, command.text, { ref });
  } else await talk.background(peer, () => talk.sendFiles(peer, [command.path], ref), ref);
}
