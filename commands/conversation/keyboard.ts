/** Lines that a person types at the terminal: to the addressee, or slash commands. */
import type { Talk } from "../../lib/talk/talk.ts";
import { problemOf } from "../../lib/talk/events.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { TerminalFace } from "../faces/terminal.ts";
import { say } from "../shared/speech.ts";
import { runSlash } from "./slash.ts";

/** What the command makes of what is typed. */
export interface KeyboardHandlers {
  /** Whether Ctrl-D leaves. */
  readonly endLeaves: boolean;
  /** Enter on an empty line, or a line for somebody: calls whoever is not there. */
  readonly entered?: () => void;
  /** A slash command was typed. */
  readonly command?: (line: string) => void;
}

/** Reads the keyboard until the person leaves. */
export async function readKeyboard(
  face: TerminalFace,
  talk: Talk,
  { endLeaves, entered, command }: KeyboardHandlers,
): Promise<"quit"> {
  for await (const line of face.lines()) {
    if (line === undefined) {
      if (endLeaves) break;
      face.say(say("screen.end-of-input"));
      continue;
    }
    if (line.trim() === "") {
      entered?.();
      continue;
    }
    if (isCommand(line)) {
      command?.(line);
      if (await runSlash(line, { talk, face }) === "quit") break;
      continue;
    }
    try {
      talk.recipients.needAddressee();
      talk.type(line.replace(/^\/\//, "/")).catch((error) => tellProblem(talk, error));
    } catch (error) {
      tellProblem(talk, error);
      face.putBack(line);
    }
    entered?.();
  }
  return "quit";
}

/** `/me` is a message that says what its author does. */
function isCommand(line: string): boolean {
  return line.startsWith("/") && !line.startsWith("//") && !/^\/me[ \n]+\S/.test(line);
}

function tellProblem(talk: Talk, error: unknown): void {
  talk.tell({ type: "error", error: problemOf(text("conversation.send-message"), error) });
}
