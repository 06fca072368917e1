/** What a slash command may use. */
import type { Talk } from "../../lib/talk/talk.ts";
import type { TerminalFace } from "../faces/terminal.ts";

/** The application, and the terminal that the line was typed at. */
export interface SlashContext {
  readonly talk: Talk;
  readonly face: TerminalFace;
}
