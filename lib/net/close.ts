/** How conversations end: the codes on the wire (docs/protocol.md, "Close codes") and the words for people. */
import { FailureError, type P2PError, UnreachableError } from "../errors.ts";

/** Application codes of CONNECTION_CLOSE. */
export const CloseCode = {
  /** The program or the conversation ended. */
  normal: 0,
  /** Our key is not the one that was expected, or unknown keys are not welcome. */
  untrusted: 1,
  /** The program talks to somebody else. */
  busy: 2,
  /** The application protocol was broken. */
  protocol: 3,
} as const;

/** Why a conversation is over. */
export interface CloseInfo {
  readonly by: "peer" | "local" | "idle-timeout" | "lost" | "error" | "replaced";
  readonly code: number;
  /** The peer's words where it gave some; not yet safe to print. */
  readonly reason: string;
}

/** One short phrase for a person: "the peer left". `reason` is the peer's and must be made safe to print. */
export function closePhrase({ by, code, reason }: CloseInfo): string {
  switch (by) {
    case "local":
      return "closed";
    case "idle-timeout":
    case "lost":
      return "the connection was lost";
    case "replaced":
      return "the peer connected anew";
    case "error":
      return `protocol error: ${reason}`;
    case "peer":
      if (code === CloseCode.normal) return "the peer left";
      return reason === "" ? `the peer refused (code ${code})` : `the peer refused: ${reason}`;
  }
}

/** The error for work that the end interrupted. `action` is "send message". */
export function closeError(action: string, info: CloseInfo): P2PError {
  const message = `${action}: ${closePhrase(info)}`;
  const refused = info.by === "peer" && info.code !== CloseCode.normal;
  return refused || info.by === "error" ? new FailureError(message) : new UnreachableError(message);
}

/** The reason alone of an error that ended a transfer, for a message that names the work itself. */
export function bareReason(error: P2PError): string {
  return error.message.replace(/^(?:use connection|use stream|receive [^:]*): /, "");
}

/** The program talks to one peer only, and this is not it. */
export class BusyError extends FailureError {
  override readonly kind = "busy";
}
