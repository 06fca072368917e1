/** How conversations end: the codes on the wire (docs/protocol.md, "Streams"), and the texts for people. */
import { FailureError, type P2PError, UnreachableError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";

/** Application codes of CONNECTION_CLOSE. */
export const CloseCode = {
  /** The program or the conversation ended. */
  normal: 0,
  /** Our key is not the one that was expected, or unknown keys are not welcome. */
  untrusted: 1,
  /** The program takes no more conversations now. */
  busy: 2,
  /** The application protocol was broken. */
  protocol: 3,
  /** Something failed on this side: the peer may try again later. */
  failed: 4,
  /** The program ends, and another one of the same identity takes calls at the same address. */
  handedOver: 5,
} as const;

/** Why a conversation is over. */
export interface CloseInfo {
  readonly by: "peer" | "local" | "idle-timeout" | "lost" | "error" | "replaced";
  readonly code: number;
  /** The peer's own words, where it gave some (peers of 0.1 do). */
  readonly reason: string;
}

/** Why it is over, for a person: "the peer left". */
export function closePhrase({ by, code, reason }: CloseInfo): Text {
  switch (by) {
    case "local":
      return text("conversation.closed");
    case "idle-timeout":
    case "lost":
      return text("conversation.lost");
    case "replaced":
      return text("conversation.replaced");
    case "error":
      return text("conversation.broken", { reason });
    case "peer":
      if (code === CloseCode.normal) return text("conversation.left");
      return code === CloseCode.handedOver
        ? text("conversation.handed-over")
        : refusal(code, reason);
  }
}

/** Whether the peer's program ended as programs do, and refused nothing. */
export function hasLeft({ by, code }: Pick<CloseInfo, "by" | "code">): boolean {
  return by === "peer" && (code === CloseCode.normal || code === CloseCode.handedOver);
}

/** Whether the peer is to be called again at once: lost on the way, or another program of theirs takes calls now. */
export function isToBeCalled({ by, code }: Pick<CloseInfo, "by" | "code">): boolean {
  if (by === "peer") return code === CloseCode.handedOver;
  return by === "lost" || by === "idle-timeout" || by === "replaced";
}

/** A refusal in the peer's own words where it has some, else in ours for its code. */
function refusal(code: number, words: string): Text {
  if (words !== "") return text("conversation.refused-saying", { words });
  switch (code) {
    case CloseCode.untrusted:
      return text("conversation.untrusted");
    case CloseCode.busy:
      return text("conversation.busy");
    case CloseCode.protocol:
      return text("conversation.not-understood");
    case CloseCode.failed:
      return text("conversation.failed-there");
    default:
      return text("conversation.refused", { code });
  }
}

/** The error for work that the end interrupted. `doing` is `text("conversation.send-message")`. */
export function closeError(doing: Text, info: CloseInfo): P2PError {
  const params = { doing, reason: closePhrase(info) };
  const refused = info.by === "peer" && !hasLeft(info);
  return refused || info.by === "error"
    ? new FailureError("conversation.over", params)
    : new UnreachableError("conversation.over", params);
}

/** The reason alone of an error, for a text that names the work itself. */
export function bareReason(error: P2PError): Text {
  const { reason } = error.params;
  return typeof reason === "object" && reason !== null && "code" in reason ? reason : error;
}

/** The program takes no more conversations now. */
export class BusyError extends FailureError {
  override readonly kind = "busy";
}
