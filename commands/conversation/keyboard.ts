/** Lines that a person types at the terminal: to the addressee, or slash commands. */
import type { Talk } from "../../lib/talk/talk.ts";
import { problemOf } from "../../lib/talk/events.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { TerminalFace } from "../faces/terminal.ts";
import { runSlash } from "./slash.ts";

/** Reads the keyboard until the person leaves. */
export async function readKeyboard(face: TerminalFace, talk: Talk): Promise<"quit"> {
  for await (const line of face.lines()) {
    if (line.trim() === "") continue;
    if (line.startsWith("/") && !line.startsWith("//")) {
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
  }
  return "quit";
}

function tellProblem(talk: Talk, error: unknown): void {
  talk.tell({ type: "error", error: problemOf(text("conversation.send-message"), error) });
}
