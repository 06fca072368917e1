/** A face: takes the events of the application and shows them. It decides nothing. */
import type { TalkEvent } from "../../lib/talk/events.ts";

/** One of the three: terminal, plain lines, JSON. */
export interface Face {
  /** Shows an event; the promise resolves when it has really been shown, and rejects when that cannot be. */
  tell(event: TalkEvent): Promise<void> | void;
  /** Resolves when everything that happened so far has been shown. */
  settled(): Promise<void>;
  /** Gives the terminal back. */
  close(): Promise<void> | void;
}
