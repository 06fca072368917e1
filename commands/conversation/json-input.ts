/** Commands for programs: one JSON object a line on stdin (`--json`). */
import { FormatError, P2PError, UsageError } from "../../lib/errors.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import { deliverFiles, deliverText } from "./deliver.ts";
import { type Desk, nobodyError, type Partner } from "./desk.ts";
import { emitError } from "./face-json.ts";
import { stdinLines } from "./lines.ts";

/** A command as it came. */
export type JsonCommand =
  | { readonly type: "message"; readonly to?: string; readonly text: string }
  | { readonly type: "file"; readonly to?: string; readonly path: string }
  | { readonly type: "quit" };

/** Parses one line; a FormatError says what is wrong with it. */
export function parseJsonCommand(line: string): JsonCommand {
  const what = "read command";
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new FormatError(`${what}: not JSON`, { cause });
  }
  if (typeof value !== "object" || value === null) throw new FormatError(`${what}: not an object`);
  const fields = value as Record<string, unknown>;
  const text = (name: string): string => {
    const field = fields[name];
    if (typeof field !== "string") throw new FormatError(`${what}: no text in "${name}"`);
    return field;
  };
  const to = fields["to"] === undefined || fields["to"] === null ? {} : { to: text("to") };
  switch (fields["type"]) {
    case "message":
      return { type: "message", ...to, text: text("text") };
    case "file":
      return { type: "file", ...to, path: text("path") };
    case "quit":
      return { type: "quit" };
    default:
      throw new UsageError(`${what}: unknown type`, { hint: 'types: "message", "file", "quit"' });
  }
}

/**
 * Carries out commands from stdin until it ends or says "quit"; answers which. Every failure is an `error` event.
 *
 * @param partner finds or reaches the one a command is for
 */
export async function runJsonInput(
  desk: Desk,
  partner: (to: string | undefined) => Promise<Partner | undefined>,
): Promise<"quit" | "end"> {
  const working = new Set<Promise<void>>();
  for await (const line of stdinLines()) {
    if (line.trim() === "") continue;
    try {
      const command = parseJsonCommand(line);
      if (command.type === "quit") {
        await Promise.all(working);
        return "quit";
      }
      const to = await partner(command.to);
      if (to === undefined) throw nobodyError(command.to);
      const work = carryOut(desk, to, command).finally(() => working.delete(work));
      working.add(work);
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
      emitError(error);
    }
  }
  await Promise.all(working);
  return "end";
}

async function carryOut(
  desk: Desk,
  { conversation, person }: Partner,
  command: Exclude<JsonCommand, { type: "quit" }>,
): Promise<void> {
  try {
    if (command.type === "message") {
      await deliverText(conversation, person, command.text, desk.face);
    } else {
      await deliverFiles(conversation, person, await walkOutgoing([command.path]), desk.face);
    }
  } catch (error) {
    if (!(error instanceof P2PError)) throw error;
    emitError(error);
  }
}
